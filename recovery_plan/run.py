"""The shell of recovery_plan: suspension and protocol, the ticket queue, the outreach plan, the weekly export.

Every change and its audit entry commit together; what takes long is computed before the transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data import aftersales, casework, customer_names, customers, defects, log, orders, people, plans, snapshots
from data.clean import clean
from data.domain import Actor, Mode, Order, Role, Suspension
from data.errors import BadInput, Refused
from data.store import Tx
from data.workspace import Workspace, write_whole
from recovery_plan import metrics, roles
from recovery_plan.at_risk_rows import MASKS, Row, rows_for
from recovery_plan.containment import mode as protocols
from recovery_plan.containment.desk import queue_ticket
from recovery_plan.containment.mode import MAY_CLOSE, ClosedStep, Protocol, Step, step_named
from recovery_plan.containment.queue import Place, in_order
from recovery_plan.exports import Format, encode, file_name
from recovery_plan.metrics import DefectRate, Projection
from recovery_plan.outreach import planner, team, worth
from recovery_plan.outreach.planner import Plan, PlanPolicy
from recovery_plan.outreach.proposals import Outlook, proposals
from recovery_plan.rules import load
from recovery_plan.weeks import Week

OUTCOMES = ("answered", "refunded", "review_edited", "claim_avoided", "no_reply")
_log = log.get("recovery_plan")


def declare_suspension(
    ws: Workspace,
    actor: Actor,
    *,
    reason: str,
    owner: str,
    marketplace: str,
    noticed_at: datetime,
    is_drill: bool = False,
) -> Suspension:
    """Freeze every snapshot, tag every Amazon ticket and open the protocol, all or nothing; a drill only opens it.

    ``owner`` is a person's id. Raises Refused for a role that may not or when one is declared already, BadInput for
    an unknown owner, an empty reason or marketplace, or a notice from the future.
    """
    roles.need(actor, MAY_CLOSE[Step.FREEZE_SNAPSHOT], "a suspension is declared")
    told, place = clean(reason).strip(), marketplace.strip().lower()
    if not told or not place:
        raise BadInput("declare: give a reason and the marketplace, for example amazon.fr")
    with ws.store.transaction(actor) as tx:
        if people.find(tx, owner) is None:
            raise BadInput("owner: no such person in this workspace: see 'reinstate user list'")
        number = casework.declare(
            tx,
            reason=told,
            owner=owner,
            marketplace=place,
            noticed_at=noticed_at,
            steps=tuple(Step),
            is_drill=is_drill,
        )
        if not is_drill:
            snapshots.freeze_snapshots(tx)
            casework.tag_suspended(tx)
        declared = Suspension(number, told, owner, place, noticed_at, tx.now, is_drill)
    _log.info("suspension.declared", id=number, drill=int(is_drill))
    return declared


def end_suspension(ws: Workspace, actor: Actor) -> Suspension:
    """End the suspension, or the drill when only a drill is on: tags come off and the recovery begins.

    Open protocol steps do not stop it (see ``mode.missing_before_end``). Raises Refused when none is on or for a
    role that may not lift rule DESK-MODE.
    """
    roles.need(actor, frozenset({load()["DESK-MODE"].lift or Role.COMPLIANCE}), "a suspension is ended")
    with ws.store.transaction(actor) as tx:
        now_on = _open(tx)
        casework.end_suspension(tx, now_on.id)
        if not now_on.is_drill:
            casework.untag_suspended(tx)
        ended = replace(now_on, ended_at=tx.now)
    _log.info("suspension.ended", id=ended.id, drill=int(ended.is_drill))
    return ended


def _open(tx: Tx) -> Suspension:
    now_on = casework.open_suspension(tx) or casework.open_suspension(tx, is_drill=True)
    if now_on is None:
        raise Refused("no suspension is on: there is nothing to end or to close", rule="DESK-MODE")
    return now_on


def close_step(ws: Workspace, actor: Actor, name: str, note: str) -> Protocol:
    """Close the protocol's next step; raises Refused with the rule when it is another's turn or another role's."""
    step = step_named(name)
    with ws.store.transaction(actor) as tx:
        before = _protocol(tx, _open(tx))
        after = protocols.close_step(before, step, actor, tx.now, note=note)
        casework.close_step(tx, before.suspension.id, len(after.closed), note)
    return after


