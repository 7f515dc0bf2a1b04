"""Feeds in the three usual formats, and a site of them that knows when one has not changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from data.clock import rfc3339


@dataclass(frozen=True, slots=True)
class Article:
    """An invented article; ``date`` is written as it is when it is a text."""

    link: str
    title: str
    body: str
    date: datetime | str | None = None
    guid: str = ""


def rss(articles: Sequence[Article], title: str = "The Lamp Post", language: str = "en-gb") -> bytes:
    """RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{escape(a.link)}</link>"
        f"<description>{escape(a.body)}</description>"
        + (f'<guid isPermaLink="false">{escape(a.guid)}</guid>' if a.guid else "")
        + (f"<pubDate>{escape(_mail(a.date))}</pubDate>" if a.date else "")
        + "</item>"
        for a in articles
    )
    head = f"<title>{escape(title)}</title><link>https://lamp-post.example/</link><language>{language}</language>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def atom(articles: Sequence[Article], title: str = "The Lamp Post") -> bytes:
    """Atom 1.0, with whole articles as HTML."""
    entries = "".join(
        f'<entry><title>{escape(a.title)}</title><link href="{escape(a.link)}"/><id>{escape(a.guid or a.link)}</id>'
        f'<content type="html">{escape(a.body)}</content>'
        + (f"<published>{a.date if isinstance(a.date, str) else rfc3339(a.date)}</published>" if a.date else "")
        + "</entry>"
        for a in articles
    )
    head = f"<title>{escape(title)}</title><id>urn:lamp-post</id>"
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'.encode()


def answer(body: bytes, sent: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers for a feed that a reader may have seen before."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    told = {"content-type": "application/rss+xml", "etag": tag}
    return (304, b"", told) if sent.get("if-none-match") == tag else (200, body, told)


def _mail(date: datetime | str) -> str:
    return date if isinstance(date, str) else format_datetime(date)
