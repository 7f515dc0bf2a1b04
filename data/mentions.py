"""Storing mentions: upsert by (source, native id), revisions, tombstones, cursors. One transaction a page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from data import copies, daily, duplicates, erasure, spam
from data.clean import clean, clean_or_none
from data.clock import rfc3339
from data.domain import Author, Cursor, Mention, Page, Source
from data.schema.intake import author, cursor, mention, mention_revision
from data.store import Tx
from data.upsert import chunks, upsert


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a page changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.gone + other.gone,
        )


def add_page(tx: Tx, page: Page) -> Stored:
    """Store a page's mentions, its confirmed deletions and its cursor together."""
    stored = add(tx, copies.fill(tx, page.mentions))
    gone = erasure.mark_gone(tx, page.cursor.source, page.gone)
    set_cursor(tx, page.cursor)
    return stored + Stored(gone=gone)


def add(tx: Tx, mentions: Sequence[Mention]) -> Stored:
    """Insert new mentions, keep a revision of changed ones, touch the rest. A tombstone is never filled again."""
    unique = {(m.source, m.native_id): m for m in mentions}
    total = Stored()
    for part in chunks(list(unique.values())):
        total += _add_part(tx, part)
    return total


def _add_part(tx: Tx, part: Sequence[Mention]) -> Stored:
    authors = _author_ids(tx, [m.author for m in part if m.author is not None])
    known = _known(tx, part)
    rows = [_row(m, authors, tx) for m in part]
    fresh = [row for row in rows if (row["source"], row["native_id"]) not in known]
    seen = [(known[key], row) for row in rows if (key := (row["source"], row["native_id"])) in known]
    changed = [(old, row) for old, row in seen if old.digest != row["digest"] and _is_newer(old, row)]
    before = daily.read_facts(tx, [old.id for old, _ in changed])
    if fresh:
        tx.conn.execute(mention.insert(), [row | {"revision": 1} for row in fresh])
    for old, row in changed:
        _revise(tx, old, row)
    _touch(tx, [old.id for old, _ in seen])
    now_known = _known(tx, part)
    touched = {(row["source"], row["native_id"]) for row in fresh} | {
        (row["source"], row["native_id"]) for _, row in changed
    }
    ids = [now_known[key].id for key in touched]
    daily.move(tx, before, daily.read_facts(tx, ids))
    duplicates.regroup(tx, ids)
    spam.flag_campaigns(tx, {now_known[key].text_key for key in touched} | {old.text_key for old, _ in changed})
    return Stored(len(fresh), len(changed), len(seen) - len(changed))


def _is_newer(old: Any, row: dict[str, Any]) -> bool:
    """Whether a differing copy is to be written: never over a tombstone, never an older version over a newer one."""
    if old.gone_at is not None:
        return False
    return old.updated_at is None or (row["updated_at"] is not None and row["updated_at"] >= old.updated_at)


def _known(tx: Tx, part: Sequence[Mention]) -> dict[tuple[str, str], Any]:
    found = {}
    for source in {m.source for m in part}:
        ids = [m.native_id for m in part if m.source == source]
        shown = {erasure.tombstone(tx, source.value, native): native for native in ids} | {
            native: native for native in ids
        }
        query = select(
            mention.c.id,
            mention.c.source,
            mention.c.native_id,
            mention.c.digest,
            mention.c.gone_at,
            mention.c.updated_at,
            mention.c.revision,
            mention.c.text_key,
        ).where(mention.c.source == source.value, mention.c.native_id.in_(shown))
        found.update({(row.source, shown[row.native_id]): row for row in tx.conn.execute(query)})
    return found


def _author_ids(tx: Tx, authors: Sequence[Author]) -> dict[tuple[str, str], int]:
    unique = {(a.source.value, a.native_id): a for a in authors}
    upsert(
        tx.conn,
        author,
        [
            {
                "source": a.source.value,
                "native_id": a.native_id,
                "name": clean_or_none(a.name),
                "handle": clean_or_none(a.handle),
                "country": a.country,
                "first_seen": tx.now,
                "person": duplicates.person_key(a),
            }
            for a in unique.values()
        ],
        key=("source", "native_id"),
        update=("name", "handle", "country"),
    )
    ids = {}
    for source in {key[0] for key in unique}:
        natives = [native for origin, native in unique if origin == source]
        query = select(author.c.id, author.c.native_id).where(
            author.c.source == source, author.c.native_id.in_(natives)
        )
        ids.update({(source, row.native_id): row.id for row in tx.conn.execute(query)})
    return ids


