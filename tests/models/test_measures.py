"""Figures of merit, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.calibration import find_line, find_thresholds, fit_platt, log_odds, probability
from models.measures import calibration_error, figures
from models.trained import Thresholds


def test_figures_count_as_by_hand() -> None:
    found = figures(np.array([1, 1, 1, 0, 0]), np.array([0.9, 0.6, 0.1, 0.8, 0.2]), Thresholds(0.3, 0.7))
    assert (found.texts, found.frustrated) == (5, 3)
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (found.flagged_right, found.missed, found.unsure) == pytest.approx((1 / 2, 1 / 3, 1 / 5))
    assert found.average_precision == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)


def test_the_calibration_error_is_the_weighted_distance_of_the_bins() -> None:
    labels, said = np.array([1, 0, 1, 1]), np.array([0.55, 0.55, 0.95, 0.95])
    assert calibration_error(labels, said) == pytest.approx(0.5 * 0.05 + 0.5 * 0.05)


def test_a_set_of_one_label_has_no_average_precision() -> None:
    assert math.isnan(figures(np.array([0, 0]), np.array([0.1, 0.2]), Thresholds(0.3, 0.7)).average_precision)


def test_an_empty_set_has_no_figures() -> None:
    with pytest.raises(ValueError, match="without texts"):
        figures(np.array([], dtype=np.int64), np.array([]), Thresholds(0.3, 0.7))


def test_platt_recovers_the_curve_that_made_the_labels() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 2, 20_000)
    labels = (rng.random(20_000) < probability(1.5 * scores - 0.5)).astype(np.int64)
    assert fit_platt(scores, labels) == pytest.approx((1.5, -0.5), abs=0.08)


def test_thresholds_are_as_narrow_as_the_wanted_share_allows() -> None:
    said = np.linspace(0.005, 0.995, 2_000)
    sure = find_thresholds(said, (said > 0.5).astype(np.int64), np.ones_like(said))
    assert (sure.low, sure.high) == (0.5, 0.5)
    shaky = find_thresholds(said, (np.arange(2_000) % 2).astype(np.int64), np.ones_like(said))
    assert (shaky.low, shaky.high) == (0.2, 0.8)


def test_the_line_of_a_category_is_where_its_f1_is_best() -> None:
    said = np.linspace(0.005, 0.995, 2_000)
    assert find_line(said, said > 0.349, np.ones_like(said)) == pytest.approx(0.35)
    assert find_line(said, np.zeros(2_000, dtype=np.bool_), np.ones_like(said)) == 0.5


def test_log_odds_undo_the_logistic_curve() -> None:
    assert log_odds(probability(np.array([-2.0, 0.0, 3.0]))) == pytest.approx([-2.0, 0.0, 3.0])
