"""The desk's queue: every dated duty by what presses most, each place with its reasons, and one case with its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard import safe
from dashboard.access import Action
from dashboard.queries import masks
from dashboard.viewer import Viewer
from data import aftersales, casework, customer_names, orders, refunds, shipping
from data.store import Tx
from recovery_plan.containment.deadlines import Deadline
from recovery_plan.containment.duties import Duty
from recovery_plan.containment.queue import Lane, Place
from recovery_plan.desk import due

PAGE = 25
KINDS = ("queue", "late", "suspended", "undated", "solved")
MAX_MESSAGE = 5_000


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket, or one duty without a ticket (``subject`` order:… or suspension:1; the ticket's fields are empty).

    ``place`` is None for what has no deadline.
    """

    subject: str
    number: str
    title: str
    status: str
    suspended: bool
    issue: str
    language: str | None
    channel: str | None
    order_id: str | None
    created_at: datetime | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the chosen list, with the counts of all lists. ``critical``: refunds and claims among what is due."""

    lines: tuple[TicketLine, ...]
    total: int
    counts: Mapping[str, int]
    critical: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a ticket: ``direction`` is in, out or note."""

    direction: str
    sent_at: datetime
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The order that a case is about; ``refunded_minor`` is what went back by Amazon and by hand."""

    order_id: str
    marketplace: str | None = None
    purchased_at: datetime | None = None
    promised_at: datetime | None = None
    total_minor: int | None = None
    currency: str | None = None
    refunded_minor: int = 0
    buyer: str | None = None
    products: tuple[str, ...] = ()
    claims: tuple[int, ...] = ()
    is_to_ship: bool = False
    decision: shipping.Decision | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a person works on: a ticket with its messages, oldest first, and its order; or an order alone."""

    line: TicketLine
    ticket: int | None
    messages: tuple[Message, ...]
    order: OrderFacts | None
    deadlines: tuple[Deadline, ...]


def queue(tx: Tx, viewer: Viewer, duties: Sequence[Duty], kind: str = "queue", number: int = 1) -> Queue:
    """The ``number``-th page of one of KINDS; ``duties`` are all dated ones in their order."""
    rows = {row.id: row for row in casework.tickets(tx, status="unsolved")}
    dated = {d.ticket: d for d in duties if d.ticket is not None}
    undated = [row for row in rows.values() if row.id not in dated]
    tagged = [d.ticket for d in dated.values() if d.ticket in rows and rows[d.ticket].suspended]
    lists: Mapping[str, Sequence[Any]] = {
        "queue": duties,
        "late": [d for d in duties if d.place.next and d.place.next.due_at < viewer.now],
        "suspended": [*(rows[t] for t in tagged if t), *(row for row in undated if row.suspended)],
        "undated": undated,
    }
    counts = {name: len(held) for name, held in lists.items()} | {"solved": casework.done_count(tx)}
    start = (number - 1) * PAGE
    chosen = (
        casework.tickets(tx, status="done", limit=PAGE, offset=start)
        if kind == "solved"
        else lists[kind][start : start + PAGE]
    )
    names = _names(tx, viewer, [row for row in (_row(c, rows) for c in chosen) if row is not None])
    lines = tuple(_any_line(c, rows, dated, viewer, names) for c in chosen)
    return Queue(lines, counts[kind], counts, sum(1 for d in duties if d.place.lane is Lane.CRITICAL))


def _row(chosen: Any, rows: Mapping[int, Any]) -> Any:
    """The ticket's row of a list's entry, which is a duty or such a row already."""
    return rows.get(chosen.ticket or 0) if isinstance(chosen, Duty) else chosen


def _any_line(
    chosen: Any, rows: Mapping[int, Any], dated: Mapping[int, Duty], viewer: Viewer, names: Mapping[str, str]
) -> TicketLine:
    row = _row(chosen, rows)
    if row is None:
        return _duty_line(chosen.subject, chosen.order_id, chosen.place, viewer)
    duty = dated.get(row.id)
    return _line(row, duty.place if duty else None, viewer, names.get(row.buyer_key or "", ""))