def protocol(ws: Workspace) -> Protocol | None:
    """The protocol that is on (a suspension's before a drill's), else the last suspension's; None before the first."""
    with ws.store.reading() as tx:
        shown = (
            casework.open_suspension(tx) or casework.open_suspension(tx, is_drill=True) or casework.last_suspension(tx)
        )
        return _protocol(tx, shown) if shown else None


def _protocol(tx: Tx, of: Suspension) -> Protocol:
    rows = [row for row in casework.steps(tx, of.id) if row["closed_at"] is not None]
    closed = (ClosedStep(Step(r["name"]), r["closed_by"], r["closed_at"], r["note"] or "") for r in rows)
    return Protocol(of, tuple(closed))


def ticket_queue(ws: Workspace) -> tuple[tuple[Place, Any], ...]:
    """Unsolved tickets that need a response, most pressing first, each with its row; refunds and A-to-z lead."""
    book = load()
    with ws.store.reading() as tx:
        rows = casework.tickets(tx, status="unsolved")
        ids = sorted({row.order_id for row in rows if row.order_id})
        known = {o.order_id: o for o in _orders(tx, ids)}
        claims, returns = aftersales.claims_of(tx, ids), aftersales.returns_of(tx, ids)
        waiting = [
            queue_ticket(
                t,
                known.get(t.ticket.order_id or ""),
                [customers.as_claim(r) for r in claims.get(t.ticket.order_id or "", ())],
                [customers.as_return(r) for r in returns.get(t.ticket.order_id or "", ())],
                book,
            )
            for t in customers.as_tickets(tx, rows)
        ]
        by_id = {row.id: row for row in rows}
        return tuple((place, by_id[place.ticket_id]) for place in in_order(waiting, tx.now))


def _orders(tx: Tx, order_ids: Sequence[str]) -> list[Order]:
    return orders.load(tx, list(orders.row_ids(tx, order_ids).values()), with_names=False)


def build_plan(ws: Workspace, actor: Actor, *, starts_on: date | None = None) -> Plan:
    """Make the outreach plan and keep it; one that is equal to the newest is not kept twice.

    ``starts_on`` is the known or assumed reinstatement: tomorrow while suspended, else today, when it is not given.
    Raises BadInput for a day that has passed.
    """
    made, policy, mode = _plan(ws, starts_on)
    with ws.store.transaction(actor) as tx:
        newest = plans.newest_plan(tx)
        if newest is None or newest[0].starts_on != made.starts_on or not _is_same(newest[1], made):
            plans.add_plan(tx, made.starts_on, made.tasks, team.document(made, policy, mode, worth.load()))
    _log.info("plan.made", tasks=len(made.tasks), placed=len(made.placed))
    return made


def simulate(ws: Workspace, starts_on: date) -> Plan:
    """What would go out if we were reinstated on ``starts_on``; nothing is kept."""
    return _plan(ws, starts_on)[0]


def _is_same(rows: Sequence[Any], made: Plan) -> bool:
    return sorted(map(repr, map(plans.as_task, rows))) == sorted(map(repr, made.tasks))


def _plan(ws: Workspace, starts_on: date | None) -> tuple[Plan, PlanPolicy, Mode]:
    zone = ZoneInfo(ws.settings.brand.time_zone)
    with ws.store.reading() as tx:
        mode = casework.mode(tx)
        today = tx.now.astimezone(zone).date()
        first = starts_on or (today + timedelta(days=1) if mode is Mode.SUSPENDED else today)
        if first < today:
            raise BadInput(f"first day of the plan: {first.isoformat()} has passed; give today or a later day")
        at_risk = plans.at_risk_customers(tx)
        cases = {case.customer: case for case in customers.gather(tx)}
        policy = team.policy_for(ws.settings, people.everyone(tx), plans.contacted(tx))
    outlook = Outlook(today, first, mode, zone, ws.settings.brand.currency, load(), worth.load(), policy.contacted)
    return planner.plan(proposals(at_risk, cases, outlook), policy, first), policy, mode


