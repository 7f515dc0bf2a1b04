"""Which language a short text is in: naive Bayes over letter trigrams and words for our five, py3langid for others.

Naive Bayes alone would call Dutch German; where few of the words are known in any of the five, py3langid decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import py3langid
from numpy.typing import NDArray

from models.text import fold
from models.weights import Floats, Linear, sums

LANGUAGES = ("en", "fr", "de", "es", "it")
UNDETERMINED = "und"
_READ = 400  # characters that py3langid reads
_WHOLE = "="  # before the feature of a word as a whole
_UNKNOWN = -1  # the row of a feature that the model lacks
FIRST = 40  # tokens that we read
_MARGIN = 1.0  # log-odds between the two best below which the answer is "und"
_HINT = 2.0  # log-odds that a declared language is worth: it settles ties, never more
_FAMILIAR = 0.5  # share of known words below which the text may be in a sixth language
_FEWEST = 3  # words below which py3langid guesses
_LEAST = 3  # letters below which nothing can be told
_CODES = (*LANGUAGES, UNDETERMINED)
_NO_HINT = (0.0,) * len(LANGUAGES)
_HINTS = {code: tuple(_HINT * (code == other) for other in LANGUAGES) for code in LANGUAGES}
Counts = NDArray[np.int64]


def first_words(written: Sequence[str]) -> list[str]:
    """The words among the first tokens of a text: enough for certainty."""
    return [token for token in written[:FIRST] if token[0].isalpha()]


def letters(words: Sequence[str]) -> list[str]:
    """Features of words: their letter trigrams with the edges, and each word as a whole."""
    found: list[str] = []
    for written in words:
        word = f" {written.lower()} "
        found += [word[i : i + 3] for i in range(len(word) - 2)]
        found.append(_WHOLE + fold(written))
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """What the first words of some texts say, one row a text: how many words there are, of how many letters, how many
    of them are known, and the log-odds of each language."""

    words: Counts
    letters: Counts
    known: Floats
    odds: Floats


class Teller:
    """Tells languages with one fitted model."""

    def __init__(self, model: Linear) -> None:
        self._index = model.index
        self._weights = np.vstack([model.weights, np.zeros(len(LANGUAGES))])  # what is unknown tells nothing
        names = [name for name in model.index if name[0] != _WHOLE]
        codes = _codes("".join(names)).reshape(-1, 3)
        keys = _keys(codes[:, 0], codes[:, 1], codes[:, 2])
        order = np.argsort(keys)
        rows = np.array([model.index[name] for name in names], dtype=np.int64)
        self._trigrams = np.append(keys[order], np.iinfo(np.int64).max)
        self._trigram_rows = np.append(rows[order], _UNKNOWN)

    def columns(self, written: Sequence[str], folded: Sequence[str]) -> Floats:
        """Of each token: whether it is known as a whole (1 or 0), then the log-odds that it adds to each language."""
        made = np.zeros((len(written), 1 + len(LANGUAGES)))
        words = [n for n, token in enumerate(written) if token[0].isalpha()]
        whole = np.array([self._index.get(_WHOLE + folded[n], _UNKNOWN) for n in words], dtype=np.int64)
        rows, counts = self._letters([written[n].lower() for n in words])
        made[words, 0] = whole != _UNKNOWN
        made[words, 1:] = sums(self._weights[rows], counts) + self._weights[whole]
        return made

    def _letters(self, words: Sequence[str]) -> tuple[Counts, Counts]:
        """Rows of the letter trigrams of words, one after the other, and how many each word has."""
        counts = np.fromiter(map(len, words), np.int64, len(words))
        codes = _codes("".join(f" {word} " for word in words))
        place = np.arange(codes.size) - np.repeat(np.cumsum(counts + 2) - counts - 2, counts + 2)
        [starts] = np.nonzero(place < np.repeat(counts, counts + 2))
        keys = _keys(codes[starts], codes[starts + 1], codes[starts + 2])
        at = np.searchsorted(self._trigrams, keys)
        return np.where(self._trigrams[at] == keys, self._trigram_rows[at], _UNKNOWN), counts

    def tell(self, texts: Sequence[str], hints: Sequence[str | None], heard: Heard) -> list[str]:
        """ISO 639-1 code of each text, or ``und`` when there is too little to tell.

        ``hints`` are what the sources declared, ``heard`` is of the first words of the texts.
        """
        is_silent = (heard.odds == 0.0).all(axis=1)
        odds = heard.odds + np.array([_HINTS.get(hint[:2].lower() if hint else "", _NO_HINT) for hint in hints])
        ranked = np.sort(odds, axis=1)
        best = np.where(ranked[:, -1] - ranked[:, -2] >= _MARGIN, odds.argmax(axis=1), len(LANGUAGES))
        made = [_CODES[n] for n in best.tolist()]
        is_strange = (heard.words >= _FEWEST) & (heard.known < _FAMILIAR * heard.words)
        for n in np.flatnonzero(is_strange | is_silent | (heard.letters < _LEAST)).tolist():
            if heard.letters[n] < _LEAST:
                made[n] = UNDETERMINED
            elif other := _another(texts[n]):
                made[n] = other
            elif is_silent[n]:
                made[n] = UNDETERMINED
        return made


def _codes(text: str) -> Counts:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)


def _keys(first: Counts, second: Counts, third: Counts) -> Counts:
    """One number for three characters."""
    return (first << 42) + (second << 21) + third


def _another(text: str) -> str | None:
    """The language when py3langid names one that is not of the five."""
    code = str(py3langid.classify(text[:_READ])[0])
    return None if code in LANGUAGES else code
