"""What a seller's own labels change: one small head a source, on top of the frozen base model.

A head turns the base's log-odds of a text of its source by ``slope`` and ``offset`` and adds weights of words that the
base knows. Texts of other sources are untouched. It holds numbers of columns, never a word of a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.weights import Floats, Linear

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one source; outputs stand in the order of ``Trained.scores``.

    ``slope`` and ``offset`` (outputs) work on calibrated log-odds, the rating counted. ``rows`` are columns of the
    base's vocabulary, ascending, and ``weights`` (rows x outputs) what each adds, times its share of the text.
    """

    slope: Floats
    offset: Floats
    rows: Rows
    weights: Floats

    def of(self, rows: Rows) -> Floats:
        """What each of the base's ``rows`` adds to every output, times its share (rows x outputs)."""
        made = np.zeros((rows.size, self.weights.shape[1]))
        if self.rows.size:
            places = np.minimum(np.searchsorted(self.rows, rows), self.rows.size - 1)
            held = self.rows[places] == rows
            made[held] = self.weights[places[held]]
        return made


def shares_of(scores: Linear, names: Sequence[str]) -> tuple[Rows, Floats]:
    """Columns of features and their shares of the text: idf, scaled to length 1; -1 and nothing for an unknown one."""
    rows: Rows = np.array([scores.index.get(name, -1) for name in names], dtype=np.int64)
    values = np.where(rows < 0, 0.0, scores.idf[rows])
    return rows, values / (float(np.sqrt(values @ values)) or 1.0)


Heads = Mapping[str, Head]  # by source
