"""Trustpilot's webhook payloads: what each event means for the store."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from collectors.trustpilot.api_rows import api_review, unknown_fields
from collectors.trustpilot.page import Outcome, ParsedPage, code, mentions
from data.copies import filled
from data.domain import Cursor, Mention, Page, Source
from data.errors import BadInput

MAX_BODY = 1_000_000  # bytes; a payload holds a handful of reviews
MOST_EVENTS = 1_000
PARTITION = "webhook"
_CREATED, _UPDATED, _DELETED = (f"service-review-{what}" for what in ("created", "updated", "deleted"))
# what a payload leaves out although the review may have it
_UNTOLD = ("reference", "experienced_at", "verification", "reply", "country", "language", "updated_at", "author")
_MARK = b'"eventName"'


@dataclass(frozen=True, slots=True)
class Payload:
    """What the events say together: a page, and which of its reviews were only told to have been created."""

    page: Page
    created: frozenset[str]


def is_payload(raw: bytes) -> bool:
    """Whether a JSON file looks like a webhook's payload rather than like reviews."""
    return raw.lstrip()[:1] == b"{" and _MARK in raw[:4_096]


def read_payload(raw: bytes, watch: str | None = None) -> Payload:
    """The reviews that were written, and the ids of those that were deleted; the last event of a review counts.

    Events of other kinds (product reviews) are counted as skipped. Raises BadInput for anything that is no payload.
    """
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadInput("the webhook payload is no JSON") from None
    events = document.get("events") if isinstance(document, Mapping) else None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise BadInput("the webhook payload has no list of events")
    skipped: Counter[str] = Counter()
    last: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for event in events:
        name, facts = _event(event)
        review_id = code(facts.get("id"))
        if name not in (_CREATED, _UPDATED, _DELETED):
            skipped["other kind of event"] += 1
        elif review_id is None:
            skipped["no id"] += 1
        else:
            last[review_id] = (name, facts)
    return _payload(last, skipped, watch)


def completed(payload: Payload, stored: Mapping[str, Mention]) -> Page:
    """The page to store, given the stored copies of its reviews.

    A payload tells less than the other ways, so its gaps are filled. A creation that is told of a review we have is
    late or told twice: the words that we have may already be a later version, and stay.
    """
    page = payload.page
    return replace(page, mentions=tuple(_completed(m, stored.get(m.native_id), payload.created) for m in page.mentions))


def _completed(m: Mention, known: Mention | None, created: frozenset[str]) -> Mention:
    if known is None:
        return m
    if m.native_id in created:
        m = replace(m, title=known.title, text=known.text, rating=known.rating)
    if m.author is not None and known.author is not None and m.author.native_id == known.author.native_id:
        m = replace(m, author=replace(m.author, country=m.author.country or known.author.country))
    return filled(m, known, _UNTOLD)


def _payload(last: Mapping[str, tuple[str, Mapping[str, Any]]], skipped: Counter[str], watch: str | None) -> Payload:
    gone = tuple(review_id for review_id, (name, _) in last.items() if name == _DELETED)
    rows = [facts for name, facts in last.values() if name != _DELETED]
    reviews = tuple(review for row in rows if (review := api_review(row)) is not None and review.published_at)
    skipped["no rating or date"] += len(rows) - len(reviews)
    newest = max((r.published_at.isoformat() for r in reviews if r.published_at), default=None)
    cursor = Cursor(Source.TRUSTPILOT, PARTITION, {"newest": newest} if newest else {})
    found = mentions(ParsedPage(Outcome.OK, reviews=reviews), watch)
    created = frozenset(review_id for review_id, (name, _) in last.items() if name == _CREATED)
    return Payload(Page(found, cursor, gone, dict(+skipped), unknown_fields(rows)), created)


def _event(event: object) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(event, Mapping):
        return "", {}
    facts = event.get("eventData")
    return str(event.get("eventName")), facts if isinstance(facts, Mapping) else {}


def is_authentic(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether a request knows ``secret``; ``headers`` by lower-case name. Takes the same time for every wrong one.

    Three ways, none of them in the address, which ends up in logs: an HMAC-SHA256 of the body, hexadecimal, in
    ``x-reinstate-signature``; ``Authorization: Bearer`` with the secret; ``Basic`` with the secret as password, which
    is what Trustpilot sends when the subscription's address begins with ``https://name:secret@``.
    """
    if signature := headers.get("x-reinstate-signature"):
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return _same(signature.removeprefix("sha256=").strip().lower(), wanted)
    kind, _, told = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _same(told.strip(), secret)
    if kind.lower() == "basic":
        try:
            pair = base64.b64decode(told.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return False
        return _same(pair.partition(":")[2], secret)
    return False


def _same(told: str, wanted: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), wanted.encode())
