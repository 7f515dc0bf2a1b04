"""The blocking table: which cached orders share a key with a mention. Models make the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, update

from data.schema.intake import order_key, orders
from data.store import Tx
from data.upsert import chunks


def to_index(tx: Tx, version: str, limit: int) -> list[int]:
    """Row ids of Amazon orders whose blocking keys are missing or were made by another version."""
    query = (
        select(orders.c.id)
        .where(orders.c.indexed_by.is_(None) | (orders.c.indexed_by != version), orders.c.marketplace != "non-amazon")
        .order_by(orders.c.id)
        .limit(limit)
    )
    return list(tx.conn.execute(query).scalars())


def set_keys(tx: Tx, version: str, keys: Mapping[int, tuple[int, Sequence[int]]]) -> None:
    """Replace the blocking keys of orders: row id -> (purchase day since 1970, signed 64-bit keys)."""
    ids = list(keys)
    for part in chunks(ids):
        tx.conn.execute(delete(order_key).where(order_key.c.order.in_(part)))
        rows = [{"key": key, "day": keys[i][0], "order": i} for i in part for key in set(keys[i][1])]
        if rows:
            tx.conn.execute(order_key.insert(), rows)
        tx.conn.execute(update(orders).where(orders.c.id.in_(part)).values(indexed_by=version))


def ids_by_keys(tx: Tx, keys: Sequence[int], first_day: int, last_day: int, cap: int) -> list[int]:
    """Row ids of orders in the date window that share a key, newest first, at most ``cap`` for each key."""
    found: dict[int, None] = {}
    for key in keys:
        query = (
            select(order_key.c.order)
            .where(order_key.c.key == key, order_key.c.day.between(first_day, last_day))
            .order_by(order_key.c.day.desc())
            .limit(cap + 1)
        )
        rows = list(tx.conn.execute(query).scalars())
        if len(rows) <= cap:  # a key that fits half the cache tells nothing and costs everything
            found.update(dict.fromkeys(rows))
    return list(found)
