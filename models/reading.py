"""Reads many texts at once: which features of a model stand in them, and whose words they are.

The features are those of ``models.text.features``; numpy finds them over all texts together. What is found in a text
hangs neither on its neighbours nor on what was read before, to the order in which it is added up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from models import lexicon as kept
from models.language import FIRST, Heard
from models.lexicon import UNKNOWN, Columns, Flags, Ints, Lexicon
from models.text import LONGER, OPENING, REACH, SIDE
from models.weights import Floats, sums

Weigh = Callable[[Ints, Ints], Floats]  # texts, rows of one feature in each: what it adds; nothing where it is UNKNOWN


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of some texts, one text after the other."""

    written: list[str]
    text: Ints  # the number of the text
    place: Ints  # the place in the text
    many: Ints  # how many tokens the text has
    known: Ints  # the place in ``columns``
    columns: Columns


@dataclass(frozen=True, slots=True)
class Pairs:
    """Features of two owners (words, or meanings) each."""

    text: Ints
    row: Ints
    first: Ints
    second: Ints


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of some texts by what they stand for. A ``text`` is the number of one; a row is one of the model."""

    texts: int
    tokens: Tokens
    word_text: Ints
    word_first: Ints  # the token where the word stands first
    word_last: Ints
    word_row: Ints
    stem_of: Ints  # of each word
    stem_text: Ints
    stem_rows: list[Ints]  # of each kind of feature of one beginning, a row for each beginning
    pairs: Pairs
    holder: Ints  # words that mean something, and what: the number of the text, times ``meanings``, plus the meaning
    held: Ints
    told_text: Ints
    told_row: Ints
    told: Ints
    told_pairs: Pairs
    meanings: int

    def features(self) -> tuple[Ints, Ints]:
        """How many known features each text has, and the rows of all, text after text and ascending."""
        found = [(self.word_text, self.word_row), (self.told_text, self.told_row)]
        found += [(self.stem_text, rows) for rows in self.stem_rows]
        found += [(pairs.text, pairs.row) for pairs in (self.pairs, self.told_pairs)]
        keys = np.concatenate([(text << _BITS) + row for text, row in found])
        keys = np.sort(keys[np.concatenate([row for _, row in found]) != UNKNOWN])
        return np.bincount(keys >> _BITS, minlength=self.texts), keys & _MASK

    def heard(self) -> Heard:
        """What the first words of each text say about its language."""
        all_letters = self.tokens.columns.letters[self.tokens.known]
        first = np.flatnonzero((all_letters > 0) & (self.tokens.place < FIRST))
        text, letters = self.tokens.text[first], all_letters[first]
        words = np.bincount(text, minlength=self.texts)
        found = sums(self.tokens.columns.language[self.tokens.known[first]], words)
        return Heard(words, np.bincount(text, letters, self.texts), found[:, 0], found[:, 1:])

    def credit(self, weigh: Weigh) -> Floats:
        """What each word adds, together all that the features add.

        A pair's share is split evenly over its words, a beginning's over the distinct words that begin so, and a
        meaning's over the distinct words that mean it, wherever they stand.
        """
        made = weigh(self.word_text, self.word_row)
        words = made.size
        half = weigh(self.pairs.text, self.pairs.row) / 2
        for owners in (self.pairs.first, self.pairs.second):
            made += np.bincount(owners, half, words)
        shares = sum(weigh(self.stem_text, rows) for rows in self.stem_rows)
        made += (shares / np.bincount(self.stem_of, minlength=self.stem_text.size))[self.stem_of]
        if not self.holder.size:
            return made
        size = self.texts * self.meanings
        by_meaning = np.bincount(self.told, weigh(self.told_text, self.told_row), size)
        half = weigh(self.told_pairs.text, self.told_pairs.row) / 2
        for owners in (self.told_pairs.first, self.told_pairs.second):
            by_meaning += np.bincount(owners, half, size)
        sharers = np.bincount(self.held, minlength=size)
        return made + np.bincount(self.holder, (by_meaning[self.held] / sharers[self.held]), words)


_BITS = 20  # for rows; a model has far fewer features
_MASK = (1 << _BITS) - 1


def read(lexicon: Lexicon, written: Sequence[Sequence[str]]) -> Reading:
    """Read texts, given as their tokens."""
    flat = list(chain.from_iterable(written))
    known, columns = lexicon.look_up(flat)
    many = np.fromiter(map(len, written), np.int64, len(written))
    text = np.repeat(np.arange(len(written)), many)
    place = np.arange(len(flat)) - (np.cumsum(many) - many)[text]
    tokens = Tokens(flat, text, place, many[text], known, columns)

    word_keys, word_of = np.unique((text << 32) + columns.word[known], return_inverse=True)
    first, last = np.empty_like(word_keys), np.empty_like(word_keys)
    order = np.arange(len(flat))
    last[word_of] = order
    first[word_of[::-1]] = order[::-1]
    word_text, at = word_keys >> 32, known[first]
    stem_keys, stem_of = np.unique((word_text << 32) + columns.stem[at], return_inverse=True)

    negated = _negated(tokens)
    return Reading(
        texts=len(written),
        tokens=tokens,
        word_text=word_text,
        word_first=first,
        word_last=last,
        word_row=columns.rows[at, kept.WORD],
        stem_of=stem_of,
        stem_text=stem_keys >> 32,
        stem_rows=_stem_rows(tokens, negated, stem_of[word_of], stem_keys.size),
        pairs=_pairs(tokens, lexicon, word_of),
        **_meant(tokens, lexicon, negated, at, word_text),
    )


def _negated(tokens: Tokens) -> Flags:
    """Which tokens a negation before them reaches; a mark ends its reach."""
    spelled, reached = tokens.columns.spelled[tokens.known], np.zeros(tokens.known.size, dtype=np.bool_)
    near = tokens.columns.negates[tokens.known]
    for _ in range(REACH):
        near = spelled & np.concatenate([[False], near[:-1]]) & (tokens.place > 0)
        reached |= near
    return reached


def _stem_rows(tokens: Tokens, negated: Flags, stem_of: Ints, stems: int) -> list[Ints]:
    """For each kind of feature of one beginning, the row of each beginning that stands so; ``stem_of`` each token."""
    found = tokens.columns.rows[tokens.known]
    every = np.arange(tokens.known.size)
    earlier, later = _contrasted(tokens)
    opening = (tokens.place < OPENING) & (tokens.many > LONGER)
    begun = found[:, kept.BEGINNING] != UNKNOWN  # a word may be too short for what is the beginning of another
    made = []
    for column, where in (
        (kept.BEGINNING, every[begun]),
        (kept.TURNED, every[negated]),
        (kept.EARLIER, earlier),
        (kept.LATER, later),
        (kept.OPENING, every[opening]),
    ):
        rows = np.full(stems, UNKNOWN)
        rows[stem_of[where]] = found[where, column]
        made.append(rows)
    return made


def _contrasted(tokens: Tokens) -> tuple[Ints, Ints]:
    """Tokens before a "but", and tokens after one."""
    [turns] = np.nonzero(tokens.columns.contrasts[tokens.known])
    steps = np.arange(1, SIDE + 1)
    places, rest = tokens.place[turns, None], (tokens.many - tokens.place)[turns, None]
    return (turns[:, None] - steps)[steps <= places], (turns[:, None] + steps)[steps < rest]


def _pairs(tokens: Tokens, lexicon: Lexicon, word_of: Ints) -> Pairs:
    """The distinct pairs that the model knows."""
    words = tokens.columns.word[tokens.known]
    rows = lexicon.pairs(words[:-1], words[1:])
    [ends] = np.nonzero((tokens.place[1:] > 0) & (rows != UNKNOWN))
    return _distinct(tokens.text[ends], rows[ends], word_of[ends], word_of[ends + 1])


def _distinct(text: Ints, rows: Ints, first: Ints, second: Ints) -> Pairs:
    _, one = np.unique((text << _BITS) + rows, return_index=True)
    return Pairs(text[one], rows[one], first[one], second[one])


def _spread(columns: Columns, at: Ints) -> tuple[Ints, Ints]:
    """The meanings of the words at ``at``: the place there of each meaning's word, and the meaning."""
    many = columns.many[at]
    owner = np.repeat(np.arange(at.size), many)
    return owner, columns.meant[np.arange(owner.size) + (columns.at[at] - np.cumsum(many) + many)[owner]]


def _meant(tokens: Tokens, lexicon: Lexicon, negated: Flags, at: Ints, word_text: Ints) -> dict[str, Any]:
    """The fields of a reading that are about meanings."""
    meanings = lexicon.meanings
    token, meaning = _spread(tokens.columns, tokens.known)
    text, told = tokens.text[token], 2 * meaning + negated[token]
    own_text, own = np.divmod(np.unique(text * 2 * meanings + told), 2 * meanings)
    rows = lexicon.told_pairs[told[:-1], told[1:]]
    [ends] = np.nonzero((text[:-1] == text[1:]) & (rows != UNKNOWN))
    of = text * meanings + meaning
    holder, held = _spread(tokens.columns, at)
    return {
        "told_text": own_text,
        "told_row": lexicon.told[own],
        "told": own_text * meanings + own // 2,
        "told_pairs": _distinct(text[ends], rows[ends], of[ends], of[ends + 1]),
        "holder": holder,
        "held": word_text[holder] * meanings + held,
        "meanings": meanings,
    }
