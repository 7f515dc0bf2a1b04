"""What a page says, whatever its layout, and its two outward forms: the contract's line and mentions."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from data.clock import rfc3339
from data.domain import Author, Mention, Reply, Source


class Outcome(StrEnum):
    """What kind of answer a page is. Only OK and EMPTY may move a cursor; a wall is never "no reviews"."""

    OK = "ok"
    EMPTY = "empty"
    GATED = "gated"
    BLOCKED = "blocked"
    NOT_A_PROFILE = "not_a_profile"
    LAYOUT_UNKNOWN = "layout_unknown"
    DISALLOWED = "disallowed"


@dataclass(frozen=True, slots=True)
class Business:
    """Whose profile the page is."""

    id: str | None = None
    name: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewAuthor:
    """Who wrote a review, as shown."""

    id: str | None
    name: str | None
    country: str | None = None
    reviews: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewReply:
    """The business's answer below a review."""

    text: str
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One review. Times are aware UTC; ``experienced_at`` is a day at midnight UTC."""

    id: str
    rating: int
    title: str
    text: str
    published_at: datetime | None
    language: str | None = None
    updated_at: datetime | None = None
    experienced_at: datetime | None = None
    author: ReviewAuthor = ReviewAuthor(None, None)
    reply: ReviewReply | None = None
    verification: str | None = None
    likes: int = 0
    reference: str | None = None  # only the business itself is told: private API and webhooks


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """One page: its outcome, the business, how many reviews it shows and how many there are in all."""

    outcome: Outcome
    business: Business = Business()
    shown: int = 0
    total: int | None = None
    reviews: tuple[Review, ...] = ()
    unknown_fields: dict[str, int] = field(default_factory=dict)


def moment(value: object) -> datetime | None:
    """The time in an ISO 8601 text with ``Z``, an offset or a fraction; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter for a day beyond the calendar in UTC
        return None


_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def code(value: object) -> str | None:
    """An id or a code; anything else that stands in its place could not be stored, and is not read."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def contract(file: str, page: ParsedPage) -> dict[str, Any]:
    """The line that ``reinstate parse trustpilot`` prints for one file; the texts stand as published."""
    return {
        "file": file,
        "outcome": page.outcome.value,
        "business": asdict(page.business),
        "shown": page.shown,
        "total": page.total,
        "reviews": [_line(review) for review in page.reviews],
    }


def _line(r: Review) -> dict[str, Any]:
    return {
        "id": r.id,
        "rating": r.rating,
        "title": r.title,
        "text": r.text,
        "language": r.language,
        "published_at": _spelled(r.published_at),
        "updated_at": _spelled(r.updated_at),
        "experienced_at": _spelled(r.experienced_at),
        "author": asdict(r.author),
        "reply": r.reply
        and {
            "text": r.reply.text,
            "published_at": _spelled(r.reply.published_at),
            "updated_at": _spelled(r.reply.updated_at),
        },
        "verification": r.verification,
    }


def _spelled(value: datetime | None) -> str | None:
    return rfc3339(value) if value else None


_E_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


def mentions(page: ParsedPage, watch: str | None = None) -> tuple[Mention, ...]:
    """The reviews as mentions; e-mail addresses (in about one of twelve) are not kept."""
    return tuple(_mention(r, r.published_at, page.business, watch) for r in page.reviews if r.published_at is not None)


def _mention(r: Review, published_at: datetime, business: Business, watch: str | None) -> Mention:
    return Mention(
        source=Source.TRUSTPILOT,
        native_id=r.id,
        text=_without_addresses(r.text or r.title),
        title=_without_addresses(r.title) or None,
        published_at=published_at,
        author=Author(Source.TRUSTPILOT, r.author.id or f"review:{r.id}", r.author.name, None, r.author.country),
        url=f"https://www.trustpilot.com/reviews/{r.id}",
        rating=r.rating,
        language=r.language if r.language and len(r.language) == 2 else None,
        country=r.author.country,
        updated_at=r.updated_at,
        experienced_at=r.experienced_at.date() if r.experienced_at else None,
        reply=Reply(r.reply.text, r.reply.published_at, r.reply.updated_at) if r.reply else None,
        verification=r.verification,
        reference=r.reference,
        reach=r.likes,
        watch=watch,
        watch_reason=f"profile:{business.domain}" if business.domain else "profile",
    )


def _without_addresses(text: str) -> str:
    return _E_MAIL.sub("[e-mail]", text)
