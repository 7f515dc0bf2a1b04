"""Mentions from files: exports of other tools and pasted evidence, as CSV or JSON Lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.amazon_reports import values
from collectors.amazon_reports.encoding import decode
from collectors.amazon_reports.tables import Reject, canonical, cell, read_sheet
from data.domain import Author, Mention, Source

_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "mention-id", "native-id"),
    "text": ("text", "body", "content", "message", "full-text", "snippet"),
    "title": ("title", "headline", "subject"),
    "date": ("published-at", "date", "created-at", "published", "time"),
    "source": ("source", "platform", "channel"),
    "author": ("author", "author-name", "user", "name"),
    "handle": ("author-handle", "handle", "username"),
    "rating": ("rating", "stars", "score"),
    "language": ("language", "lang"),
    "country": ("country", "market"),
    "url": ("url", "link", "permalink"),
    "reference": ("reference", "order-id", "reference-number"),
}
_SOURCES = {s.value: s for s in Source} | {"twitter": Source.X}


@dataclass(frozen=True, slots=True)
class MentionReport:
    """What a file of mentions holds."""

    format: str
    encoding: str
    rows_read: int
    mentions: tuple[Mention, ...]
    rejects: tuple[Reject, ...]


def read_mentions(raw: bytes, name: str) -> MentionReport:
    """Read CSV or JSON Lines; a row needs a text and a date. A row without an id is known by its own content."""
    text, encoding = decode(raw)
    is_json = text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[")
    rows = _json_rows(text) if is_json else read_sheet(raw, name).rows()
    made: list[Mention] = []
    rejects: list[Reject] = []
    read = 0
    for line, row in rows:
        read += 1
        try:
            made.append(_mention({canonical(k): "" if v is None else str(v) for k, v in row.items()}))
        except ValueError as error:
            rejects.append(Reject(line, str(error)))
    return MentionReport("mentions_jsonl" if is_json else "mentions_csv", encoding, read, tuple(made), tuple(rejects))


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        yield number, value if isinstance(value, dict) else {"": "not a JSON object"}


def _mention(row: Mapping[str, str]) -> Mention:
    def get(name: str) -> str | None:
        return cell(row, *_NAMES[name])

    text, when = get("text"), get("date")
    if text is None:
        raise ValueError("no text")
    if when is None:
        raise ValueError("no date")
    try:
        published = values.moment(when)
    except ValueError:
        raise ValueError("the date cannot be read") from None
    stars = get("rating")
    if stars is not None and (not stars.isdigit() or not 1 <= int(stars) <= 5):
        raise ValueError("rating is not a number from 1 to 5")
    source = _SOURCES.get((get("source") or "paste").lower(), Source.PASTE)
    native = get("id") or hashlib.sha256(f"{when}\x1f{get('author')}\x1f{text}".encode()).hexdigest()[:24]
    author, handle = get("author"), get("handle")
    country = get("country")
    return Mention(
        source,
        native,
        text,
        published,
        Author(source, handle or author or native, author, handle) if author or handle else None,
        title=get("title"),
        url=get("url"),
        rating=int(stars) if stars else None,
        language=get("language"),
        country=country.upper() if country and len(country) == 2 else None,
        reference=get("reference"),
        kind="post",
    )
