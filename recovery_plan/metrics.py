"""The order defect rate and where it is heading: exact probabilities, no simulation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.defects import OrderFate
from recovery_plan.rules import RuleBook, load


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order of the window. It is a defect once, whatever the number of its troubles (rule AMZ-ODR-01).

    ``defect_probability`` is the chance that an order without a defect becomes one while nobody helps (0-1).
    """

    order_id: str
    marketplace: str
    ordered_on: date
    feedback_stars: int | None = None
    has_claim: bool = False  # an A-to-z claim that counts: not withdrawn, not decided in our favour
    has_chargeback: bool = False
    defect_probability: float = 0.0


def order_facts(fates: Iterable[OrderFate]) -> list[OrderFacts]:
    """Stored fates of orders as the rate counts them, by the order's day in UTC."""
    return [
        OrderFacts(
            f.order_id,
            f.marketplace,
            f.purchased_at.date(),
            feedback_stars=f.stars,
            has_claim=f.has_claim,
            has_chargeback=f.has_chargeback,
            defect_probability=f.risk,
        )
        for f in fates
    ]


@dataclass(frozen=True, slots=True)
class DefectRate:
    """The rate of one marketplace on one day; ``rate`` is None without orders in the window."""

    marketplace: str
    first_day: date
    last_day: date
    orders: int
    defects: int
    limit: float

    @property
    def rate(self) -> float | None:
        """Share of defective orders, 0-1."""
        return self.defects / self.orders if self.orders else None

    @property
    def is_over(self) -> bool:
        """The rate has to stay below the limit: reaching it is over."""
        return self.orders > 0 and self.defects >= self.first_over

    @property
    def first_over(self) -> int:
        """The smallest number of defects that is over the limit."""
        return max(math.ceil(self.orders * self.limit - 1e-9), 1)


@dataclass(frozen=True, slots=True)
class Projection:
    """What the open orders may add if nobody helps: ``probabilities[k]`` is the chance of exactly k more defects."""

    now: DefectRate
    open_orders: int
    expected: float  # further defects
    over_probability: float  # of reaching the limit, 0-1
    probabilities: tuple[float, ...]

    def quantile(self, share: float) -> int:
        """The smallest k with a chance of at least ``share`` that no more than k defects are added."""
        reached = 0.0
        for k, probability in enumerate(self.probabilities):
            reached += probability
            if reached >= share - 1e-12:
                return k
        return len(self.probabilities) - 1


def is_defect(order: OrderFacts, book: RuleBook) -> bool:
    """Negative feedback (1-2 stars), a claim or a chargeback."""
    stars = order.feedback_stars
    is_negative = stars is not None and stars <= book.number("AMZ-ODR-02", "stars")
    return is_negative or order.has_claim or order.has_chargeback


def window(day: date, book: RuleBook) -> tuple[date, date]:
    """First and last order date that count on ``day``: 60 days, ``day`` included."""
    return day - timedelta(days=book.days("AMZ-ODR-01-WINDOW") - 1), day


def defect_rates(orders: Iterable[OrderFacts], day: date, book: RuleBook | None = None) -> Mapping[str, DefectRate]:
    """The order defect rate of every marketplace on ``day``, by order date; orders listed twice count once."""
    book = book or load()
    first, last = window(day, book)
    counted: dict[str, int] = {}
    bad: dict[str, int] = {}
    for order in _unique(orders):
        if first <= order.ordered_on <= last:
            counted[order.marketplace] = counted.get(order.marketplace, 0) + 1
            bad[order.marketplace] = bad.get(order.marketplace, 0) + is_defect(order, book)
    limit = book.share("AMZ-ODR-01")
    return {m: DefectRate(m, first, last, counted[m], bad[m], limit) for m in sorted(counted)}


def _unique(orders: Iterable[OrderFacts]) -> list[OrderFacts]:
    return list({(order.marketplace, order.order_id): order for order in orders}.values())


def poisson_binomial(probabilities: Sequence[float]) -> np.ndarray:
    """The exact distribution of how many of independent events happen: entry k is the chance of exactly k.

    One multiplication by (1 - p, p) for each event: O(n squared), no approximation. Raises ValueError for a
    probability outside 0-1.
    """
    chances = np.asarray(probabilities, dtype=float)
    if chances.size and not (np.all(chances >= 0.0) and np.all(chances <= 1.0)):
        raise ValueError("a probability lies outside 0-1")
    spread = np.zeros(chances.size + 1)
    spread[0] = 1.0
    for count, chance in enumerate(chances, start=1):
        spread[1 : count + 1] = spread[1 : count + 1] * (1.0 - chance) + spread[:count] * chance
        spread[0] *= 1.0 - chance
    return spread


def project(
    orders: Iterable[OrderFacts], day: date, *, marketplace: str, book: RuleBook | None = None
) -> Projection | None:
    """How one marketplace's rate may end if nobody helps the open at-risk orders; None without orders in the window.

    Customers are taken as independent of one another. The orders of the window stay what they are: sales are
    stopped while suspended, so that no new orders soften the rate.
    """
    book = book or load()
    unique = _unique(orders)
    now = defect_rates(unique, day, book).get(marketplace)
    if now is None:
        return None
    chances = [
        order.defect_probability
        for order in unique
        if order.marketplace == marketplace
        and now.first_day <= order.ordered_on <= now.last_day
        and order.defect_probability > 0.0
        and not is_defect(order, book)
    ]
    spread = poisson_binomial(chances)
    missing = max(now.first_over - now.defects, 0)
    over = 1.0 if missing == 0 else float(math.fsum(spread[missing:]))
    return Projection(now, len(chances), math.fsum(chances), min(over, 1.0), tuple(map(float, spread)))


def trend(orders: Iterable[OrderFacts], last_day: date, *, marketplace: str, days: int) -> tuple[DefectRate, ...]:
    """The rate on each of the ``days`` days up to ``last_day``, oldest first; days without orders are left out."""
    unique = [order for order in _unique(orders) if order.marketplace == marketplace]
    each = (defect_rates(unique, last_day - timedelta(days=n)) for n in range(days - 1, -1, -1))
    return tuple(found[marketplace] for found in each if marketplace in found)
