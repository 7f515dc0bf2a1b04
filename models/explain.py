"""Whose word it was: credits what every feature added to the words of the text, as they were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from data.domain import Reason
from models.meanings import NEGATION, meanings, meanings_in
from models.text import NEGATIONS, STEM, Sections, beginning_of

MOST_REASONS = 8


def by_word(written: Sequence[str], words: Sequence[str], told: Sections, parts: Sequence[float]) -> dict[str, float]:
    """What every distinct word, as written the first time, added; together the sum of ``parts``.

    ``written`` are the tokens, ``words`` the same tokens folded, ``told`` their features and ``parts`` what each
    feature added, section after section. A pair's share is split evenly over its words, a beginning's over the
    distinct words that begin so, and a meaning's over the distinct words that mean it, wherever they stand.
    """
    shown = dict(zip(reversed(words), reversed(written), strict=True))  # as written the first time
    added = iter(parts)
    credit = dict(zip(told.words, added, strict=False))  # each section takes its own of ``added``
    for (first, second), part in zip(dict.fromkeys(pairwise(words)), added, strict=False):  # as told.pairs
        half = part / 2
        credit[first] += half
        credit[second] += half
    stems = _stems(shown) if told.beginnings else {}
    for name, part in zip(told.beginnings, added, strict=False):
        owners = stems[beginning_of(name)]
        share = part / len(owners)
        for owner in owners:
            credit[owner] += share
    meant = _by_meaning(shown) if told.meanings else {}
    for name, part in zip(told.meanings, added, strict=False):
        sharers = meanings_in(name)
        for meaning in sharers:
            owners = meant[meaning]
            share = part / (len(sharers) * len(owners))
            for owner in owners:
                credit[owner] += share
    return {shown[word]: weight for word in shown if (weight := credit[word])}


def _stems(words: Iterable[str]) -> dict[str, list[str]]:
    """The distinct folded words by how they begin."""
    made: dict[str, list[str]] = {}
    for word in words:
        made.setdefault(word[:STEM], []).append(word)
    return made


def _by_meaning(words: Iterable[str]) -> dict[str, list[str]]:
    """The distinct folded words that mean each of the meanings told of them."""
    made: dict[str, list[str]] = {}
    for word in words:
        for meaning in (NEGATION,) if word in NEGATIONS else meanings(word):
            made.setdefault(meaning, []).append(word)
    return made


def strongest(added: Mapping[str, float]) -> tuple[Reason, ...]:
    """The words that moved the score most, largest absolute weight first, at most MOST_REASONS."""
    ranked = sorted(added.items(), key=_by_weight)
    return tuple(Reason(term, weight) for term, weight in ranked[:MOST_REASONS])


def _by_weight(one: tuple[str, float]) -> float:
    return -abs(one[1])
