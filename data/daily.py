"""The daily summary of mentions: moved in the same transaction as the mentions that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from data.among import among
from data.schema.intake import mention, mention_daily
from data.store import Tx

_KEY = ("day", "source", "country", "language", "band", "category")


class Facts(NamedTuple):
    """What the summary needs to know of a mention: columns of its row, by their names."""

    published_at: datetime
    source: str
    country: str | None = None
    language: str | None = None
    band: str | None = None
    category: str | None = None
    probability: float | None = None
    gone_at: datetime | None = None
    is_own: bool = False
    repeats: str | None = None
    is_spam: bool = False
    same_as: int | None = None


Key = tuple[date, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many mentions share a group, and the sum of their frustration probabilities."""

    group: tuple[object, ...]
    n: int
    probability_sum: float


def read_facts(tx: Tx, ids: Iterable[int]) -> list[Facts]:
    """What the summary counts of the mentions in ``ids``, as they stand now."""
    wanted = list(ids)
    return [Facts(*row) for row in tx.conn.execute(_READ, {"ids": wanted})] if wanted else []


_READ = select(*(mention.c[name] for name in Facts._fields)).where(among(mention.c.id, "ids"))


def move(tx: Tx, before: Iterable[Facts], after: Iterable[Facts]) -> None:
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
    sums = [dict(zip((*_KEY, "n", "sum_ppm"), (*key, n[key], ppm[key]), strict=True)) for key in changed]
    tx.conn.execute(_ADD_LITE if tx.is_sqlite else _ADD_POST, sums)
    if fewer := [key for key in changed if n[key] < 0]:
        tx.conn.execute(_DROP_EMPTY, [dict(zip((f"k_{name}" for name in _KEY), key, strict=True)) for key in fewer])


def _adding(insert: Any) -> Any:
    table = mention_daily
    sums = {name: table.c[name] + insert.excluded[name] for name in ("n", "sum_ppm")}
    return insert.on_conflict_do_update(index_elements=list(_KEY), set_=sums)


_ADD_LITE, _ADD_POST = _adding(sqlite.insert(mention_daily)), _adding(postgresql.insert(mention_daily))
_DROP_EMPTY = delete(mention_daily).where(
    *(mention_daily.c[name] == bindparam(f"k_{name}") for name in _KEY), mention_daily.c.n == 0
)


def is_counted(row: Facts) -> bool:
    """Whether a mention is an opinion of somebody else's, said for the first time: not ours, no repost, no copy, no
    spam, not erased."""
    is_theirs = row.gone_at is None and not row.is_own and not row.is_spam
    return is_theirs and row.repeats is None and row.same_as is None


def _key(row: Facts) -> Key:
    return (
        row.published_at.astimezone(UTC).date(),
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
