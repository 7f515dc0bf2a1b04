"""The recovery plan: who is contacted when, by which way, and who could not be placed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard import safe
from dashboard.access import Action
from dashboard.queries import masks
from dashboard.viewer import Viewer
from data import customer_names, facets, people, plans
from data.config import Policy
from data.domain import OutreachTask, Role
from data.store import Tx


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One proposed contact. ``id`` is None in a simulation, which is not stored."""

    id: int | None
    pseudonym: str
    name: str | None
    order_id: str | None
    route: str
    rule: str
    reason: str
    not_before: date | None
    last_day: date | None
    day: date | None
    wave: int | None
    owner: str | None
    language: str | None
    effort_min: int
    value_minor: float
    unplaced: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One day of the plan: contacts and minutes used against what there is."""

    day: date
    wave: int
    contacts: int
    minutes: int
    contacts_cap: int
    minutes_cap: int
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan, stored or simulated. ``why_not`` counts the reasons of the unplaced, most frequent first."""

    number: int | None
    made_at: datetime | None
    made_by: str | None
    starts_on: date
    days: tuple[DayLoad, ...]
    unplaced: tuple[TaskLine, ...]
    why_not: tuple[tuple[str, int], ...]
    routes: Mapping[str, int]
    placed: int
    value_minor: float
    done: int


def newest(tx: Tx, viewer: Viewer, policy: Policy) -> PlanView | None:
    """The newest stored plan, or None before the first."""
    found = plans.newest_plan(tx)
    if found is None:
        return None
    row, tasks = found
    done = facets.outcomes(tx, row.id)
    staff = {p.id: p.name for p in people.everyone(tx)}
    names = _names(tx, viewer, [t.customer for t in tasks])
    lines = [_stored(tx, viewer, t, names, staff, done.get(t.id)) for t in tasks]
    caps = _kept_caps(row.policy) or _caps(tx, policy)
    return _view(lines, caps, row.starts_on, row.id, row.made_at, _by(viewer, row.made_by, staff))


def simulated(tx: Tx, viewer: Viewer, policy: Policy, starts_on: date, tasks: Sequence[OutreachTask]) -> PlanView:
    """A plan that is only looked at."""
    staff = {p.id: p.name for p in people.everyone(tx)}
    names = _names(tx, viewer, [t.customer for t in tasks])
    lines = [_proposed(tx, viewer, t, names, staff) for t in tasks]
    return _view(lines, _caps(tx, policy), starts_on, None, None, None)


def _by(viewer: Viewer, actor: str, staff: Mapping[str, str]) -> str:
    return staff.get(actor, actor) if viewer.may(Action.SEE_OWNERS) else actor


def _names(tx: Tx, viewer: Viewer, customers: Sequence[str]) -> Mapping[str, str]:
    if not viewer.may(Action.SEE_NAMES):
        return {}
    return {key: safe.plain(name, 60) for key, name in customer_names.names_of(tx, customers).items()}


def _caps(tx: Tx, policy: Policy) -> tuple[int, int]:
    """Contacts and minutes that a day holds."""
    writers = sum(1 for p in people.everyone(tx) if p.active and p.role in (Role.AGENT, Role.SUPPORT_LEAD))
    return policy.daily_contacts, writers * policy.minutes_per_agent


def _kept_caps(policy: Mapping[str, Any]) -> tuple[int, int] | None:
    """The lines that the stored plan was made by."""
    agents, contacts = policy.get("agents"), policy.get("daily_contacts")
    if not isinstance(agents, dict) or not isinstance(contacts, int):
        return None
    return contacts, sum(int(minutes) for minutes in agents.values())


def _stored(
    tx: Tx, viewer: Viewer, t: Any, names: Mapping[str, str], staff: Mapping[str, str], outcome: Any | None
) -> TaskLine:
    return TaskLine(
        id=t.id,
        pseudonym=masks.pseudonym(tx, t.customer),
        name=names.get(t.customer),
        order_id=masks.order_id(t.order_id, viewer),
        route=t.route,
        rule=t.rule,
        reason=t.reason,
        not_before=t.not_before,
        last_day=t.last_day,
        day=t.day,
        wave=t.wave,
        owner=staff.get(t.owner) if viewer.may(Action.SEE_OWNERS) and t.owner else None,
        language=t.language,
        effort_min=t.effort_min,
        value_minor=t.value,
        unplaced=t.unplaced,
        outcome=outcome.result if outcome else None,
    )


def _proposed(tx: Tx, viewer: Viewer, t: OutreachTask, names: Mapping[str, str], staff: Mapping[str, str]) -> TaskLine:
    return TaskLine(
        id=None,
        pseudonym=masks.pseudonym(tx, t.customer),
        name=names.get(t.customer),
        order_id=masks.order_id(t.order_id, viewer),
        route=t.choice.route.value,
        rule=t.choice.rule,
        reason=t.choice.reason,
        not_before=t.choice.not_before,
        last_day=t.choice.last_day,
        day=t.day,
        wave=t.wave,
        owner=staff.get(t.owner) if viewer.may(Action.SEE_OWNERS) and t.owner else None,
        language=t.language,
        effort_min=t.effort_min,
        value_minor=t.value,
        unplaced=t.unplaced,
        outcome=None,
    )


def _view(
    lines: Sequence[TaskLine],
    caps: tuple[int, int],
    starts_on: date,
    number: int | None,
    made_at: datetime | None,
    made_by: str | None,
) -> PlanView:
    by_day: dict[date, list[TaskLine]] = defaultdict(list)
    for line in lines:
        if line.day is not None:
            by_day[line.day].append(line)
    unplaced = tuple(line for line in lines if line.day is None)
    days = tuple(_load(day, tasks, caps) for day, tasks in sorted(by_day.items()))
    placed = [t for d in days for t in d.tasks]
    return PlanView(
        number=number,
        made_at=made_at,
        made_by=made_by,
        starts_on=starts_on,
        days=days,
        unplaced=unplaced,
        why_not=tuple(Counter(line.unplaced or line.reason for line in unplaced).most_common()),
        routes=dict(Counter(t.route for t in placed).most_common()),
        placed=len(placed),
        value_minor=sum(t.value_minor for t in placed),
        done=sum(1 for t in placed if t.outcome),
    )


def _load(day: date, tasks: Sequence[TaskLine], caps: tuple[int, int]) -> DayLoad:
    minutes = sum(t.effort_min for t in tasks)
    return DayLoad(day, tasks[0].wave or 1, len(tasks), minutes, caps[0], caps[1], tuple(tasks))
