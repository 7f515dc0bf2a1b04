"""Turns a text into features: folded words, pairs of words, word beginnings, negated words, emoji and other marks.

Word beginnings (five letters) stand for the inflected forms of a word, at a fraction of what character n-grams cost.
Every feature belongs to words of the text, so that a score can be explained by the words that people read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

MAX_CHARS = 4_000  # what is read of one text; the rest of a longer one says nothing new about its author's mood

_LINK = re.compile(r"(?:https?://|www\.)\S{1,400}")
_HANDLE = re.compile(r"(?<!\w)@\w{1,40}")
_ORDER_ID = re.compile(r"(?<!\d)\d{3}[\s-]?\d{7}[\s-]?\d{7}(?!\d)")
_LONG = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(
    r"<\w+>|\d+|[^\W\d_]+(?:['’][^\W\d_]+)?|[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]|[★☆]+|[:;=][-']?[()DPp/|]"
)
_STEM = 5
_REACH = 3  # words after a negation that it turns, unless a mark stands between
_NEGATIONS = frozenset(
    re.findall(
        r"\S+",
        "not no never nothing nobody without dont didnt wont isnt wasnt cant don't didn't won't isn't wasn't can't "
        "jamais pas aucun aucune rien personne sans ne nicht nie kein keine keinen nichts niemand ohne "
        "nunca nada nadie ningun ninguna sin non mai nessuno nessuna niente senza",
    )
)


@dataclass(frozen=True, slots=True)
class AssessInput:
    """A text to assess, with what its source tells beside it. ``rating`` is 1-5 stars."""

    text: str
    title: str | None = None
    rating: int | None = None
    source: str | None = None
    lang: str | None = None


def whole(said: AssessInput) -> str:
    """Title and text together; a title that only repeats the beginning of the text is left out."""
    title = (said.title or "").strip().rstrip("….")
    return said.text if not title or said.text.startswith(title) else f"{title}. {said.text}"


def tokens(text: str) -> list[str]:
    """The words and marks of ``text`` as people wrote them, in order; at most MAX_CHARS are read."""
    text = text[:MAX_CHARS]
    if "www." in text or "://" in text:
        text = _LINK.sub(" <link> ", text)
    if "@" in text:
        text = _HANDLE.sub(" <handle> ", text)
    return _TOKEN.findall(_ORDER_ID.sub(" <order> ", text))


@lru_cache(maxsize=50_000)
def fold(token: str) -> str:
    """One token without case, accents and elongation; numbers count by their length only."""
    if token[0] == "<":
        return token
    if token.isdigit():
        return "0" * min(len(token), 4)
    if token[0] in "!?":
        return token[:2]
    if token.isascii():
        plain = token.lower()
    else:
        spread = unicodedata.normalize("NFKD", token.casefold().replace("’", "'"))
        plain = "".join(c for c in spread if not unicodedata.combining(c))
    return _LONG.sub(r"\1\1", plain)


def features(text: str) -> list[str]:
    """Names of the features of ``text``, once each, in a fixed order."""
    return features_of([fold(token) for token in tokens(text)])


def features_of(words: list[str]) -> list[str]:
    """Names of the features of folded words, once each, in a fixed order."""
    found = dict.fromkeys(words)
    found.update(dict.fromkeys([f"{a} {b}" for a, b in pairwise(words)]))
    found.update(dict.fromkeys([beginning(word) for word in words if has_beginning(word)]))
    left = 0
    for word in words:
        if word in _NEGATIONS:
            left = _REACH
        elif left:
            if word[0].isalpha():
                found[negated(word)] = None
            left = left - 1 if word[0].isalpha() else 0
    return list(found)


def has_beginning(word: str) -> bool:
    """Whether a folded word is long enough to have a beginning as a feature of its own."""
    return len(word) > _STEM and word[0] != "<"


def beginning(word: str) -> str:
    """The feature that the forms of a word share."""
    return f"{word[:_STEM]}*"


def negated(word: str) -> str:
    """The feature that the forms of a word share when a negation stands before it."""
    return f"¬{word[:_STEM]}"
