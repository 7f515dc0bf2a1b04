"""The order cache: orders with their lines and sealed names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from data.clock import rfc3339
from data.domain import Order, OrderItem
from data.order_merge import merged_facts, merged_items
from data.schema.intake import order_item, orders, sealed, snapshot
from data.snapshots import Changed
from data.store import Tx
from data.upsert import chunks, upsert

NAME_FIELDS = ("buyer_name", "recipient_name")
_ORDER_FACTS = attrgetter(*(name for name in Order.__slots__ if name != "items"))
_ITEM_FACTS = attrgetter(*OrderItem.__slots__)
_SPELLED = json.JSONEncoder(default=rfc3339, check_circular=False).encode


def add_orders(tx: Tx, snapshot_id: int, batch: Sequence[Order]) -> Changed:
    """Insert orders, or add to what is known of them; facts that a frozen snapshot holds are left as they are."""
    total = Changed()
    for part in chunks(batch, 400):
        total += _add_part(tx, snapshot_id, part)
    return total


def _add_part(tx: Tx, snapshot_id: int, part: Sequence[Order]) -> Changed:
    frozen = select(snapshot.c.id).where(snapshot.c.frozen_at.is_not(None))
    query = select(
        orders.c.id, orders.c.order_id, orders.c.digest, orders.c.snapshot_id.in_(frozen).label("frozen")
    ).where(orders.c.order_id.in_([o.order_id for o in part]))
    known = {row.order_id: row for row in tx.conn.execute(query)}
    rows = {o.order_id: _order_row(tx, snapshot_id, o) for o in part}
    fresh = [row for order_id, row in rows.items() if order_id not in known]
    if fresh:
        tx.conn.execute(orders.insert(), fresh)
        _write_parts(tx, [o for o in part if o.order_id not in known], replaces=False)
    told = [
        o
        for o in part
        if (old := known.get(o.order_id)) and not old.frozen and old.digest != rows[o.order_id]["digest"]
    ]
    updated = _merge(tx, told, rows)
    return Changed(len(fresh), updated, len(rows) - len(fresh) - updated)


def _merge(tx: Tx, told: Sequence[Order], rows: Mapping[str, Mapping[str, Any]]) -> int:
    """Add what a further report says to orders that are known already; returns how many it changed."""
    if not told:
        return 0
    ids = {o.order_id: o for o in told}
    held = tx.conn.execute(select(orders).where(orders.c.order_id.in_(list(ids)))).all()
    before = {o.order_id: o for o in load(tx, [row.id for row in held])}
    changes: list[dict[str, Any]] = []
    parts: list[Order] = []
    for row in held:
        new, was = ids[row.order_id], before[row.order_id]
        facts = merged_facts(row._asdict(), rows[row.order_id])
        items = merged_items(was.items, new.items)
        names = {name: getattr(new, name) or getattr(was, name) for name in NAME_FIELDS}
        is_same = all(row._mapping[name] == value for name, value in facts.items())
        if is_same and items == was.items and all(getattr(was, name) == value for name, value in names.items()):
            continue
        book = {name: rows[row.order_id][name] for name in ("snapshot_id", "digest", "indexed_by")}
        changes.append(facts | book | {"o": row.id})
        parts.append(replace(new, items=items, **names))
    if changes:
        values: dict[str, Any] = {name: bindparam(name) for name in changes[0] if name != "o"}
        tx.conn.execute(update(orders).where(orders.c.id == bindparam("o")).values(**values), changes)
        _write_parts(tx, parts, replaces=True)
    return len(changes)


def _order_row(tx: Tx, snapshot_id: int, o: Order) -> dict[str, Any]:
    alias = (o.buyer_email or "").strip().lower()
    name = o.buyer_name or o.recipient_name
    person = f"alias:{alias}" if alias else f"name:{' '.join(name.lower().split())}:{o.postcode or ''}" if name else ""
    return {
        "order_id": o.order_id,
        "snapshot_id": snapshot_id,
        "marketplace": o.marketplace,
        "purchased_at": o.purchased_at,
        "status": o.status,
        "channel": o.channel,
        "currency": o.currency,
        "total_minor": o.total_minor,
        "city": o.city,
        "state": o.state,
        "postcode": o.postcode,
        "country": o.country,
        "buyer_key": tx.vault.blind(person) if person else None,
        "alias_domain": alias.rpartition("@")[2] or None,
        "updated_at": o.updated_at,
        "promised_at": o.promised_at,
        "shipped_at": o.shipped_at,
        "delivered_at": o.delivered_at,
        "carrier": o.carrier,
        "tracking": o.tracking,
        "is_business": o.is_business,
        "digest": _digest(o),
        "indexed_by": None,
    }


def _digest(o: Order) -> str:
    """SHA-256 over the imported facts, whatever the order of the lines."""
    lines = sorted(map(_ITEM_FACTS, o.items))  # no two lines of an order share their first fact
    return hashlib.sha256(_SPELLED([*_ORDER_FACTS(o), lines]).encode()).hexdigest()


def _write_parts(tx: Tx, batch: Sequence[Order], *, replaces: bool) -> None:
    query = select(orders.c.order_id, orders.c.id).where(orders.c.order_id.in_([o.order_id for o in batch]))
    ids = {row.order_id: row.id for row in tx.conn.execute(query)}
    if replaces:
        tx.conn.execute(delete(order_item).where(order_item.c.order.in_(list(ids.values()))))
    items = [
        {
            "order": ids[o.order_id],
            "line": item.line,
            "sku": item.sku,
            "asin": item.asin,
            "title": item.title,
            "quantity": item.quantity,
            "price_minor": item.price_minor,
            "status": item.status,
        }
        for o in batch
        for item in o.items
    ]
    if items:
        tx.conn.execute(order_item.insert(), items)
    boxes = [
        {
            "kind": "order",
            "ref": ids[o.order_id],
            "field": name,
            "key_id": tx.vault.key_id,
            "box": tx.vault.seal(text, f"order:{ids[o.order_id]}:{name}"),
            "stored_at": tx.now,
        }
        for o in batch
        for name in NAME_FIELDS
        if (text := getattr(o, name))
    ]
    upsert(tx.conn, sealed, boxes, key=("kind", "ref", "field"), update=("key_id", "box", "stored_at"))


def count(tx: Tx) -> int:
    """How many Amazon orders the cache holds; multi-channel orders are not counted."""
    return int(tx.conn.execute(select(func.count()).where(orders.c.marketplace != "non-amazon")).scalar_one())


def get(tx: Tx, order_id: str) -> Order | None:
    """One order with its items and opened names, or None."""
    found = load(tx, list(tx.conn.execute(select(orders.c.id).where(orders.c.order_id == order_id)).scalars()))
    return found[0] if found else None


def load(tx: Tx, ids: Sequence[int], *, with_names: bool = True) -> list[Order]:
    """Orders by row id, in the order of ``ids``; names are opened unless told not to, so callers mask them by role."""
    found: dict[int, Order] = {}
    for part in chunks(ids):
        items: dict[int, list[OrderItem]] = {}
        for row in tx.conn.execute(select(order_item).where(order_item.c.order.in_(part)).order_by(order_item.c.line)):
            items.setdefault(row.order, []).append(
                OrderItem(row.line, row.sku, row.asin, row.title, row.quantity, row.price_minor, row.status)
            )
        names = _names(tx, part) if with_names else {}
        for row in tx.conn.execute(select(orders).where(orders.c.id.in_(part))):
            found[row.id] = _order(row, tuple(items.get(row.id, ())), names.get(row.id, {}))
    return [found[i] for i in ids if i in found]


def _names(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    names: dict[int, dict[str, str]] = {}
    for row in tx.conn.execute(select(sealed).where(sealed.c.kind == "order", sealed.c.ref.in_(ids))):
        text = tx.vault.open_box(row.box, f"order:{row.ref}:{row.field}")
        if text is not None:
            names.setdefault(row.ref, {})[row.field] = text
    return names


def _order(row: Any, items: tuple[OrderItem, ...], names: Mapping[str, str]) -> Order:
    return Order(
        order_id=row.order_id,
        marketplace=row.marketplace,
        purchased_at=row.purchased_at,
        items=items,
        status=row.status,
        channel=row.channel,
        currency=row.currency,
        total_minor=row.total_minor,
        city=row.city,
        state=row.state,
        postcode=row.postcode,
        country=row.country,
        buyer_name=names.get("buyer_name"),
        recipient_name=names.get("recipient_name"),
        updated_at=row.updated_at,
        promised_at=row.promised_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        carrier=row.carrier,
        tracking=row.tracking,
        is_business=row.is_business,
    )


def row_ids(tx: Tx, order_ids: Sequence[str]) -> dict[str, int]:
    """Order id -> row id, for those in the cache."""
    found: dict[str, int] = {}
    for part in chunks(order_ids):
        rows = tx.conn.execute(select(orders.c.order_id, orders.c.id).where(orders.c.order_id.in_(part)))
        found.update({row.order_id: row.id for row in rows})
    return found


def newest_purchase(tx: Tx) -> datetime | None:
    """When the newest cached order was placed: the age of the cache."""
    return tx.conn.execute(select(func.max(orders.c.purchased_at))).scalar_one_or_none()
