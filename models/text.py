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
from typing import NamedTuple

from models import meanings

MAX_CHARS = 4_000  # what is read of one text; the rest of a longer one says nothing new about its author's mood

_LINK = re.compile(r"(?:https?://|www\.)\S{1,400}")
_HANDLE = re.compile(r"(?<!\w)@\w{1,40}")
_ORDER_ID = re.compile(r"(?<!\d)\d{3}[\s-]?\d{7}[\s-]?\d{7}(?!\d)")
_LONG = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(
    r"<\w+>|\d+|[^\W\d_]+(?:['’][^\W\d_]+)?|[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]|[★☆]+|[:;=][-']?[()DPp/|]"
)
STEM = 5  # letters of a beginning
_CONTRASTS = frozenset(
    re.findall(
        r"\S+",
        "but however though yet mais cependant pourtant toutefois aber doch jedoch trotzdem pero sino aunque "
        "ma tuttavia comunque",
    )
)
_NONE: list[bool] = []  # what a text without a negation has of them
_REACH = 3  # words after a negation that it turns, unless a mark stands between
_OPENING, _LONGER = 8, 12  # the first words of a text that has more than this many: how it begins
_SIDE = 12  # words on either side of a contrast: what stands after it counts more than what stands before
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
    return [name for section in sections_of(words) for name in section]


class Sections(NamedTuple):
    """The features of a text by what they stand for: a word, two that follow one another, the beginning of words, or
    one or two meanings. Every name once, in a fixed order; no two sections have a name in common."""

    words: list[str]
    pairs: list[str]
    beginnings: list[str]
    meanings: list[str]


def sections_of(words: list[str]) -> Sections:
    """The features of folded words, by kind."""
    begun = [f"{word[:STEM]}*" for word in words if len(word) > STEM and word[0] != "<"]
    negates, negated = _NONE, _NONE
    if not NEGATIONS.isdisjoint(words):
        negates = [word in NEGATIONS for word in words]
        negated = _reached(words, negates)
        begun += [f"¬{word[:STEM]}" for word in compress(words, negated)]
    if not _CONTRASTS.isdisjoint(words):
        begun += _contrasted(words)
    if len(words) > _LONGER:
        begun += [f"^{word[:STEM]}" for word in words[:_OPENING]]
    meant = meanings.told(words, negates, negated)
    pairs = map(" ".join, pairwise(words))
    return Sections(*(list(dict.fromkeys(names)) for names in (words, pairs, begun, meant)))


def _reached(words: list[str], negates: list[bool]) -> list[bool]:
    """Which words a negation before them reaches; a mark ends its reach."""
    made, left = [], 0
    for word, turns in zip(words, negates, strict=True):
        is_reached = left > 0 and not turns and word[0].isalpha()
        made.append(is_reached)
        left = _REACH if turns else left - 1 if is_reached else 0
    return made


def _contrasted(words: list[str]) -> Iterator[str]:
    """``‹`` and the beginnings of the words before a "but", ``›`` and those of the words after it."""
    for place, word in enumerate(words):
        if word in _CONTRASTS:
            yield from (f"‹{near[:STEM]}" for near in words[max(0, place - _SIDE) : place])
            yield from (f"›{near[:STEM]}" for near in words[place + 1 : place + 1 + _SIDE])


def beginning_of(feature: str) -> str:
    """The beginning of the words that a feature of one beginning stands for."""
    return feature[1:] if feature[0] in "¬‹›^" else feature[:-1]
