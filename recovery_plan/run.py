"""The shell of recovery_plan: the ticket queue, the outreach plan, the weekly export; the desk's own is in desk/.

Every change and its audit entry commit together; what takes long is computed before the transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data import aftersales, casework, customer_names, customers, defects, orders, plans
from data.domain import Actor, Order, Role
from data.errors import BadInput
from data.store import Tx
from data.workspace import Workspace, write_whole
from recovery_plan import metrics, roles
from recovery_plan.at_risk_rows import MASKS, Row, rows_for
from recovery_plan.containment.desk import queue_ticket
from recovery_plan.containment.queue import Place, in_order
from recovery_plan.desk.suspending import close_step, declare_suspension, end_suspension, protocol
from recovery_plan.exports import Format, encode, file_name
from recovery_plan.metrics import DefectRate, Projection
from recovery_plan.outreach.planner import Plan
from recovery_plan.rules import load
from recovery_plan.waves import planning
from recovery_plan.waves.telling import OUTCOMES, record_outcome
from recovery_plan.weeks import Week

__all__ = [
    "OUTCOMES",
    "build_plan",
    "close_step",
    "declare_suspension",
    "defect_rates",
    "end_suspension",
    "export_at_risk",
    "projection",
    "protocol",
    "record_outcome",
    "simulate",
    "ticket_queue",
]


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
    """Make the outreach plan and keep it (see recovery_plan.waves.planning, which tells its costs, too)."""
    return planning.build(ws, actor, starts_on=starts_on).plan


def simulate(ws: Workspace, starts_on: date) -> Plan:
    """What would go out if we were reinstated on ``starts_on``; nothing is kept."""
    return planning.simulate(ws, starts_on).plan


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
