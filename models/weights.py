"""A linear model over named features: fitted with scikit-learn, scored and explained with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

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

    def shares(self, texts: Sequence[Sequence[str]]) -> Shares:
        """What the features of each text are worth; a text's share is the same whatever is asked with it."""
        counts = np.array(list(map(len, texts)), dtype=np.intp)
        found = map(self.index.get, chain.from_iterable(texts), repeat(_UNKNOWN))
        rows = np.fromiter(found, dtype=np.intp, count=int(counts.sum()))
        values = self.idf[rows]
        values[rows == _UNKNOWN] = 0.0
        lengths = np.sqrt(_sums(values * values, counts))
        lengths[lengths == 0.0] = 1.0
        return Shares(counts, self.weights[rows] * (values / np.repeat(lengths, counts))[:, None])

    def score(self, features: Sequence[str]) -> Floats:
        """Log-odds of every output for one text."""
        total: Floats = self.shares([features]).sums()[0] + self.bias
        return total


_UNKNOWN = -1  # the row of a feature that the vocabulary lacks


@dataclass(frozen=True, slots=True)
class Shares:
    """What the features of some texts add to every output, one text after the other (``parts``, features x outputs; an
    unknown feature adds nothing), and how many features each text has (``counts``)."""

    counts: NDArray[np.intp]
    parts: Floats

    def sums(self) -> Floats:
        """What each text's features add to every output together (texts x outputs); with the bias, the scores."""
        return _sums(self.parts, self.counts)


def _sums(values: Floats, counts: NDArray[np.intp]) -> Floats:
    """The sums of consecutive runs of ``values`` (along its first axis) of ``counts`` elements each, some of them 0."""
    made: Floats = np.zeros((counts.size, *values.shape[1:]))
    is_held = counts > 0
    if is_held.any():
        starts = (np.cumsum(counts) - counts)[is_held]
        made[is_held] = np.add.reduceat(values, starts, axis=0)
    return made
