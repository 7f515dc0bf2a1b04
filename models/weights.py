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

    def parts(self, features: Sequence[str]) -> tuple[list[str], Floats]:
        """The known features, and what each adds to every output (known features x outputs).

        The column sums and the bias together are the scores exactly.
        """
        found = list(map(self.index.get, features))
        names = [f for f, row in zip(features, found, strict=True) if row is not None]
        rows = np.array([row for row in found if row is not None], dtype=np.intp)
        values = self.idf[rows]
        length = float(np.sqrt(values @ values)) or 1.0
        return names, self.weights[rows] * (values / length)[:, None]

    def score(self, features: Sequence[str]) -> Floats:
        """Log-odds of every output for one text."""
        total: Floats = self.parts(features)[1].sum(axis=0) + self.bias
        return total
