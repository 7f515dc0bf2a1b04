"""Which mentions to label next: those that the model doubts most, of many languages and sources, no two alike.

Every fourth is drawn by lot among all mentions: labels of doubtful ones alone would tell nothing about the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.text import fold, tokens

UNSURE, LOT = "unsure", "lot"
_LOT_EVERY = 4
_ALIKE = 0.6  # share of common words from which two texts are near copies
_CROWD = 0.12  # what each one already chosen of the same language and source takes from the worth of the next
_WORDS = 60  # of a text that are compared


@dataclass(frozen=True, slots=True)
class Candidate:
    """An unlabelled mention; ``probability`` is the model's."""

    mention: int
    source: str
    language: str
    probability: float
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mention to label, and why: the model is unsure, or the lot fell on it."""

    mention: int
    source: str
    language: str
    probability: float
    why: str


def choose(doubtful: Sequence[Candidate], drawn: Sequence[Candidate], most: int) -> list[Suggestion]:
    """At most ``most`` suggestions; ``drawn`` are in the order of the lot. The same input gives the same answer."""
    chosen: list[Suggestion] = []
    words: list[frozenset[str]] = []
    held: Counter[tuple[str, str]] = Counter()
    taken: set[int] = set()
    lots = iter(drawn)
    left = {c.mention: (c, _words(c.text)) for c in doubtful}
    while len(chosen) < most:
        by_lot = len(chosen) % _LOT_EVERY == _LOT_EVERY - 1
        found = _next_lot(lots, words, taken) if by_lot else None
        why = LOT if found else UNSURE
        found = found or _most_worth(left, words, held)
        if found is None:
            found, why = _next_lot(lots, words, taken), LOT
        if found is None:
            break
        c, said = found
        left.pop(c.mention, None)
        taken.add(c.mention)
        words.append(said)
        held[c.language, c.source] += 1
        chosen.append(Suggestion(c.mention, c.source, c.language, c.probability, why))
    return chosen


_Found = tuple[Candidate, frozenset[str]]


def _next_lot(lots: Iterator[Candidate], words: Sequence[frozenset[str]], taken: set[int]) -> _Found | None:
    for c in lots:
        said = _words(c.text)
        if c.mention not in taken and not _is_copy(said, words):
            return c, said
    return None


def _most_worth(
    left: dict[int, _Found], words: Sequence[frozenset[str]], held: Counter[tuple[str, str]]
) -> _Found | None:
    """The one with most doubt, less what its language and source have had; near copies of chosen ones are dropped."""
    for mention in [m for m, (_, said) in left.items() if words and _is_copy(said, words[-1:])]:
        del left[mention]
    if not left:
        return None
    return min(
        left.values(), key=lambda one: (_CROWD * held[one[0].language, one[0].source] - _doubt(one[0]), one[0].mention)
    )


def _doubt(c: Candidate) -> float:
    """1 at one half, 0 at certainty."""
    return 1.0 - abs(2.0 * c.probability - 1.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(token) for token in tokens(text)[:_WORDS] if token[0].isalnum())


def _is_copy(said: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
    return any(len(said & other) >= _ALIKE * max(len(said | other), 1) for other in others)
