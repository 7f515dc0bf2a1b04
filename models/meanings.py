"""What words mean, alike in five languages: "kaputt", "rotto" and "broken" are damage. A word list of our own.

Meanings carry over what a model learnt in one language to the others, and to words that training never saw.
``models/meanings.tsv`` holds meaning, language and words; a word with ``*`` stands for all that begin so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

NEGATION = "neg"  # the meaning of the words that negate
TOLD, NEGATED = "#", "¬#"  # what the features of a meaning begin with
THEN = ">"  # between two meanings that follow one another
_SHORTEST = 3  # letters of a beginning


@cache
def _lists() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Meanings by whole word, and by beginning."""
    whole: dict[str, set[str]] = defaultdict(set)
    beginnings: dict[str, set[str]] = defaultdict(set)
    for line in (files("models") / "meanings.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            meaning, _, words = line.split("\t")
            for word in words.split(" "):
                (beginnings if word[-1] == "*" else whole)[word.rstrip("*")].add(meaning)
    return whole, beginnings


@cache
def _longest() -> dict[str, int]:
    """The most letters that a beginning has, by the first of them."""
    made: dict[str, int] = {}
    for beginning in _lists()[1]:
        made[beginning[:_SHORTEST]] = max(len(beginning), made.get(beginning[:_SHORTEST], 0))
    return made


@lru_cache(maxsize=50_000)
def meanings(word: str) -> tuple[str, ...]:
    """The meanings of a folded word, in alphabetical order; none of most words."""
    whole, beginnings = _lists()
    found = set(whole.get(word, ()))
    longest = _longest().get(word[:_SHORTEST], 0)
    for letters in range(_SHORTEST, min(longest, len(word)) + 1):
        if more := beginnings.get(word[:letters]):
            found |= more
    return tuple(sorted(found))


def told(words: Sequence[str], negates: Sequence[bool], negated: Sequence[bool]) -> list[str]:
    """Features of the meanings of folded words: each meaning, and each pair of meanings that follow one another.

    ``negates`` tells which words negate, ``negated`` which ones a negation reaches; such a meaning counts apart.
    """
    found: list[str] = []
    for word, turns, turned in zip(words, negates, negated, strict=True):
        mark = NEGATED if turned else TOLD
        found += [TOLD + NEGATION] if turns else [mark + meaning for meaning in meanings(word)]
    return [*found, *map(THEN.join, pairwise(found))]


def every_meaning() -> list[str]:
    """All meanings, in alphabetical order."""
    whole, beginnings = _lists()
    return sorted({NEGATION}.union(*whole.values(), *beginnings.values()))
