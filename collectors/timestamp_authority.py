"""Asks a time-stamp authority (RFC 3161 over HTTPS, section 3.4): one small request, one small answer, within limits.

Authorities that answer over plain HTTP only are not asked from here: the request file can be sent by hand.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from collectors.bounded_client import client
from collectors.fetch import Limits
from data.errors import BadInput, ReinstateError

LIMITS = Limits(connect_s=5.0, read_s=15.0, total_s=30.0, body=200_000)  # a token with certificates has some 6,000


def ask(url: str, request: bytes, *, local: str | None = None) -> bytes:
    """The authority's answer, not checked yet; ``local`` is a stand-in on this machine.

    Raises ReinstateError when none comes, BadInput for an address or an answer that is of no use.
    """
    headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
    host = urlsplit(url).hostname or ""
    try:
        with client([host], local, LIMITS) as asking:
            answer = asking.post(local or url, content=request, headers=headers)
    except httpx.InvalidURL:
        raise BadInput("audit.timestamp_url: is no address") from None
    except httpx.HTTPError as error:
        raise ReinstateError(f"the time-stamp authority gave no answer ({type(error).__name__}): try later") from None
    if answer.status_code != 200:
        raise BadInput(f"the time-stamp authority answered with status {answer.status_code}")
    return answer.content
