"""Fits the head of one source to a seller's labels: the most probable one under priors that keep it near the base.

Slope 1, offset 0 and no weights are what is believed before a label is seen; docs/learning.md tells how the strengths
of these beliefs were chosen, and what else was tried. ``python -m tests.bench adapting`` prints the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from models.heads import Head, Rows
from models.trained import CATEGORIES, FRUSTRATION
from models.weights import Floats

MOST_FEATURES = 20_000
FLOOR = 2  # labelled texts that a word must stand in: no weight may rest on one person's text alone


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Standard deviations of what may change: slope, offset (log-odds) and the weight of a word (log-odds)."""

    slope: float
    offset: float
    weight: float


BELIEFS = Beliefs(slope=0.3, offset=1.0, weight=2.0)  # the same for frustration and for topics


@dataclass(frozen=True, slots=True)
class Seen:
    """One labelled text as the base sees it: ``rows`` and ``shares`` of its words, its ``log_odds`` (outputs).

    ``wanted`` holds 0 or 1 for every output, ``nan`` where nobody said.
    """

    rows: Rows
    shares: Floats
    log_odds: Floats
    wanted: Floats


def fit_head(texts: Sequence[Seen], beliefs: Beliefs = BELIEFS) -> Head:
    """The head of the source that ``texts`` come from; the same texts give the same head."""
    rows = _vocabulary(texts)
    matrix = _matrix(texts, rows)
    log_odds, wanted = np.vstack([t.log_odds for t in texts]), np.vstack([t.wanted for t in texts])
    outputs = 1 + len(CATEGORIES)
    slope, offset, weights = np.ones(outputs), np.zeros(outputs), np.zeros((len(rows), outputs))
    for n in range(outputs):
        told = ~np.isnan(wanted[:, n])
        if told.any() and (n == FRUSTRATION or wanted[told, n].any()):  # a topic that nobody named stays as it is
            slope[n], offset[n], weights[:, n] = _fit(matrix[told], log_odds[told, n], wanted[told, n], beliefs)
    moved = np.flatnonzero(np.abs(weights).max(axis=1, initial=0.0) > 0.0)
    return Head(slope, offset, rows[moved], weights[moved].astype(np.float32).astype(np.float64))


def _vocabulary(texts: Sequence[Seen]) -> Rows:
    """Words of at least FLOOR texts, the most frequent ones when there are many."""
    seen = Counter(row for t in texts for row in t.rows.tolist())
    kept = sorted((row for row, n in seen.items() if n >= FLOOR), key=lambda row: (-seen[row], row))[:MOST_FEATURES]
    return np.array(sorted(kept), dtype=np.int64)


def _matrix(texts: Sequence[Seen], rows: Rows) -> csr_matrix:
    column = {row: n for n, row in enumerate(rows.tolist())}
    cells = [
        (n, column[row], share)
        for n, t in enumerate(texts)
        for row, share in zip(t.rows.tolist(), t.shares.tolist(), strict=True)
        if row in column
    ]
    places = np.array([(n, c) for n, c, _ in cells], dtype=np.int64).reshape(-1, 2)
    values = np.array([share for _, _, share in cells], dtype=np.float64)
    return csr_matrix((values, (places[:, 0], places[:, 1])), shape=(len(texts), len(rows)))


def _fit(matrix: csr_matrix, log_odds: Floats, wanted: Floats, beliefs: Beliefs) -> tuple[float, float, Floats]:
    """Slope, offset and weights of the largest posterior; convex, so that there is one answer."""
    precision = np.concatenate([[beliefs.slope**-2, beliefs.offset**-2], np.full(matrix.shape[1], beliefs.weight**-2)])
    turned = csr_matrix(matrix.T)

    def cost(x: Floats) -> tuple[float, Floats]:
        z = log_odds * (1.0 + x[0]) + x[1] + matrix @ x[2:]
        wrong = 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))) - wanted
        value = float(np.logaddexp(0.0, z).sum() - wanted @ z + 0.5 * (precision * x * x).sum())
        slope = np.concatenate([[wrong @ log_odds, wrong.sum()], turned @ wrong]) + precision * x
        return value, slope

    found = minimize(cost, np.zeros(len(precision)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return float(1.0 + found[0]), float(found[1]), found[2:]
