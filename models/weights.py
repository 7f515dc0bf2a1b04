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

    ``index`` maps a feature to its column; ``idf`` (features), ``weights`` (outputs x features), ``bias`` (outputs).
    A text is the set of its known features, each worth its idf, scaled to length 1.
    """

    index: Mapping[str, int]
    idf: Floats
    weights: Floats
    bias: Floats

    def known(self, features: Sequence[str]) -> tuple[list[str], list[int], Floats]:
        """The known features, their columns and their values."""
        index = self.index
        names = [f for f in features if f in index]
        columns = [index[f] for f in names]
        values = self.idf[columns]
        norm = float(np.sqrt(values @ values)) if columns else 1.0
        return names, columns, values / norm

    def score(self, features: Sequence[str]) -> Floats:
        """Log-odds of every output for one text."""
        _, columns, values = self.known(features)
        return self.weights[:, columns] @ values + self.bias

    def parts(self, features: Sequence[str], output: int = 0) -> dict[str, float]:
        """What each feature adds to the log-odds of ``output``; with the bias they sum to the score exactly."""
        names, columns, values = self.known(features)
        return dict(zip(names, (self.weights[output, columns] * values).tolist(), strict=True))
