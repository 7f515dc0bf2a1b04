"""Whether a newly trained model may take over: never when it is worse.

Two questions, both with a 95 % interval from drawing the texts again:

1. Does it still know what it knew? For every source with a head, the messages that ship for measuring are read as if
   they came from that source. Their ranking (average precision) must not fall: the interval's lower end stays above
   -MARGIN. A seller's customers may well complain more or less than those messages do, so only the ranking is asked.
2. Does it know the seller's mentions better? On the labels held back, the mean squared error of the probability must
   not rise. Fewer than FEWEST of them decide nothing: the old model stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.assess import Assessor
from models.examples import Example
from models.intervals import Interval, average_precision, drawn, macro_f1, order_of
from models.retraining import SellerText
from models.text import AssessInput
from models.weights import Floats

MARGIN = 0.02
FEWEST = 5
FEW = 30  # held-back labels below which an answer says that chance may have given it


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of the old and the new model on the same texts; ``change`` is the interval of new minus old."""

    name: str  # the source that the texts were read as, or "" for the held-back labels
    texts: int
    old: float
    new: float
    change: Interval

    @property
    def is_unsure(self) -> bool:
        """Whether the difference may be chance."""
        return self.change[0] <= 0.0 <= self.change[1]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer with its figures; ``verdict`` is better, equal, too_few, worse_product or worse_seller.

    ``product`` has the average precision read as each source, ``error`` the mean squared error and ``seller_f1`` the
    macro-F1 on the held-back labels (None without any).
    """

    verdict: str
    product: tuple[Measured, ...]
    error: Measured | None
    seller_f1: Measured | None

    @property
    def may_switch(self) -> bool:
        """Whether the new model takes over by itself."""
        return self.verdict in ("better", "equal")


def compare(old: Assessor, new: Assessor, held: Sequence[SellerText], apart: Sequence[Example]) -> Comparison:
    """Measure both models; ``held`` are the seller's labels that never train, ``apart`` messages that ship."""
    sources = sorted({*old.heads, *new.heads})
    product = tuple(_ranking(old, new, apart, source) for source in sources)
    own = [t for t in held if t.source in sources]
    error, f1 = (_error(old, new, own), _f1(old, new, own)) if own else (None, None)
    return Comparison(_verdict(product, error), product, error, f1)


def _verdict(product: Sequence[Measured], error: Measured | None) -> str:
    if any(m.change[0] < -MARGIN for m in product):
        return "worse_product"
    if error is None or error.texts < FEWEST:
        return "too_few"
    if error.new > error.old:
        return "worse_seller"
    return "better" if error.new < error.old else "equal"


def _ranking(old: Assessor, new: Assessor, apart: Sequence[Example], source: str) -> Measured:
    wanted = np.array([e.label == 1 for e in apart])
    inputs = [AssessInput(e.text, e.title, e.rating, source) for e in apart]
    before, after = (order_of(_probabilities(model, inputs)) for model in (old, new))
    once = np.ones(len(apart), dtype=np.int64)
    return Measured(
        source,
        len(apart),
        average_precision(before, wanted, once),
        average_precision(after, wanted, once),
        drawn(len(apart), lambda n: average_precision(after, wanted, n) - average_precision(before, wanted, n)),
    )


def _error(old: Assessor, new: Assessor, own: Sequence[SellerText]) -> Measured:
    wanted, before, after = _answers(old, new, own)
    wrong = [(p - wanted) ** 2 for p in (before, after)]
    change = wrong[1] - wrong[0]
    return Measured(
        "",
        len(own),
        float(wrong[0].mean()),
        float(wrong[1].mean()),
        drawn(len(own), lambda n: float(n @ change) / n.sum()),
    )


def _f1(old: Assessor, new: Assessor, own: Sequence[SellerText]) -> Measured:
    wanted, before, after = _answers(old, new, own)
    is_so: NDArray[np.bool_] = wanted == 1
    said = [p >= 0.5 for p in (before, after)]
    once = np.ones(len(own), dtype=np.int64)
    return Measured(
        "",
        len(own),
        macro_f1(is_so, said[0], once),
        macro_f1(is_so, said[1], once),
        drawn(len(own), lambda n: macro_f1(is_so, said[1], n) - macro_f1(is_so, said[0], n)),
    )


def _answers(old: Assessor, new: Assessor, own: Sequence[SellerText]) -> tuple[Floats, Floats, Floats]:
    inputs = [t.said for t in own]
    wanted = np.array([float(t.frustrated) for t in own])
    return wanted, _probabilities(old, inputs), _probabilities(new, inputs)


def _probabilities(model: Assessor, inputs: Sequence[AssessInput]) -> Floats:
    return np.array([a.probability for a in model.assess(inputs)])
