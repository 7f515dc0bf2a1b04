"""Words that were hidden: digits for letters, letters set apart, words cut in two, one letter wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, product

from recovery_plan.guard.lexicon import Lexicon
from recovery_plan.guard.normalise import Word

_LEET = ("0o", "3e", "4a", "5s", "7t", "@a", "$s", "€e", "1il", "!il", "|li", "6gb", "8b", "9g", "*", "#")
LEET = {entry[0]: entry[1:] for entry in _LEET}
_BARS = "|!*#"  # may stand for a letter or for nothing
_MOST_VARIANTS = 32
_MOST_PARTS = 7  # of a word that was cut with hyphens or dots
_MOST_PIECES = 3  # of a word that was cut with spaces
_SHORTEST_TYPO = 7
_SHORTEST_CUT = 6
_LONGEST_RUN = 200  # letters set apart in one row
_LONGEST_PIECE = 18
_UNKNOWN_COST = 4  # of a letter that belongs to no known word
_SEPARATORS = set(" .-_*/|~,+=:'")


class Disguises:
    """Finds the words that matter (of the classes ``names``) behind what was done to them."""

    def __init__(self, lexicon: Lexicon, names: Iterable[str]) -> None:
        names = tuple(names)
        self._lexicon = lexicon
        self._wanted = frozenset(lexicon.sign(name) for name in names)
        self._beginnings = lexicon.beginnings(names)
        self._near: dict[str, str] = {}
        for word in lexicon.full_words(names):
            if len(word) >= _SHORTEST_TYPO:
                self._near.setdefault(word, word)
                for shorter in _shorter(word):
                    self._near.setdefault(shorter, word)

    def matters(self, word: str) -> bool:
        """Whether ``word`` belongs to one of the wanted classes."""
        return not self._wanted.isdisjoint(self._lexicon.classes(word))

    def may_begin(self, piece: str) -> bool:
        """Whether a word that matters may begin with ``piece``."""
        return piece in self._beginnings or not piece.isalpha()

    def undigit(self, word: str) -> str:
        """``word`` with letters for its digits and signs where that gives a word we know; else as it is."""
        if word.isalpha() or not any(c.isalpha() for c in word):
            return word
        choices = [(*LEET.get(c, c), *(("",) if c in _BARS else ())) for c in word[:24]]
        first = "".join(c[0] for c in choices)
        variants = ["".join(letters) for letters in islice(product(*choices), _MOST_VARIANTS)]
        for is_good in (self.matters, self._lexicon.is_word, self._lexicon.classes):
            found = next((variant for variant in variants if is_good(variant)), None)
            if found is not None:
                return found
        return first if self.typo(first) else word

    def typo(self, word: str) -> str | None:
        """The word that matters and differs from ``word`` by one letter (or two changed about), None without one."""
        if len(word) < _SHORTEST_TYPO - 1 or not word.isalpha():
            return None
        if word in self._near:
            return self._near[word]
        return next((self._near[s] for s in _shorter(word) if s in self._near), None)

    def segments(self, letters: str) -> list[str]:
        """``letters``, which lost the spaces between words, cut into as many letters of known words as possible."""
        letters = letters[:_LONGEST_RUN]
        best: list[tuple[int, int]] = [(0, 0)]  # (cost, start of the last piece) of the first i letters
        for end in range(1, len(letters) + 1):
            cost, start = best[end - 1][0] + _UNKNOWN_COST, end - 1
            for begin in range(max(0, end - _LONGEST_PIECE), end):
                if best[begin][0] + 1 < cost and self._lexicon.is_word(letters[begin:end]):
                    cost, start = best[begin][0] + 1, begin
            best.append((cost, start))
        pieces: list[str] = []
        end = len(letters)
        while end:
            start = best[end][1]
            pieces.append(letters[start:end])
            end = start
        return pieces[::-1]


def _shorter(word: str) -> Iterable[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def joined(words: Sequence[Word], plain: str, disguises: Disguises) -> tuple[list[Word], dict[int, int]]:
    """``words`` with hidden ones put together again, and place of each of those -> how many parts it had."""
    made: list[Word] = []
    parts: dict[int, int] = {}
    place = 0
    while place < len(words):
        word, used = _put_together(words, place, plain, disguises)
        if used > 1:
            is_spaced = " " in plain[words[place].at : words[place + used - 1].to]
            parts[len(made)] = max(used, 3) if is_spaced else used
        made.append(word)
        place += max(used, 1)
    return made, parts


def _put_together(words: Sequence[Word], place: int, plain: str, disguises: Disguises) -> tuple[Word, int]:
    """The word that starts at ``place`` and how many of ``words`` it takes."""
    first = words[place]
    if not first.text[0].isalnum():
        return first, 1
    for found in (_letters(words, place, plain), _cut(words, place, plain, disguises)):
        if found is not None:
            text, last = found
            return Word(disguises.undigit(text), first.at, words[last].to), last - place + 1
    return first, 1


def _letters(words: Sequence[Word], place: int, plain: str) -> tuple[str, int] | None:
    """Single letters, at least two, each with one and the same kind of sign between."""
    last = place
    between: str | None = None
    letters = words[place].text
    if len(letters) != 1:
        return None
    for index in range(place + 1, len(words)):
        gap = plain[words[last].to : words[index].at]
        text = words[index].text
        if text in _SEPARATORS and not gap:
            continue  # the sign itself is a word of its own: look at the letter after it
        gap = plain[words[last].to : words[index].at]
        if len(gap) != 1 or gap not in _SEPARATORS or (between not in (None, gap)) or len(text) != 1:
            break
        if not text.isalnum() and text not in LEET:
            break
        between, last = gap, index
        letters += text
    return (letters, last) if len(letters) >= 2 and not letters.isdigit() else None


def _cut(words: Sequence[Word], place: int, plain: str, disguises: Disguises) -> tuple[str, int] | None:
    """Pieces with single signs (or spaces) between that together are a word that matters, the longest first."""
    pieces = [words[place].text]
    if not disguises.may_begin(pieces[0]):
        return None
    is_whole = disguises.matters(pieces[0])
    ends = [place]
    is_spaced = False
    found: tuple[str, int] | None = None
    index = place + 1
    while index < len(words) and len(pieces) < _MOST_PARTS:
        text = words[index].text
        if text in _SEPARATORS:
            index += 1
            continue
        gap = plain[words[ends[-1]].to : words[index].at]
        if len(gap) != 1 or gap not in _SEPARATORS or not text[0].isalnum():
            break
        if gap == " " and (is_whole or disguises.matters(text)):
            break
        is_spaced |= gap == " "
        if is_spaced and len(pieces) >= _MOST_PIECES:
            break
        pieces.append(text)
        ends.append(index)
        whole = disguises.undigit("".join(pieces))
        if len(whole) >= (_SHORTEST_CUT if is_spaced else 5) and disguises.matters(whole):
            found = (whole, index)
        index += 1
    return found
