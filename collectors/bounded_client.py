"""An httpx client for libraries that bring none of our limits: the same checked addresses, deadline and body limit."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

import httpx

from collectors.addresses import NotAllowed, check_url, resolve
from collectors.fetch import Limits
from collectors.inflate import Damaged, TooMuch, read_body
from collectors.wire import Deadline, Wire


class _Bounded(httpx.BaseTransport):
    def __init__(self, hosts: Collection[str], local: str | None, limits: Limits) -> None:
        self._hosts, self._local, self._limits = hosts, local, limits
        self._deadline = Deadline()
        self._wire = Wire(self._deadline, resolve, urlsplit(local).hostname if local else None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request within the limits; whatever breaks one of them is an httpx.TransportError."""
        self._deadline.set(self._limits.total_s)
        try:
            check_url(str(request.url), self._hosts, self._local)
            response = self._wire.handle_request(request)
            try:
                packed = response.headers.get("content-encoding", "")
                body = read_body(response.iter_raw(), packed, self._limits.body)
            finally:
                response.close()
        except (NotAllowed, TooMuch, Damaged):
            raise httpx.TransportError("outside our limits") from None
        kept = [(k, v) for k, v in response.headers.multi_items() if k not in ("content-encoding", "content-length")]
        return httpx.Response(response.status_code, headers=kept, content=body)

    def close(self) -> None:
        """Give the connection back."""
        self._wire.close()


def client(hosts: Collection[str], local: str | None, limits: Limits) -> httpx.Client:
    """A client that goes to ``hosts`` (and the stand-in ``local``) only and follows no redirect."""
    times = httpx.Timeout(limits.read_s, connect=limits.connect_s)
    return httpx.Client(transport=_Bounded(hosts, local, limits), timeout=times, trust_env=False)
