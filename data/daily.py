"""The daily summary of mentions: moved in the same transaction as the mentions that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.engine import Row

from data.schema.intake import mention, mention_daily
from data.store import Tx
from data.upsert import chunks, upsert

_KEY = ("day", "source", "country", "language", "band", "category")

FACTS = (
    mention.c.published_at,
    mention.c.source,
    mention.c.country,
    mention.c.language,
    mention.c.band,
    mention.c.category,
    mention.c.probability,
    mention.c.gone_at,
    mention.c.is_own,
    mention.c.repeats,
    mention.c.is_spam,
    mention.c.same_as,
)

Key = tuple[date, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many mentions share a group, and the sum of their frustration probabilities."""

    group: tuple[object, ...]
    n: int
    probability_sum: float


def read_facts(tx: Tx, ids: Iterable[int]) -> list[Row[tuple[object, ...]]]:
    """What the summary counts of the mentions in ``ids``, as they stand now."""
    rows: list[Row[tuple[object, ...]]] = []
    for part in chunks(list(ids)):
        rows.extend(tx.conn.execute(select(*FACTS).where(mention.c.id.in_(part))))
    return rows


def move(tx: Tx, before: Iterable[Row[tuple[object, ...]]], after: Iterable[Row[tuple[object, ...]]]) -> None:
    """Take ``before`` out of the summary and put ``after`` in; ``is_counted`` says what counts."""
    n: Counter[Key] = Counter()
    ppm: Counter[Key] = Counter()
    for rows, sign in ((before, -1), (after, 1)):
        for row in rows:
            if is_counted(row):
                key = _key(row)
                n[key] += sign
                ppm[key] += sign * round((row.probability or 0.0) * 1_000_000)
    changed = [key for key in n if n[key] or ppm[key]]
    if not changed:
        return
    upsert(
        tx.conn,
        mention_daily,
        [dict(zip(_KEY, key, strict=True)) | {"n": 0, "sum_ppm": 0} for key in changed],
        key=_KEY,
        update=(),
    )
    table = mention_daily
    where = [table.c[name] == bindparam(f"k_{name}") for name in _KEY]
    tx.conn.execute(
        update(table).where(*where).values(n=table.c.n + bindparam("dn"), sum_ppm=table.c.sum_ppm + bindparam("dp")),
        [
            {f"k_{name}": part for name, part in zip(_KEY, key, strict=True)} | {"dn": n[key], "dp": ppm[key]}
            for key in changed
        ],
    )
    tx.conn.execute(delete(table).where(table.c.n == 0))


def is_counted(row: Any) -> bool:
    """Whether a mention is an opinion of somebody else's, said for the first time: not ours, no repost, no copy, no
    spam, not erased."""
    is_theirs = row.gone_at is None and not row.is_own and not row.is_spam
    return is_theirs and row.repeats is None and row.same_as is None


def _key(row: Row[tuple[object, ...]]) -> Key:
    return (
        row.published_at.date(),
        row.source,
        row.country or "",
        row.language or "",
        row.band or "",
        row.category or "",
    )


def counts(
    tx: Tx,
    group: tuple[str, ...],
    *,
    since: date,
    until: date,
    source: str | None = None,
    country: str | None = None,
    category: str | None = None,
) -> list[DayCount]:
    """Mentions from ``since`` to ``until`` (both included), grouped by columns of the summary, in group order."""
    table = mention_daily
    columns = [table.c[name] for name in group]
    query = select(*columns, func.sum(table.c.n), func.sum(table.c.sum_ppm)).where(table.c.day.between(since, until))
    for column, wanted in ((table.c.source, source), (table.c.country, country), (table.c.category, category)):
        if wanted is not None:
            query = query.where(column == wanted)
    rows = tx.conn.execute(query.group_by(*columns).order_by(*columns))
    return [DayCount(tuple(row[:-2]), int(row[-2]), int(row[-1]) / 1_000_000) for row in rows]


def span(tx: Tx) -> tuple[date, date] | None:
    """First and last day that has a mention; None when there is none."""
    row = tx.conn.execute(select(func.min(mention_daily.c.day), func.max(mention_daily.c.day))).one()
    return None if row[0] is None else (row[0], row[1])