def _duty_line(subject: str, order_id: str | None, place: Place | None, viewer: Viewer) -> TicketLine:
    shown = masks.order_id(order_id, viewer)
    return TicketLine(subject, "", shown or "", "", False, "", None, None, shown, None, place)


def _names(tx: Tx, viewer: Viewer, rows: Sequence[Any]) -> Mapping[str, str]:
    """Names to take out of subjects, for roles that may not see them."""
    if viewer.may(Action.SEE_NAMES):
        return {}
    return customer_names.names_of(tx, [r.buyer_key for r in rows if r.buyer_key])


def hidden_names(tx: Tx, viewer: Viewer, row: Any | None, order_id: str | None) -> list[str]:
    """What the viewer may not read in texts about a ticket or an order: the names of its buyer and receiver."""
    if viewer.may(Action.SEE_NAMES):
        return []
    names = [*_names(tx, viewer, [row]).values()] if row is not None else []
    order = orders.get(tx, order_id) if order_id else None
    return names + [n for n in ((order.buyer_name, order.recipient_name) if order else ()) if n]


def _line(row: Any, place: Place | None, viewer: Viewer, name: str) -> TicketLine:
    return TicketLine(
        subject=f"ticket:{row.id}",
        number=safe.plain(row.native_id, 24),
        title=safe.plain(masks.text(row.subject, viewer, (name,)), 120),
        status=row.status,
        suspended=row.suspended,
        issue=row.issue or "",
        language=row.language,
        channel=row.channel,
        order_id=masks.order_id(row.order_id, viewer),
        created_at=row.created_at,
        place=place,
    )


def ticket_case(tx: Tx, viewer: Viewer, number: int, duties: Sequence[Duty]) -> Case:
    """One ticket; raises BadInput when it does not exist."""
    row, messages = casework.get_ticket(tx, number)
    order = order_facts(tx, viewer, row.order_id) if row.order_id else None
    names = hidden_names(tx, viewer, row, row.order_id)
    place = next((d.place for d in duties if d.ticket == number), None)
    return Case(
        line=_line(row, place, viewer, " ".join(names)),
        ticket=number,
        messages=tuple(_message(m, viewer, names) for m in messages),
        order=order,
        deadlines=due.of_ticket(tx, row).deadlines,
    )


def order_case(tx: Tx, viewer: Viewer, order_id: str, duties: Sequence[Duty]) -> Case:
    """An order that no ticket is about; unknown orders are shown as such."""
    places = [d.place for d in duties if d.subject == f"order:{order_id}"]
    line = _duty_line(f"order:{order_id}", order_id, places[0] if places else None, viewer)
    due_now = tuple(place.next for place in places if place.next)
    return Case(line, None, (), order_facts(tx, viewer, order_id), due_now)


def order_facts(tx: Tx, viewer: Viewer, order_id: str) -> OrderFacts:
    """What the cache and the registers hold of one order."""
    order = orders.get(tx, order_id)
    claims = tuple(row.id for row in aftersales.claims_of(tx, [order_id]).get(order_id, ()))
    refunded = refunds.paid(tx, order_id).refunded_minor
    decision = shipping.standing(tx, [order_id]).get(order_id)
    if order is None:
        return OrderFacts(order_id, refunded_minor=refunded, claims=claims, decision=decision)
    return OrderFacts(
        order_id=order_id,
        marketplace=order.marketplace,
        purchased_at=order.purchased_at,
        promised_at=order.promised_at,
        total_minor=order.total_minor,
        currency=order.currency,
        refunded_minor=refunded,
        buyer=masks.buyer(order, viewer),
        products=tuple(safe.plain(item.title, 80) for item in order.items if item.title),
        claims=claims,
        is_to_ship=any(row.order_id == order_id for row in shipping.waiting(tx)),
        decision=decision,
    )


def _message(m: Any, viewer: Viewer, names: Sequence[str]) -> Message:
    shown = masks.text(m.text, viewer, names)
    return Message(m.direction, m.sent_at, safe.cut(shown, MAX_MESSAGE), len(shown) > MAX_MESSAGE)
