"""The blocking table: which cached orders share a key with a mention. Models make the keys.

Multi-channel orders (no marketplace of ours, ids beginning with S) have no buyer here: they are never indexed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, delete, func, or_, select, type_coerce, update

from data import marks
from data.among import among
from data.schema.desk import ticket
from data.schema.intake import order_key, orders, sealed
from data.schema.linkage import common_key
from data.store import Tx
from data.upsert import chunks, upsert

SIBLINGS = 20
"""How many orders of one buyer are looked at together: a trade account may have thousands."""
_DAY_MICROS = 86_400_000_000
_LINKABLE = and_(orders.c.marketplace != "non-amazon", orders.c.order_id.not_like("S%"))


def to_index(tx: Tx, version: str, limit: int) -> list[int]:
    """Row ids of Amazon orders whose blocking keys are missing or were made by another version."""
    query = select(orders.c.id).where(_stale(stamp(tx, version))).order_by(orders.c.id).limit(limit)
    return list(tx.conn.execute(query).scalars())


def count_to_index(tx: Tx, version: str) -> int:
    """How many orders ``to_index`` would find."""
    return int(tx.conn.execute(select(func.count()).select_from(orders).where(_stale(stamp(tx, version)))).scalar_one())


def _stale(version: str) -> ColumnElement[bool]:
    return and_(or_(orders.c.indexed_by.is_(None), orders.c.indexed_by != version), _LINKABLE)


def stamp(tx: Tx, version: str) -> str:
    """What an order is marked with when its keys are made: the version, and the vault key that hides them."""
    return f"{version} {tx.vault.key_id}"


def set_keys(tx: Tx, version: str, keys: Mapping[int, tuple[int, Sequence[int]]]) -> None:
    """Replace the blocking keys of orders: row id -> (purchase day since 1970, signed 64-bit keys).

    They are kept as keyed hashes. Those of an order whose names are purged are added to: they are all that tells of
    its names.
    """
    for part in chunks(list(keys)):
        purged = _purged(tx, part)
        tx.conn.execute(
            delete(order_key).where(among(order_key.c.order, "rows")), {"rows": [i for i in part if i not in purged]}
        )
        rows = [{"key": tx.vault.veil(key), "day": keys[i][0], "order": i} for i in part for key in set(keys[i][1])]
        fresh = [row for row in rows if row["order"] not in purged]
        if fresh:
            tx.conn.execute(order_key.insert(), fresh)
        upsert(tx.conn, order_key, [r for r in rows if r["order"] in purged], key=("key", "day", "order"), update=())
        tx.conn.execute(update(orders).where(orders.c.id.in_(part)).values(indexed_by=stamp(tx, version)))


def _purged(tx: Tx, rows: Sequence[int]) -> set[int]:
    query = select(orders.c.id).where(among(orders.c.id, "rows"), orders.c.names_gone_at.is_not(None))
    return set(tx.conn.execute(query, {"rows": list(rows)}).scalars())


def purged_keys(tx: Tx, rows: Sequence[int]) -> dict[int, frozenset[int]]:
    """Row id -> keyed hashes that stand for the names, for those of ``rows`` whose names are purged."""
    found: dict[int, set[int]] = {row: set() for row in _purged(tx, rows)}
    if found:
        query = select(order_key.c.order, order_key.c.key).where(among(order_key.c.order, "rows"))
        for row, key in tx.conn.execute(query, {"rows": list(found)}):
            found[row].add(key)
    return {row: frozenset(keys) for row, keys in found.items()}


def purge_names(tx: Tx, version: str, before: datetime, limit: int) -> int:
    """Erase the sealed names of at most ``limit`` orders that were delivered (or else bought) before ``before``.

    Their blocking keys stay. Orders whose keys are missing or of another version are left for a later call: without
    keys nothing would be left of their names. Returns how many orders lost their names.
    """
    at = func.coalesce(orders.c.delivered_at, orders.c.purchased_at)
    query = select(orders.c.id).where(orders.c.names_gone_at.is_(None), orders.c.indexed_by == stamp(tx, version))
    rows = list(tx.conn.execute(query.where(at < before).order_by(orders.c.id).limit(limit)).scalars())
    for part in chunks(rows):
        tx.conn.execute(delete(sealed).where(sealed.c.kind == "order", sealed.c.ref.in_(part)))
        tx.conn.execute(update(orders).where(orders.c.id.in_(part)).values(names_gone_at=tx.now))
    return len(rows)


_COUNTED = "link.counted"  # how many orders there were when common keys were last counted
COMMON = 1_000
"""Orders from which a key's count is kept: counting fewer costs less than a tenth of a millisecond."""


