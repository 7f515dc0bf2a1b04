"""Which language a short text is in: naive Bayes over letter trigrams and words for our five, py3langid for others.

Naive Bayes alone would call Dutch German; where few of the words are known in any of the five, py3langid decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import py3langid

from models.text import fold
from models.weights import Linear

LANGUAGES = ("en", "fr", "de", "es", "it")
UNDETERMINED = "und"
_READ = 400  # characters that py3langid reads
_TOKENS = 40  # that we read
_MARGIN = 1.0  # log-odds between the two best below which the answer is "und"
_HINT = 2.0  # log-odds that a declared language is worth: it settles ties, never more
_FAMILIAR = 0.5  # share of known words below which the text may be in a sixth language
_FEWEST = 3  # words below which py3langid guesses


def first_words(written: Sequence[str]) -> list[str]:
    """The words among the first tokens of a text: enough for certainty."""
    return [token for token in written[:_TOKENS] if token[0].isalpha()]


def letters(words: Sequence[str]) -> list[str]:
    """Features of words: their letter trigrams with the edges, and each word as a whole."""
    found: list[str] = []
    for written in words:
        word = f" {written.lower()} "
        found += [word[i : i + 3] for i in range(len(word) - 2)]
        found.append(whole_word(written))
    return found


def whole_word(written: str) -> str:
    """The feature of a word as a whole."""
    return f"={fold(written)}"


class Teller:
    """Tells languages with one fitted model; what it finds of a word is kept, words repeat."""

    def __init__(self, model: Linear) -> None:
        self._model = model
        self._word = lru_cache(maxsize=50_000)(self._look_up)

    def tell(self, text: str, written: Sequence[str], hint: str | None = None) -> str:
        """ISO 639-1 code, or ``und`` when there is too little to tell.

        ``written`` are the tokens of ``text``; ``hint`` is what the source declared.
        """
        words = first_words(written)
        if sum(map(len, words)) < 3:
            return UNDETERMINED
        columns: list[float] = [sum(column) for column in zip(*map(self._word, words), strict=True)]
        known, *scores = columns
        if len(words) >= _FEWEST and known < _FAMILIAR * len(words) and (other := _another(text)) is not None:
            return other
        if not any(scores):
            return _another(text) or UNDETERMINED
        if hint is not None and (code := hint[:2].lower()) in LANGUAGES:
            scores[LANGUAGES.index(code)] += _HINT
        second, best = sorted(scores)[-2:]
        return LANGUAGES[scores.index(best)] if best - second >= _MARGIN else UNDETERMINED

    def _look_up(self, word: str) -> tuple[float, ...]:
        """Whether the word is known as a whole (1 or 0), then the log-odds that it adds to each language."""
        rows = [row for f in letters([word]) if (row := self._model.index.get(f)) is not None]
        return float(whole_word(word) in self._model.index), *self._model.weights[rows].sum(axis=0).tolist()


def _another(text: str) -> str | None:
    """The language when py3langid names one that is not of the five."""
    code = str(py3langid.classify(text[:_READ])[0])
    return None if code in LANGUAGES else code
