"""Trains the shipped classifier from material that may ship: our own sentences, and public sets named in the card."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from data.domain import Category
from models.calibration import fit_platt
from models.language import fit_language
from models.text import features
from models.trained import CATEGORIES, Trained
from models.weights import Floats, Linear

SHIPPABLE = ("xed", "xed_pairs_projected", "clinc150")  # CC BY; see docs/model-card.md
_OWN_CATEGORY = {
    "refund_not_received": Category.REFUND_NOT_RECEIVED,
    "item_not_delivered": Category.NOT_DELIVERED,
    "no_reply": Category.NO_REPLY,
    "damaged_defective_wrong": Category.WRONG_OR_DAMAGED,
    "legal_or_chargeback_threat": Category.CLAIM_OR_CHARGEBACK_THREAT,
    "suspected_scam": Category.SCAM_SUSPICION,
    "other_complaint": Category.OTHER_COMPLAINT,
    "neutral": Category.QUESTION,
    "positive": Category.PRAISE,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text; ``label`` 1 is a frustrated author."""

    text: str
    label: int
    language: str
    source: str
    categories: tuple[Category, ...] = ()


def own_examples() -> Iterator[Example]:
    """The sentences of our own that the product carries."""
    raw = gzip.decompress(files("models").joinpath("corpus/authored.tsv.gz").read_bytes()).decode("utf-8")
    for row in csv.reader(io.StringIO(raw), delimiter="\t", quoting=csv.QUOTE_NONE):
        language, label, names, text = row
        yield Example(text, int(label), language, "own", tuple(_OWN_CATEGORY[name] for name in names.split(",")))


def public_examples(folder: Path) -> Iterator[Example]:
    """Rows of the public sets under ``folder`` that may train a shipped model; others are never opened."""
    for path in sorted(folder.glob("*_train.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row: dict[str, Any] = json.loads(line)
                if row["source"] in SHIPPABLE and row["label"] in (0, 1):
                    yield Example(row["text"], row["label"], row["lang"], row["source"])


def train(examples: Sequence[Example], seed: int = 7, report: Callable[[int, int, str], None] | None = None) -> Trained:
    """Fit frustration, calibration, categories and language; the same examples and seed give the same figures."""
    tell = report or (lambda done, total, label: None)
    tell(0, 4, "train")
    weights = _balance(examples)
    labels = np.array([e.label for e in examples])
    vectoriser = _vectoriser(min_df=2, most=160_000)
    matrix = vectoriser.fit_transform(e.text for e in examples)
    model = LogisticRegression(C=1.0, max_iter=400, tol=1e-4)
    model.fit(matrix, labels, sample_weight=weights)
    tell(1, 4, "train")
    slope, offset = _calibrate(matrix, labels, weights, examples, seed)
    tell(2, 4, "train")
    frustration = _linear(vectoriser, model.coef_, model.intercept_)
    own = [e for e in examples if e.categories]
    categories = _categories(own)
    tell(3, 4, "train")
    language = fit_language([(e.text, e.language) for e in examples])
    tell(4, 4, "train")
    return Trained(frustration, slope, offset, categories, language, dict(Counter(e.source for e in examples)))


def _vectoriser(min_df: int, most: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=features, binary=True, min_df=min_df, max_features=most, norm="l2")


def _linear(vectoriser: TfidfVectorizer, weights: Any, bias: Any) -> Linear:
    return Linear(
        {name: int(col) for name, col in vectoriser.vocabulary_.items()},
        np.asarray(vectoriser.idf_, dtype=np.float64),
        np.atleast_2d(np.asarray(weights, dtype=np.float64)),
        np.atleast_1d(np.asarray(bias, dtype=np.float64)),
    )


def _balance(examples: Sequence[Example]) -> Floats:
    """A set counts by the square root of its size, and the two labels of a set weigh alike.

    Our own sentences are the only ones of the domain: they weigh four times as much.
    """
    sizes = Counter((e.source, e.language) for e in examples)
    classes = Counter((e.source, e.language, e.label) for e in examples)
    made = np.array(
        [
            (4.0 if e.source == "own" else 1.0)
            * np.sqrt(sizes[e.source, e.language])
            / (2 * classes[e.source, e.language, e.label])
            for e in examples
        ]
    )
    scaled: Floats = made * len(examples) / made.sum()
    return scaled


def _calibrate(
    matrix: csr_matrix, labels: Any, weights: Floats, examples: Sequence[Example], seed: int
) -> tuple[float, float]:
    """Platt's slope and offset from scores of folds that the model did not see; on texts of the domain alone."""
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    model = LogisticRegression(C=1.0, max_iter=200, tol=1e-3)
    held_out = cross_val_predict(
        model, matrix, labels, cv=folds, method="decision_function", params={"sample_weight": weights}
    )
    own = np.array([e.source == "own" for e in examples])
    return fit_platt(held_out[own], labels[own])


def _categories(own: Sequence[Example]) -> Linear:
    vectoriser = _vectoriser(min_df=2, most=40_000)
    matrix = vectoriser.fit_transform(e.text for e in own)
    weights, bias = [], []
    for category in CATEGORIES:
        wanted = np.array([category in e.categories for e in own])
        model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=300).fit(matrix, wanted)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    return _linear(vectoriser, weights, bias)


def gathered(text_folder: Path | None) -> list[Example]:
    """Our own sentences, and the public ones when ``text_folder`` holds them."""
    rows: Iterable[Example] = own_examples()
    found = list(rows)
    if text_folder is not None:
        found += public_examples(text_folder / "ship")
    return found
