"""Who is never contacted: whoever asked to be left alone, and those whom we leave alone. The newest word counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from data.schema.intake import orders
from data.schema.outreach import contact_stop
from data.store import Tx

REASONS = {  # reason -> which word it explains
    "opted_out": "never",  # asked to be left alone (GDPR article 21)
    "legal": "never",  # a lawyer or an authority is on the case
    "abuse": "never",
    "decision": "never",
    "consent": "allow",  # asked for contact again
    "mistake": "allow",  # the stop was one
}


@dataclass(frozen=True, slots=True)
class ContactStop:
    """The newest word on one customer key or order number; ``what`` is never or allow."""

    who: str
    what: str
    reason: str
    made_by: str
    made_at: datetime


def add(tx: Tx, who: Iterable[str], what: str, reason: str) -> None:
    """Put a word on record for each key."""
    keys = sorted(set(who))
    rows = [{"who": key, "what": what, "reason": reason, "made_by": tx.actor.id, "made_at": tx.now} for key in keys]
    if rows:
        tx.conn.execute(contact_stop.insert(), rows)
    # a key may hold an order's number: the log tells its blinded form only
    for key in keys:
        tx.audit(f"contact.{what}", f"contact:{tx.vault.blind(f'export:{key}')[:12]}", {"reason": reason})


def listed(tx: Tx) -> list[ContactStop]:
    """The newest word on every key, newest first."""
    rows = tx.conn.execute(select(contact_stop).order_by(contact_stop.c.id.desc()))
    found: dict[str, ContactStop] = {}
    for r in rows:
        found.setdefault(r.who, ContactStop(r.who, r.what, r.reason, r.made_by, r.made_at))
    return list(found.values())


def stopped(tx: Tx) -> frozenset[str]:
    """Customer keys and order numbers that are never contacted now."""
    return frozenset(stop.who for stop in listed(tx) if stop.what == "never")


def keys_of_order(tx: Tx, order_id: str) -> list[str]:
    """What a stop for one order has to name: the order, and its buyer's key where it is known."""
    buyer = tx.conn.execute(select(orders.c.buyer_key).where(orders.c.order_id == order_id)).scalar_one_or_none()
    return [order_id, buyer or f"order:{order_id}"]
