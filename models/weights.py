"""A linear model over named features: fitted with scikit-learn, scored and explained with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of several outputs over one vocabulary.

    ``index`` maps a feature to its row; ``idf`` (features), ``weights`` (features x outputs), ``bias`` (outputs).
    A text is the set of its known features, each worth its idf, scaled to length 1.
    """

    index: Mapping[str, int]
    idf: Floats
    weights: Floats
    bias: Floats

    def lengths(self, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> Floats:
        """What the features of each text are divided by; ``counts`` of ``rows`` belong to each, one after the other."""
        values = self.idf[rows]
        made: Floats = np.sqrt(sums(values * values, counts))
        made[made == 0.0] = 1.0
        return made

    def scores(self, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> Floats:
        """Log-odds of every output (texts x outputs)."""
        shares = self.idf[rows] / np.repeat(self.lengths(rows, counts), counts)
        made: Floats = sums(self.weights[rows] * shares[:, None], counts) + self.bias
        return made

    def score(self, features: Sequence[str]) -> Floats:
        """Log-odds of every output for one text."""
        rows = np.array([row for name in features if (row := self.index.get(name)) is not None], dtype=np.int64)
        made: Floats = self.scores(rows, np.array([rows.size]))[0]
        return made


def sums(values: Floats, counts: NDArray[np.int64]) -> Floats:
    """The sums of consecutive runs of ``values`` (along its first axis) of ``counts`` elements each, some of them 0."""
    made: Floats = np.zeros((counts.size, *values.shape[1:]))
    is_held = counts > 0
    if is_held.any():
        starts = (np.cumsum(counts) - counts)[is_held]
        made[is_held] = np.add.reduceat(values, starts, axis=0)
    return made
