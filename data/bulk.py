"""Many rows written by one statement, with what the engine gives back for each; spelled alike for both engines.

After each statement SQLite brings the search index up to date, which costs more than all else about a row together, and
SQLAlchemy's own work for each row costs as much as the engine's. So the pages of the sources are written in this way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, Table

from data.upsert import chunks

_PARAMETERS = 30_000  # of one statement: SQLite takes 32,766, PostgreSQL 65,535


def insert(
    conn: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    returning: Sequence[str],
    key: Sequence[str] = (),
    update: Sequence[str] = (),
) -> list[Row[Any]]:
    """Insert ``rows``, all with the same columns (at least two); where ``key`` exists already, overwrite ``update``.

    Returns the columns ``returning`` (whole numbers and texts only) of every row, in any order. Two rows with the same
    key must not be given together.
    """
    if not rows:
        return []
    # a column that is null in every row is left out: each value costs
    names = tuple(n for n in rows[0] if table.c[n].server_default is not None or any(r[n] is not None for r in rows))
    dialect = conn.dialect
    makers = ((i, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for i, name in enumerate(names))
    made = [(i, maker) for i, maker in makers if maker is not None]
    values_of = itemgetter(*names)
    done: list[Row[Any]] = []
    for part in chunks(rows, _PARAMETERS // len(names)):
        held: list[Any] = []
        for row in part:
            values = list(values_of(row))
            for i, maker in made:
                values[i] = maker(values[i])
            held += values
        sql = _statement(table, names, len(part), dialect.paramstyle, tuple(returning), tuple(key), tuple(update))
        done += conn.exec_driver_sql(sql, tuple(held)).all()  # at once: row by row costs twice as much
    return done


@lru_cache(maxsize=256)
def _statement(
    table: Table,
    names: tuple[str, ...],
    rows: int,
    style: str,
    returning: tuple[str, ...],
    key: tuple[str, ...],
    update: tuple[str, ...],
) -> str:
    one = "(" + ", ".join(["?" if style == "qmark" else "%s"] * len(names)) + ")"
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in update)
    kept = f" ON CONFLICT ({_quoted(key)}) DO UPDATE SET {changes}" if key else ""
    values = ", ".join([one] * rows)
    into = f'INSERT INTO "{table.name}" ({_quoted(names)})'  # names of our own columns and placeholders only
    return f"{into} VALUES {values}{kept} RETURNING {_quoted(returning)}"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
