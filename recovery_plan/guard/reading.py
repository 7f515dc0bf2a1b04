"""A text as words with their classes: once as it is written, once more with hidden words put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recovery_plan.guard.disguise import Disguises, joined
from recovery_plan.guard.lexicon import Lexicon
from recovery_plan.guard.normalise import Normal, Word
from recovery_plan.guard.pattern import COMMA, STOP

RUN_ON = re.compile(r"[a-z]{2}[.!?;][a-z]{2}")  # full stops for spaces: our.account.is
_STOPS = set(".!?;¿¡")
_COMMAS = set(',:()[]{}<>-/&|«»"')


@dataclass(slots=True)
class Token:
    """One word with its classes."""

    text: str
    at: int
    to: int
    signs: str


class Reader:
    """Turns normalised texts into tokens."""

    def __init__(self, lexicon: Lexicon, disguises: Disguises) -> None:
        self._lexicon = lexicon
        self._disguises = disguises
        self._stop, self._comma = lexicon.sign(STOP), lexicon.sign(COMMA)
        self._num, self._numcode = lexicon.sign("num"), lexicon.sign("numcode")
        self._hard, self._disguised = lexicon.sign("hard"), lexicon.sign("disguisedhard")
        self._spelled: dict[str, tuple[str, str]] = {}

    def readings(self, normal: Normal) -> Iterator[list[Token]]:
        """The tokens as written; then, only if that makes a difference, with hidden words put together."""
        words = list(normal.words())
        yield self._tokens(words, normal.plain, {})
        together, parts = joined(words, normal.plain, self._disguises)
        if parts or RUN_ON.search(normal.plain):
            yield self._tokens(together, normal.plain, parts, is_run_on=True)

    def _tokens(self, words: Sequence[Word], plain: str, parts: dict[int, int], is_run_on: bool = False) -> list[Token]:
        edge = Token("", 0, 0, self._stop)
        made = [edge]
        for index, word in enumerate(words):
            first = word.text[0]
            if first.isalnum() or first == "%" or (len(word.text) > 1 and word.text[-1].isalnum()):
                made += self._of_word(word, parts.get(index, 1))
            elif first == "\n":
                made.append(Token(word.text, word.at, word.to, self._stop if len(word.text) > 1 else self._comma))
            elif first == "." and len(word.text) > 1:
                made.append(Token(word.text, word.at, word.to, self._comma))
            elif first in _STOPS and not (is_run_on and _is_inside(word, plain)):
                made.append(Token(word.text, word.at, word.to, self._stop))
            elif first in _COMMAS and not _is_inside(word, plain):
                made.append(Token(word.text, word.at, word.to, self._comma))
        made.append(Token("", len(plain), len(plain), self._stop))
        return made

    def _of_word(self, word: Word, parts: int) -> Iterator[Token]:
        """The tokens of one word: several where letters that were set apart had lost the spaces between words."""
        text, signs = self._read(word.text)
        if parts > 3 and not self._lexicon.is_word(text):
            for piece in self._disguises.segments(word.text):
                yield self._token(piece, word, self._lexicon.classes(piece), parts)
            return
        hidden = parts if text == word.text or not word.text.isascii() else 3
        yield self._token(text, word, signs, hidden)

    def _token(self, text: str, word: Word, signs: str, parts: int) -> Token:
        if text[0].isdigit() and text.isdigit():
            signs += self._num
        elif text[-1].isdigit() and sum(c.isalpha() for c in text) > 2:
            signs += self._numcode
        if parts > 2 and self._hard in signs:
            signs += self._disguised
        return Token(text, word.at, word.to, signs)

    def _read(self, word: str) -> tuple[str, str]:
        """What ``word`` stands for, and its classes."""
        found = self._spelled.get(word)
        if found is None:
            text = self._disguises.undigit(word)
            signs = self._lexicon.classes(text)
            if not signs:
                meant = self._disguises.typo(_unrepeated(text)) or self._disguises.typo(text)
                text, signs = (meant, self._lexicon.classes(meant)) if meant else (text, signs)
            found = (text, signs)
            if len(self._spelled) < 200_000:
                self._spelled[word] = found
        return found


def _is_inside(word: Word, plain: str) -> bool:
    """Whether a sign stands between two letters, as the hyphen of A-to-z does."""
    before, after = plain[word.at - 1 : word.at], plain[word.to : word.to + 1]
    return before.isalnum() and after.isalnum()


def _unrepeated(word: str) -> str:
    """``suspeeended`` with every run of a letter at most two long."""
    made = ""
    for char in word:
        if not made.endswith(char * 2):
            made += char
    return made
