"""The desk's queue: tickets by what presses most, each place with its reasons, and the protocol of the suspension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard import safe
from dashboard.access import Action
from dashboard.queries import masks
from dashboard.viewer import Viewer
from data import casework, customer_names, orders, people
from data.store import Tx
from recovery_plan.containment.queue import Place

PAGE = 25
KINDS = ("queue", "suspended", "late", "solved")
MAX_MESSAGE = 5_000


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket in the queue. ``place`` is None for tickets that wait for nothing."""

    id: int
    number: str
    subject: str
    status: str
    suspended: bool
    issue: str
    language: str | None
    channel: str | None
    order_id: str | None
    created_at: datetime
    place: Place | None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a ticket: ``direction`` is in, out or note."""

    direction: str
    sent_at: datetime
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class TicketDetail:
    """One ticket with its messages, oldest first, and the order it is about."""

    line: TicketLine
    messages: tuple[Message, ...]
    products: tuple[str, ...]
    buyer: str | None
    marketplace: str | None
    purchased_at: datetime | None
    total_minor: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the chosen list, with the counts of all lists."""

    lines: tuple[TicketLine, ...]
    total: int
    counts: Mapping[str, int]
    critical: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the protocol and who closed it when."""

    name: str
    closed_at: datetime | None
    closed_by: str | None
    note: str | None


def queue(tx: Tx, viewer: Viewer, places: Sequence[Place], kind: str = "queue", number: int = 1) -> Queue:
    """The ``number``-th page of one of KINDS; ``places`` is the whole queue in its order."""
    late = [p for p in places if p.next and p.next.due_at < viewer.now]
    solved = [r for status in ("solved", "closed") for r in casework.tickets(tx, status=status)]
    rows = {r.id: r for r in casework.tickets(tx, status="unsolved")}
    tagged = [p for p in places if p.ticket_id in rows and rows[p.ticket_id].suspended]
    by_kind: Mapping[str, Sequence[Place]] = {"queue": places, "late": late, "suspended": tagged}
    start = (number - 1) * PAGE
    chosen: list[tuple[Any, Place | None]]
    if kind == "solved":
        chosen = [(r, None) for r in solved[start : start + PAGE]]
    else:
        chosen = [(rows[p.ticket_id], p) for p in by_kind[kind][start : start + PAGE] if p.ticket_id in rows]
    counts = {name: len(held) for name, held in by_kind.items()} | {"solved": len(solved)}
    names = _names(tx, viewer, [row for row, _ in chosen])
    lines = tuple(_line(row, place, viewer, names.get(row.buyer_key or "", "")) for row, place in chosen)
    return Queue(lines, counts[kind], counts, sum(1 for p in places if p.lane == 1))


def _names(tx: Tx, viewer: Viewer, rows: Sequence[Any]) -> Mapping[str, str]:
    """Names to take out of subjects, for roles that may not see them."""
    if viewer.may(Action.SEE_NAMES):
        return {}
    return customer_names.names_of(tx, [r.buyer_key for r in rows if r.buyer_key])


def _line(row: Any, place: Place | None, viewer: Viewer, name: str) -> TicketLine:
    return TicketLine(
        id=row.id,
        number=safe.plain(row.native_id, 24),
        subject=safe.plain(masks.text(row.subject, viewer, (name,)), 120),
        status=row.status,
        suspended=row.suspended,
        issue=row.issue or "",
        language=row.language,
        channel=row.channel,
        order_id=masks.order_id(row.order_id, viewer),
        created_at=row.created_at,
        place=place,
    )


def detail(tx: Tx, viewer: Viewer, ticket_id: int, places: Sequence[Place]) -> TicketDetail:
    """One ticket; raises BadInput when it does not exist."""
    row, messages = casework.get_ticket(tx, ticket_id)
    order = orders.get(tx, row.order_id) if row.order_id else None
    names: list[str | None] = list(_names(tx, viewer, [row]).values())
    names += [order.buyer_name, order.recipient_name] if order else []
    place = next((p for p in places if p.ticket_id == ticket_id), None)
    return TicketDetail(
        line=_line(row, place, viewer, " ".join(n for n in names if n)),
        messages=tuple(_message(m, viewer, names) for m in messages),
        products=tuple(safe.plain(item.title, 80) for item in (order.items if order else ()) if item.title),
        buyer=masks.buyer(order, viewer),
        marketplace=order.marketplace if order else None,
        purchased_at=order.purchased_at if order else None,
        total_minor=order.total_minor if order else None,
        currency=order.currency if order else None,
    )


def _message(m: Any, viewer: Viewer, names: Sequence[str | None]) -> Message:
    shown = masks.text(m.text, viewer, names)
    return Message(m.direction, m.sent_at, safe.cut(shown, MAX_MESSAGE), len(shown) > MAX_MESSAGE)


def protocol(tx: Tx, viewer: Viewer) -> tuple[StepLine, ...]:
    """The steps of the suspension that is on, or none."""
    current = casework.open_suspension(tx)
    if current is None:
        return ()
    names = {p.id: p.name for p in people.everyone(tx)} if viewer.may(Action.SEE_OWNERS) else {}
    return tuple(
        StepLine(str(s["name"]), s["closed_at"], names.get(s["closed_by"], s["closed_by"]), s["note"])
        for s in casework.steps(tx, current.id)
    )
