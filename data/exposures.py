"""What the rates of late shipment, cancellation and late response rest on: our own shipments, and buyers' messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from data import approvals
from data.schema.desk import ticket, ticket_message
from data.schema.intake import orders
from data.shipping import CANCELLED, SHIPPED
from data.store import Tx


@dataclass(frozen=True, slots=True)
class OwnShipment:
    """One order that we ship ourselves. ``promised_at`` is the promised dispatch, or the arrival where a file tells
    only that."""

    order_id: str
    marketplace: str
    purchased_at: datetime
    promised_at: datetime | None = None
    shipped_at: datetime | None = None
    is_shipped: bool = False
    is_cancelled: bool = False


def own_shipments(tx: Tx, since: datetime) -> list[OwnShipment]:
    """Amazon orders shipped by us and placed, or promised, since then; oldest first."""
    o = orders.c
    query = select(orders).where(
        o.channel == "merchant", o.marketplace != "non-amazon", or_(o.purchased_at >= since, o.promised_at >= since)
    )
    return [
        OwnShipment(
            r.order_id,
            r.marketplace,
            r.purchased_at,
            r.promised_at,
            r.shipped_at,
            r.shipped_at is not None or (r.status or "").lower().startswith(SHIPPED),
            (r.status or "").lower().startswith(CANCELLED),
        )
        for r in tx.conn.execute(query.order_by(o.purchased_at, o.order_id))
    ]


@dataclass(frozen=True, slots=True)
class BuyerMessage:
    """A buyer's message that started a wait: when it came, and when we answered."""

    ticket: int
    tags: tuple[str, ...]
    asked_at: datetime
    answered_at: datetime | None = None
    is_closed: bool = False


def buyer_messages(tx: Tx, since: datetime) -> list[BuyerMessage]:
    """The waits of Amazon's tickets that began since then, oldest first. A closed ticket without an answer waits for
    none; where the help desk tells only its two times, they are one wait."""
    rows = list(tx.conn.execute(select(ticket).where(ticket.c.channel == "amazon")))
    ids = [row.id for row in rows]
    sent = approvals.sent_times(tx, ids)
    said: dict[int, list[tuple[datetime, str]]] = {}
    query = select(ticket_message.c.ticket, ticket_message.c.direction, ticket_message.c.sent_at).where(
        ticket_message.c.direction.in_(("in", "out"))
    )
    for m in tx.conn.execute(query.join(ticket, ticket.c.id == ticket_message.c.ticket)):
        said.setdefault(m.ticket, []).append((m.sent_at, m.direction))
    found: list[BuyerMessage] = []
    for row in rows:
        talk = said.get(row.id) or [(row.last_in_at or row.created_at, "in")]
        if row.id not in said and row.last_out_at is not None:
            talk.append((row.last_out_at, "out"))
        talk += [(at, "out") for at in sent.get(row.id, ())]
        found += _waits(row.id, tuple(row.tags), row.status in ("solved", "closed"), sorted(talk))
    return sorted((m for m in found if m.asked_at >= since), key=lambda m: (m.asked_at, m.ticket))


def _waits(number: int, tags: tuple[str, ...], is_closed: bool, talk: list[tuple[datetime, str]]) -> list[BuyerMessage]:
    found: list[BuyerMessage] = []
    since: datetime | None = None
    for at, direction in talk:
        if direction == "out":
            if since is not None:
                found.append(BuyerMessage(number, tags, since, at, is_closed))
            since = None
        elif since is None:
            since = at
    return found if since is None else [*found, BuyerMessage(number, tags, since, None, is_closed)]
