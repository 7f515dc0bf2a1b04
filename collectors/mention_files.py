"""Mentions from files: exports of other tools and pasted evidence, as CSV, JSON or JSON Lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors import permalinks
from collectors.amazon_reports import dates
from collectors.amazon_reports.columns import Fields, Row, canonical, pick
from collectors.amazon_reports.encoding import decode
from collectors.amazon_reports.rows import Told, date_order, warnings
from collectors.amazon_reports.tables import Reject, need, read_sheet
from collectors.json_records import records, words
from data.domain import Author, Mention, Source
from data.errors import BadInput, SkipItem

FIELDS: Fields = {
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
_SOURCES = {s.value: s for s in Source} | {"twitter": Source.X, "x.com": Source.X}
_KINDS = {Source.TRUSTPILOT: "review", Source.SELLER_FEEDBACK: "feedback", Source.RETURN_COMMENT: "return"}


@dataclass(frozen=True, slots=True)
class MentionReport:
    """What a file of mentions holds; a reject's line is its line in tables and JSON Lines, its position elsewhere."""

    format: str  # mentions_csv or mentions_json
    encoding: str
    rows_read: int
    mentions: tuple[Mention, ...]
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[str, ...] = ()


def read_mentions(
    raw: bytes, name: str, source: Source = Source.PASTE, columns: Mapping[str, str] | None = None
) -> MentionReport:
    """Read mentions; a row needs a text and a date. A row without an id is known by its own content.

    ``columns`` maps our FIELDS to the file's own columns; ``source`` counts for rows that name none we know. Raises
    BadInput for an unknown field, a file of another form, and a table without a text or a date column.
    """
    wrong = sorted(set(columns or {}) - set(FIELDS))
    if wrong:
        raise BadInput(f"column map: {wrong[0]!r} is not one of our fields ({', '.join(FIELDS)})")
    wanted = {**FIELDS, **{field: (canonical(column),) for field, column in (columns or {}).items()}}
    told: Told = Counter()
    if raw[:64].lstrip(b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n")[:1] in (b"{", b"["):
        text, encoding = decode(raw, name)
        return _gathered("mentions_json", encoding, _json_rows(text, name, wanted), source, dates.DAY_FIRST, told)
    sheet = read_sheet(raw, name)
    need(sheet, wanted, "text", "date")
    order = date_order(sheet, wanted, ("date",), told)
    return _gathered("mentions_csv", sheet.encoding, sheet.rows(wanted), source, order, told)


def _json_rows(text: str, name: str, wanted: Fields) -> Iterator[tuple[int, Row | None]]:
    for number, value in records(text, name):
        is_object = isinstance(value, Mapping)
        yield number, pick({canonical(k): words(v) for k, v in value.items()}, wanted) if is_object else None


def _gathered(
    form: str, encoding: str, rows: Iterator[tuple[int, Row | None]], source: Source, order: str, told: Told
) -> MentionReport:
    made: list[Mention] = []
    rejects: list[Reject] = []
    for line, row in rows:
        try:
            made.append(_mention(row, source, order, told))
        except SkipItem as skipped:
            rejects.append(Reject(line, str(skipped)))
    return MentionReport(form, encoding, len(made) + len(rejects), tuple(made), tuple(rejects), warnings(told))


def _mention(row: Row | None, default: Source, order: str, told: Told) -> Mention:
    if row is None:
        raise SkipItem("not a JSON object")
    text = row.get("text")
    if text is None:
        raise SkipItem("text is empty")
    url = row.get("url", "")
    shown = permalinks.source_of(url)  # the rules of the site that it stands on hold, whatever the file leaves out
    source = _SOURCES.get(row.get("source", "").lower()) or shown or default
    author, handle = row.get("author"), row.get("handle")
    native = row.get("id") or (permalinks.native_id(url) if source is shown else None) or _content_id(row)
    country, language = row.get("country", ""), row.get("language", "").lower().partition("-")[0]
    return Mention(
        source,
        native,
        text,
        _published(row, order, told),
        Author(source, handle or author or native, author, handle) if author or handle else None,
        title=row.get("title"),
        url=row.get("url"),
        rating=_rating(row),
        language=language if len(language) == 2 else None,
        country=country.upper() if len(country) == 2 else None,
        reference=row.get("reference"),
        kind=_KINDS.get(source, "post"),
    )


def _content_id(row: Row) -> str:
    spelled = "\x1f".join(row.get(name, "") for name in ("date", "author", "handle", "text"))
    return hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()[:24]


def _published(row: Row, order: str, told: Told) -> datetime:
    text = row.get("date")
    if text is None:
        raise SkipItem("date is empty")
    if dates.is_naive(text):
        told["time without a zone: taken as UTC"] += 1
    try:
        return dates.moment(text, order)
    except ValueError:
        raise SkipItem("date cannot be read") from None


def _rating(row: Row) -> int | None:
    text = row.get("rating")
    if text is None:
        return None
    stars = text.removesuffix(".0")
    if stars not in ("1", "2", "3", "4", "5"):
        raise SkipItem("rating is not a number from 1 to 5")
    return int(stars)
