"""How a mention is spelled in its table: cleaned, with the keys by which copies and changes of it are known."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from data import duplicates, spam
from data.clean import clean, clean_or_none
from data.clock import rfc3339
from data.domain import Mention


def row_of(m: Mention, account: int | None, at: datetime) -> dict[str, Any]:
    """The row of a mention collected ``at`` (aware UTC), written by the stored account ``account``; without its id."""
    words = clean(m.text)
    title = clean_or_none(m.title)
    reply = m.reply
    said = duplicates.normalised(title, words)
    spam_reason = spam.DECLARED if m.is_spam else spam.reason_of(said, words)
    return {
        "source": m.source.value,
        "native_id": m.native_id,
        "kind": m.kind,
        "author": account,
        "title": title,
        "text": words,
        "url": m.url,
        "rating": m.rating,
        "declared_language": m.language,
        "language": m.language,
        "country": m.country,
        "published_at": m.published_at,
        "updated_at": m.updated_at,
        "experienced_at": m.experienced_at,
        "reply_text": clean_or_none(reply.text) if reply else None,
        "reply_at": reply.published_at if reply else None,
        "verification": m.verification,
        "reference": clean_or_none(m.reference),
        "repeats": m.repeats,
        "reach": m.reach,
        "is_own": m.is_own,
        "is_spam": spam_reason is not None,
        "spam_reason": spam_reason,
        "text_key": duplicates.text_key(said),
        "watch": m.watch,
        "watch_reason": m.watch_reason,
        "collected_at": at,
        "checked_at": at,
        "revision": 1,
        "digest": digest(m, title, words),
    }


def digest(m: Mention, title: str | None, words: str) -> str:
    """Over what a person said and we answered; reach and check times may move without making a revision."""
    reply = m.reply
    parts = (
        title or "",
        words,
        str(m.rating),
        m.reference or "",
        rfc3339(m.updated_at) if m.updated_at else "",
        reply.text if reply else "",
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
