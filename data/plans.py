"""At-risk customers, outreach plans and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from data import contacts
from data.domain import AtRisk, Category, OutreachTask, RiskPart, Route, RouteChoice
from data.schema.desk import at_risk, outcome, outreach_task, plan, risk_week
from data.store import Tx
from data.upsert import chunks


def replace_at_risk(tx: Tx, customers: Sequence[AtRisk]) -> None:
    """Put the newest answer in place of the one before."""
    tx.conn.execute(delete(at_risk))
    rows = [
        {
            "customer": c.customer,
            "risk": c.risk,
            "parts": [asdict(p) for p in c.parts],
            "order_id": c.order_id,
            "marketplace": c.marketplace,
            "country": c.country,
            "language": c.language,
            "value_minor": c.value_minor,
            "currency": c.currency,
            "mentions": list(c.mention_ids),
            "tickets": list(c.ticket_ids),
            "category": c.category.value if c.category else None,
            "severity": c.severity,
            "since": c.since,
            "deadline_at": c.deadline_at,
            "deadline_rule": c.deadline_rule,
            "computed_at": tx.now,
        }
        for c in customers
    ]
    if rows:
        tx.conn.execute(at_risk.insert(), rows)
    tx.audit("risk.computed", "", {"customers": len(rows)})


def at_risk_customers(tx: Tx, limit: int | None = None) -> list[AtRisk]:
    """Highest risk first; ties by customer key."""
    query = select(at_risk).order_by(at_risk.c.risk.desc(), at_risk.c.customer)
    rows = tx.conn.execute(query.limit(limit) if limit else query)
    return [
        AtRisk(
            customer=r.customer,
            risk=r.risk,
            parts=tuple(RiskPart(**p) for p in r.parts),
            order_id=r.order_id,
            marketplace=r.marketplace,
            country=r.country,
            language=r.language,
            value_minor=r.value_minor,
            currency=r.currency,
            mention_ids=tuple(r.mentions),
            ticket_ids=tuple(r.tickets),
            category=Category(r.category) if r.category else None,
            severity=r.severity,
            since=r.since,
            deadline_at=r.deadline_at,
            deadline_rule=r.deadline_rule,
        )
        for r in rows
    ]


def keep_week(tx: Tx, week: str, risks: Mapping[str, float]) -> None:
    """Keep what a week's export said, so that the next week can tell new, worse, better and gone."""
    tx.conn.execute(delete(risk_week).where(risk_week.c.week == week))
    if risks:
        tx.conn.execute(
            risk_week.insert(),
            [{"week": week, "customer": c, "risk": r, "kept_at": tx.now} for c, r in sorted(risks.items())],
        )


def week_risks(tx: Tx, week: str) -> dict[str, float]:
    """Customer -> risk as the export of ``week`` (2026-W47) said; empty when none was kept."""
    rows = tx.conn.execute(select(risk_week.c.customer, risk_week.c.risk).where(risk_week.c.week == week))
    return {row.customer: row.risk for row in rows}


def weeks(tx: Tx) -> list[str]:
    """Weeks that have a kept export, newest first."""
    return list(tx.conn.execute(select(risk_week.c.week).distinct().order_by(risk_week.c.week.desc())).scalars())


def add_plan(tx: Tx, starts_on: date, tasks: Sequence[OutreachTask], policy: Mapping[str, Any]) -> int:
    """Keep a plan and put it on the audit log; returns its number."""
    result = tx.conn.execute(
        plan.insert().values(made_at=tx.now, made_by=tx.actor.id, starts_on=starts_on, policy=dict(policy))
    )
    plan_id = int(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [
        {
            "plan": plan_id,
            "customer": t.customer,
            "order_id": t.order_id,
            "route": t.choice.route.value,
            "rule": t.choice.rule,
            "reason": t.choice.reason,
            "not_before": t.choice.not_before,
            "last_day": t.choice.last_day,
            "value": t.value,
            "effort_min": t.effort_min,
            "day": t.day,
            "wave": t.wave,
            "owner": t.owner,
            "language": t.language,
            "macro": t.macro,
            "unplaced": t.unplaced,
            "promised": t.promised,
        }
        for t in tasks
    ]
    if rows:
        tx.conn.execute(outreach_task.insert(), rows)
    placed = sum(1 for t in tasks if t.day is not None)
    tx.audit("plan.made", f"plan:{plan_id}", {"tasks": len(rows), "placed": placed})
    return plan_id


def newest_plan(tx: Tx) -> tuple[Any, list[Any]] | None:
    """The newest plan row and its task rows (by day, then value), or None before the first plan."""
    row = tx.conn.execute(select(plan).order_by(plan.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    query = (
        select(outreach_task)
        .where(outreach_task.c.plan == row.id)
        .order_by(
            outreach_task.c.day.is_(None), outreach_task.c.day, outreach_task.c.value.desc(), outreach_task.c.customer
        )
    )
    return row, list(tx.conn.execute(query))


def as_task(row: Any) -> OutreachTask:
    """A task row as the value it was kept from."""
    return OutreachTask(
        customer=row.customer,
        choice=RouteChoice(Route(row.route), row.rule, row.reason, row.not_before, row.last_day),
        value=row.value,
        effort_min=row.effort_min,
        day=row.day,
        wave=row.wave,
        owner=row.owner,
        order_id=row.order_id,
        language=row.language,
        macro=row.macro,
        unplaced=row.unplaced,
        promised=row.promised,
    )


def contacted(tx: Tx) -> set[str]:
    """Customers and orders that were written about: nobody is approached twice.

    What counts is a recorded outcome, or a text that was handed over and is not told to have stayed here.
    """
    query = select(outreach_task.c.customer, outreach_task.c.order_id)
    rows = list(tx.conn.execute(query.join(outcome, outcome.c.task == outreach_task.c.id).distinct()))
    for part in chunks(sorted(contacts.sent_times(tx))):
        rows += tx.conn.execute(query.where(outreach_task.c.id.in_(part)))
    return {key for row in rows for key in row if key}


def first_rows(tx: Tx, tasks: Sequence[int]) -> dict[int, Any]:
    """Task rows by number."""
    found: dict[int, Any] = {}
    for part in chunks(list(tasks)):
        found |= {r.id: r for r in tx.conn.execute(select(outreach_task).where(outreach_task.c.id.in_(part)))}
    return found


def add_outcome(tx: Tx, task_id: int, result: str, note: str) -> None:
    """Record what became of a task."""
    tx.conn.execute(outcome.insert().values(task=task_id, result=result, note=note, by=tx.actor.id, at=tx.now))
    tx.audit("task.outcome", f"task:{task_id}", {"result": result})