def record_outcome(ws: Workspace, actor: Actor, task_id: int, result: str, note: str) -> None:
    """Record what became of a task; raises BadInput for an unknown task or a result that is none of OUTCOMES."""
    if result not in OUTCOMES:
        raise BadInput(f"result: choose one of {', '.join(OUTCOMES)}")
    with ws.store.transaction(actor) as tx:
        if not plans.has_task(tx, task_id):
            raise BadInput(f"task {task_id} does not exist: see 'reinstate plan show'")
        plans.add_outcome(tx, task_id, result, clean(note))


def export_at_risk(
    ws: Workspace,
    actor: Actor,
    role: Role,
    *,
    week: Week | None = None,
    form: Format,
    delimiter: str = ",",
    out: Path | None = None,
) -> Path:
    """Write the week's customers at risk as ``role`` may see them; returns the file. Equal data give equal bytes.

    ``week`` is the current one when not given; an earlier one is told with today's customers, and what its own export
    said stays as it was. Names are opened only for a role that may see them. Raises Refused when ``role`` may see
    more than the actor's own, BadInput for a week to come or a file that cannot be written.
    """
    roles.need_mask(actor, role)
    with ws.store.reading() as tx:
        current = Week.of(tx.now.astimezone(ZoneInfo(ws.settings.brand.time_zone)).date())
        told = week or current
        if told > current:
            raise BadInput(f"week: {told} has not begun")
        at_risk = {c.customer: c.risk for c in plans.at_risk_customers(tx)}
        rows = _rows(tx, role, told)
    raw = encode(rows, told, role, form, delimiter=delimiter)
    path = out or ws.exports / file_name(told, role, form)
    with ws.store.transaction(actor) as tx:
        if told == current or not plans.week_risks(tx, str(told)):
            plans.keep_week(tx, str(told), at_risk)
        detail = {
            "role": role.value,
            "format": form.value,
            "rows": len(rows),
            "sha256": hashlib.sha256(raw).hexdigest(),
        }
        tx.audit("export.made", f"at-risk:{told}", detail)
        _write(path, raw)
    return path


def _rows(tx: Tx, role: Role, week: Week) -> tuple[Row, ...]:
    at_risk = plans.at_risk_customers(tx)
    last = plans.week_risks(tx, str(week.before))
    keys = [c.customer for c in at_risk] + sorted(last)
    newest = plans.newest_plan(tx)
    return rows_for(
        role,
        week,
        at_risk,
        last,
        pseudonym=tx.vault.blind,
        names=customer_names.names_of(tx, keys) if MASKS[role].names else {},
        tasks=[plans.as_task(row) for row in newest[1]] if newest else (),
    )


def _write(path: Path, raw: bytes) -> None:
    try:
        write_whole(path, raw)
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror or 'unknown reason'}") from None


def defect_rates(ws: Workspace) -> Mapping[str, DefectRate]:
    """Today's order defect rate by marketplace."""
    facts, day = _order_facts(ws)
    return metrics.defect_rates(facts, day)


def projection(ws: Workspace) -> Mapping[str, Projection]:
    """Where each marketplace's rate is heading if nobody helps the customers at risk."""
    facts, day = _order_facts(ws)
    found = {m: metrics.project(facts, day, marketplace=m) for m in metrics.defect_rates(facts, day)}
    return {m: p for m, p in found.items() if p is not None}


def _order_facts(ws: Workspace) -> tuple[list[metrics.OrderFacts], date]:
    with ws.store.reading() as tx:
        first, last = metrics.window(tx.now.date(), load())
        since = datetime.combine(first, datetime.min.time(), tx.now.tzinfo)
        return metrics.order_facts(defects.fates(tx, since)), last
