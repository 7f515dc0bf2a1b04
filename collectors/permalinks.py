"""What the address of a post says by itself: which source it is of, and the id it has there."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from data.domain import Source

_HOSTS = (
    (re.compile(r"(?:.+\.)?trustpilot\.(?:com|[a-z]{2})"), Source.TRUSTPILOT),
    (re.compile(r"(?:.+\.)?reddit\.com|redd\.it"), Source.REDDIT),
    (re.compile(r"(?:(?:www|mobile|m)\.)?(?:x|twitter)\.com"), Source.X),
    (re.compile(r"bsky\.app"), Source.BLUESKY),
    (re.compile(r"(?:(?:www|m)\.)?youtube\.com|youtu\.be"), Source.YOUTUBE),
)
_TRUSTPILOT = re.compile(r"/reviews/([0-9a-f]{24})(?:$|[/?#])")
_REDDIT = re.compile(r"/comments/([a-z0-9]{3,12})(?:/[^/]*(?:/([a-z0-9]{3,12}))?)?")
_X = re.compile(r"/status(?:es)?/(\d{1,20})(?:$|[/?#])")
_BLUESKY = re.compile(r"/profile/(did:[a-z0-9:.%-]+)/post/([a-z0-9]+)")


def source_of(url: str) -> Source | None:
    """The source whose site ``url`` is on, None for any other site and for what is no address."""
    host = _host(url)
    return next((source for pattern, source in _HOSTS if host and pattern.fullmatch(host)), None)


def native_id(url: str) -> str | None:
    """The id that our collectors store the post at ``url`` under; None when the address does not tell it."""
    source = source_of(url)
    if source is Source.TRUSTPILOT:
        return _first(_TRUSTPILOT.search(url))
    if source is Source.X:
        return _first(_X.search(url))
    if source is Source.REDDIT and (found := _REDDIT.search(urlsplit(url).path)):
        return f"t1_{found[2]}" if found[2] else f"t3_{found[1]}"
    if source is Source.BLUESKY and (found := _BLUESKY.search(url)):
        return f"at://{found[1]}/app.bsky.feed.post/{found[2]}"
    if source is Source.YOUTUBE:
        return next(iter(parse_qs(urlsplit(url).query).get("lc", [])), None)
    return None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _first(found: re.Match[str] | None) -> str | None:
    return found[1] if found else None
