"""Sessions for the client libraries that speak through requests: below them our own bounded connection.

praw and tweepy set no limit that holds: a drip of headers keeps them for ever, a bomb fills the memory. So their
sessions get an adapter that goes to the named hosts only, over collectors.wire: checked addresses, one deadline for the
whole request, a limit on what a body becomes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import httpx
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from collectors.bounded_client import client
from collectors.fetch import Limits

LIMITS = Limits(connect_s=5.0, read_s=20.0, total_s=60.0, body=20_000_000)  # the largest answer seen is 2 MB


class Bounded(BaseAdapter):
    """Carries a library's requests within the limits, and keeps the last answer's headers (names in lower case)."""

    def __init__(self, hosts: Collection[str], instead: str | None = None, base: str | None = None) -> None:
        """Only ``hosts`` are asked, or the stand-in ``instead``; requests to ``base`` go to it (X's host is fixed)."""
        super().__init__()
        self._client = client(hosts, instead, LIMITS)
        self._base, self._instead = base, instead
        self.last_headers: dict[str, str] = {}

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Send with our limits, whatever the caller asked for; raises what requests itself would raise."""
        url = request.url or ""
        if self._base and self._instead:
            url = url.replace(self._base, self._instead, 1)
        headers = {**request.headers, "accept-encoding": "gzip, deflate"}
        try:
            answer = self._client.request(request.method or "GET", url, headers=headers, content=request.body)
        except httpx.TimeoutException:
            raise requests.exceptions.ReadTimeout("no answer within the limit", request=request) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise requests.exceptions.ConnectionError("no answer within our limits", request=request) from None
        self.last_headers = {name.lower(): value for name, value in answer.headers.items()}
        return _response(request, answer)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()


def _response(request: requests.PreparedRequest, answer: httpx.Response) -> requests.Response:
    """The whole answer in the form that requests gives to its callers."""
    made = requests.Response()
    made.status_code, made.reason = answer.status_code, answer.reason_phrase
    made.headers = CaseInsensitiveDict(answer.headers.items())
    made.encoding = get_encoding_from_headers(made.headers)
    made.url, made.request = request.url or "", request
    made._content, made._content_consumed = answer.content, True  # type: ignore[attr-defined]
    return made


def session(hosts: Collection[str], instead: str | None = None) -> requests.Session:
    """A session whose every request is bounded; nothing of the environment (proxies, .netrc) reaches it."""
    made = requests.Session()
    made.trust_env = False
    adapter = Bounded(hosts, instead)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    made.max_redirects = LIMITS.redirects
    return made
