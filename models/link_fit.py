"""Fits the weights to people's judgements: the most probable corrections when small ones are believed in.

Each judged mention is one choice among its candidate orders and "none of them" (a conditional logit); the documented
weights are what is believed before a judgement is seen, and ``SPREAD`` bits is how far a weight may well be off them.
Which mentions people judged was decided by their evidence, so choosing does not bias what is learnt from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.link_weights import Curve
from models.weights import Floats

SPREAD = 0.3  # bits; docs/linkage.md tells how it was chosen
SLOPE, OFFSET = 0.3, 0.7  # how far slope and offset (nats) of a source's curve may well be off 1 and 0
_BIT = math.log(2)
_LEAST = 1e-9
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rival:
    """One candidate of a judged mention: log odds (nats) by the documented weights, and the weights they rest on."""

    order_id: str
    log_odds: float
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One mention that a person judged: ``right`` is the confirmed order, or else those in ``wrong`` were rejected."""

    mention_id: str
    source: str
    rivals: tuple[Rival, ...]
    right: str | None = None
    wrong: frozenset[str] = frozenset()


def fit(judged: Sequence[Judged], spread: float = SPREAD) -> dict[str, float]:
    """Corrections in bits by outcome; the same judgements give the same corrections. Empty without judgements."""
    keys = sorted({key for one in judged for rival in one.rivals for key in rival.keys})
    if not keys:
        return {}
    column = {key: n for n, key in enumerate(keys)}
    cases = [_case(one, column) for one in judged]

    def loss(corrections: Floats) -> tuple[float, Floats]:
        total, slope = float(corrections @ corrections) / (2 * spread**2), corrections / spread**2
        for case in cases:
            lost, towards = case.loss(corrections)
            total += lost
            slope = slope + towards
        return total, slope

    found = minimize(loss, np.zeros(len(keys)), jac=True, method="L-BFGS-B")
    return {key: round(float(found.x[n]), 4) for key, n in column.items()}


@dataclass(frozen=True, slots=True)
class _Case:
    shown: Floats  # candidates x outcomes, how often each stands in the evidence, in nats
    base: Floats
    right: NDArray[np.bool_]  # the confirmed candidate, or all that were not rejected
    none_is_right: bool

    def loss(self, corrections: Floats) -> tuple[float, Floats]:
        """Minus the log probability of what the person said, and how it changes with the corrections."""
        scores = self.base + self.shown @ corrections
        top = max(0.0, float(scores.max()))
        mass, none = np.exp(scores - top), math.exp(-top)
        share = mass / (mass.sum() + none)
        said = float(share[self.right].sum()) + (none / (mass.sum() + none) if self.none_is_right else 0.0)
        said = max(said, _LEAST)
        within = np.where(self.right, share, 0.0) / said
        return -math.log(said), (share - within) @ self.shown


def _case(one: Judged, column: Mapping[str, int]) -> _Case:
    shown = np.zeros((len(one.rivals), len(column)))
    for row, rival in enumerate(one.rivals):
        for key in rival.keys:
            shown[row, column[key]] += _BIT
    base = np.array([r.log_odds for r in one.rivals])
    right = np.array([r.order_id == one.right if one.right else r.order_id not in one.wrong for r in one.rivals])
    return _Case(shown, base, right, one.right is None)


def scores(one: Judged, corrections: Mapping[str, float]) -> list[float]:
    """Log odds (nats) of each candidate with the corrections."""
    return [r.log_odds + _BIT * sum(corrections.get(k, 0.0) for k in r.keys) for r in one.rivals]


def best(one: Judged, corrections: Mapping[str, float]) -> tuple[str, float, float]:
    """(order, log odds that it is one of the candidates at all, the first one's share among them)."""
    made = scores(one, corrections)
    top = max(made)
    total = top + math.log(sum(math.exp(s - top) for s in made))
    return one.rivals[made.index(top)].order_id, total, math.exp(top - total)


def fit_curve(log_odds: Sequence[float], said: Sequence[float]) -> Curve:
    """Slope and offset for one source. ``said`` is 1 where one of the candidates was right, 0 where none was."""
    x, y = np.array(log_odds), np.array(said)

    def loss(p: Floats) -> tuple[float, Floats]:
        z = np.clip(p[0] * x + p[1], -700, 700)
        share = 1 / (1 + np.exp(-z))
        lost = -float((y * np.log(share + _LEAST) + (1 - y) * np.log(1 - share + _LEAST)).sum())
        lost += (p[0] - 1) ** 2 / (2 * SLOPE**2) + p[1] ** 2 / (2 * OFFSET**2)
        towards = np.array([((share - y) * x).sum() + (p[0] - 1) / SLOPE**2, (share - y).sum() + p[1] / OFFSET**2])
        return lost, towards

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.2, 3.0), (-5.0, 5.0)])
    return Curve(round(float(found.x[0]), 4), round(float(found.x[1]), 4))
