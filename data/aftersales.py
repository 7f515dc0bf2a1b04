"""Returns and claims: what happened to cached orders after they were shipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from data.domain import Claim, Return
from data.schema.intake import claim, order_return
from data.snapshots import Changed
from data.store import Tx
from data.upsert import chunks, upsert


def add_returns(tx: Tx, rows: Sequence[Return]) -> Changed:
    """Insert or update returns by (order, SKU, return time)."""
    return _add_keyed(
        tx,
        order_return,
        [
            {name: getattr(r, name) for name in Return.__slots__ if name != "comment"} | {"sku": r.sku or ""}
            for r in rows
        ],
        ("order_id", "sku", "returned_at"),
    )


def add_claims(tx: Tx, rows: Sequence[Claim]) -> Changed:
    """Insert or update claims by (order, opening time)."""
    return _add_keyed(
        tx, claim, [{name: getattr(c, name) for name in Claim.__slots__} for c in rows], ("order_id", "opened_at")
    )


def _add_keyed(tx: Tx, table: Any, rows: list[dict[str, Any]], key: tuple[str, ...]) -> Changed:
    total = Changed()
    names = [c.name for c in table.c if c.name != "id"]
    for part in chunks(list({tuple(row[k] for k in key): row for row in rows}.values())):
        found = tx.conn.execute(select(table).where(table.c.order_id.in_([row["order_id"] for row in part])))
        known = {tuple(row._mapping[k] for k in key): row._mapping for row in found}
        fresh = [row for row in part if tuple(row[k] for k in key) not in known]
        changed = [
            row
            for row in part
            if (old := known.get(tuple(row[k] for k in key))) is not None
            and any(old[name] != row[name] for name in names)
        ]
        upsert(tx.conn, table, [*fresh, *changed], key=key, update=[n for n in names if n not in key])
        total += Changed(len(fresh), len(changed), len(part) - len(fresh) - len(changed))
    return total


def returns_of(tx: Tx, order_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Return rows by order id."""
    return _by_order(tx, order_return, order_ids)


def claims_of(tx: Tx, order_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Claim rows by order id."""
    return _by_order(tx, claim, order_ids)


def _by_order(tx: Tx, table: Any, order_ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for part in chunks(order_ids):
        for row in tx.conn.execute(select(table).where(table.c.order_id.in_(part)).order_by(table.c.id)):
            found.setdefault(row.order_id, []).append(row)
    return found
