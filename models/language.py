"""Which of the five languages a short text is in: naive Bayes over letter trigrams and words, as a linear model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from models.text import MAX_CHARS, fold, tokens
from models.weights import Linear

LANGUAGES = ("en", "fr", "de", "es", "it")
_READ = 400  # characters: enough for certainty
_MARGIN = 1.0  # log-odds between the two best below which the answer is "und"


def _letters(text: str) -> list[str]:
    found: list[str] = []
    for token in tokens(text[:_READ]):
        if token[0].isalpha():
            word = f" {token.lower()} "
            found += [word[i : i + 3] for i in range(len(word) - 2)]
            found.append(f"={fold(token)}")
    return found


def fit_language(rows: Sequence[tuple[str, str]]) -> Linear:
    """Fit on ``(text, language)``; log P(feature | language) with add-one smoothing."""
    counter = CountVectorizer(analyzer=_letters, min_df=3, max_features=60_000)
    counts = csr_matrix(counter.fit_transform(text for text, _ in rows))
    codes = np.array([LANGUAGES.index(code) for _, code in rows])
    totals = np.vstack([np.asarray(counts[codes == n].sum(axis=0)).ravel() for n in range(len(LANGUAGES))])
    logs = np.log((totals + 1.0) / (totals + 1.0).sum(axis=1, keepdims=True))
    vocabulary = {name: int(col) for name, col in counter.vocabulary_.items()}
    return Linear(vocabulary, np.ones(len(vocabulary)), logs - logs.mean(axis=0), np.zeros(len(LANGUAGES)))


def detect(model: Linear, text: str) -> str:
    """ISO 639-1 of one of the five, or ``und`` when the letters are of none or the two best are too close."""
    letters = sum(c.isalpha() for c in text[:MAX_CHARS])
    if letters < 3:
        return "und"
    columns = [col for f in _letters(text) if (col := model.index.get(f)) is not None]
    if not columns:
        return "und"
    scores = model.weights[:, columns].sum(axis=1)
    best, second = np.sort(scores)[::-1][:2]
    return LANGUAGES[int(scores.argmax())] if best - second >= _MARGIN else "und"
