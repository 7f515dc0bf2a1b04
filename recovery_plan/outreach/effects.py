"""What the contacts did: results by route, the harm that came all the same, the recovery curve, before and after.

Every share has Wilson's 95 % interval, and a small number says that it is one. Nobody was contacted by lot: who is
contacted differs from who is not, so that these figures describe, and prove no cause.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median

from data.contacts import Contact, Harm, ToldRisk
from data.domain import Route

GOOD = frozenset({"answered", "refunded", "review_edited", "claim_avoided"})
FEW = 20  # contacts: below it a share says little, and the tables say so
HARM_DAYS = timedelta(days=30)
CURVE_DAYS = (1, 2, 3, 5, 7, 14, 21, 30)
_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole`` with Wilson's 95 % interval; (0, 1) of nothing."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share 0-1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def is_few(self) -> bool:
        """Whether there are too few to say much."""
        return self.whole < FEW


def wilson(part: int, whole: int) -> Share:
    """Wilson's interval (1927) for ``part`` of ``whole``."""
    if not whole:
        return Share(0, 0, 0.0, 1.0)
    p, z2 = part / whole, _Z * _Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z / (1 + z2 / whole) * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return Share(part, whole, low, high)


@dataclass(frozen=True, slots=True)
class RouteEffect:
    """One route. ``recovered``: contacts with a good result, of those with any. ``harmed``: of the customers watched
    for 30 days since, those with a claim, chargeback or bad feedback; ``expected_harm`` is the mean risk that was told
    before. ``avoided`` compares the two: 1 - harmed / expected, with the interval's ends; None without a told risk.
    """

    route: Route
    contacts: int
    results: Mapping[str, int]
    recovered: Share
    harmed: Share
    expected_harm: float | None
    avoided: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Step:
    """Of the contacts made at least ``days`` days ago, those with a good result within ``days`` days."""

    days: int
    recovered: Share


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Risk of the contacted customers: last told before the contact, and now (0 for whoever is not listed any more)."""

    customers: int
    mean_before: float | None
    mean_after: float | None
    median_change: float | None
    better: Share


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything that is known of the effect."""

    contacts: int
    routes: tuple[RouteEffect, ...]
    curve: tuple[Step, ...]
    before_after: BeforeAfter


def effects(
    made: Iterable[Contact],
    harms: Iterable[Harm],
    told: Iterable[ToldRisk],
    now_at_risk: Mapping[str, float],
    now: datetime,
) -> Effects:
    """Effect of the contacts ``made`` until ``now``; ``now_at_risk`` maps who is listed to the present risk."""
    contacts = list(made)
    hit: dict[str, list[datetime]] = {}
    for harm in harms:
        hit.setdefault(harm.customer, []).append(harm.at)
    before = _told_before(contacts, told)
    routes = tuple(
        _route(route, [c for c in contacts if c.route is route], hit, before, now)
        for route in Route
        if any(c.route is route for c in contacts)
    )
    return Effects(len(contacts), routes, curve(contacts, now), _before_after(contacts, before, now_at_risk))


def recovered_at(contact: Contact) -> datetime | None:
    """When the first good result was told; None without one."""
    return min((at for result, at in contact.results if result in GOOD), default=None)


def curve(made: Sequence[Contact], now: datetime) -> tuple[Step, ...]:
    """The recovery curve. Only contacts old enough count at each step, so that young ones do not press it down."""
    steps: list[Step] = []
    for days in CURVE_DAYS:
        span = timedelta(days=days)
        old = [c for c in made if c.at + span <= now]
        if not old and steps:
            break
        good = [at - c.at for c in old if (at := recovered_at(c)) is not None]
        steps.append(Step(days, wilson(sum(took <= span for took in good), len(old))))
    return tuple(steps)


def _told_before(made: Sequence[Contact], told: Iterable[ToldRisk]) -> dict[int, float]:
    """Task -> the last risk that was told before its contact."""
    by_customer: dict[str, list[ToldRisk]] = {}
    for one in sorted(told, key=lambda t: t.at):
        by_customer.setdefault(one.customer, []).append(one)
    found: dict[int, float] = {}
    for contact in made:
        earlier = [t.risk for t in by_customer.get(contact.customer, ()) if t.at <= contact.at]
        if earlier:
            found[contact.task] = earlier[-1]
    return found


def _route(
    route: Route, made: list[Contact], hit: Mapping[str, list[datetime]], before: Mapping[int, float], now: datetime
) -> RouteEffect:
    results: dict[str, int] = {}
    for contact in made:
        if contact.results:
            last = contact.results[-1][0]
            results[last] = results.get(last, 0) + 1
    told = [c for c in made if c.results]
    watched = [c for c in made if c.at + HARM_DAYS <= now]
    harmed = wilson(sum(_is_harmed(c, hit) for c in watched), len(watched))
    risky = [c for c in watched if c.task in before]
    expected = fmean(before[c.task] for c in risky) if risky else None
    good = wilson(sum(recovered_at(c) is not None for c in told), len(told))
    avoided = _avoided(wilson(sum(_is_harmed(c, hit) for c in risky), len(risky)), expected)
    return RouteEffect(route, len(made), dict(sorted(results.items())), good, harmed, expected, avoided)


def _is_harmed(contact: Contact, hit: Mapping[str, list[datetime]]) -> bool:
    return any(contact.at < at <= contact.at + HARM_DAYS for at in hit.get(contact.customer, ()))


def _avoided(harmed: Share, expected: float | None) -> tuple[float, float, float] | None:
    """Share of the expected harm that did not come (negative: more came), with its low and high end."""
    if not expected or harmed.value is None:
        return None
    return 1 - harmed.value / expected, 1 - harmed.high / expected, 1 - harmed.low / expected


def _before_after(made: Sequence[Contact], before: Mapping[int, float], now: Mapping[str, float]) -> BeforeAfter:
    first = {c.customer: before[c.task] for c in reversed(made) if c.task in before}
    changes = [now.get(customer, 0.0) - risk for customer, risk in sorted(first.items())]
    if not first:
        return BeforeAfter(0, None, None, None, wilson(0, 0))
    after = fmean(now.get(customer, 0.0) for customer in first)
    better = wilson(sum(change < 0 for change in changes), len(changes))
    return BeforeAfter(len(first), fmean(first.values()), after, median(changes), better)
