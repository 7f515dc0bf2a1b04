"""A text that a person pasted, with what they know about it, as a mention."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from collectors import permalinks
from collectors.amazon_reports.dates import FIRST_YEAR
from collectors.helpdesk.common import order_in
from data.clean import clean, clean_or_none
from data.domain import Author, Mention, Source
from data.errors import BadInput

MAX_TEXT = 20_000  # characters; the longest review of any known platform has 10,000
_KINDS = {
    Source.TRUSTPILOT: "review", Source.SELLER_FEEDBACK: "feedback", Source.RETURN_COMMENT: "return",
    Source.CLAIM: "claim", Source.FEED: "article",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pasted:
    """What the form holds, as typed. ``rating`` is 1-5, None where there is none; ``day`` None when unknown."""

    text: str
    source: Source = Source.PASTE
    author: str = ""
    handle: str = ""
    title: str = ""
    url: str = ""
    day: date | datetime | None = None
    rating: int | None = None
    language: str = ""
    country: str = ""


def as_mention(pasted: Pasted, now: datetime) -> Mention:
    """The mention; known by its own content, so that pasting it twice stores it once.

    The address settles more than the form does: on a known site its source (whose rules then hold) and, where it
    shows one, the id that the collector of that source would store it under. A day without a clock counts from its
    midnight in UTC; no day at all means now. An order id in the text becomes its reference.

    Raises BadInput, naming the field, for an empty or endless text, a day to come or before 1995, a rating outside
    1-5, an address that is no web address, and a language or country that is not two letters.
    """
    text = clean(pasted.text).strip()
    if not text:
        raise BadInput("text: is empty; paste what the person wrote")
    if len(text) > MAX_TEXT:
        raise BadInput(f"text: longer than {MAX_TEXT} characters; paste one post at a time, or import a file")
    if pasted.rating is not None and not 1 <= pasted.rating <= 5:
        raise BadInput("rating: a number from 1 to 5, or none")
    name, handle = clean_or_none(pasted.author), clean_or_none(pasted.handle.strip().lstrip("@"))
    url, published = _url(pasted.url), _moment(pasted.day, now)
    source = (permalinks.source_of(url) if url else None) or pasted.source
    native = (permalinks.native_id(url) if url else None) or _native_id(url or "", handle or name or "", text)
    return Mention(
        source,
        native,
        text,
        published,
        Author(source, handle or name or native, name, handle) if name or handle else None,
        title=clean_or_none(pasted.title),
        url=url,
        rating=pasted.rating,
        language=_code(pasted.language, "language").lower() or None,
        country=_code(pasted.country, "country").upper() or None,
        reference=order_in(text),
        kind=_KINDS.get(source, "post"),
    )


def _url(typed: str) -> str | None:
    url = typed.strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in url)
    except ValueError:
        is_web = False
    if not is_web or len(url) > 2000:
        raise BadInput("url: not a web address; copy it from the browser, or leave it empty")
    return url


def _moment(day: date | datetime | None, now: datetime) -> datetime:
    if day is None:
        return now
    at = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    if at.tzinfo is None:
        raise BadInput("date: a time needs a zone; give the day alone")
    if at > now + timedelta(days=1):  # the day may have begun further east
        raise BadInput("date: has not come yet")
    if at.year < FIRST_YEAR:
        raise BadInput(f"date: before {FIRST_YEAR}")
    return min(at.astimezone(now.tzinfo), now)


def _code(typed: str, field: str) -> str:
    code = typed.strip()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise BadInput(f"{field}: two letters, such as {'fr' if field == 'language' else 'FR'}, or empty")
    return code


def _native_id(url: str, who: str, text: str) -> str:
    spelled = "\x1f".join((url, who.casefold(), " ".join(text.split())))
    return "paste:" + hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()[:24]
