"""From a score to a probability: Platt's logistic curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression


def fit_platt(scores: NDArray[np.float64], labels: Any) -> tuple[float, float]:
    """Slope and offset of P(1 | score) = 1 / (1 + exp(-(slope x score + offset))) (Platt 1999)."""
    model = LogisticRegression(C=1e6, max_iter=200).fit(scores.reshape(-1, 1), labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
