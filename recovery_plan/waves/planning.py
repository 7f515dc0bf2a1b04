"""Making the outreach plan from what is stored, and what it costs, changes and avoids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data import (
    approvals,
    casework,
    communities,
    contact_stops,
    customer_names,
    customers,
    defects,
    log,
    macros,
    people,
    plans,
    task_steps,
    work_lines,
)
from data.domain import Actor, Mode, OutreachTask
from data.errors import BadInput
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import metrics
from recovery_plan.containment import macro
from recovery_plan.outreach import planner, team, worth
from recovery_plan.outreach.cost import Cost, costs
from recovery_plan.outreach.difference import Difference, difference
from recovery_plan.outreach.persons import same_person, spread
from recovery_plan.outreach.planner import Plan, PlanPolicy
from recovery_plan.outreach.promises import why_broken
from recovery_plan.outreach.proposals import Outlook, proposals
from recovery_plan.relief import Relief, relief
from recovery_plan.rules import load

_log = log.get("recovery_plan")


@dataclass(frozen=True, slots=True)
class Made:
    """A plan with what it costs, what it changes against the stored one, and the defects it avoids by marketplace."""

    plan: Plan
    costs: tuple[Cost, ...]  # the whole first, then each wave
    difference: Difference
    relief: Mapping[str, Relief]


@dataclass(frozen=True, slots=True)
class _Basis:
    tasks: tuple[OutreachTask, ...]
    policy: PlanPolicy
    mode: Mode
    first: date
    waves_from: date | None
    before: tuple[OutreachTask, ...]  # the newest stored plan; a live promise carries its task's number

    @property
    def promised(self) -> tuple[OutreachTask, ...]:
        return tuple(t for t in self.before if t.promised is not None)


def build(ws: Workspace, actor: Actor, *, starts_on: date | None = None) -> Made:
    """Make the plan and keep it; one that is equal to the newest is not kept twice. Promises that cannot be kept are
    withdrawn. ``starts_on`` is the known or assumed reinstatement: tomorrow while suspended, else today, when it is
    not given. Raises BadInput for a day that has passed.
    """
    basis, made = _make(ws, starts_on)
    with ws.store.transaction(actor) as tx:
        newest = plans.newest_plan(tx)
        if newest is None or newest[0].starts_on != made.plan.starts_on or not _is_same(newest[1], made.plan):
            document = team.document(made.plan, basis.policy, basis.mode, worth.load())
            plans.add_plan(tx, made.plan.starts_on, made.plan.tasks, document)
        _withdraw(tx, basis, made)
    _log.info("plan.made", tasks=len(made.plan.tasks), placed=len(made.plan.placed))
    return made


def simulate(ws: Workspace, starts_on: date) -> Made:
    """What would go out if we were reinstated on ``starts_on``, every date shifted; nothing is kept."""
    return _make(ws, starts_on)[1]


def _is_same(rows: Sequence[Any], made: Plan) -> bool:
    return sorted(map(repr, map(plans.as_task, rows))) == sorted(map(repr, made.tasks))


def _make(ws: Workspace, starts_on: date | None) -> tuple[_Basis, Made]:
    with ws.store.reading() as tx:
        basis = _basis(tx, ws, starts_on)
        day = tx.now.date()
        first, _ = metrics.window(day, load())
        facts = metrics.order_facts(defects.fates(tx, datetime.combine(first, datetime.min.time(), tx.now.tzinfo)))
    made = planner.plan(basis.tasks, basis.policy, basis.first, promised=basis.promised, waves_from=basis.waves_from)
    effects = worth.load().effect
    found = {m: relief(facts, made.placed, effects, day, marketplace=m) for m in metrics.defect_rates(facts, day)}
    told = Made(
        made,
        costs(made, basis.policy.hourly_cost_minor),
        difference(basis.before, made.tasks, broken=_broken(basis)),
        {m: r for m, r in found.items() if r is not None},
    )
    return basis, told


def _basis(tx: Tx, ws: Workspace, starts_on: date | None) -> _Basis:
    zone = ZoneInfo(ws.settings.brand.time_zone)
    mode, today = casework.mode(tx), tx.now.astimezone(zone).date()
    first = starts_on or (today + timedelta(days=1) if mode is Mode.SUSPENDED else today)
    if first < today:
        raise BadInput(f"first day of the plan: {first.isoformat()} has passed; give today or a later day")
    cases = {case.customer: case for case in customers.gather(tx)}
    shared = same_person(cases.values(), customer_names.persons_of(tx, cases.values()))
    contacted = spread(plans.contacted(tx), shared)
    policy = team.policy_for(ws.settings, people.everyone(tx), contacted, work_lines.lines(tx), shared)
    approved = {(m.name, m.language) for m in macros.versions(tx) if m.is_approved}
    outlook = Outlook(
        today, first, mode, zone, ws.settings.brand.currency, load(), worth.load(), policy.contacted,
        spread(contact_stops.stopped(tx), shared), communities.allowing(tx), frozenset(macro.shipped()) | approved,
    )  # fmt: skip
    tasks = proposals(plans.at_risk_customers(tx), cases, outlook)
    last = casework.last_suspension(tx)
    ended = last.ended_at if last is not None and mode is Mode.RECOVERY else None
    waves_from = ended.astimezone(zone).date() if ended else None
    return _Basis(tasks, policy, mode, first, waves_from, _before(tx, policy))


def _before(tx: Tx, policy: PlanPolicy) -> tuple[OutreachTask, ...]:
    """The newest plan; a task that was approved or released, and not done yet, carries its number as a promise."""
    newest = plans.newest_plan(tx)
    if newest is None:
        return ()
    steps = task_steps.newest(tx)
    found: list[OutreachTask] = []
    for row in newest[1]:
        root = row.promised or row.id
        step = steps.get(root)
        is_live = step is not None and step.is_valid(tx.now) and row.customer not in policy.contacted
        found.append(replace(plans.as_task(row), promised=root if is_live else None))
    return tuple(found)


def _broken(basis: _Basis) -> Mapping[str, str]:
    now = {t.customer: t for t in basis.tasks}
    agents = {agent.id: agent for agent in basis.policy.agents}
    found = {
        p.customer: why_broken(p, now.get(p.customer), agents, basis.first, basis.policy.horizon_days)
        for p in basis.promised
    }
    return {customer: why for customer, why in found.items() if why}


def _withdraw(tx: Tx, basis: _Basis, made: Made) -> None:
    """What is promised no longer is taken back: its approval, and the text that was approved."""
    kept = {t.promised for t in made.plan.placed if t.promised is not None}
    steps = task_steps.newest(tx)
    gone = {p.promised: steps[p.promised] for p in basis.promised if p.promised is not None and p.promised not in kept}
    for root, step in sorted(gone.items()):
        task_steps.add(tx, "withdrawn", step.wave, {root: step.sha256}, note="the plan was made anew")
        for request in approvals.requests(tx, subject=f"task:{root}"):
            if request.is_live:
                approvals.decide(tx, request.id, "withdrawn", request.sha256, note="the plan was made anew")
    if gone:
        tx.audit("wave.withdrawn", "", {"tasks": len(gone)})
