"""The order defect rate and its exact projection."""

from __future__ import annotations

import itertools
import math
import time
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_plan.metrics import OrderFacts, defect_rates, poisson_binomial, project, trend

TODAY = date(2026, 11, 24)


def an_order(number: int, **facts: Any) -> OrderFacts:
    defaults: dict[str, Any] = {"marketplace": "amazon.fr", "ordered_on": TODAY - timedelta(days=10)}
    return OrderFacts(f"o{number}", **(defaults | facts))


def many(count: int, start: int = 1_000) -> list[OrderFacts]:
    return [an_order(start + n) for n in range(count)]


def rate_of(*orders: OrderFacts) -> float | None:
    return defect_rates(orders, TODAY)["amazon.fr"].rate


def test_negative_feedback_a_claim_and_a_chargeback_are_defects_and_three_stars_are_not() -> None:
    orders = [
        an_order(1, feedback_stars=1),
        an_order(2, feedback_stars=2),
        an_order(3, feedback_stars=3),
        an_order(4, has_claim=True),
        an_order(5, has_chargeback=True),
        an_order(6),
    ]
    assert rate_of(*orders) == pytest.approx(4 / 6)


def test_an_order_with_several_troubles_counts_once_and_so_does_one_listed_twice() -> None:
    bad = an_order(1, feedback_stars=1, has_claim=True, has_chargeback=True)
    assert rate_of(bad, bad, an_order(2)) == 0.5


def test_the_window_is_sixty_days_by_order_date() -> None:
    inside, outside = an_order(1, ordered_on=TODAY - timedelta(days=59)), an_order(2, ordered_on=TODAY - timedelta(60))
    assert defect_rates([inside, outside], TODAY)["amazon.fr"].orders == 1
    assert defect_rates([an_order(3, ordered_on=TODAY + timedelta(days=1))], TODAY) == {}


def test_marketplaces_have_rates_of_their_own() -> None:
    rates = defect_rates([an_order(1, has_claim=True), an_order(2, marketplace="amazon.de")], TODAY)
    assert {name: rate.rate for name, rate in rates.items()} == {"amazon.de": 0.0, "amazon.fr": 1.0}


@pytest.mark.parametrize(
    ("orders", "defects", "is_over"), [(100, 1, True), (101, 1, False), (200, 2, True), (99, 0, False)]
)
def test_reaching_one_percent_is_over(orders: int, defects: int, is_over: bool) -> None:
    bad = [an_order(n, has_claim=True) for n in range(defects)]
    assert defect_rates(bad + many(orders - defects), TODAY)["amazon.fr"].is_over is is_over


@settings(max_examples=60)
@given(st.lists(st.floats(0, 1), max_size=9))
def test_the_distribution_equals_the_sum_over_all_outcomes(chances: list[float]) -> None:
    expected = [0.0] * (len(chances) + 1)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        expected[sum(outcome)] += math.prod(p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True))
    assert poisson_binomial(chances) == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.floats(0, 1), max_size=300))
def test_the_distribution_sums_to_one_and_has_the_expected_mean(chances: list[float]) -> None:
    spread = poisson_binomial(chances)
    assert math.fsum(spread) == pytest.approx(1.0)
    assert math.fsum(k * p for k, p in enumerate(spread)) == pytest.approx(math.fsum(chances))


def test_a_probability_outside_zero_to_one_is_refused() -> None:
    for wrong in (1.2, -0.1, float("nan")):
        with pytest.raises(ValueError, match="outside"):
            poisson_binomial([wrong])


def test_the_projection_gives_the_chance_of_reaching_the_limit() -> None:
    risky = [an_order(1, defect_probability=0.5), an_order(2, defect_probability=0.2)]
    made = project(risky + many(148), TODAY, marketplace="amazon.fr")
    assert made is not None
    assert (made.now.first_over, made.open_orders) == (2, 2)
    assert made.expected == pytest.approx(0.7)
    assert made.over_probability == pytest.approx(0.5 * 0.2)
    assert (made.quantile(0.3), made.quantile(0.5), made.quantile(0.95)) == (0, 1, 2)


def test_an_order_that_is_a_defect_already_or_left_the_window_adds_nothing() -> None:
    orders = [
        an_order(1, has_claim=True, defect_probability=0.9),
        an_order(2, ordered_on=TODAY - timedelta(days=90), defect_probability=0.9),
    ]
    made = project(orders + many(20), TODAY, marketplace="amazon.fr")
    assert made is not None and made.open_orders == 0
    assert made.over_probability == 1.0


def test_without_orders_there_is_no_projection() -> None:
    assert project([], TODAY, marketplace="amazon.fr") is None


def test_the_trend_shows_when_a_claim_came_into_the_window_and_left_it() -> None:
    old = an_order(1, ordered_on=TODAY - timedelta(days=60), has_claim=True)
    rates = trend([old, *many(9)], TODAY, marketplace="amazon.fr", days=3)
    assert [r.defects for r in rates] == [1, 1, 0]


def test_ten_thousand_open_orders_are_projected_in_a_second() -> None:
    started = time.process_time()
    poisson_binomial([0.05] * 10_000)
    assert time.process_time() - started < 2.0
