"""Pages since 2023 (layouts L3 to L5): everything stands in the ``__NEXT_DATA__`` block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from collectors.trustpilot.page import Business, Outcome, ParsedPage, Review, ReviewAuthor, ReviewReply, code, moment

# every field of a review seen from 2023 to 2026; another one is counted, so that a change of layout is noticed
_KNOWN = {
    "id", "filtered", "pending", "isPending", "text", "rating", "labels", "title", "likes", "source", "dates",
    "report", "hasUnhandledReports", "consumer", "reply", "consumersReviewCountOnSameDomain",
    "consumersReviewCountOnSameLocation", "productReviews", "language", "location",
}  # fmt: skip


def read_document(document: Mapping[str, Any]) -> ParsedPage:
    """What the data block says. A redirect to the sign-in page inside it is a gate, not an empty profile."""
    props = _mapping(document.get("props")).get("pageProps")
    if not isinstance(props, Mapping):
        return ParsedPage(Outcome.LAYOUT_UNKNOWN)
    if "__N_REDIRECT" in props:
        target = str(props["__N_REDIRECT"])
        return ParsedPage(Outcome.GATED if "/users/connect" in target or "login" in target else Outcome.NOT_A_PROFILE)
    unit, rows = props.get("businessUnit"), props.get("reviews")
    if not isinstance(unit, Mapping) or not isinstance(rows, list):
        return ParsedPage(Outcome.NOT_A_PROFILE)
    return _profile(props, unit, rows)


def _profile(props: Mapping[str, Any], unit: Mapping[str, Any], rows: list[Any]) -> ParsedPage:
    business = Business(_text(unit.get("id")), _text(unit.get("displayName")), _text(unit.get("identifyingName")))
    filters = _mapping(props.get("filters"))
    total = _mapping(filters.get("pagination")).get("totalCount")
    reviews = tuple(review for row in rows if isinstance(row, Mapping) and (review := review_of(row)) is not None)
    unknown = Counter(key for row in rows if isinstance(row, Mapping) for key in row if key not in _KNOWN)
    if rows and not reviews:
        return ParsedPage(Outcome.LAYOUT_UNKNOWN, business, unknown_fields=dict(unknown))
    outcome = Outcome.OK if reviews else Outcome.EMPTY
    return ParsedPage(
        outcome, business, len(reviews), total if isinstance(total, int) else None, reviews, dict(unknown)
    )


def review_of(row: Mapping[str, Any]) -> Review | None:
    """One review object, or None when it has no id, rating or date: such a row proves nothing."""
    dates, consumer = _mapping(row.get("dates")), _mapping(row.get("consumer"))
    published = moment(dates.get("publishedDate"))
    review_id, rating = code(row.get("id")), row.get("rating")
    if review_id is None or not isinstance(rating, int) or not 1 <= rating <= 5:
        return None
    reviews = consumer.get("numberOfReviews")
    likes = row.get("likes")
    return Review(
        id=review_id,
        rating=rating,
        title=_text(row.get("title")) or "",
        text=_text(row.get("text")) or "",
        published_at=published,
        language=_text(row.get("language")),
        updated_at=moment(dates.get("updatedDate")),
        experienced_at=moment(dates.get("experiencedDate")),
        author=ReviewAuthor(
            code(consumer.get("id")),
            _text(consumer.get("displayName")),
            _text(consumer.get("countryCode")),
            reviews if isinstance(reviews, int) else None,
        ),
        reply=_reply(row.get("reply")),
        verification=_text(_mapping(_mapping(row.get("labels")).get("verification")).get("verificationLevel")),
        likes=likes if isinstance(likes, int) else 0,
    )


def _reply(row: object) -> ReviewReply | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("message"), str):
        return None
    return ReviewReply(row["message"], moment(row.get("publishedDate")), moment(row.get("updatedDate")))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
