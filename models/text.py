"""Turns a text into features: words, pairs, beginnings, words by a negation, a "but" or the start, meanings, marks.

Word beginnings (five letters) stand for the inflected forms of a word, at a fraction of what character n-grams cost.
Every feature belongs to words of the text, so that a score can be explained by the words that people read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, pairwise

from models import meanings

MAX_CHARS = 4_000  # what is read of one text; the rest of a longer one says nothing new about its author's mood

_LINK = re.compile(r"(?:https?://|www\.)\S{1,400}")
_HANDLE = re.compile(r"(?<!\w)@\w{1,40}")
_ORDER_ID = re.compile(r"(?<!\d)\d{3}[\s-]?\d{7}[\s-]?\d{7}(?!\d)")
_SEVEN = re.compile(r"\d{7}")  # every order id has seven digits in a row, few other texts have: far cheaper to look for
_LONG = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)?|<\w+>|\d+|[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]|[★☆]+|[:;=][-']?[()DPp/|]"
)
STEM = 5  # letters of a beginning
CONTRASTS = frozenset(
    re.findall(
        r"\S+",
        "but however though yet mais cependant pourtant toutefois aber doch jedoch trotzdem pero sino aunque "
        "ma tuttavia comunque",
    )
)
REACH = 3  # words after a negation that it turns, unless a mark stands between
OPENING, LONGER = 8, 12  # the first words of a text that has more than this many: how it begins
SIDE = 12  # words on either side of a contrast: what stands after it counts more than what stands before
NEGATES, BEFORE, AFTER, OPENS = "¬‹›^"  # what the beginning of a word that stands so is marked with
NEGATIONS = frozenset(
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
    if _SEVEN.search(text):
        text = _ORDER_ID.sub(" <order> ", text)
    return _TOKEN.findall(text)


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
    """Names of the features of ``text``, once each, in a fixed order: what a model is trained on.

    ``models.reading`` finds the same in many texts at once.
    """
    words = [fold(token) for token in tokens(text)]
    negates = [word in NEGATIONS for word in words]
    negated = _reached(words, negates)
    found = [*words, *map(" ".join, pairwise(words))]
    found += [f"{word[:STEM]}*" for word in words if len(word) > STEM and word[0] != "<"]
    found += [NEGATES + word[:STEM] for word in compress(words, negated)]
    found += _contrasted(words)
    if len(words) > LONGER:
        found += [OPENS + word[:STEM] for word in words[:OPENING]]
    return list(dict.fromkeys([*found, *meanings.told(words, negates, negated)]))


def _reached(words: list[str], negates: list[bool]) -> list[bool]:
    """Which words a negation before them reaches; a mark ends its reach."""
    made, left = [], 0
    for word, turns in zip(words, negates, strict=True):
        is_reached = left > 0 and not turns and word[0].isalpha()
        made.append(is_reached)
        left = REACH if turns else left - 1 if is_reached else 0
    return made


def _contrasted(words: list[str]) -> Iterator[str]:
    """The beginnings of the words before a "but", and those of the words after it."""
    for place, word in enumerate(words):
        if word in CONTRASTS:
            yield from (BEFORE + near[:STEM] for near in words[max(0, place - SIDE) : place])
            yield from (AFTER + near[:STEM] for near in words[place + 1 : place + 1 + SIDE])
