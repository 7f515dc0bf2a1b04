"""Whether what people write moves away from what the model knows: scores, words and languages, week by week.

A week is compared with the reference that was kept when the model began to work here. Scores and languages: population
stability index, sum of (a - b) ln(a / b) over bins (0.1 and 0.25 are its customary lines). A difference that chance
alone would give in one of a hundred weeks of that size counts for nothing. Words: the share that the model never met.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from models.text import fold, tokens

BINS = 10
FEWEST = 50  # mentions of a week below which nothing is said
REFERENCE_FEWEST = 200
NOTABLE, DRIFTED = 0.10, 0.25  # index of scores and of languages
WORDS_NOTABLE, WORDS_DRIFTED = 0.05, 0.10  # share of unknown words above the reference's
_LANGUAGES = 6  # the most frequent ones of the reference; the rest counts as one
_Z99 = 2.326  # one in a hundred
STEADY, FEW, NOTABLY, FAR = "steady", "few", "notable", "drifted"
_ORDER = (FEW, STEADY, NOTABLY, FAR)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a model saw in some time: how many mentions by tenth of probability and by language, and how many words."""

    n: int
    scores: tuple[int, ...]
    languages: Mapping[str, int]
    words: int
    unknown: int

    @property
    def unknown_share(self) -> float:
        """Share of words that the model never met; 0 of no words."""
        return self.unknown / self.words if self.words else 0.0

    def facts(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self) | {"scores": list(self.scores), "languages": dict(self.languages)}


def from_facts(facts: Mapping[str, Any]) -> Seen:
    """What ``facts`` of Seen gave."""
    return Seen(facts["n"], tuple(facts["scores"]), dict(facts["languages"]), facts["words"], facts["unknown"])


def look(rows: Iterable[tuple[float, str, str]], known: Mapping[str, int]) -> Seen:
    """Count ``(probability, language, text)`` rows; ``known`` are the words of the model."""
    scores, languages = [0] * BINS, Counter[str]()
    words = unknown = 0
    for probability, language, text in rows:
        scores[min(int(probability * BINS), BINS - 1)] += 1
        languages[language] += 1
        folded = [fold(token) for token in tokens(text) if token[0].isalpha()]
        words += len(folded)
        unknown += sum(word not in known for word in folded)
    return Seen(sum(scores), tuple(scores), dict(languages), words, unknown)


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one week is from the reference. ``state`` of each part: few, steady, notable or drifted."""

    week: date
    n: int
    scores: float  # index
    scores_state: str
    languages: float  # index
    languages_state: str
    unknown: float  # share of words
    unknown_more: float  # than the reference's share; may be below 0
    unknown_state: str

    @property
    def state(self) -> str:
        """The worst of the three."""
        return max((self.scores_state, self.languages_state, self.unknown_state), key=_ORDER.index)

    @property
    def wants_labels(self) -> bool:
        """Whether the model meets another language than it knows: scores alone move when customers have more reason."""
        return FAR in (self.languages_state, self.unknown_state)


def judge(week: date, seen: Seen, reference: Seen) -> Drift:
    """Compare a week with the reference."""
    scores, languages = index(seen.scores, reference.scores), _languages(seen.languages, reference.languages)
    more = seen.unknown_share - reference.unknown_share
    is_few = seen.n < FEWEST
    bins = min(len(reference.languages), _LANGUAGES) + 1
    noise = _noise(seen.n, reference.n, BINS), _noise(seen.n, reference.n, bins)
    return Drift(
        week=week,
        n=seen.n,
        scores=scores,
        scores_state=FEW if is_few else _state(scores, noise[0], NOTABLE, DRIFTED),
        languages=languages,
        languages_state=FEW if is_few else _state(languages, noise[1], NOTABLE, DRIFTED),
        unknown=seen.unknown_share,
        unknown_more=more,
        unknown_state=FEW if is_few else _state(more, _words_noise(seen, reference), WORDS_NOTABLE, WORDS_DRIFTED),
    )


def _state(value: float, noise: float, notable: float, drifted: float) -> str:
    if value < notable or value < noise:
        return STEADY
    return FAR if value >= drifted else NOTABLY


def index(seen: Sequence[int], reference: Sequence[int]) -> float:
    """Population stability index of two counts over the same bins; half a mention is added to each bin."""
    bins = len(reference)
    a = [(n + 0.5) / (sum(seen) + 0.5 * bins) for n in seen]
    b = [(n + 0.5) / (sum(reference) + 0.5 * bins) for n in reference]
    return sum((x - y) * math.log(x / y) for x, y in zip(a, b, strict=True))


def _languages(seen: Mapping[str, int], reference: Mapping[str, int]) -> float:
    kept = [code for code, _ in Counter(dict(sorted(reference.items()))).most_common(_LANGUAGES)]
    pairs = [[counts.get(code, 0) for code in kept] for counts in (seen, reference)]
    rest = [sum(counts.values()) - sum(part) for counts, part in zip((seen, reference), pairs, strict=True)]
    return index([*pairs[0], rest[0]], [*pairs[1], rest[1]])


def _noise(n: int, reference: int, bins: int) -> float:
    """What chance alone exceeds in one of a hundred weeks: the index is (1/n + 1/m) chi-squared with bins - 1 degrees.

    The 99 % point by Wilson and Hilferty's cube.
    """
    if not n or not reference:
        return math.inf
    k = bins - 1
    point = k * (1 - 2 / (9 * k) + _Z99 * math.sqrt(2 / (9 * k))) ** 3
    return point * (1 / n + 1 / reference)


def _words_noise(seen: Seen, reference: Seen) -> float:
    """99 % point of a difference of two shares of words."""
    total = seen.words + reference.words
    if not seen.words or not reference.words:
        return math.inf
    p = (seen.unknown + reference.unknown) / total
    return _Z99 * math.sqrt(p * (1 - p) * (1 / seen.words + 1 / reference.words))


def monday(day: date) -> date:
    """The first day of the week that ``day`` is in."""
    return day - timedelta(days=day.weekday())
