"""Which classes a word belongs to: whole words, beginnings (``suspend*``) and ends (``*konto``) in five languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LONGEST = 40  # characters of a word that are looked at; no word of the five languages is longer
_FIRST_SIGN = 0x4E00  # signs of classes: one character each, none of which a re2 class treats in a special way
_KEPT = 200_000  # words remembered


class Lexicon:
    """Words to signs. A class is one character; a word's classes are a string of them."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}
        self._whole: dict[str, set[str]] = {}
        self._begin: dict[str, set[str]] = {}
        self._end: dict[str, set[str]] = {}
        self._known: dict[str, str] = {}

    def sign(self, name: str) -> str:
        """The character that stands for the class ``name``; a new one for a new name."""
        if name not in self._signs:
            self._signs[name] = chr(_FIRST_SIGN + len(self._signs))
        return self._signs[name]

    def add(self, name: str, words: Iterable[str]) -> None:
        """Put ``words`` into the class ``name``."""
        sign = self.sign(name)
        for word in words:
            table, key = self._whole, word
            if word.endswith("*"):
                table, key = self._begin, word[:-1]
            elif word.startswith("*"):
                table, key = self._end, word[1:]
            table.setdefault(key, set()).add(sign)
        self._known.clear()

    def literal(self, word: str) -> str:
        """The sign of the class that has only ``word`` in it."""
        name = f"={word}"
        if name not in self._signs:
            self.add(name, [word])
        return self._signs[name]

    def classes(self, word: str) -> str:
        """The signs of ``word``, sorted; remembered."""
        found = self._known.get(word)
        if found is None:
            found = self._look_up(word[:LONGEST])
            if len(self._known) < _KEPT:
                self._known[word] = found
        return found

    def is_word(self, word: str) -> bool:
        """Whether ``word`` is known, or is a known beginning of four letters or more with a short ending."""
        if word in self._whole:
            return True
        return any(word[:length] in self._begin for length in range(max(4, len(word) - 4), len(word) + 1))

    def _look_up(self, word: str) -> str:
        signs = set(self._whole.get(word, ()))
        for length in range(1, len(word) + 1):
            signs |= self._begin.get(word[:length], set())
            signs |= self._end.get(word[-length:], set())
        return "".join(sorted(signs))

    def beginnings(self, names: Iterable[str]) -> frozenset[str]:
        """Everything that a word of the classes ``names`` may begin with, the words themselves left out."""
        wanted = {self._signs[name] for name in names}
        words = [w for table in (self._whole, self._begin) for w, signs in table.items() if signs & wanted]
        return frozenset(word[:length] for word in words for length in range(1, len(word)))

    def full_words(self, names: Iterable[str]) -> Mapping[str, str]:
        """Whole words of the classes ``names``, each with its signs."""
        wanted = {self._signs[name] for name in names}
        return {word: self.classes(word) for word, signs in self._whole.items() if signs & wanted}
