"""Whether a new model may take over, and how sure that is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.assess import Assessor
from models.comparison import FEWEST, compare
from models.examples import Example
from models.heads import Head
from models.independent_set import independent
from models.intervals import average_precision, drawn, macro_f1, order_of, share
from models.retraining import SellerText
from models.text import AssessInput
from models.trained import CATEGORIES

COMPLAINT, PRAISE = "Still no refund after six weeks, nobody answers", "Lovely lamp, thank you so much"


def head(slope: float = 1.0, offset: float = 0.0) -> Head:
    n = 1 + len(CATEGORIES)
    slopes, offsets = np.ones(n), np.zeros(n)
    slopes[0], offsets[0] = slope, offset
    return Head(slopes, offsets, np.zeros(0, dtype=np.int64), np.zeros((0, n)))


def with_head(one: Head) -> Assessor:
    return Assessor(Assessor.shipped().base, {"trustpilot": one}, "own-test")


def held(n: int, *, upside_down: bool = False) -> list[SellerText]:
    return [
        SellerText(
            k,
            k,
            "trustpilot",
            AssessInput(f"{(COMPLAINT, PRAISE)[k % 2]} ({k})", source="trustpilot"),
            (k % 2 == 0) is not upside_down,
            (),
        )
        for k in range(n)
    ]


@pytest.fixture(scope="module")
def apart() -> list[Example]:
    return list(independent())[::4]


def test_a_sharper_head_is_better_where_the_base_was_right(apart: list[Example]) -> None:
    found = compare(Assessor.shipped(), with_head(head(1.5)), held(20), apart)
    assert (found.verdict, found.may_switch) == ("better", True)


def test_a_head_that_changes_nothing_is_not_worse(apart: list[Example]) -> None:
    found = compare(Assessor.shipped(), with_head(head()), held(20), apart)
    assert (found.verdict, found.may_switch) == ("equal", True)
    assert found.error is not None and found.error.change == (0.0, 0.0) and found.error.is_unsure


def test_a_head_that_errs_more_on_the_held_back_labels_stays_out(apart: list[Example]) -> None:
    found = compare(Assessor.shipped(), with_head(head(0.2)), held(20), apart)
    assert (found.verdict, found.may_switch) == ("worse_seller", False)


def test_a_head_that_turns_everything_round_is_stopped_by_the_messages_that_ship(apart: list[Example]) -> None:
    found = compare(Assessor.shipped(), with_head(head(-1.0)), held(20, upside_down=True), apart)
    assert (found.verdict, found.may_switch) == ("worse_product", False)


def test_a_shop_whose_customers_complain_more_is_not_stopped_by_them(apart: list[Example]) -> None:
    found = compare(Assessor.shipped(), with_head(head(1.0, 1.0)), held(20), apart)
    assert found.product[0].old == pytest.approx(found.product[0].new) and found.verdict != "worse_product"


@pytest.mark.parametrize("n", [0, FEWEST - 1])
def test_too_few_held_back_labels_decide_nothing(apart: list[Example], n: int) -> None:
    found = compare(Assessor.shipped(), with_head(head(1.5)), held(n), apart)
    assert (found.verdict, found.may_switch) == ("too_few", False)


def test_labels_of_sources_without_a_head_do_not_water_the_figures_down(apart: list[Example]) -> None:
    elsewhere = [replace(t, source="reddit", said=replace(t.said, source="reddit")) for t in held(40)]
    found = compare(Assessor.shipped(), with_head(head(1.5)), [*held(10), *elsewhere], apart)
    assert found.error is not None and found.error.texts == 10


def test_an_interval_is_the_same_each_time_and_narrows_with_more_texts() -> None:
    values = np.tile([0.0, 1.0], 200)
    few, again = (drawn(20, lambda times: float(times @ values[:20]) / 20) for _ in range(2))
    many = drawn(400, lambda times: float(times @ values) / 400)
    assert few == again
    assert few[0] < many[0] < 0.5 < many[1] < few[1]


def test_figures_over_texts_counted_once_are_those_of_the_library() -> None:
    from sklearn.metrics import average_precision_score, f1_score

    random = np.random.default_rng(1)
    wanted, p = random.random(200) < 0.4, random.random(200)
    once = np.ones(200, dtype=np.int64)
    assert macro_f1(wanted, p >= 0.5, once) == pytest.approx(f1_score(wanted, p >= 0.5, average="macro"))
    assert average_precision(order_of(p), wanted, once) == pytest.approx(average_precision_score(wanted, p))


def test_counting_a_text_twice_is_as_good_as_having_it_twice() -> None:
    wanted, p = np.array([True, False, True]), np.array([0.9, 0.6, 0.3])
    twice = average_precision(order_of(p), wanted, np.array([1, 2, 1]))
    assert twice == pytest.approx((1 + 2 / 4) / 2)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (0, 5), (5, 5), (3, 10)])
def test_the_interval_of_a_share_holds_it_and_stays_within_bounds(part: int, whole: int) -> None:
    low, high = share(part, whole)
    assert 0.0 <= low <= (part / whole if whole else 0.5) <= high <= 1.0
