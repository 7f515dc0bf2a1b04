"""What contacts did: honest intervals, the recovery curve, harm against the told risk."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contacts import Contact, Harm, ToldRisk
from data.domain import Route
from recovery_plan.outreach.effects import curve, effects, wilson
from tests.builders import NOW, days


def a_contact(number: int = 1, ago: float = 40, **facts: Any) -> Contact:
    results = tuple((result, NOW - days(ago - after)) for result, after in facts.pop("results", ()))
    route = facts.pop("route", Route.BUYER_MESSAGE)
    return Contact(number, f"c{number}", f"o{number}", route, NOW - days(ago), results)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],  # Newcombe 1998
)
def test_intervals_are_wilsons(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 60), st.integers(0, 60))
def test_an_interval_holds_its_share_and_small_numbers_say_that_they_are_small(a: int, b: int) -> None:
    found = wilson(a, a + b)
    assert 0.0 <= found.low <= (found.value if found.value is not None else 0.5) <= found.high <= 1.0
    assert found.is_few is (a + b < 20)


def test_the_curve_counts_only_contacts_that_are_old_enough() -> None:
    made = [
        a_contact(1, 10, results=[("answered", 2.5)]),
        a_contact(2, 4, results=[("no_reply", 2), ("refunded", 3)]),
        a_contact(3, 2),
    ]
    found = {step.days: (step.recovered.part, step.recovered.whole) for step in curve(made, NOW)}
    assert found == {1: (0, 3), 2: (0, 3), 3: (2, 2), 5: (1, 1), 7: (1, 1)}


def test_a_route_tells_results_harm_and_what_was_avoided_against_the_told_risk() -> None:
    made = [a_contact(n, results=[("answered" if n < 6 else "no_reply", 1)]) for n in range(10)]
    made.append(a_contact(10, ago=5, results=[("answered", 1)]))  # not watched for thirty days yet
    harms = [Harm("c1", "o1", "claim", NOW - days(30)), Harm("c2", "o2", "feedback", NOW - days(41))]
    told = [ToldRisk(f"c{n}", 0.5, NOW - days(45)) for n in range(10)] + [ToldRisk("c0", 0.9, NOW - days(1))]
    (route,) = effects(made, harms, told, {}, NOW).routes
    assert (route.contacts, dict(route.results)) == (11, {"answered": 7, "no_reply": 4})
    assert (route.harmed.part, route.harmed.whole, route.expected_harm) == (1, 10, 0.5)
    assert route.avoided is not None
    value, low, high = route.avoided
    assert value == pytest.approx(0.8) and low < 0.5 and high == pytest.approx(1 - route.harmed.low / 0.5)


def test_without_a_told_risk_nothing_is_said_to_be_avoided() -> None:
    (route,) = effects([a_contact(results=[("answered", 1)])], [], [], {}, NOW).routes
    assert route.avoided is None and route.expected_harm is None


def test_before_and_after_compare_the_last_told_risk_with_the_present_one() -> None:
    made = [a_contact(n) for n in (1, 2, 3)]
    told = [
        ToldRisk("c1", 0.4, NOW - days(50)),
        ToldRisk("c1", 0.8, NOW - days(42)),
        ToldRisk("c2", 0.5, NOW - days(41)),
    ]
    found = effects(made, [], told, {"c1": 0.6, "c2": 0.7}, NOW).before_after
    assert found.customers == 2 and found.mean_before == pytest.approx(0.65) == found.mean_after
    assert (found.better.part, found.better.whole) == (1, 2)


def test_without_contacts_there_is_nothing_to_tell() -> None:
    found = effects([], [], [], {}, NOW)
    assert (found.contacts, found.routes, found.before_after.customers) == (0, (), 0)
    assert [step.recovered.value for step in found.curve] == [None]
