"""What each step of the classifier's recipe brought: the table of docs/classifier.md, printed again.

``python -m tests.bench classifier-steps`` (a quarter of an hour). Cells: macro-F1 / average precision at a log-odds of
0, before calibration. Hands left out, fresh left out and XED's development part chose; the independent messages,
reviews, service tweets and tweets that follow were only looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from models import fitting
from models.examples import AUTHORED, FRESH, HANDS, OWN, VARIED, Example, gathered, without_hand
from models.independent_set import independent
from models.measured_sets import REVIEWS, SERVICE, SUMMED, TWEETS, public_sets
from models.text import features
from models.weights import Linear
from tests.conftest import SHARED

_SUBTITLES = ("xed", "xed_pairs_projected")


@dataclass(frozen=True, slots=True)
class Step:
    """Sources that train, marks of features that are left out, and how much our own sentences weigh."""

    name: str
    sources: tuple[str, ...]
    without: str = ""
    own_weight: float = 5.0

    def read(self, text: str) -> list[str]:
        """The features of a text that this step knows."""
        return [name for name in features(text) if not any(mark in name for mark in self.without)]


STEPS = (
    Step("templates, single sentences, subtitles", (AUTHORED, VARIED, *_SUBTITLES), "#^", 8.0),
    Step("+ hands (7,380 messages)", (AUTHORED, VARIED, HANDS, *_SUBTITLES), "#^", 8.0),
    Step("+ fresh (8,796 messages)", (*OWN, *_SUBTITLES), "#^", 8.0),
    Step("+ GoEmotions", (*OWN, *_SUBTITLES, "goemotions"), "#^", 8.0),
    Step("+ own sentences five times, not eight", (*OWN, *_SUBTITLES, "goemotions"), "#^"),
    Step("+ meanings of words", (*OWN, *_SUBTITLES, "goemotions"), "^"),
    Step("+ how a text begins", (*OWN, *_SUBTITLES, "goemotions")),
)


def measure() -> dict[str, float | str]:
    """One row a step, seven figures in it."""
    text = SHARED / "text"
    if not text.is_dir():
        return {"left out": "the reference material is not beside this checkout"}
    examples = gathered(text)
    public = public_sets(text, set())
    return {step.name: _row(step, examples, public) for step in STEPS}


def _row(step: Step, examples: Sequence[Example], public: Mapping[str, list[Example]]) -> str:
    rows = [e for e in examples if e.source in step.sources]
    left_out = [_without(step, rows, examples, hand) for hand in (HANDS, FRESH)]
    model = _fitted(step, rows)
    cells = [
        *left_out,
        _figures(step, model, public["xed"]),
        _figures(step, model, list(independent())),
        *[_mean(step, model, public, name) for name in (REVIEWS, SERVICE, TWEETS)],
    ]
    return " | ".join(cells)


def _without(step: Step, rows: Sequence[Example], examples: Sequence[Example], hand: str) -> str:
    kept, _ = without_hand(rows, hand)
    return _figures(step, _fitted(step, kept), [e for e in examples if e.source == hand])


def _fitted(step: Step, rows: Sequence[Example]) -> Linear:
    before = fitting.OWN_WEIGHT
    fitting.OWN_WEIGHT = step.own_weight
    try:
        return fitting.fit_scores(rows, step.read)
    finally:
        fitting.OWN_WEIGHT = before


def _scored(step: Step, model: Linear, rows: Sequence[Example]) -> tuple[float, float]:
    labels = np.array([e.label for e in rows])
    scores = np.array([model.score(step.read(e.text))[0] for e in rows])
    return float(f1_score(labels, scores > 0, average="macro")), float(average_precision_score(labels, scores))


def _figures(step: Step, model: Linear, rows: Sequence[Example]) -> str:
    f1, precision = _scored(step, model, rows)
    return f"{f1:.3f} / {precision:.3f}"


def _mean(step: Step, model: Linear, public: Mapping[str, list[Example]], name: str) -> str:
    parts = [_scored(step, model, part.of(public, lambda e: e.language)) for part in SUMMED[name]]
    return f"{np.mean([f1 for f1, _ in parts]):.3f} / {np.mean([precision for _, precision in parts]):.3f}"


if __name__ == "__main__":
    for what, figure in measure().items():
        print(f"{what} | {figure}")  # noqa: T201
