"""Storing mentions: upsert by (source, native id), revisions, tombstones, cursors. One transaction a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from data import bulk, copies, daily, duplicates, erasure, spam
from data.among import among
from data.clean import clean_or_none
from data.domain import Author, Cursor, Mention, Page, Source
from data.mention_rows import row_of
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
    return add_pages(tx, [page])


def add_pages(tx: Tx, pages: Sequence[Page]) -> Stored:
    """As ``add_page`` for pages of one partition that follow one another, at least one; the last one's cursor stays."""
    total = Stored()
    for group in _apart(pages):
        total += add(tx, copies.fill(tx, [m for page in group for m in page.mentions]))
        gone = [native_id for page in group for native_id in page.gone]
        total += Stored(gone=erasure.mark_gone(tx, group[0].cursor.source, gone))
    set_cursor(tx, pages[-1].cursor)
    return total


def _apart(pages: Sequence[Page]) -> list[list[Page]]:
    """``pages`` in groups within which no mention is told of by two pages: there their order does not matter."""
    groups: list[list[Page]] = [[]]
    told: set[str] = set()
    for page in pages:
        ids = {m.native_id for m in page.mentions}.union(page.gone)
        if not told.isdisjoint(ids):
            groups.append([])
            told = set()
        groups[-1].append(page)
        told |= ids
    return groups


def add(tx: Tx, mentions: Sequence[Mention]) -> Stored:
    """Insert new mentions, keep a revision of changed ones, touch the rest. A tombstone is never filled again."""
    unique = {(m.source, m.native_id): m for m in mentions}
    total = Stored()
    for part in chunks(list(unique.values())):
        total += _add_part(tx, part)
    return total


def _add_part(tx: Tx, part: Sequence[Mention]) -> Stored:
    authors = _authors(tx, [m.author for m in part if m.author is not None])
    known = _known(tx, part)
    accounts = ((authors[m.author.source.value, m.author.native_id].id if m.author else None) for m in part)
    rows = [row_of(m, account, tx.now) for m, account in zip(part, accounts, strict=True)]
    fresh = [row for row in rows if (row["source"], row["native_id"]) not in known]
    seen = [(known[key], row) for row in rows if (key := (row["source"], row["native_id"])) in known]
    changed = [(old, row) for old, row in seen if old.digest != row["digest"] and _is_newer(old, row)]
    before = daily.read_facts(tx, [old.id for old, _ in changed])
    written = bulk.insert(tx.conn, mention, fresh, returning=("id", "source", "native_id"))
    ids = {(row.source, row.native_id): row.id for row in written}
    for old, row in changed:
        _revise(tx, old, row)
    if seen:
        tx.conn.execute(_TOUCH, {"ids": [old.id for old, _ in seen], "at": tx.now})
    daily.move(tx, before, [_facts(row) for row in fresh] + daily.read_facts(tx, [old.id for old, _ in changed]))
    people = {who.id: who.person for who in authors.values() if who.person}
    _settle(tx, fresh, ids, people, changed)
    return Stored(len(fresh), len(changed), len(seen) - len(changed))


def _facts(row: Mapping[str, Any]) -> daily.Facts:
    said = (row["published_at"], row["source"], row["country"], row["language"])
    return daily.Facts(*said, is_own=row["is_own"], repeats=row["repeats"], is_spam=row["is_spam"])


def _settle(
    tx: Tx,
    fresh: Sequence[dict[str, Any]],
    ids: Mapping[tuple[str, str], int],
    people: Mapping[int, str],
    changed: Sequence[tuple[Any, dict[str, Any]]],
) -> None:
    """Groups and campaigns, with what is new or says something else now. Most new mentions stand alone."""
    said = [(ids[row["source"], row["native_id"]], people.get(row["author"] or 0), row["text_key"]) for row in fresh]
    shared, counts = duplicates.in_company(
        tx, [who for _, who, _ in said if who is not None], [key for _, _, key in said if key is not None]
    )
    together = [i for i, who, key in said if who in shared or key in counts]
    moved = [key for old, row in changed for key in (old.text_key, row["text_key"])]
    if together or changed:
        duplicates.regroup(tx, [*together, *(old.id for old, _ in changed)])
    spam.flag_campaigns(tx, [*moved, *(key for key, n in counts.items() if n >= spam.ACCOUNTS)])


def _is_newer(old: Any, row: dict[str, Any]) -> bool:
    """Whether a differing copy is to be written: never over a tombstone, never an older version over a newer one."""
    if old.gone_at is not None:
        return False
    return old.updated_at is None or (row["updated_at"] is not None and row["updated_at"] >= old.updated_at)


def _known(tx: Tx, part: Sequence[Mention]) -> dict[tuple[str, str], Any]:
    found = {}
    for source in {m.source for m in part}:
        ids = [m.native_id for m in part if m.source == source]
        shown = {erasure.tombstone(tx, source.value, native): native for native in ids}
        shown |= {native: native for native in ids}
        rows = tx.conn.execute(_KNOWN, {"of": source.value, "ids": list(shown)})
        found.update({(row.source, shown[row.native_id]): row for row in rows})
    return found


def _authors(tx: Tx, authors: Sequence[Author]) -> dict[tuple[str, str], Any]:
    """The stored accounts (id, person) by source and native id, made or brought up to date."""
    unique = {(a.source.value, a.native_id): a for a in authors}
    rows = [
        {
            "source": source,
            "native_id": native_id,
            "name": clean_or_none(a.name),
            "handle": clean_or_none(a.handle),
            "country": a.country,
            "first_seen": tx.now,
            "person": duplicates.person_key(a),
        }
        for (source, native_id), a in unique.items()
    ]
    kept = bulk.insert(
        tx.conn,
        author,
        rows,
        key=("source", "native_id"),
        update=("name", "handle", "country"),
        returning=("id", "person", "source", "native_id"),
    )
    return {(row.source, row.native_id): row for row in kept}


_KNOWN = select(
    *(mention.c.id, mention.c.source, mention.c.native_id, mention.c.digest, mention.c.gone_at),
    *(mention.c.updated_at, mention.c.revision, mention.c.text_key),
).where(mention.c.source == bindparam("of"), among(mention.c.native_id, "ids"))
_TOUCH = update(mention).where(among(mention.c.id, "ids")).values(checked_at=bindparam("at"))
_CONFIRM = (
    update(mention)
    .where(mention.c.source == bindparam("of"), among(mention.c.native_id, "ids"))
    .values(checked_at=bindparam("at"))
)


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
    kept = {"source", "native_id", "collected_at", "revision"} | (set() if words_changed else {"language"})
    facts = {name: value for name, value in row.items() if name not in kept}
    tx.conn.execute(
        update(mention)
        .where(mention.c.id == old.id)
        .values(**facts, **(erasure.FORGET if words_changed else {}), revision=old.revision + 1)
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
    tx.conn.execute(_CONFIRM, {"of": source.value, "ids": list(native_ids), "at": tx.now})
