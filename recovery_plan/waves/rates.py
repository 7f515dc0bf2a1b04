"""All rates that the marketplace judges us by: today, ahead without help, and ahead with the stored plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from data import defects, exposures, plans
from data.workspace import Workspace
from recovery_plan import metrics
from recovery_plan.exposure import Exposure, cancellations, late_responses, late_shipments
from recovery_plan.metrics import DefectRate
from recovery_plan.outreach import worth
from recovery_plan.relief import Relief, relief
from recovery_plan.rules import load

_REACH = timedelta(days=90)  # the longest of the windows


@dataclass(frozen=True, slots=True)
class Rates:
    """``defects`` and ``relief`` by marketplace; ``exposures`` are late shipment, cancellation and late response."""

    at: datetime
    defects: Mapping[str, DefectRate]
    relief: Mapping[str, Relief]
    exposures: tuple[Exposure, ...]


def rates(ws: Workspace) -> Rates:
    """The rates of a workspace now; without a stored plan, ahead with the plan is as ahead without help."""
    book = load()
    with ws.store.reading() as tx:
        now, day = tx.now, tx.now.date()
        first, _ = metrics.window(day, book)
        facts = metrics.order_facts(defects.fates(tx, datetime.combine(first, datetime.min.time(), now.tzinfo)))
        newest = plans.newest_plan(tx)
        done = plans.contacted(tx)
        tasks = [plans.as_task(row) for row in newest[1] if row.customer not in done] if newest else []
        shipments = exposures.own_shipments(tx, now - _REACH)
        messages = exposures.buyer_messages(tx, now - _REACH)
    effect = worth.load().effect
    today = metrics.defect_rates(facts, day, book)
    found = {m: relief(facts, tasks, effect, day, marketplace=m, book=book) for m in today}
    other = (
        *late_shipments(shipments, now, book),
        *cancellations(shipments, now, book),
        *late_responses(messages, now, book),
    )
    return Rates(now, today, {m: r for m, r in found.items() if r is not None}, other)
