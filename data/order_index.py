"""The blocking table: which cached orders share a key with a mention. Models make the keys.

Multi-channel orders (no marketplace of ours, ids beginning with S) have no buyer here: they are never indexed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, delete, func, or_, select, type_coerce, update

from data.schema.desk import ticket
from data.schema.intake import order_key, orders
from data.store import Tx
from data.upsert import chunks

SIBLINGS = 20
"""How many orders of one buyer are looked at together: a trade account may have thousands."""
_DAY_MICROS = 86_400_000_000
_LINKABLE = and_(orders.c.marketplace != "non-amazon", orders.c.order_id.not_like("S%"))


def to_index(tx: Tx, version: str, limit: int) -> list[int]:
    """Row ids of Amazon orders whose blocking keys are missing or were made by another version."""
    query = select(orders.c.id).where(_stale(version)).order_by(orders.c.id).limit(limit)
    return list(tx.conn.execute(query).scalars())


def count_to_index(tx: Tx, version: str) -> int:
    """How many orders ``to_index`` would find."""
    return int(tx.conn.execute(select(func.count()).select_from(orders).where(_stale(version))).scalar_one())


def _stale(version: str) -> ColumnElement[bool]:
    return and_(or_(orders.c.indexed_by.is_(None), orders.c.indexed_by != version), _LINKABLE)


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
    """Row ids of orders in the date window that share a key; a key that more than ``cap`` share is left out.

    One query a key: for keys that may be frequent. ``ids_by_rare_keys`` is for the others.
    """
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


def ids_by_rare_keys(tx: Tx, keys: Sequence[int], first_day: int, last_day: int) -> list[int]:
    """Row ids of orders in the date window that share a key, in one query for all keys."""
    found: dict[int, None] = {}
    for part in chunks(keys):
        query = select(order_key.c.order).where(order_key.c.key.in_(part), order_key.c.day.between(first_day, last_day))
        found.update(dict.fromkeys(tx.conn.execute(query).scalars()))
    return list(found)


def key_counts(tx: Tx, keys: Sequence[int]) -> dict[int, int]:
    """Key -> how many orders carry it, whenever they were bought; keys of no order are left out."""
    found: dict[int, int] = {}
    for part in chunks(keys):
        query = select(order_key.c.key, func.count().label("n")).where(order_key.c.key.in_(part))
        found.update({row.key: row.n for row in tx.conn.execute(query.group_by(order_key.c.key))})
    return found


def counts_by_day(tx: Tx) -> list[tuple[int, int]]:
    """(purchase day since 1970, orders bought that day), earliest first."""
    day = (type_coerce(orders.c.purchased_at, BigInteger) // _DAY_MICROS).label("day")
    query = select(day, func.count()).where(_LINKABLE).group_by(day).order_by(day)
    return [(int(number), int(n)) for number, n in tx.conn.execute(query)]


def linkable_ids(tx: Tx, order_ids: Sequence[str]) -> dict[str, int]:
    """Order id -> row id, for those in the cache that a mention can be about."""
    found: dict[str, int] = {}
    for part in chunks(order_ids):
        query = select(orders.c.order_id, orders.c.id).where(orders.c.order_id.in_(part), _LINKABLE)
        found.update({row.order_id: row.id for row in tx.conn.execute(query)})
    return found


def same_buyer(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Row id -> row ids of the buyer's orders, itself included, in order of import.

    Of many, the newest SIBLINGS are taken; an order whose buyer is not known stands for itself.
    """
    buyers: dict[int, str | None] = {}
    for part in chunks(ids):
        query = select(orders.c.id, orders.c.buyer_key).where(orders.c.id.in_(part))
        buyers.update({row.id: row.buyer_key for row in tx.conn.execute(query)})
    theirs: dict[str, list[int]] = {}
    for keys in chunks(sorted({buyer for buyer in buyers.values() if buyer})):
        found = select(orders.c.buyer_key, orders.c.id).where(orders.c.buyer_key.in_(keys), _LINKABLE)
        for buyer, row in tx.conn.execute(found.order_by(orders.c.id.desc())):
            group = theirs.setdefault(buyer, [])
            if len(group) < SIBLINGS:
                group.append(row)
    return {row: tuple(sorted({row, *theirs.get(buyer or "", ())})) for row, buyer in buyers.items()}


def contact_times(tx: Tx, order_ids: Sequence[str]) -> dict[str, list[datetime]]:
    """Order id -> when tickets about it were opened, for orders that have any."""
    found: dict[str, list[datetime]] = {}
    for part in chunks(order_ids):
        query = select(ticket.c.order_id, ticket.c.created_at).where(ticket.c.order_id.in_(part))
        for order_id, opened in tx.conn.execute(query):
            found.setdefault(order_id, []).append(opened)
    return found
