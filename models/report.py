"""A whole description of how well probabilities fit labels: figures with intervals, reliability, precision-recall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.intervals import Counts, average_precision, drawn, macro_f1, order_of, share
from models.trained import Thresholds
from models.weights import Floats

_Measure = Callable[[Counts], float]
_BINS = 10
_POINTS = 81  # thresholds of the curve, 0.10 to 0.90 by hundredths


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; all None where it cannot be measured."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose probability is in one tenth: the mean told, and the share that is frustrated with its interval."""

    texts: int
    told: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Point:
    """What flagging from ``threshold`` on would do: how many of the flagged are right, how many are found."""

    threshold: float
    flagged: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Description:
    """How good a model is on one set. Precision and recall are of the frustrated band (from the upper threshold)."""

    texts: int
    frustrated: int
    macro_f1: Figure
    average_precision: Figure
    precision: Figure
    recall: Figure
    unsure: float
    calibration_error: float
    reliability: tuple[Bin, ...]
    curve: tuple[Point, ...]


def describe(labels: Sequence[bool], probabilities: Floats, thresholds: Thresholds) -> Description:
    """Describe one set; raises ValueError when it is empty."""
    if not len(labels):
        raise ValueError("describe: a set without texts")
    wanted: NDArray[np.bool_] = np.array(labels, dtype=np.bool_)
    said, flagged = probabilities >= 0.5, probabilities >= thresholds.high
    order, bins = order_of(probabilities), _bins(wanted, probabilities)
    right, n = int((flagged & wanted).sum()), len(wanted)
    mixed = wanted.any() and not wanted.all()  # texts of one label have no ranking
    return Description(
        texts=n,
        frustrated=int(wanted.sum()),
        macro_f1=_drawn(n, lambda times: macro_f1(wanted, said, times)),
        average_precision=_drawn(n, lambda times: average_precision(order, wanted, times) if mixed else float("nan")),
        precision=_share(right, int(flagged.sum())),
        recall=_share(right, int(wanted.sum())),
        unsure=float(((probabilities >= thresholds.low) & ~flagged).mean()),
        calibration_error=sum(b.texts * abs(b.told - b.share) for b in bins) / n,
        reliability=bins,
        curve=curve(wanted, probabilities),
    )


def _drawn(texts: int, figure: _Measure) -> Figure:
    value = figure(np.ones(texts, dtype=np.int64))
    if value != value:
        return Figure(None, None, None)
    return Figure(value, *drawn(texts, figure))


def _share(part: int, whole: int) -> Figure:
    return Figure(part / whole, *share(part, whole)) if whole else Figure(None, None, None)


def _bins(wanted: NDArray[np.bool_], probabilities: Floats) -> tuple[Bin, ...]:
    """Those of the ten equal bins that hold a text."""
    places = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    found = []
    for n in range(_BINS):
        inside = places == n
        if inside.any():
            texts, right = int(inside.sum()), int(wanted[inside].sum())
            found.append(Bin(texts, float(probabilities[inside].mean()), right / texts, *share(right, texts)))
    return tuple(found)


def curve(wanted: NDArray[np.bool_], probabilities: Floats) -> tuple[Point, ...]:
    """Precision and recall by threshold."""
    total, found = int(wanted.sum()), []
    for threshold in np.round(np.linspace(0.10, 0.90, _POINTS), 2):
        flagged = probabilities >= threshold
        n, right = int(flagged.sum()), int((flagged & wanted).sum())
        found.append(Point(float(threshold), n, right / n if n else None, right / total if total else None))
    return tuple(found)
