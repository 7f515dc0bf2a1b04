"""Whose word it was: the words, as people wrote them, that moved the score of a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.domain import Reason
from models.lexicon import Ints
from models.weights import Floats

MOST_REASONS = 8


@dataclass(frozen=True, slots=True)
class Added:
    """What every distinct word (and the rating) added to the log-odds of its text, in no order.

    ``text`` is the number of the text; ``last`` tells where the word stands last there.
    """

    text: Ints
    last: Ints
    terms: list[str]
    weights: Floats

    def of(self, text: int) -> dict[str, float]:
        """The terms of one text that added anything."""
        found = np.flatnonzero((self.text == text) & (self.weights != 0.0)).tolist()
        return {self.terms[n]: float(self.weights[n]) for n in found}

    def strongest(self, texts: int) -> list[tuple[Reason, ...]]:
        """Of each text the terms that added most, largest absolute weight first, at most MOST_REASONS."""
        ranked = np.flatnonzero(self.weights)
        for keys in (-self.last, -np.abs(self.weights), self.text.astype(np.uint16)):
            ranked = ranked[np.argsort(keys[ranked], kind="stable")]
        counts = np.bincount(self.text[ranked], minlength=texts)
        shown = np.minimum(counts, MOST_REASONS)
        ranked = ranked[np.arange(ranked.size) - np.repeat(np.cumsum(counts) - counts, counts) < MOST_REASONS]
        made = list(map(Reason, map(self.terms.__getitem__, ranked.tolist()), self.weights[ranked].tolist()))
        ends = np.cumsum(shown).tolist()
        return [tuple(made[end - many : end]) for end, many in zip(ends, shown.tolist(), strict=True)]
