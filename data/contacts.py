"""Contacts that were made: when, by which route, what came of them, and the harm that came after all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import or_, select

from data.defects import IN_OUR_FAVOUR, NEGATIVE_STARS
from data.domain import Route, Source
from data.schema.containment import approval_request, dispatch, dispatch_result
from data.schema.desk import outcome, outreach_task, risk_week
from data.schema.intake import claim, mention, orders
from data.store import Tx
from data.upsert import chunks


def sent_times(tx: Tx) -> dict[int, datetime]:
    """Task (as it was first planned) -> when its text was handed over."""
    query = (
        select(approval_request.c.subject, dispatch.c.sent_at)
        .join(dispatch, dispatch.c.request == approval_request.c.id)
        .outerjoin(dispatch_result, dispatch_result.c.dispatch == dispatch.c.id)
        .where(approval_request.c.subject.like("task:%"), approval_request.c.is_drill.is_(False))
        .where(or_(dispatch_result.c.result.is_(None), dispatch_result.c.result == "sent"))
    )
    return {int(row.subject.removeprefix("task:")): row.sent_at for row in tx.conn.execute(query)}


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that was made: when, by which route, and what became of it, oldest first."""

    task: int
    customer: str
    order_id: str | None
    route: Route
    at: datetime
    results: tuple[tuple[str, datetime], ...] = ()


def contacts(tx: Tx) -> list[Contact]:
    """Every contact made, oldest first. Without a record of the sending the first outcome tells its day at the latest,
    and the planned day when that is earlier."""
    sent = sent_times(tx)
    said: dict[int, list[tuple[str, datetime]]] = {}
    tasks: dict[int, Any] = {}
    query = select(outreach_task, outcome.c.result, outcome.c.at).join(outcome, outcome.c.task == outreach_task.c.id)
    for row in tx.conn.execute(query.order_by(outcome.c.id)):
        root = row.promised or row.id
        tasks[root] = row
        said.setdefault(root, []).append((row.result, row.at))
    for part in chunks(sorted(set(sent) - set(tasks))):
        tasks |= {r.id: r for r in tx.conn.execute(select(outreach_task).where(outreach_task.c.id.in_(part)))}
    made = [
        Contact(
            root, row.customer, row.order_id, Route(row.route),
            sent.get(root) or _made_at(row, said[root][0][1]), tuple(said.get(root, ())),
        )
        for root, row in tasks.items()
    ]  # fmt: skip
    return sorted(made, key=lambda c: (c.at, c.task))


def _made_at(row: Any, told_at: datetime) -> datetime:
    if row.day is None:
        return told_at
    return min(told_at, datetime.combine(row.day, time(12), UTC))


@dataclass(frozen=True, slots=True)
class Harm:
    """One defect: ``kind`` is claim, chargeback or feedback; ``customer`` is the key that risks are told by."""

    customer: str
    order_id: str
    kind: str
    at: datetime


def harms(tx: Tx, since: datetime) -> list[Harm]:
    """Every defect from ``since`` on, oldest first. Claims decided in our favour harmed nobody."""
    counted = (claim.c.opened_at >= since, claim.c.status.not_in(IN_OUR_FAVOUR))
    found = [
        (r.order_id, "chargeback" if r.kind == "chargeback" else "claim", r.opened_at)
        for r in tx.conn.execute(select(claim.c.order_id, claim.c.kind, claim.c.opened_at).where(*counted))
    ]
    told = select(mention.c.reference, mention.c.published_at).where(
        mention.c.source == Source.SELLER_FEEDBACK.value,
        mention.c.published_at >= since,
        mention.c.rating <= NEGATIVE_STARS,
        mention.c.reference.is_not(None),
        mention.c.gone_at.is_(None),
    )
    found += [(r.reference, "feedback", r.published_at) for r in tx.conn.execute(told)]
    buyers: dict[str, str | None] = {}
    for part in chunks(sorted({order_id for order_id, _, _ in found})):
        query = select(orders.c.order_id, orders.c.buyer_key).where(orders.c.order_id.in_(part))
        buyers |= {r.order_id: r.buyer_key for r in tx.conn.execute(query)}
    made = [Harm(buyers.get(o) or f"order:{o}", o, kind, at) for o, kind, at in found]
    return sorted(made, key=lambda h: (h.at, h.order_id, h.kind))


@dataclass(frozen=True, slots=True)
class ToldRisk:
    """The risk that a week's export told of one customer, and when it was kept."""

    customer: str
    risk: float
    at: datetime


def told_risks(tx: Tx) -> list[ToldRisk]:
    """Every risk that was ever told, oldest first."""
    rows = tx.conn.execute(select(risk_week).order_by(risk_week.c.kept_at, risk_week.c.customer))
    return [ToldRisk(r.customer, r.risk, r.kept_at) for r in rows]
