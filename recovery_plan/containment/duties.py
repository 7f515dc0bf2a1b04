"""Every dated duty in one list: tickets, claims and refunds that no ticket tells of, parcels, the plan of action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.domain import Category, Claim, Order, Return, Suspension
from recovery_plan.containment import deadlines
from recovery_plan.containment.deadlines import Deadline, Kind, State
from recovery_plan.containment.queue import ClaimState, Place, QueueTicket, in_order
from recovery_plan.obligations import of_orders
from recovery_plan.rules import RuleBook

SHIP_RULE = "AMZ-ODR-03"


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the list. ``subject`` is ticket:12, order:… or suspension:1; ``place`` says why it stands here."""

    subject: str
    order_id: str | None
    ticket: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order of ours that has not left, with its promised day; ``is_stopped`` when somebody decided so."""

    order: Order
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """Everything that may be due. ``tickets`` (with their order ids) come as the queue knows them."""

    tickets: Sequence[tuple[QueueTicket, str | None]]
    claims: Sequence[Claim] = ()
    returns: Sequence[Return] = ()
    orders: Mapping[str, Order] | None = None
    parcels: Sequence[Parcel] = ()
    suspension: Suspension | None = None


def in_one_list(owed: Owed, book: RuleBook, now: datetime) -> tuple[Duty, ...]:
    """Most pressing first, by the same harm x urgency x value as the ticket queue; equal input, equal order.

    A claim or refund of an order that an unsolved ticket is about presses that ticket and has no line of its own.
    """
    lines: list[tuple[str, str | None, int | None, QueueTicket]] = []
    told = {order_id for t, order_id in owed.tickets if order_id and t.needs_response}
    for ticket, order_id in owed.tickets:
        lines.append((f"ticket:{ticket.ticket_id}", order_id, ticket.ticket_id, ticket))
    orders = owed.orders or {}
    for order_id in _quiet(owed, told):
        lines.append((f"order:{order_id}", order_id, None, _of_order(order_id, owed, orders.get(order_id), book)))
    lines += [(f"order:{p.order.order_id}", p.order.order_id, None, _parcel(p)) for p in owed.parcels if _is_due(p)]
    if owed.suspension is not None:
        for due in deadlines.of_suspension(owed.suspension, book):
            lines.append((due.subject, None, None, _plan(due, owed.suspension)))
    numbered = [(n, *line) for n, line in enumerate(sorted(lines, key=lambda line: line[0]))]
    by_number = {n: (subject, order_id, ticket) for n, subject, order_id, ticket, _ in numbered}
    placed = in_order([replace(q, ticket_id=n, deadlines=_alive(q, now)) for n, _, _, _, q in numbered], now)
    return tuple(Duty(*by_number[place.ticket_id], place) for place in placed if place.next is not None)


def _alive(q: QueueTicket, now: datetime) -> tuple[Deadline, ...]:
    """A missed appeal cannot be made up for; every other late duty still has to be done."""
    return tuple(d for d in q.deadlines if not (d.kind is Kind.CLAIM_APPEAL and d.state(now) is State.LATE))


def _quiet(owed: Owed, told: set[str]) -> list[str]:
    """Orders with a claim or a return that no unsolved ticket is about."""
    return sorted(({c.order_id for c in owed.claims} | {r.order_id for r in owed.returns}) - told)


def _of_order(order_id: str, owed: Owed, order: Order | None, book: RuleBook) -> QueueTicket:
    claims = [c for c in owed.claims if c.order_id == order_id]
    returns = [r for r in owed.returns if r.order_id == order_id]
    opened = min([*(c.opened_at for c in claims), *(r.returned_at for r in returns)])
    return QueueTicket(
        ticket_id=0,
        opened_at=opened,
        category=Category.CLAIM_OR_CHARGEBACK_THREAT if claims else Category.REFUND_NOT_RECEIVED,
        claim=ClaimState.OPEN if any(c.status == "open" for c in claims) else ClaimState.NONE,
        deadlines=of_orders(claims, returns, [order] if order else [], book),
        value_minor=order.total_minor if order else None,
    )


def _is_due(p: Parcel) -> bool:
    return not p.is_stopped and p.order.promised_at is not None


def _parcel(p: Parcel) -> QueueTicket:
    due: Iterable[Deadline] = ()
    if p.order.promised_at is not None:
        subject = f"order:{p.order.order_id}"
        due = (Deadline(Kind.SHIP_OR_STOP, subject, SHIP_RULE, p.order.purchased_at, p.order.promised_at),)
    return QueueTicket(
        ticket_id=0,
        opened_at=p.order.purchased_at,
        category=Category.NOT_DELIVERED,
        deadlines=tuple(due),
        value_minor=p.order.total_minor,
    )


def _plan(due: Deadline, suspension: Suspension) -> QueueTicket:
    return QueueTicket(
        ticket_id=0,
        opened_at=suspension.noticed_at,
        category=Category.CLAIM_OR_CHARGEBACK_THREAT,  # the whole account hangs on it: with the claims, at the top
        deadlines=(due,),
    )
