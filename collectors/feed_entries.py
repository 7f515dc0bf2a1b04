"""Entries of a feed in any format, as mentions: an article each, known by its guid or link."""

from __future__ import annotations

import calendar
import hashlib
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser

from collectors import plain_text, watch
from collectors.amazon_reports import dates
from collectors.answers import Answer
from collectors.api_answers import mapping, text, time_of
from data.clean import clean
from data.clock import rfc3339
from data.domain import Author, HealthState, Mention, Source, Watch
from data.errors import StopRun

MAX_ENTRIES = 1000  # of one reading; feeds hold 10 to 100
_LONGEST_ID = 300
_SURPRISES = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Entries:
    """What one reading of a feed holds. ``undated`` are the entries without a time, by id, and when we first saw them:
    the next reading is given them back, so that an article keeps its day."""

    mentions: tuple[Mention, ...]
    undated: Mapping[str, str]
    skipped: Mapping[str, int]


def read(
    answer: Answer, watches: Sequence[Watch], now: datetime, undated: Mapping[str, Any], who: str = "the feed"
) -> Entries:
    """The entries that are about one of ``watches``; raises StopRun when the answer is no feed."""
    found = _parsed(answer, who)
    publisher = _plain(mapping(found.feed).get("title")) or (urlsplit(answer.url).hostname or "")
    language = text(mapping(found.feed).get("language"))
    mentions: list[Mention] = []
    kept: dict[str, str] = {}
    skipped: dict[str, int] = {}
    for entry in found.entries[:MAX_ENTRIES]:
        native = _native_id(entry, answer.url)
        if native is None:
            skipped["no id, link or title"] = skipped.get("no id, link or title", 0) + 1
            continue
        at = _moment(entry, "published", now) or _moment(entry, "updated", now)
        if at is None:
            at = time_of(undated.get(native)) or now
            kept[native] = rfc3339(at)
        made = _mention(entry, native, at, watches, publisher, language, now)
        if made is not None:
            mentions.append(made)
    return Entries(tuple(mentions), kept, skipped)


def _parsed(answer: Answer, who: str) -> Any:
    told = {k: v for k, v in answer.headers.items() if k in ("content-type", "content-language")}
    try:
        # a stream, never the bytes themselves: feedparser would try them as a file name
        found = feedparser.parse(io.BytesIO(answer.body), response_headers=told | {"content-location": answer.url})
    except _SURPRISES:
        raise StopRun(f"{who} cannot be read as a feed", state=HealthState.BROKEN_LAYOUT) from None
    if not found.entries and not found.get("version"):
        raise StopRun(f"{who} is not a feed: check its address", state=HealthState.BROKEN_LAYOUT)
    return found


def _native_id(entry: Mapping[str, Any], feed_url: str) -> str | None:
    guid, link, title = text(entry.get("id")).strip(), text(entry.get("link")).strip(), text(entry.get("title"))
    if guid and ":" not in guid:
        guid = f"{urlsplit(feed_url).hostname}#{guid}"  # a number that other feeds count with, too
    native = guid or link
    if not native and title:
        native = "title:" + _digest(f"{urlsplit(feed_url).hostname}\x1f{title}")
    native = clean(native)
    return (native if len(native) <= _LONGEST_ID else "sha256:" + _digest(native)) or None


def _moment(entry: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """The entry's time in any spelling; None without one, and for one that is not of this world or still to come."""
    parsed = _own(entry, f"{name}_parsed")
    try:
        if isinstance(parsed, time.struct_time):
            at = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        else:
            at = dates.moment(text(_own(entry, name)).strip())
    except _SURPRISES:
        return None
    return at if at.year > dates.FIRST_YEAR and at <= now + timedelta(days=1) else None


def _own(entry: Mapping[str, Any], name: str) -> object:
    """What the entry itself says: feedparser's own look-up passes one time off as the other."""
    return dict.get(entry, name) if isinstance(entry, dict) else None


def _mention(
    entry: Mapping[str, Any],
    native: str,
    at: datetime,
    watches: Sequence[Watch],
    publisher: str,
    language: str,
    now: datetime,
) -> Mention | None:
    title, words, link = _plain(entry.get("title")), _words(entry), text(entry.get("link"))
    said = "\n".join((title, words, link))
    hit = next((h for w in watches if (h := watch.match(w, said))), None)
    if hit is None:
        return None
    origin = mapping(entry.get("source"))  # who wrote it, when the feed gathers from others
    name = _plain(origin.get("title")) or publisher
    host = urlsplit(text(origin.get("href")) or link).hostname or name
    code = (text(entry.get("language")) or language)[:2].lower()
    updated = _moment(entry, "updated", now)
    return Mention(
        Source.FEED,
        native,
        words or title,
        at,
        # the paper or blog, not the journalist: no more about a person than is needed
        Author(Source.FEED, host, name or None) if host else None,
        title=title or None,
        url=link if link.startswith(("http://", "https://")) else None,
        language=code if len(code) == 2 and code.isalpha() else None,
        updated_at=updated if updated and updated > at else None,
        kind="article",
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _words(entry: Mapping[str, Any]) -> str:
    """The longest of what the feed gives: the whole article where it has it, else its summary."""
    contents = entry.get("content")
    held = [mapping(c).get("value") for c in contents] if isinstance(contents, list) else []
    return max((_plain(value) for value in (*held, entry.get("summary"))), key=len)


def _plain(value: object) -> str:
    return plain_text.of_html(clean(text(value)))


def _digest(spelled: str) -> str:
    return hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()[:40]