def _row(m: Mention, authors: dict[tuple[str, str], int], tx: Tx) -> dict[str, Any]:
    words = clean(m.text)
    title = clean_or_none(m.title)
    reply = m.reply
    spam_reason = spam.DECLARED if m.is_spam else spam.reason(title, words)
    return {
        "source": m.source.value,
        "native_id": m.native_id,
        "kind": m.kind,
        "author": authors[m.author.source.value, m.author.native_id] if m.author else None,
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
        "text_key": duplicates.text_key(duplicates.normalised(title, words)),
        "watch": m.watch,
        "watch_reason": m.watch_reason,
        "collected_at": tx.now,
        "checked_at": tx.now,
        "digest": _digest(m, title, words),
    }


def _digest(m: Mention, title: str | None, words: str) -> str:
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


def _revise(tx: Tx, old: Any, row: dict[str, Any]) -> None:
    current = tx.conn.execute(
        select(mention.c.title, mention.c.text, mention.c.rating).where(mention.c.id == old.id)
    ).one()
    tx.conn.execute(
        mention_revision.insert().values(
            mention=old.id,
            revision=old.revision,
            title=current.title,
            text=current.text,
            rating=current.rating,
            seen_at=tx.now,
        )
    )
    words_changed = (current.title, current.text, current.rating) != (row["title"], row["text"], row["rating"])
    kept = {"source", "native_id", "collected_at"} | (set() if words_changed else {"language"})
    facts = {name: value for name, value in row.items() if name not in kept}
    tx.conn.execute(
        update(mention)
        .where(mention.c.id == old.id)
        .values(**facts, **(erasure.FORGET if words_changed else {}), revision=old.revision + 1)
    )


def _touch(tx: Tx, ids: Sequence[int]) -> None:
    if ids:
        tx.conn.execute(
            update(mention).where(mention.c.id == bindparam("m")).values(checked_at=tx.now), [{"m": i} for i in ids]
        )


def get_cursor(tx: Tx, source: Source, partition: str) -> Cursor | None:
    """The stored position of one partition, or None before its first page."""
    row = tx.conn.execute(
        select(cursor.c.state).where(cursor.c.source == source.value, cursor.c.partition == partition)
    ).first()
    return Cursor(source, partition, row.state) if row else None


def set_cursor(tx: Tx, position: Cursor) -> None:
    """Move a partition's position; call it in the transaction that stores its page."""
    upsert(
        tx.conn,
        cursor,
        [
            {
                "source": position.source.value,
                "partition": position.partition,
                "state": dict(position.state),
                "moved_at": tx.now,
            }
        ],
        key=("source", "partition"),
        update=("state", "moved_at"),
    )


def drop_cursor(tx: Tx, source: Source, partition: str) -> None:
    """Forget a partition's position: its next reading begins anew."""
    tx.conn.execute(delete(cursor).where(cursor.c.source == source.value, cursor.c.partition == partition))


def to_recheck(tx: Tx, source: Source, before: Any, limit: int) -> tuple[str, ...]:
    """Native ids of live mentions last confirmed before ``before`` (aware UTC), longest unconfirmed first."""
    query = (
        select(mention.c.native_id)
        .where(mention.c.source == source.value, mention.c.gone_at.is_(None), mention.c.checked_at < before)
        .order_by(mention.c.checked_at)
        .limit(limit)
    )
    return tuple(tx.conn.execute(query).scalars())


def confirm(tx: Tx, source: Source, native_ids: Sequence[str]) -> None:
    """Note that the source still shows these mentions."""
    for part in chunks(native_ids):
        tx.conn.execute(
            update(mention)
            .where(mention.c.source == source.value, mention.c.native_id.in_(part))
            .values(checked_at=tx.now)
        )
