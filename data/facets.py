"""What lists can be narrowed by, and small counts for the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from data.schema.desk import outcome, outreach_task, ticket
from data.schema.intake import mention, mention_daily, snapshot
from data.schema.judged import assessment, label
from data.schema.trail import audit_entry
from data.store import Tx
from data.upsert import chunks


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """How many frustrated mentions there are, how many have an order, how many wait for a person."""

    frustrated: int
    linked: int
    to_check: int


def values(tx: Tx, column: str) -> list[str]:
    """Known values of a column of the daily summary (``source``, ``country``, ``language``, ``category``)."""
    held = mention_daily.c[column]
    return [str(v) for v in tx.conn.execute(select(held).distinct().order_by(held)).scalars() if v]


def link_counts(tx: Tx, since: datetime, until: datetime, country: str | None = None) -> LinkCounts:
    """Of the frustrated mentions between two moments (the second one excluded)."""
    query = select(
        func.count(),
        func.coalesce(func.sum(case((mention.c.link_decision == "link", 1), else_=0)), 0),
        func.coalesce(
            func.sum(case(((mention.c.link_decision == "review") & mention.c.link_verdict.is_(None), 1), else_=0)), 0
        ),
    ).where(
        mention.c.band == "frustrated",
        mention.c.gone_at.is_(None),
        mention.c.is_own.is_(False),  # the rest as data.daily.is_counted says
        mention.c.is_spam.is_(False),
        mention.c.repeats.is_(None),
        mention.c.same_as.is_(None),
        mention.c.published_at >= since,
        mention.c.published_at < until,
    )
    if country:
        query = query.where(mention.c.country == country)
    row = tx.conn.execute(query).one()
    return LinkCounts(int(row[0]), int(row[1]), int(row[2]))


def outcomes(tx: Tx, plan_id: int) -> dict[int, Any]:
    """Task id -> its newest outcome row, for the tasks of one plan."""
    query = (
        select(outcome)
        .join(outreach_task, outreach_task.c.id == outcome.c.task)
        .where(outreach_task.c.plan == plan_id)
        .order_by(outcome.c.id)
    )
    return {row.task: row for row in tx.conn.execute(query)}


def ticket_rows(tx: Tx, ids: Sequence[int]) -> dict[int, Any]:
    """Ticket rows by id."""
    found: dict[int, Any] = {}
    for part in chunks(list(ids)):
        found.update({row.id: row for row in tx.conn.execute(select(ticket).where(ticket.c.id.in_(part)))})
    return found


def model_use(tx: Tx) -> Sequence[tuple[str, int, datetime]]:
    """Model version, mentions that show its answer, and when it last answered; newest first."""
    query = (
        select(assessment.c.model, func.count(), func.max(assessment.c.made_at))
        .group_by(assessment.c.model)
        .order_by(func.max(assessment.c.made_at).desc())
    )
    return [(str(m), int(n), at) for m, n, at in tx.conn.execute(query)]


def label_count(tx: Tx) -> int:
    """How many corrections people have made."""
    return int(tx.conn.execute(select(func.count()).select_from(label)).scalar_one())


def audit_actions(tx: Tx) -> list[str]:
    """Every kind of action on the audit log."""
    query = select(audit_entry.c.action).distinct().order_by(audit_entry.c.action)
    return [str(a) for a in tx.conn.execute(query).scalars()]


def audit_actors(tx: Tx) -> list[str]:
    """Everybody who stands on the audit log."""
    query = select(audit_entry.c.actor).distinct().order_by(audit_entry.c.actor)
    return [str(a) for a in tx.conn.execute(query).scalars()]


def has_frozen_orders(tx: Tx) -> bool:
    """Whether the cached orders were frozen by a suspension."""
    query = select(func.count()).where(snapshot.c.kind == "orders", snapshot.c.frozen_at.is_not(None))
    return bool(tx.conn.execute(query).scalar_one())
