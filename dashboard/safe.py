"""Untrusted text made harmless for the slots that interpret it.

Most third-party text goes to components that only ever set ``textContent``; these functions are for the rest.
"""

from __future__ import annotations

import re

_JOINER = "\u2060"  # invisible, breaks no line: it keeps autolinks and :name: directives from being recognised
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:&^=\"'@/%])")
_AFTER = re.compile(r"([:@./])(?=\S)")
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][^\s<>\"'`\\{}|^\x00-\x20]*)?", re.ASCII)


def plain(text: str, limit: int = 5_000) -> str:
    """One line without control, bidi or zero-width characters, at most ``limit`` characters."""
    return cut(_SPACE.sub(" ", _INVISIBLE.sub(" ", text)).strip(), limit)


def label(text: str, limit: int = 200) -> str:
    """``text`` for a Markdown slot (labels, captions, alerts): every mark escaped, no link or directive left."""
    escaped = _MARKS.sub(r"\\\1", plain(text, limit))
    broken = re.sub(r"(?i)(w)(ww)", rf"\1{_JOINER}\2", escaped)
    return _AFTER.sub(rf"\1{_JOINER}", broken).replace("\\@", f"{_JOINER}\\@")


def plot(text: str, limit: int = 80) -> str:
    """``text`` for a plotly title, tick or hover: plotly reads a subset of HTML."""
    return plain(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, the last one an ellipsis when something was left out."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def web_address(url: str | None) -> str | None:
    """``url`` when it is a plain http(s) address that may be offered as a link, else None."""
    return url if url is not None and len(url) <= 2_000 and _WEB.fullmatch(url) else None


def host(url: str) -> str:
    """The host of an address that ``web_address`` let through."""
    return url.split("/", 3)[2].rpartition("@")[2]
