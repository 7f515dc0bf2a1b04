"""Turns a text into features: folded words, pairs of words, word beginnings, and marks such as emoji and links.

Word beginnings (five letters) stand for the inflected forms of a word, at a fraction of what character n-grams cost.
Every feature belongs to one word of the text, so that a score can be explained by the words that people read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
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
    text = _ORDER_ID.sub(" <order> ", _HANDLE.sub(" <handle> ", _LINK.sub(" <link> ", text)))
    return _TOKEN.findall(text)


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
    """Names of the features of ``text``, once each, without their places."""
    words = [fold(token) for token in tokens(text)]
    found = set(words)
    found.update(f"{a} {b}" for a, b in pairwise(words))
    found.update(f"{word[:_STEM]}*" for word in words if len(word) > _STEM and word[0] != "<")
    found.update(f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False) if a in _NEGATIONS)
    return list(found)


# a negation reaches over the next two words in all five languages
_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "nothing",
        "nobody",
        "without",
        "jamais",
        "pas",
        "aucun",
        "aucune",
        "rien",
        "personne",
        "sans",
        "ne",
        "nicht",
        "nie",
        "kein",
        "keine",
        "keinen",
        "nichts",
        "niemand",
        "ohne",
        "nunca",
        "nada",
        "nadie",
        "ningun",
        "ninguna",
        "sin",
        "non",
        "mai",
        "nessuno",
        "nessuna",
        "niente",
        "senza",
        "dont",
        "didnt",
        "wont",
        "isnt",
        "wasnt",
        "cant",
        "don't",
        "didn't",
        "won't",
        "isn't",
        "wasn't",
        "can't",
    ]
)


def words_of(feature: str) -> list[str]:
    """The folded words that a feature stands for."""
    return feature.split(" ")
