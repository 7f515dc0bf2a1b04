"""What every word is to one model, looked up once: from then on texts are numbers, and are read many at a time.

A model knows features by name (``models.text``); here each written word gets the rows of the features that it can take
part in. What is looked up is kept, for words repeat.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from models.language import Teller
from models.meanings import NEGATED, NEGATION, THEN, TOLD, every_meaning, meanings
from models.text import AFTER, BEFORE, CONTRASTS, NEGATES, NEGATIONS, OPENS, STEM, fold

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
UNKNOWN = -1  # the row of a feature that the model does not know
ROWS = WORD, BEGINNING, TURNED, EARLIER, LATER, OPENING = range(6)
"""Columns of ``Columns.rows``: the word, its beginning, and that beginning negated, before and after a "but", and at
the start of a longer text."""
_MOST = 100_000  # words kept


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of written words, one row each. ``meant`` lists the meanings of all of them, one after the other:
    those of a word are ``many`` from ``at`` on."""

    word: Ints  # number of the folded word
    stem: Ints  # number of its beginning
    rows: Ints  # (words x ROWS) rows of the model
    negates: Flags
    contrasts: Flags
    spelled: Flags  # a word of letters that does not negate: one that a negation may reach
    at: Ints
    many: Ints
    meant: Ints
    letters: Ints  # how many; 0 for marks and numbers
    language: NDArray[np.float64]  # (words x 6) see Teller.columns

    def with_more(self, more: Columns) -> Columns:
        """These words, then ``more``."""
        later = replace(more, at=more.at + len(self.meant))
        return Columns(*(np.concatenate([getattr(self, f.name), getattr(later, f.name)]) for f in fields(self)))


class Lexicon:
    """The words met so far, for one model. Several threads may read with it."""

    def __init__(self, index: Mapping[str, int], teller: Teller) -> None:
        self.index = index
        self._teller = teller
        self._meanings = {name: number for number, name in enumerate(every_meaning())}
        self.meanings = len(self._meanings)
        self.told, self.told_pairs = self._rows_of_meanings()
        self._paired: dict[str, int] = {}  # words of known pairs: their numbers stay
        self._pairs, self._pair_rows = self._known_pairs()
        self._lock = threading.Lock()
        self._forget()

    def look_up(self, written: Sequence[str]) -> tuple[Ints, Columns]:
        """The place of each token in the columns, and these."""
        with self._lock:
            if len(self._places) > _MOST:
                self._forget()
            if new := list(set(written).difference(self._places)):
                self._add(new)
            places = np.fromiter(map(self._places.__getitem__, written), np.int64, len(written))
            return places, self._columns

    def pairs(self, first: Ints, second: Ints) -> Ints:
        """Rows of pairs of words, given by their numbers."""
        keys = (first << 32) + second
        at = np.searchsorted(self._pairs, keys[order := np.argsort(keys)])
        made = np.empty_like(keys)
        made[order] = np.where(self._pairs[at] == keys[order], self._pair_rows[at], UNKNOWN)
        return made

    def _known_pairs(self) -> tuple[Ints, Ints]:
        """The pairs that the model knows, as ``pairs`` looks for them in ascending order, and their rows."""
        named = [(name.partition(" "), row) for name, row in self.index.items() if " " in name]
        keys = _numbers((first for (first, _, _), _ in named), self._paired) << 32
        keys += _numbers((second for (_, _, second), _ in named), self._paired)
        order = np.argsort(keys)
        rows = _ints(row for _, row in named)
        return np.append(keys[order], np.iinfo(np.int64).max), np.append(rows[order], UNKNOWN)

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._words = dict(self._paired)
        self._stems: dict[str, int] = {}
        self._stem_rows: dict[str, tuple[int, ...]] = {}
        self._columns = self._of([])

    def _add(self, new: list[str]) -> None:
        self._places.update(zip(new, range(len(self._places), len(self._places) + len(new)), strict=True))
        self._columns = self._columns.with_more(self._of(new))

    def _of(self, new: list[str]) -> Columns:
        """Columns of written words that are not kept yet; numbers their folded words and beginnings."""
        folded = list(map(fold, new))
        stems = [word[:STEM] for word in folded]
        meant = [self._meant(word) for word in folded]
        many = _ints(map(len, meant))
        negates = [word in NEGATIONS for word in folded]
        spelled = [word[0].isalpha() and not turns for word, turns in zip(folded, negates, strict=True)]
        return Columns(
            _numbers(folded, self._words),
            _numbers(stems, self._stems),
            _ints(chain.from_iterable(map(self._rows, folded))).reshape(len(new), len(ROWS)),
            np.array(negates, dtype=np.bool_),
            np.array([word in CONTRASTS for word in folded], dtype=np.bool_),
            np.array(spelled, dtype=np.bool_),
            np.cumsum(many) - many,
            many,
            _ints(chain.from_iterable(meant)),
            _ints(len(token) if token[0].isalpha() else 0 for token in new),
            self._teller.columns(new, folded),
        )

    def _rows(self, word: str) -> tuple[int, ...]:
        """The rows of a folded word, see ROWS."""
        begun, *placed = self._rows_of_stem(word[:STEM])
        is_longer = len(word) > STEM and word[0] != "<"
        return self.index.get(word, UNKNOWN), begun if is_longer else UNKNOWN, *placed

    def _rows_of_stem(self, stem: str) -> tuple[int, ...]:
        if (found := self._stem_rows.get(stem)) is None:
            names = (f"{stem}*", NEGATES + stem, BEFORE + stem, AFTER + stem, OPENS + stem)
            found = self._stem_rows[stem] = tuple(self.index.get(name, UNKNOWN) for name in names)
        return found

    def _meant(self, word: str) -> list[int]:
        return [self._meanings[m] for m in ((NEGATION,) if word in NEGATIONS else meanings(word))]

    def _rows_of_meanings(self) -> tuple[Ints, Ints]:
        """Rows of each meaning, plain (2n) and negated (2n + 1), and of each two that follow one another."""
        names = [mark + meaning for meaning in self._meanings for mark in (TOLD, NEGATED)]
        pairs = (self.index.get(f"{first}{THEN}{second}", UNKNOWN) for first in names for second in names)
        return _ints(self.index.get(name, UNKNOWN) for name in names), _ints(pairs).reshape(len(names), len(names))


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)


def _numbers(names: Iterable[str], known: dict[str, int]) -> Ints:
    """The number of each name; a new one gets the next."""
    return _ints(known.setdefault(name, len(known)) for name in names)
