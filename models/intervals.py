"""How sure a figure is: 95 % intervals, by drawing the texts again with replacement, or in closed form for shares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.weights import Floats

DRAWS = 400
_SEED = 20261124  # the same texts always give the same interval
_Z = 1.96
Interval = tuple[float, float]
Counts = NDArray[np.int64]  # how often each text was drawn


def drawn(texts: int, figure: Callable[[Counts], float]) -> Interval:
    """The middle 95 % of ``figure`` over draws of as many texts; it is given how often each one was drawn."""
    random = np.random.default_rng(_SEED)
    found = [figure(np.bincount(random.integers(0, texts, texts), minlength=texts)) for _ in range(DRAWS)]
    low, high = np.nanpercentile(np.array(found), [2.5, 97.5])
    return float(low), float(high)


def macro_f1(wanted: NDArray[np.bool_], said: NDArray[np.bool_], n: Counts) -> float:
    """Mean F1 of both labels over texts counted ``n`` times."""
    both, only_said, only_wanted = (int(n[mask].sum()) for mask in (wanted & said, said & ~wanted, wanted & ~said))
    neither, wrong = int(n[~wanted & ~said].sum()), only_said + only_wanted
    return sum(2 * right / (2 * right + wrong) if right + wrong else 0.0 for right in (both, neither)) / 2


def average_precision(order: Counts, wanted: NDArray[np.bool_], n: Counts) -> float:
    """Average precision over texts counted ``n`` times; ``order`` are their places, most probable first."""
    times, hits = n[order], (n * wanted)[order]
    total = int(hits.sum())
    if not total:
        return float("nan")
    precision = np.cumsum(hits) / np.maximum(np.cumsum(times), 1)
    return float((precision * hits).sum() / total)


def share(part: int, whole: int) -> Interval:
    """Wilson's interval of ``part`` in ``whole``; (0, 1) of nothing."""
    if not whole:
        return 0.0, 1.0
    p, z2 = part / whole, _Z * _Z / whole
    middle = (p + z2 / 2) / (1 + z2)
    half = _Z * float(np.sqrt(p * (1 - p) / whole + z2 / (4 * whole))) / (1 + z2)
    return max(0.0, middle - half), min(1.0, middle + half)


def order_of(probabilities: Floats) -> Counts:
    """Places of the texts, most probable first; equal ones in their own order."""
    return np.argsort(-probabilities, kind="stable").astype(np.int64)
