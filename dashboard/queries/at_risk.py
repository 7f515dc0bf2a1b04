"""Customers at risk: who first, why, until when, and by which way they may be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard import safe
from dashboard.access import Action
from dashboard.queries import masks
from dashboard.viewer import Viewer
from data import browse, customer_names, facets, orders, people, plans
from data.domain import AtRisk, RiskPart
from data.errors import BadInput
from data.store import Tx

PAGE = 25
SORTS = ("risk", "deadline", "value")


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer. ``key`` addresses them in a URL; name and order id are None for roles that may not see them."""

    key: str
    pseudonym: str
    name: str | None
    risk: float
    change: str
    category: str
    severity: int
    parts: tuple[RiskPart, ...]
    order_id: str | None
    marketplace: str | None
    country: str | None
    value_minor: int | None
    currency: str | None
    since: datetime | None
    deadline_at: datetime | None
    deadline_rule: str | None
    route: str | None
    planned_on: date | None
    unplaced: str | None
    mentions: int
    tickets: int


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One page of customers, how many there are, and what they are worth by currency."""

    lines: tuple[CustomerLine, ...]
    total: int
    value_minor: Mapping[str, int]
    markets: tuple[str, ...]
    due_soon: int


@dataclass(frozen=True, slots=True)
class LinkedMention:
    """One public mention of the customer."""

    id: int
    source: str
    published_at: datetime
    excerpt: str
    probability: float | None
    band: str


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """One ticket of the customer; None of it for roles that may not see tickets."""

    id: int
    subject: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """Everything about one customer."""

    line: CustomerLine
    mentions: tuple[LinkedMention, ...]
    tickets: tuple[LinkedTicket, ...]
    products: tuple[str, ...]
    purchased_at: datetime | None
    delivered_at: datetime | None
    route_reason: str | None
    route_rule: str | None
    owner: str | None


def page(tx: Tx, viewer: Viewer, *, market: str = "", sort: str = "risk", number: int = 1) -> CustomerPage:
    """The ``number``-th page (from 1) of customers, those at the highest risk first."""
    everyone = plans.at_risk_customers(tx)
    shown = [c for c in everyone if not market or c.country == market]
    shown.sort(key=lambda c: _rank(c, sort))
    part = shown[(number - 1) * PAGE : number * PAGE]
    value: dict[str, int] = {}
    for c in shown:
        if c.value_minor and c.currency:
            value[c.currency] = value.get(c.currency, 0) + c.value_minor
    soon = sum(1 for c in shown if c.deadline_at and (c.deadline_at - viewer.now).total_seconds() <= 6 * 3600)
    return CustomerPage(
        lines=_lines(tx, viewer, part),
        total=len(shown),
        value_minor=dict(sorted(value.items(), key=lambda pair: -pair[1])),
        markets=tuple(sorted({c.country for c in everyone if c.country})),
        due_soon=soon,
    )


def _rank(c: AtRisk, sort: str) -> tuple[object, ...]:
    if sort == "deadline":
        return (c.deadline_at is None, c.deadline_at, -c.risk, c.customer)
    if sort == "value":
        return (-(c.value_minor or 0), -c.risk, c.customer)
    return (-c.risk, c.customer)


def _lines(tx: Tx, viewer: Viewer, part: Sequence[AtRisk]) -> tuple[CustomerLine, ...]:
    names = customer_names.names_of(tx, [c.customer for c in part]) if viewer.may(Action.SEE_NAMES) else {}
    made = plans.newest_plan(tx)
    tasks: dict[str, Any] = {}
    for task in reversed(made[1] if made else []):
        tasks[task.customer] = task
    before = _last_week(tx, viewer)
    return tuple(_line(tx, viewer, c, names.get(c.customer), tasks.get(c.customer), before) for c in part)


def _last_week(tx: Tx, viewer: Viewer) -> Mapping[str, float] | None:
    this_week = f"{viewer.today:%G-W%V}"
    known = [week for week in plans.weeks(tx) if week < this_week]
    return plans.week_risks(tx, known[0]) if known else None


def _line(
    tx: Tx, viewer: Viewer, c: AtRisk, name: str | None, task: Any | None, before: Mapping[str, float] | None
) -> CustomerLine:
    return CustomerLine(
        key=address(tx, c.customer),
        pseudonym=masks.pseudonym(tx, c.customer),
        name=safe.plain(name, 60) if name else None,
        risk=c.risk,
        change=_change(c, before),
        category=c.category.value if c.category else "",
        severity=c.severity,
        parts=c.parts,
        order_id=masks.order_id(c.order_id, viewer),
        marketplace=c.marketplace,
        country=c.country,
        value_minor=c.value_minor,
        currency=c.currency,
        since=c.since,
        deadline_at=c.deadline_at,
        deadline_rule=c.deadline_rule,
        route=task.route if task else None,
        planned_on=task.day if task else None,
        unplaced=task.unplaced if task else None,
        mentions=len(c.mention_ids),
        tickets=len(c.ticket_ids),
    )


def _change(c: AtRisk, before: Mapping[str, float] | None) -> str:
    if before is None:
        return ""
    if c.customer not in before:
        return "new"
    moved = c.risk - before[c.customer]
    return "worse" if moved >= 0.05 else "better" if moved <= -0.05 else "same"


def address(tx: Tx, customer: str) -> str:
    """What stands for the customer in a URL: their pseudonym, which tells nothing."""
    return masks.pseudonym(tx, customer)


def detail(tx: Tx, viewer: Viewer, key: str) -> CustomerDetail:
    """One customer by the key of their line; raises BadInput when nobody at risk has it."""
    found = next((c for c in plans.at_risk_customers(tx) if address(tx, c.customer) == key), None)
    if found is None:
        raise BadInput(f"{key}: nobody at risk has this pseudonym now")
    made = plans.newest_plan(tx)
    task = next((t for t in (made[1] if made else []) if t.customer == found.customer), None)
    order = orders.get(tx, found.order_id) if found.order_id else None
    names = {p.id: p.name for p in people.everyone(tx)} if viewer.may(Action.SEE_OWNERS) else {}
    return CustomerDetail(
        line=_lines(tx, viewer, [found])[0],
        mentions=_mentions(tx, viewer, found, (order.buyer_name, order.recipient_name) if order else ()),
        tickets=_tickets(tx, viewer, found),
        products=tuple(safe.plain(item.title, 80) for item in (order.items if order else ()) if item.title),
        purchased_at=order.purchased_at if order else None,
        delivered_at=order.delivered_at if order else None,
        route_reason=task.reason if task else None,
        route_rule=task.rule if task else None,
        owner=names.get(task.owner) if task else None,
    )


def _mentions(tx: Tx, viewer: Viewer, c: AtRisk, names: tuple[str | None, ...]) -> tuple[LinkedMention, ...]:
    rows = [row for row in browse.many(tx, c.mention_ids[:20]) if row.gone_at is None]
    return tuple(
        LinkedMention(
            row.id,
            row.source,
            row.published_at,
            safe.plain(masks.text(row.text, viewer, (row.author_name, row.author_handle, *names)), 220),
            row.probability,
            row.band or "",
        )
        for row in rows
    )


def _tickets(tx: Tx, viewer: Viewer, c: AtRisk) -> tuple[LinkedTicket, ...]:
    if not viewer.may(Action.SEE_TICKETS):
        return ()
    rows = facets.ticket_rows(tx, c.ticket_ids[:20])
    names = () if viewer.may(Action.SEE_NAMES) else customer_names.names_of(tx, [c.customer]).values()
    return tuple(
        LinkedTicket(i, safe.plain(masks.text(r.subject, viewer, names), 120), r.status, r.created_at)
        for i, r in rows.items()
    )
