"""Trains the classifier: frustration, categories, calibration, thresholds and language, as one linear artefact.

The recipe was chosen on held-out phrases of our own and on XED's development part; docs/model-card.md has its figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from models.calibration import find_line, find_thresholds, fit_platt, log_odds, probability
from models.examples import FOLDS, HANDS, ONE_BY_ONE, OWN, VARIED, Example, split
from models.language import LANGUAGES, first_words, letters
from models.text import features, tokens
from models.trained import CATEGORIES, FRUSTRATION, Trained
from models.weights import Floats, Linear

Report = Callable[[int, int, str], None]  # done, total, what
_OWN_WEIGHT = 8.0  # our sentences are the only ones of the domain
_VARIED_TIMES = 3  # each of the varied sentences counts as often: their words then pass the vocabulary's floor
_FLOOR = 2  # texts that a feature must occur in
_MOST_FEATURES = 120_000
_NEVER = -8.0  # log-odds
_TOLERANCE = 1e-6  # a looser one stops before the model has learnt


def train(examples: Sequence[Example], report: Report | None = None) -> Trained:
    """Fit everything; the same examples give the same figures. Needs texts of our own, of both labels."""
    steps = FOLDS + 2
    tell = report or (lambda done, total, what: None)
    scores, texts = [], []
    for held in range(FOLDS):
        tell(held, steps, "calibrate")
        kept, out = split(examples, held)
        out = [e for e in out if e.source in ONE_BY_ONE]  # those put together from phrases are too easy to calibrate on
        if out:  # a small training set may have no phrase in a fold
            model = fit_scores(kept)
            scores.append(np.array([model.score(features(e.text)) for e in out]))
            texts += out
    platt, weights = _calibrate(np.vstack(scores), texts), _evened(texts)
    held_out = probability(platt[:, 0] * np.vstack(scores) + platt[:, 1])
    labels = np.array([e.label for e in texts])
    thresholds = find_thresholds(held_out[:, FRUSTRATION], labels, weights)
    lines = [
        find_line(held_out[:, n], np.array([c in e.categories for e in texts]), weights)
        for n, c in enumerate(CATEGORIES, start=FRUSTRATION + 1)
    ]
    tell(FOLDS, steps, "train")
    final = fit_scores(examples)
    tell(FOLDS + 1, steps, "train")
    language = fit_language([(e.text, e.language) for e in examples if e.source != HANDS])  # many of them mix languages
    tell(steps, steps, "train")
    return Trained(
        final, platt, log_odds(np.array(lines)), thresholds, language, dict(Counter(e.source for e in examples))
    )


def fit_scores(examples: Sequence[Example]) -> Linear:
    """Logistic regressions over one vocabulary: frustration from every text, categories from our own sentences."""
    rows = [*examples, *[e for e in examples if e.source == VARIED for _ in range(_VARIED_TIMES - 1)]]
    vectoriser = TfidfVectorizer(analyzer=features, binary=True, min_df=_FLOOR, max_features=_MOST_FEATURES)
    matrix = csr_matrix(vectoriser.fit_transform(e.text for e in rows))
    model = LogisticRegression(C=4.0, max_iter=500, tol=_TOLERANCE)
    model.fit(matrix, [e.label for e in rows], sample_weight=_balance(rows))
    heads = _categories(matrix[np.array([e.source in OWN for e in rows])], [e for e in rows if e.source in OWN])
    return Linear(
        {str(name): int(col) for name, col in vectoriser.vocabulary_.items()},
        np.asarray(vectoriser.idf_, dtype=np.float64),
        np.column_stack([model.coef_[0], heads[0]]),
        np.array([model.intercept_[0], *heads[1]], dtype=np.float64),
    )


def _categories(matrix: csr_matrix, own: Sequence[Example]) -> tuple[Floats, list[float]]:
    """Weights (features x categories) and biases, one category against the rest."""
    seen = np.flatnonzero(matrix.getnnz(axis=0))  # a feature that is in none of these texts keeps a weight of 0
    narrow = matrix[:, seen]
    weights, bias = np.zeros((matrix.shape[1], len(CATEGORIES))), []
    for n, category in enumerate(CATEGORIES):
        wanted = [category in e.categories for e in own]
        if not any(wanted):  # a small training set may lack a category: never say it
            bias.append(_NEVER)
            continue
        model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=300, tol=1e-4).fit(narrow, wanted)
        weights[seen, n] = model.coef_[0]
        bias.append(float(model.intercept_[0]))
    return weights, bias


def _balance(rows: Sequence[Example]) -> Floats:
    """A set counts by the square root of its size, and the two labels of a set weigh alike; mean 1."""
    sizes = Counter((e.source, e.language) for e in rows)
    classes = Counter((e.source, e.language, e.label) for e in rows)
    made = np.array(
        [
            (_OWN_WEIGHT if e.source in OWN else 1.0)
            * np.sqrt(sizes[e.source, e.language])
            / (2 * classes[e.source, e.language, e.label])
            for e in rows
        ]
    )
    scaled: Floats = made * len(rows) / made.sum()
    return scaled


def _evened(texts: Sequence[Example]) -> Floats:
    """Weights under which each of our sources counts as much as the other."""
    sizes = Counter(e.source for e in texts)
    return np.array([len(texts) / (len(sizes) * sizes[e.source]) for e in texts], dtype=np.float64)


def _calibrate(scores: Floats, texts: Sequence[Example]) -> Floats:
    """Platt's slope and offset of every output, from scores of texts whose phrases the model had not seen."""
    weights = _evened(texts)
    wanted: list[Any] = [[e.label for e in texts], *[[c in e.categories for e in texts] for c in CATEGORIES]]
    return np.array(
        [
            fit_platt(scores[:, n], labels, weights) if len(set(labels)) == 2 else (1.0, 0.0)
            for n, labels in enumerate(wanted)
        ]
    )


def fit_language(rows: Sequence[tuple[str, str]]) -> Linear:
    """Naive Bayes on ``(text, language)``: log P(feature | language) with add-one smoothing, as a linear model."""
    counter = CountVectorizer(
        analyzer=lambda text: letters(first_words(tokens(text))), min_df=_FLOOR + 1, max_features=60_000
    )
    counts = csr_matrix(counter.fit_transform(text for text, _ in rows))
    codes = np.array([LANGUAGES.index(code) for _, code in rows])
    totals = np.vstack([np.asarray(counts[codes == n].sum(axis=0)).ravel() for n in range(len(LANGUAGES))])
    logs = np.log((totals + 1.0) / (totals + 1.0).sum(axis=1, keepdims=True))
    vocabulary = {str(name): int(col) for name, col in counter.vocabulary_.items()}
    return Linear(vocabulary, np.ones(len(vocabulary)), (logs - logs.mean(axis=0)).T, np.zeros(len(LANGUAGES)))
