"""From a score to a probability, and from probabilities to the two thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.trained import Thresholds
from models.weights import Floats

_SURE = 0.85  # share of right answers wanted on either side of the unsure ones
_STEPS = np.round(np.arange(0.20, 0.801, 0.01), 2)


def fit_platt(scores: Floats, labels: Any, weights: Floats | None = None) -> tuple[float, float]:
    """Slope and offset of P(1 | score) = 1 / (1 + exp(-(slope x score + offset))) (Platt 1999)."""
    model = LogisticRegression(C=1e6, max_iter=200).fit(scores.reshape(-1, 1), labels, sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def probability(odds: Floats) -> Floats:
    """The logistic curve of log-odds."""
    made: Floats = 1.0 / (1.0 + np.exp(-odds))
    return made


def log_odds(probabilities: Floats) -> Floats:
    """The inverse of the logistic curve."""
    made: Floats = np.log(probabilities / (1.0 - probabilities))
    return made


def find_thresholds(probabilities: Floats, labels: NDArray[np.int64], weights: Floats) -> Thresholds:
    """The narrowest band of unsure texts with 85 right answers in 100 on either side of it.

    Both lie within 0.2-0.8; where no threshold reaches that share, the outermost is taken.
    """
    high = next((t for t in _STEPS if t >= 0.5 and _share(probabilities >= t, labels == 1, weights) >= _SURE), 0.8)
    low = next((t for t in _STEPS[::-1] if t <= 0.5 and _share(probabilities < t, labels == 0, weights) >= _SURE), 0.2)
    return Thresholds(round(float(low), 2), round(float(high), 2))


def find_line(probabilities: Floats, wanted: NDArray[np.bool_], weights: Floats) -> float:
    """The probability (0.2-0.8) from which naming a category makes the best F1; 0.5 when it never occurs."""
    if not wanted.any():
        return 0.5
    return round(float(max(_STEPS, key=lambda t: _f1(probabilities >= t, wanted, weights))), 2)


def _f1(said: NDArray[np.bool_], wanted: NDArray[np.bool_], weights: Floats) -> float:
    return 2 * float(weights[said & wanted].sum()) / float(weights[said].sum() + weights[wanted].sum())


def _share(chosen: NDArray[np.bool_], right: NDArray[np.bool_], weights: Floats) -> float:
    total = float(weights[chosen].sum())
    return float(weights[chosen & right].sum()) / total if total else 0.0