def recount_common(tx: Tx) -> None:
    """Count anew the keys that COMMON orders or more carry, when the cache has changed by a fiftieth since the last
    time: it reads the whole table."""
    size = int(tx.conn.execute(select(func.count()).where(orders.c.indexed_by.is_not(None))).scalar_one())
    counted = int(marks.read(tx, _COUNTED) or 0)
    if abs(size - counted) <= counted // 50:
        return
    marks.keep(tx, _COUNTED, str(size))
    tx.conn.execute(delete(common_key))
    many = select(order_key.c.key, func.count()).group_by(order_key.c.key).having(func.count() >= COMMON)
    tx.conn.execute(common_key.insert().from_select(["key", "n"], many))


def rows_by_key(tx: Tx, key: int, first_day: int, last_day: int, cap: int) -> list[tuple[int, int]]:
    """(day, row id) of the orders in the date window that carry ``key``; none when more than ``cap`` do."""
    wanted = {"key": tx.vault.veil(key), "first": first_day, "last": last_day, "most": cap + 1}
    rows = [(row[0], row[1]) for row in tx.conn.execute(_ONE_KEY, wanted)]
    return rows if len(rows) <= cap else []  # a key that fits half the cache tells nothing and costs everything


def rows_by_rare_keys(tx: Tx, keys: Sequence[int], first_day: int, last_day: int) -> dict[int, list[tuple[int, int]]]:
    """Key -> (day, row id) of the orders in the date window that carry it, in one query for all keys."""
    found: dict[int, list[tuple[int, int]]] = {}
    veiled = {tx.vault.veil(key): key for key in keys}
    if veiled:
        wanted = {"keys": list(veiled), "first": first_day, "last": last_day}
        for stored, day, row in tx.conn.execute(_KEYS, wanted):
            found.setdefault(veiled[stored], []).append((day, row))
    return found


def key_counts(tx: Tx, keys: Sequence[int]) -> dict[int, int]:
    """Key -> how many orders carry it, whenever they were bought; keys of no order are left out.

    Common keys are known from the last count of them.
    """
    veiled = {tx.vault.veil(key): key for key in keys}
    found = {row[0]: row[1] for row in tx.conn.execute(_COMMON, {"keys": list(veiled)})} if veiled else {}
    if rest := [key for key in veiled if key not in found]:
        found |= {row[0]: row[1] for row in tx.conn.execute(_COUNTS, {"keys": rest})}
    return {veiled[stored]: n for stored, n in found.items()}


_DAYS = order_key.c.day.between(bindparam("first"), bindparam("last"))
_ONE_KEY = (
    select(order_key.c.day, order_key.c.order)
    .where(order_key.c.key == bindparam("key"), _DAYS)
    .order_by(order_key.c.day.desc())
    .limit(bindparam("most"))
)
_KEYS = select(order_key.c.key, order_key.c.day, order_key.c.order).where(among(order_key.c.key, "keys"), _DAYS)
_COMMON = select(common_key.c.key, common_key.c.n).where(among(common_key.c.key, "keys"))
_COUNTS = select(order_key.c.key, func.count()).where(among(order_key.c.key, "keys")).group_by(order_key.c.key)


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
