"""What the plan changes: the order defect rate's projection without and with its contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from data.domain import OutreachTask, Route
from recovery_plan.metrics import OrderFacts, Projection, is_defect, project
from recovery_plan.rules import RuleBook, load


@dataclass(frozen=True, slots=True)
class Relief:
    """One marketplace's projection if nobody helps, and with the plan's contacts."""

    without: Projection
    with_plan: Projection
    helped: int  # open orders of the window that the plan reaches

    @property
    def avoided(self) -> float:
        """Expected defects that the plan avoids."""
        return self.without.expected - self.with_plan.expected


def relieved(
    orders: Iterable[OrderFacts], tasks: Iterable[OutreachTask], effects: Mapping[Route, float]
) -> tuple[OrderFacts, ...]:
    """The same orders with the chance of a defect lowered by the share (0-1) that a placed contact's route avoids.

    A task without a day, an order or an effect changes nothing; two contacts about one order count as the better one.
    """
    shares: dict[str, float] = {}
    for task in tasks:
        if task.day is not None and task.order_id is not None:
            shares[task.order_id] = max(shares.get(task.order_id, 0.0), effects.get(task.choice.route, 0.0))
    return tuple(
        replace(o, defect_probability=o.defect_probability * (1.0 - shares[o.order_id])) if o.order_id in shares else o
        for o in orders
    )


def relief(
    orders: Iterable[OrderFacts],
    tasks: Iterable[OutreachTask],
    effects: Mapping[Route, float],
    day: date,
    *,
    marketplace: str,
    book: RuleBook | None = None,
) -> Relief | None:
    """Both projections of one marketplace on ``day``; None without orders in the window."""
    facts, placed = list(orders), [t for t in tasks if t.day is not None]
    before = project(facts, day, marketplace=marketplace, book=book)
    after = project(relieved(facts, placed, effects), day, marketplace=marketplace, book=book)
    if before is None or after is None:
        return None
    book = book or load()
    named = {t.order_id for t in placed if effects.get(t.choice.route, 0.0) > 0.0}
    first, last = before.now.first_day, before.now.last_day
    helped = {
        o.order_id
        for o in facts
        if o.marketplace == marketplace
        and o.defect_probability > 0
        and first <= o.ordered_on <= last
        and not is_defect(o, book)
    }
    return Relief(before, after, len(named & helped))
