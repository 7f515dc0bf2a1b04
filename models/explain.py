"""Whose word it was: credits what every feature added to the words of the text, as they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.domain import Reason
from models.text import STEM, beginning_of
from models.weights import Floats

MOST_REASONS = 8


def by_word(written: Sequence[str], words: Sequence[str], names: Sequence[str], parts: Floats) -> dict[str, float]:
    """What every distinct word, as written the first time, added; together ``parts.sum()``.

    ``written`` are the tokens and ``words`` the same tokens folded; ``names`` are features and ``parts`` what each
    added. A pair's share is split evenly over its words, a beginning's over the distinct words that begin so,
    wherever they stand.
    """
    shown = dict(zip(reversed(words), reversed(written), strict=True))  # as written the first time
    stems: dict[str, list[str]] = {}
    for word in shown:
        stems.setdefault(word[:STEM], []).append(word)
    credit = dict.fromkeys(shown, 0.0)
    for name, part in zip(names, parts.tolist(), strict=True):
        if name in credit:
            credit[name] += part
        elif " " in name:
            first, second = name.split(" ")
            credit[first] += part / 2
            credit[second] += part / 2
        else:
            owners = stems[beginning_of(name)]
            for owner in owners:
                credit[owner] += part / len(owners)
    return {shown[word]: weight for word, weight in credit.items() if weight}


def strongest(added: Mapping[str, float]) -> tuple[Reason, ...]:
    """The words that moved the score most, largest absolute weight first, at most MOST_REASONS."""
    ranked = sorted(added.items(), key=_by_weight)
    return tuple(Reason(term, weight) for term, weight in ranked[:MOST_REASONS])


def _by_weight(one: tuple[str, float]) -> float:
    return -abs(one[1])
