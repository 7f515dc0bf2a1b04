"""The classifier beside VADER, TextBlob and the majority, on texts that it was never trained on.

Cells of the rivals: macro-F1 / average precision. VADER and TextBlob know English words only; the product is asked the
same texts without stars and titles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, f1_score
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from models.artefact import BASE
from models.assess import Assessor
from models.evaluation import BARE
from models.examples import Example, own_examples, spelled_alike
from models.independent_set import independent
from models.measured_sets import SUMMED, public_sets
from models.text import AssessInput
from models.training import EVALUATION
from models.weights import Floats
from tests.conftest import SHARED

INDEPENDENT_MESSAGES = "independent messages"
Scorer = Callable[[Sequence[str]], Floats]  # texts -> how probably frustrated; one half and more is "yes"


def measure() -> dict[str, float | str]:
    """Figures by set: ours as numbers, the rivals' beside them."""
    made: dict[str, float | str] = {}
    for name, parts in sets().items():
        for rival, scorer in SCORERS.items():
            f1, precision = np.mean([_figures(rows, scorer) for rows in parts], axis=0)
            if rival == "ours":
                made[f"{name}, macro-F1"] = round(float(f1), 3)
                made[f"{name}, average precision"] = round(float(precision), 3)
            else:
                made[f"{name}: {rival}"] = f"{f1:.3f} / {precision:.3f}"
    return made | stored()


def stored() -> dict[str, float | str]:
    """Figures that ``reinstate evaluate`` measured when the model was made."""
    document = json.loads((BASE / EVALUATION).read_text(encoding="utf-8"))
    bare = document["sets"][BARE]["all"]
    return {
        f"{INDEPENDENT_MESSAGES}, calibration error": bare["calibration_error"],
        f"{INDEPENDENT_MESSAGES}, first category right": document["categories"][BARE]["mean"]["top"],
        **{f"{name}, macro-F1": found["macro_f1"] for name, found in document["summed"].items() if "rating" in name},
    }


def sets() -> dict[str, list[list[Example]]]:
    """The independent messages, and the parts of each mean over public sets, where these are at hand."""
    public = public_sets(_folder(), {spelled_alike(e.text) for e in own_examples()})
    summed = {name: [part.of(public, lambda e: e.language) for part in parts] for name, parts in SUMMED.items()}
    return {INDEPENDENT_MESSAGES: [list(independent())]} | {name: parts for name, parts in summed.items() if all(parts)}


def _folder() -> Path | None:
    text = SHARED / "text"
    return text if text.is_dir() else None


def _ours(texts: Sequence[str]) -> Floats:
    return np.array([a.probability for a in Assessor.shipped().assess([AssessInput(text) for text in texts])])


def _vader(texts: Sequence[str]) -> Floats:
    """Its authors call a compound score of -0.05 and less negative."""
    analyser = SentimentIntensityAnalyzer()
    return np.array([0.475 - analyser.polarity_scores(text)["compound"] / 2 for text in texts]) + 1e-9


def _textblob(texts: Sequence[str]) -> Floats:
    """A polarity below 0 is negative."""
    return np.array([0.5 - 1e-9 - TextBlob(text).sentiment.polarity / 2 for text in texts])


def _nobody(texts: Sequence[str]) -> Floats:
    return np.zeros(len(texts))


SCORERS: dict[str, Scorer] = {"ours": _ours, "VADER": _vader, "TextBlob": _textblob, "majority": _nobody}


def _figures(rows: Sequence[Example], scorer: Scorer) -> tuple[float, float]:
    labels, scores = np.array([e.label for e in rows]), scorer([e.text for e in rows])
    return (
        float(f1_score(labels, scores >= 0.5, average="macro", zero_division=0.0)),
        float(average_precision_score(labels, scores)),
    )


if __name__ == "__main__":
    for what, figure in measure().items():
        print(what, figure)  # noqa: T201
