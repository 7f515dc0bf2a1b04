"""Whose word it was: credits what every feature added to the words of the text, as they were written."""

from __future__ import annotations

from collections.abc import Sequence

from data.domain import Reason
from models.text import beginning, has_beginning, negated
from models.weights import Floats

MOST_REASONS = 8


def by_word(written: Sequence[str], words: Sequence[str], names: Sequence[str], parts: Floats) -> list[Reason]:
    """One reason a distinct word; their weights sum to ``parts.sum()``.

    ``written`` are the tokens and ``words`` the same tokens folded; ``names`` are features and ``parts`` what each
    added. A pair's share is split evenly over its words, a beginning's over the distinct words that begin so, with
    or without a negation before.
    """
    shown = dict(zip(reversed(words), reversed(written), strict=True))  # as written the first time
    begun: dict[str, list[str]] = {}
    for word in shown:
        begun.setdefault(negated(word), []).append(word)
        if has_beginning(word):
            begun.setdefault(beginning(word), []).append(word)
    credit = dict.fromkeys(shown, 0.0)
    for name, part in zip(names, parts.tolist(), strict=True):
        if name in credit:
            credit[name] += part
            continue
        owners = begun.get(name) or name.split(" ")
        for owner in owners:
            credit[owner] += part / len(owners)
    return [Reason(shown[word], weight) for word, weight in credit.items() if weight]


def strongest(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons that moved the score most, largest absolute weight first, at most MOST_REASONS."""
    return tuple(sorted(reasons, key=lambda r: (-abs(r.weight), r.term))[:MOST_REASONS])
