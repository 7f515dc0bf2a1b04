"""Figures of merit, from labels and probabilities alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score

from models.trained import Thresholds
from models.weights import Floats

Labels = NDArray[np.int64]
_BINS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """How well probabilities fit labels. All but the counts are 0-1; ``nan`` where a set has one label only.

    ``precision``, ``recall`` and ``f1`` are of the frustrated at a probability of one half; ``macro_f1`` is the mean
    over both labels. ``average_precision`` asks whether the frustrated come first, ``calibration_error`` how far
    probabilities are from shares (ten bins of equal width). ``flagged_right`` is the share of the frustrated band
    that is frustrated, ``missed`` the share of frustrated texts in the band not_frustrated, ``unsure`` the share of
    all texts between the thresholds.
    """

    texts: int
    frustrated: int
    precision: float
    recall: float
    f1: float
    macro_f1: float
    average_precision: float
    calibration_error: float
    flagged_right: float
    missed: float
    unsure: float


def figures(labels: Labels, probabilities: Floats, thresholds: Thresholds) -> Figures:
    """Figures of one set; raises ValueError when it is empty."""
    if not len(labels):
        raise ValueError("figures: a set without texts")
    said = probabilities >= 0.5
    wanted = labels == 1
    precision, recall = share(said & wanted, said), share(said & wanted, wanted)
    flagged, dropped = probabilities >= thresholds.high, probabilities < thresholds.low
    both = wanted.any() and not wanted.all()
    return Figures(
        texts=len(labels),
        frustrated=int(wanted.sum()),
        precision=precision,
        recall=recall,
        f1=float(f1_score(wanted, said, zero_division=0.0)),
        macro_f1=float(f1_score(wanted, said, average="macro", zero_division=0.0)),
        average_precision=float(average_precision_score(wanted, probabilities)) if both else float("nan"),
        calibration_error=calibration_error(labels, probabilities),
        flagged_right=share(flagged & wanted, flagged),
        missed=share(dropped & wanted, wanted),
        unsure=share(~flagged & ~dropped, np.ones(len(labels), dtype=np.bool_)),
    )


def share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    """How much of ``whole`` is in ``part``; ``nan`` of nothing."""
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")


def calibration_error(labels: Labels, probabilities: Floats) -> float:
    """Expected calibration error: mean distance of probability and share over ten equal bins, weighted by size."""
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for n in range(_BINS):
        inside = bins == n
        if inside.any():
            error += inside.mean() * abs(float(labels[inside].mean()) - float(probabilities[inside].mean()))
    return float(error)
