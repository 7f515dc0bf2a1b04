"""Bounded sessions for the client libraries: time-outs, a size limit, and another address when a test asks for one."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter

CONNECT_S, READ_S = 5.0, 20.0
MAX_BODY = 20_000_000  # bytes after inflation; the largest answer seen is 2 MB


class TooLarge(requests.exceptions.RequestException):
    """An answer larger than any honest one."""


class Bounded(HTTPAdapter):
    """Sets the time-outs that the libraries leave out, refuses huge bodies, and keeps the last answer's headers."""

    def __init__(self, base: str | None = None, instead: str | None = None) -> None:
        """Requests to ``base`` go to ``instead`` when it is given (X's host is fixed in its library)."""
        super().__init__(max_retries=0)
        self._base, self._instead = base, instead
        self.last_headers: dict[str, str] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send with our limits, whatever the caller asked for."""
        if self._base and self._instead and request.url:
            request.url = request.url.replace(self._base, self._instead, 1)
        kwargs["timeout"] = (CONNECT_S, READ_S)
        kwargs["stream"] = True
        response = super().send(request, *args, **kwargs)
        self.last_headers = {k.lower(): v for k, v in response.headers.items()}
        body = b""
        for part in response.iter_content(65_536):
            body += part
            if len(body) > MAX_BODY:
                response.close()
                raise TooLarge("the answer is larger than 20 MB")
        response._content = body
        return response


def session() -> requests.Session:
    """A session whose every request is bounded; redirects are not followed across hosts by the libraries we use."""
    made = requests.Session()
    made.mount("https://", Bounded())
    made.mount("http://", Bounded())
    made.max_redirects = 3
    return made
