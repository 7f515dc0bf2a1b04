"""Ship or stop: one decision after the other for each open order that we send ourselves; the newest stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from data.clean import clean
from data.errors import BadInput
from data.schema.containment import shipping_decision
from data.schema.intake import orders
from data.store import Tx

DECISIONS = ("ship", "stop")
SHIPPED = ("shipped", "delivered", "returned", "complete")  # how the files' states begin: "Shipped - Picked Up" ...
CANCELLED = ("cancelled", "canceled")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision for one order."""

    order_id: str
    decision: str
    reason: str
    made_by: str
    made_at: datetime


def decide(tx: Tx, order_id: str, decision: str, reason: str) -> None:
    """Put a decision on record; raises BadInput for an order that the cache does not hold or no reason."""
    if decision not in DECISIONS:
        raise BadInput(f"decision: choose one of {', '.join(DECISIONS)}")
    said = clean(reason).strip()
    if not said:
        raise BadInput("reason: say in a few words why")
    if tx.conn.execute(select(orders.c.id).where(orders.c.order_id == order_id)).first() is None:
        raise BadInput(f"order {order_id}: the cache does not hold it: import the order report first")
    row = {"order_id": order_id, "decision": decision, "reason": said, "made_by": tx.actor.id, "made_at": tx.now}
    tx.conn.execute(shipping_decision.insert().values(**row))
    tx.audit("shipping.decided", f"order:{order_id}", {"decision": decision})


def standing(tx: Tx, order_ids: Sequence[str] | None = None) -> dict[str, Decision]:
    """The newest decision by order."""
    query = select(shipping_decision).order_by(shipping_decision.c.id)
    if order_ids is not None:
        query = query.where(shipping_decision.c.order_id.in_(list(order_ids)))
    return {
        r.order_id: Decision(r.order_id, r.decision, r.reason, r.made_by, r.made_at) for r in tx.conn.execute(query)
    }


def history(tx: Tx) -> list[Decision]:
    """Every decision, oldest first."""
    rows = tx.conn.execute(select(shipping_decision).order_by(shipping_decision.c.id))
    return [Decision(r.order_id, r.decision, r.reason, r.made_by, r.made_at) for r in rows]


def waiting(tx: Tx) -> list[Any]:
    """Orders that we send ourselves and that have not left, the earliest promised first."""
    status = func.lower(func.coalesce(orders.c.status, ""))
    query = select(orders).where(
        orders.c.channel == "merchant", orders.c.shipped_at.is_(None), orders.c.delivered_at.is_(None)
    )
    query = query.where(*(~status.startswith(word) for word in SHIPPED + CANCELLED))
    query = query.where(or_(orders.c.tracking.is_(None), orders.c.tracking == ""))
    return list(tx.conn.execute(query.order_by(orders.c.promised_at, orders.c.purchased_at, orders.c.order_id)))
