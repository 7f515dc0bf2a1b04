"""Review objects of the official API, public and private, and of webhook payloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from collectors.trustpilot.page import Review, ReviewAuthor, ReviewReply, code, moment

# every field of a review seen in the API's answers and in webhooks; another one is counted, never guessed at.
# ``referralEmail`` is an address of a customer: known, and left where it is
_KNOWN = {
    "id", "stars", "title", "text", "language", "createdAt", "updatedAt", "experiencedAt", "consumer", "companyReply",
    "reviewVerificationLevel", "numberOfLikes", "referenceId", "links", "businessUnit", "location", "locationId",
    "status", "reportData", "complianceLabels", "countsTowardsTrustScore", "countsTowardsLocationTrustScore",
    "isVerified", "source", "sourceInfo", "invitation", "reviewLabels", "tags", "link", "referralEmail", "findReviewer",
    "businessUnitHistory", "orderId",
}  # fmt: skip


def api_review(row: Mapping[str, Any]) -> Review | None:
    """One review object, or None when it has no usable id or rating: such a row proves nothing."""
    stars, review_id = row.get("stars"), code(row.get("id"))
    if review_id is None or isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
        return None
    consumer = _mapping(row.get("consumer"))
    likes, reviews = row.get("numberOfLikes"), consumer.get("numberOfReviews")
    return Review(
        id=review_id,
        rating=stars,
        title=_text(row.get("title")) or "",
        text=_text(row.get("text")) or "",
        published_at=moment(row.get("createdAt")),
        language=code(row.get("language")),
        updated_at=moment(row.get("updatedAt")),
        experienced_at=moment(row.get("experiencedAt")),
        author=ReviewAuthor(
            code(consumer.get("id")),
            _text(consumer.get("displayName")) or _text(consumer.get("name")),
            code(consumer.get("countryCode")),
            reviews if isinstance(reviews, int) else None,
        ),
        reply=_reply(row.get("companyReply")),
        verification=code(row.get("reviewVerificationLevel")),
        likes=likes if isinstance(likes, int) and likes > 0 else 0,
        reference=_text(row.get("referenceId")),
    )


def unknown_fields(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How often each field occurs that no answer has had before."""
    return dict(Counter(key for row in rows for key in row if key not in _KNOWN))


def _reply(row: object) -> ReviewReply | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        return None
    return ReviewReply(row["text"], moment(row.get("createdAt")), moment(row.get("updatedAt")))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
