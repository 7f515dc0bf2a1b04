"""Insert-or-update, spelled alike for both engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")


def upsert(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], update: Sequence[str]
) -> None:
    """Insert ``rows``; where ``key`` exists already, overwrite the columns in ``update`` (none: leave the row)."""
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        lite = sqlite.insert(table)
        changes = {name: lite.excluded[name] for name in update}
        conn.execute(
            lite.on_conflict_do_update(index_elements=list(key), set_=changes)
            if update
            else lite.on_conflict_do_nothing(index_elements=list(key)),
            list(rows),
        )
        return
    post = postgresql.insert(table)
    changes = {name: post.excluded[name] for name in update}
    conn.execute(
        post.on_conflict_do_update(index_elements=list(key), set_=changes)
        if update
        else post.on_conflict_do_nothing(index_elements=list(key)),
        list(rows),
    )


def chunks(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices of at most ``size``, so that an IN list stays within every engine's limit."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
