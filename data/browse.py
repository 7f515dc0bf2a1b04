"""Lists and look-ups of mentions for people: filters, full text search, keyset pages. Newest first within a search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, text

from data.schema.intake import author, mention
from data.store import Tx

_LIST = (
    mention.c.id,
    mention.c.source,
    mention.c.native_id,
    mention.c.kind,
    mention.c.title,
    mention.c.text,
    mention.c.url,
    mention.c.rating,
    mention.c.country,
    mention.c.language,
    mention.c.published_at,
    mention.c.experienced_at,
    mention.c.reply_text,
    mention.c.reply_at,
    mention.c.reference,
    mention.c.repeats,
    mention.c.reach,
    mention.c.is_own,
    mention.c.is_spam,
    mention.c.spam_reason,
    mention.c.same_as,
    mention.c.watch_reason,
    mention.c.collected_at,
    mention.c.revision,
    mention.c.gone_at,
    mention.c.probability,
    mention.c.band,
    mention.c.category,
    mention.c.severity,
    mention.c.link_decision,
    mention.c.link_order,
    mention.c.link_probability,
    mention.c.link_verdict,
    author.c.name.label("author_name"),
    author.c.handle.label("author_handle"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list; None or empty means all. Times are aware UTC, ``until`` is excluded."""

    bands: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()  # link decisions
    judged: bool | None = None  # whether a person has judged the link
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows and the key of the next one (None at the end)."""

    rows: tuple[Any, ...]
    next_key: tuple[float, int] | None


def page(
    tx: Tx, wanted: Filter, *, sort: str = "frustration", after: tuple[float, int] | None = None, size: int = 25
) -> Listing:
    """Mentions by ``frustration`` (highest first) or ``newest``; ``after`` is the ``next_key`` of the page before."""
    query = _narrowed(tx, select(*_LIST).outerjoin(author, author.c.id == mention.c.author), wanted)
    value = func.coalesce(mention.c.probability, 0.0) if sort == "frustration" else mention.c.published_at
    if after is not None:
        last: Any = after[0] if sort == "frustration" else datetime.fromtimestamp(after[0], UTC)
        query = query.where(or_(value < last, and_(value == last, mention.c.id < after[1])))
    rows = list(tx.conn.execute(query.order_by(value.desc(), mention.c.id.desc()).limit(size + 1)))
    key = None
    if len(rows) > size:
        end = rows[size - 1]
        key = (end.probability or 0.0 if sort == "frustration" else end.published_at.timestamp(), end.id)
    return Listing(tuple(rows[:size]), key)


def count(tx: Tx, wanted: Filter) -> int:
    """How many mentions the filter lets through."""
    return int(tx.conn.execute(_narrowed(tx, select(func.count()).select_from(mention), wanted)).scalar_one())


def get(tx: Tx, mention_id: int) -> Any | None:
    """One mention row with its author, or None."""
    query = select(*_LIST).outerjoin(author, author.c.id == mention.c.author).where(mention.c.id == mention_id)
    return tx.conn.execute(query).first()


def many(tx: Tx, ids: tuple[int, ...]) -> list[Any]:
    """Mention rows by id, in the order of ``ids``."""
    query = select(*_LIST).outerjoin(author, author.c.id == mention.c.author).where(mention.c.id.in_(ids))
    rows = {row.id: row for row in tx.conn.execute(query)}
    return [rows[i] for i in ids if i in rows]


def words(tx: Tx, since: datetime) -> Iterator[Any]:
    """``id, source, title, text, handle, watch`` of the live mentions published after ``since``, one by one."""
    columns = (mention.c.id, mention.c.source, mention.c.title, mention.c.text, author.c.handle, mention.c.watch)
    query = (
        select(*columns)
        .outerjoin(author, author.c.id == mention.c.author)
        .where(mention.c.gone_at.is_(None), mention.c.published_at >= since)
        .order_by(mention.c.id)
    )
    yield from tx.conn.execution_options(yield_per=2000).execute(query)


def linked(tx: Tx) -> list[Any]:
    """Live mentions that are linked to an order by decision or by a person, certain ones first."""
    query = (
        select(*_LIST)
        .outerjoin(author, author.c.id == mention.c.author)
        .where(mention.c.link_decision == "link", mention.c.gone_at.is_(None))
        .order_by(mention.c.link_probability.desc(), mention.c.id)
    )
    return list(tx.conn.execute(query))


def _narrowed(tx: Tx, query: Select[Any], wanted: Filter) -> Select[Any]:
    query = query.where(mention.c.gone_at.is_(None))
    for column, values in (
        (mention.c.band, wanted.bands),
        (mention.c.source, wanted.sources),
        (mention.c.country, wanted.countries),
        (mention.c.category, wanted.categories),
        (mention.c.link_decision, wanted.decisions),
        (mention.c.id, wanted.ids),
    ):
        if values:
            query = query.where(column.in_(values))
    if wanted.judged is not None:
        query = query.where(mention.c.link_verdict.is_not(None) if wanted.judged else mention.c.link_verdict.is_(None))
    if wanted.since is not None:
        query = query.where(mention.c.published_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(mention.c.published_at < wanted.until)
    words = re.findall(r"\w+", wanted.words)
    return query.where(_found(tx, words)) if words else query


def _found(tx: Tx, words: list[str]) -> Any:
    if tx.is_sqlite:
        phrase = " ".join(f'"{word}"*' for word in words)
        return text("mention.id IN (SELECT rowid FROM mention_search WHERE mention_search MATCH :phrase)").bindparams(
            phrase=phrase
        )
    phrase = " & ".join(f"{word}:*" for word in words)
    return text(
        "to_tsvector('simple', coalesce(mention.title, '') || ' ' || mention.text) @@ to_tsquery('simple', :phrase)"
    ).bindparams(phrase=phrase)
