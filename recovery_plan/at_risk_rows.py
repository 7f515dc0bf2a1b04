"""Rows of the weekly at-risk export: a documented, stable schema, the change against last week, masks by role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from data.domain import AtRisk, OutreachTask, Role
from recovery_plan.weeks import Week

SCHEMA = "reinstate.at_risk/1"
STEP = 0.05  # a smaller change of the risk is noise, not news
ZERO_DECIMALS = frozenset({"JPY", "KRW", "CLP", "ISK"})


class Status(StrEnum):
    """What changed since last week's export."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of one week. Columns are only ever added at the end; a changed meaning gets a new schema number."""

    week: str
    status: str
    customer: str
    customer_name: str | None
    order_id: str | None
    marketplace: str | None
    country: str | None
    language: str | None
    risk: float | None
    risk_last_week: float | None
    category: str | None
    severity: int | None
    reasons: str | None
    value: float | None
    currency: str | None
    since: date | None
    deadline: datetime | None
    deadline_rule: str | None
    route: str | None
    route_rule: str | None
    planned_day: date | None
    owner: str | None
    mentions: int
    tickets: int


MEANINGS: Mapping[str, str] = {
    "week": "ISO week of the export",
    "status": "against last week's export: new, worse, better, same or gone (worse and better from 0.05 on)",
    "customer": "pseudonym, the same in every week of this workspace",
    "customer_name": "name, for roles that may see it",
    "order_id": "marketplace order number, for roles that may see it",
    "marketplace": "sales channel of the order",
    "country": "country, ISO 3166-1",
    "language": "language, ISO 639-1",
    "risk": "probability 0-1 of negative feedback, a claim or a dispute; empty when gone",
    "risk_last_week": "the same a week before; empty when new",
    "category": "main complaint",
    "severity": "1 to 3",
    "reasons": "largest reasons with their share in log-odds",
    "value": "value of the order in units of the currency",
    "currency": "ISO 4217",
    "since": "day of the first complaint or message (UTC)",
    "deadline": "next dated obligation (UTC)",
    "deadline_rule": "rule behind the deadline",
    "route": "lawful way to reach the customer",
    "route_rule": "rule behind the route",
    "planned_day": "day of the contact in the newest plan",
    "owner": "who is to do it",
    "mentions": "number of linked public mentions",
    "tickets": "number of tickets",
}
COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True)
class Mask:
    """What a role may see; everything is hidden by default."""

    names: bool = False
    order_ids: bool = False
    owners: bool = False


MASKS: Mapping[Role, Mask] = {
    Role.AGENT: Mask(names=True, order_ids=True, owners=True),
    Role.SUPPORT_LEAD: Mask(names=True, order_ids=True, owners=True),
    Role.COMPLIANCE: Mask(names=True, order_ids=True, owners=True),
    Role.FINANCE: Mask(order_ids=True, owners=True),
    Role.AUDITOR: Mask(order_ids=True, owners=True),
    Role.BRAND_MANAGER: Mask(),
}


def rows_for(
    role: Role,
    week: Week,
    customers: Iterable[AtRisk],
    last_week: Mapping[str, float],
    *,
    pseudonym: Callable[[str], str],
    names: Mapping[str, str] | None = None,
    tasks: Iterable[OutreachTask] = (),
) -> tuple[Row, ...]:
    """The week's rows for ``role``, highest risk first, those who are gone last.

    ``last_week`` maps the customers of the export before to their risk. ``pseudonym`` is a keyed hash (the vault's):
    customer keys may hold an order number or an account's name and never leave as they are. ``names`` maps customers
    to names and is not even looked at for a role that may not see them.
    """
    mask = MASKS.get(role, Mask())
    planned = {task.customer: task for task in sorted(tasks, key=lambda t: (t.day is None, t.day or date.max))[::-1]}
    present: dict[str, AtRisk] = {customer.customer: customer for customer in customers}
    rows = [
        _row(week, c, last_week.get(c.customer), planned.get(c.customer), mask, pseudonym, names or {})
        for c in sorted(present.values(), key=lambda c: (-c.risk, c.customer))
    ]
    gone = sorted(set(last_week) - set(present), key=lambda key: (-last_week[key], key))
    return (*rows, *(_gone(week, key, last_week[key], mask, pseudonym, names or {}) for key in gone))


def change(risk: float, last: float | None) -> Status:
    """Worse and better from a step of 0.05 on, the step itself included."""
    if last is None:
        return Status.NEW
    moved = round(risk - last, 9)
    if moved >= STEP:
        return Status.WORSE
    return Status.BETTER if moved <= -STEP else Status.SAME


def alias(key: str, pseudonym: Callable[[str], str]) -> str:
    """The pseudonym of a customer key, the same in every export and on every page."""
    return f"C-{pseudonym(f'export:{key}')[:12].upper()}"


def _row(
    week: Week,
    c: AtRisk,
    last: float | None,
    task: OutreachTask | None,
    mask: Mask,
    pseudonym: Callable[[str], str],
    names: Mapping[str, str],
) -> Row:
    moved = [part for part in c.parts if part.name != "base"][:3]
    return Row(
        week=str(week),
        status=change(c.risk, last),
        customer=alias(c.customer, pseudonym),
        customer_name=names.get(c.customer) if mask.names else None,
        order_id=c.order_id if mask.order_ids else None,
        marketplace=c.marketplace,
        country=c.country,
        language=c.language,
        risk=round(c.risk, 4),
        risk_last_week=None if last is None else round(last, 4),
        category=c.category.value if c.category else None,
        severity=c.severity,
        reasons=", ".join(f"{part.name} {part.weight:+.2f}" for part in moved) or None,
        value=None if c.value_minor is None else _major(c.value_minor, c.currency),
        currency=c.currency,
        since=c.since.date() if c.since else None,
        deadline=c.deadline_at,
        deadline_rule=c.deadline_rule,
        route=task.choice.route.value if task else None,
        route_rule=task.choice.rule if task else None,
        planned_day=task.day if task else None,
        owner=task.owner if task and mask.owners else None,
        mentions=len(c.mention_ids),
        tickets=len(c.ticket_ids),
    )


def _major(minor: int, currency: str | None) -> float:
    return float(minor) if currency in ZERO_DECIMALS else minor / 100


def _gone(
    week: Week, key: str, last: float, mask: Mask, pseudonym: Callable[[str], str], names: Mapping[str, str]
) -> Row:
    known = dict.fromkeys(COLUMNS)
    told = {
        "week": str(week),
        "status": Status.GONE.value,
        "customer": alias(key, pseudonym),
        "customer_name": names.get(key) if mask.names else None,
        "risk_last_week": round(last, 4),
        "mentions": 0,
        "tickets": 0,
    }
    return Row(**(known | told))  # type: ignore[arg-type]
