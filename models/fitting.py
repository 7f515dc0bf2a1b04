"""Trains the classifier: frustration, categories, calibration, thresholds and language, as one linear artefact.

The recipe was chosen on hands left out (models trained on every other writer) and on XED's and GoEmotions' development
parts; docs/classifier.md has what each step brought, docs/model-card.md the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from models.calibration import find_line, find_thresholds, fit_platt, log_odds, probability
from models.examples import AUTHORED, FRESH, HANDS, OWN, VARIED, Example, without_hand
from models.language import LANGUAGES, first_words, letters
from models.second_hand import second_hand
from models.text import features, tokens
from models.trained import CATEGORIES, FRUSTRATION, Thresholds, Trained
from models.weights import Floats, Linear

Report = Callable[[int, int, str], None]  # done, total, what
OWN_WEIGHT = 5.0  # our sentences are the only ones of the domain
# The hands that calibrate, each judged by a model that has read everything else. The demo's hand is never read: with it
# the final model's own sureness counts too, which is greater than that of models that have read one hand less.
_LEFT_OUT = (HANDS, FRESH)
ELSEWHERE = ("review_general", "service_post", "everyday")  # kinds of fresh texts that are about no order
_TOPIC_WEIGHT = {AUTHORED: 0.3}  # of a source for the categories: phrases put together say little new
_VARIED_TIMES = 3  # each of the varied sentences counts as often: their words then pass the vocabulary's floor
_FLOOR = 2  # texts that a feature must occur in
_MOST_FEATURES = 120_000
_MIXED = (HANDS, FRESH)  # some of them mix languages on purpose: they teach no language
_NEVER = -8.0  # log-odds
_TOLERANCE = 1e-6  # a looser one stops before the model has learnt


def train(examples: Sequence[Example], report: Report | None = None) -> Trained:
    """Fit everything; the same examples give the same figures. Needs texts of our own, of both labels."""
    steps = len(_LEFT_OUT) + 2
    tell = report or (lambda done, total, what: None)
    scores, texts = [], []
    for done, hand in enumerate(_LEFT_OUT):
        tell(done, steps, "calibrate")
        kept, out = without_hand(examples, hand)
        if out:
            model = fit_scores(kept)
            scores.append(np.array([model.score(features(e.text)) for e in out]))
            texts += out
    tell(steps - 2, steps, "train")
    final = fit_scores(examples)
    unread = list(second_hand())
    scores.append(np.array([final.score(features(e.text)) for e in unread]))
    platt, thresholds, lines = _calibrate(np.vstack(scores), [*texts, *unread])
    tell(steps - 1, steps, "train")
    language = fit_language([(e.text, e.language) for e in examples if e.source not in _MIXED])
    tell(steps, steps, "train")
    return Trained(final, platt, log_odds(lines), thresholds, language, dict(Counter(e.source for e in examples)))


def fit_scores(examples: Sequence[Example], read: Callable[[str], list[str]] = features) -> Linear:
    """Logistic regressions over one vocabulary: frustration from every text, categories from our own sentences.

    ``read`` names the features of a text.
    """
    rows = [*examples, *[e for e in examples if e.source == VARIED for _ in range(_VARIED_TIMES - 1)]]
    vectoriser = TfidfVectorizer(analyzer=read, binary=True, min_df=_FLOOR, max_features=_MOST_FEATURES)
    matrix = csr_matrix(vectoriser.fit_transform(e.text for e in rows))
    with threadpool_limits(limits=1):  # the same sums whatever the number of cores, and no quarrel about busy ones
        model = LogisticRegression(C=4.0, max_iter=500, tol=_TOLERANCE)
        model.fit(matrix, [e.label for e in rows], sample_weight=_balance(rows))
        is_own = np.array([e.source in OWN for e in rows])
        heads = _categories(matrix[is_own], [e for e in rows if e.source in OWN])
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
    counts = np.array([_TOPIC_WEIGHT.get(e.source, 1.0) for e in own])
    for n, category in enumerate(CATEGORIES):
        wanted = [category in e.categories for e in own]
        if not any(wanted):  # a small training set may lack a category: never say it
            bias.append(_NEVER)
            continue
        model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=300, tol=1e-4)
        model.fit(narrow, wanted, sample_weight=counts)
        weights[seen, n] = model.coef_[0]
        bias.append(float(model.intercept_[0]))
    return weights, bias


def _balance(rows: Sequence[Example]) -> Floats:
    """A set counts by the square root of its size, and the two labels of a set weigh alike; mean 1."""
    sizes = Counter((e.source, e.language) for e in rows)
    classes = Counter((e.source, e.language, e.label) for e in rows)
    made = np.array(
        [
            (OWN_WEIGHT if e.source in OWN else 1.0)
            * np.sqrt(sizes[e.source, e.language])
            / (2 * classes[e.source, e.language, e.label])
            for e in rows
        ]
    )
    scaled: Floats = made * len(rows) / made.sum()
    return scaled


def _evened(texts: Sequence[Example]) -> Floats:
    """Weights under which every hand counts alike, and of each hand both labels."""
    sizes = Counter((e.source, e.label) for e in texts)
    return np.array([len(texts) / (len(sizes) * sizes[e.source, e.label]) for e in texts], dtype=np.float64)


def _calibrate(scores: Floats, texts: Sequence[Example]) -> tuple[Floats, Thresholds, Floats]:
    """Platt's slope and offset of every output, the thresholds, and the line of every category (probabilities).

    From scores by models that had read nothing of a text's writer. Frustration is calibrated on all texts, categories
    on those about an order: what people complain of elsewhere is mostly no category of ours.
    """
    is_order = np.array([e.kind not in ELSEWHERE for e in texts])
    orders, order_scores = [e for e in texts if e.kind not in ELSEWHERE], scores[is_order]
    frustration = fit_platt(scores[:, FRUSTRATION], [e.label for e in texts], _evened(texts))
    held_out = probability(frustration[0] * scores[:, FRUSTRATION] + frustration[1])
    thresholds = find_thresholds(held_out, np.array([e.label for e in texts]), _evened(texts))
    platt, lines, weights = [frustration], [], _evened(orders)
    for n, category in enumerate(CATEGORIES, start=FRUSTRATION + 1):
        wanted = np.array([category in e.categories for e in orders])
        both = wanted.any() and not wanted.all()
        platt.append(fit_platt(order_scores[:, n], wanted, weights) if both else (1.0, 0.0))
        lines.append(find_line(probability(platt[-1][0] * order_scores[:, n] + platt[-1][1]), wanted, weights))
    return np.round(platt, 9), thresholds, np.array(lines)  # rounded: sums in another order give the same model


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
