"""The connection below httpx: goes only to an address that was checked, and keeps one deadline for everything."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from collectors.addresses import NotAllowed, Resolve, is_loopback, is_public, resolve_within


class Deadline:
    """The moment by which one request, with its redirects and tries, has to be over."""

    def __init__(self) -> None:
        """Without a limit until ``set`` is called."""
        self._until = float("inf")

    def set(self, seconds: float) -> None:
        """From now on."""
        self._until = time.monotonic() + seconds

    def add(self, seconds: float) -> None:
        """Give back time that was spent waiting on purpose."""
        self._until += seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never below 0."""
        return max(0.0, self._until - time.monotonic())

    def within(self, timeout: float | None, late: type[Exception]) -> float:
        """The shorter of ``timeout`` and what is left; raises ``late`` when nothing is."""
        left = self.left
        if left <= 0:
            raise late("the time for the whole request is over")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A stream that a slow drip cannot keep open: every read and write counts against the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._deadline.within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Resolves once, checks every address found, and connects to the checked one: the name is not asked again."""

    def __init__(self, deadline: Deadline, resolve: Resolve, local_host: str | None) -> None:
        self._deadline, self._resolve, self._local_host = deadline, resolve, local_host
        self._sockets = httpcore.SyncBackend()
        self.made = 0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.made += 1
        limit = self._deadline.within(timeout, httpcore.ConnectTimeout)
        try:
            addresses = resolve_within(self._resolve, host, port, limit)
        except TimeoutError:
            raise httpcore.ConnectTimeout("the host name could not be resolved in time") from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the host name has no address") from None
        may = is_loopback if host == self._local_host else is_public
        if not addresses or not all(map(may, addresses)):
            raise NotAllowed("an address inside a private network")
        return _Stream(self._first(addresses, port, timeout), self._deadline)

    def _first(self, addresses: tuple[str, ...], port: int, timeout: float | None) -> httpcore.NetworkStream:
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, timeout)

    def _connect(self, address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        limit = self._deadline.within(timeout, httpcore.ConnectTimeout)
        return self._sockets.connect_tcp(address, port, limit)


class Wire(httpx.HTTPTransport):
    """An httpx transport over one connection at a time: no proxy, no cookies, no sign-in from the environment."""

    def __init__(self, deadline: Deadline, resolve: Resolve, local_host: str | None) -> None:
        """``local_host`` is the one host that may be this machine itself, and nothing else."""
        super().__init__(verify=_certificates())
        self._backend = _Backend(deadline, resolve, local_host)
        # httpx has no place to hand in a network backend; the fault tests fail when this attribute goes
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(), max_connections=1, keepalive_expiry=30.0, network_backend=self._backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx's; a GET that found a kept connection closed by the other side is sent once more on a new one."""
        before = self._backend.made
        try:
            return super().handle_request(request)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            if request.method != "GET" or self._backend.made != before:
                raise
        return super().handle_request(request)


@cache
def _certificates() -> ssl.SSLContext:
    """Loaded once: it takes tens of milliseconds."""
    return httpx.create_ssl_context()
