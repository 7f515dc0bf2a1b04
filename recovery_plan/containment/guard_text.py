"""Text as the guard reads it: words in one canonical spelling, disguises undone, every word with its place.

Words are cut from the original text, so that a hit's place needs no mapping back; only their spelling is changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Everything that ends a word. Marks, zero-width characters and symbols that stand for letters (@ $ €) do not.
WORD = re.compile(r"[^\s.,;:!?()\[\]{}\"«»„“”‘’'`´…/\\|<>*+=~#&%^_\-–—·•‧∙]+")
SENTENCE_END = re.compile(r"[.!?…;][\s\"»“”')]*(?=[^\sa-zà-ÿ])|\n\s*\n|\n\s*(?=[-*•])")
JOINERS = frozenset(" .-_*/·•,|~+'’‧∙\u00a0\u2009\u202f")
INNER_JOINERS = JOINERS - frozenset(" ,\u00a0\u2009\u202f")

LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝһӏɡɑɩʟɴʀɪᴀᴄᴅᴇᴏᴘѵγαβεηικμνορτυχωϲϳｌıøłđðħŧƨ",
    "abekmhopctyxijsdqwhlgailnriacdeopvyabenikmvoptuxwcjliolddhts",
)
SQUARED = {base + n: 97 + n for base in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6) for n in range(26)}
SPELLED_OUT = {"œ": "oe", "æ": "ae", "ß": "ss", "þ": "th"}
LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "€": "e"}
)
LEET_L = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "€": "e"}
)
REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: canonical spellings (several when a sign may stand for two letters) and its place in the text."""

    forms: tuple[str, ...]
    start: int
    end: int
    sentence: int


def canonical(text: str) -> str:
    """One spelling for all: compatibility forms and look-alikes to Latin letters, no case, accents or doubled letters.

    Doubled letters become single ones (``account`` is ``acount``), so that stretching or halving them hides nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(SQUARED)).casefold()
        text = "".join(SPELLED_OUT.get(c, c) for c in text)
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c)[0] not in "MC")
        text = text.translate(LOOK_ALIKES)
    return REPEATED.sub(r"\1", text.lower())


@lru_cache(maxsize=50_000)
def forms_of(raw: str) -> tuple[str, ...]:
    """The canonical spellings of one word; digits and signs among letters are also read as letters."""
    plain = canonical(raw)
    if plain.isalpha() or plain.isdigit():
        return (plain,)
    letters = sum(c.isalpha() for c in plain)
    if not letters or len(plain) > 40:
        return (plain,)
    read = (canonical(raw.translate(table)) for table in (LEET, LEET_L))
    return tuple(dict.fromkeys((plain, *(re.sub(r"[^\w]", "", form) for form in read))))


def words_of(text: str) -> list[Word]:
    """Every word in its order; ``sentence`` counts sentences (a full stop before a small letter ends none)."""
    ends = [found.end() for found in SENTENCE_END.finditer(text)]
    words: list[Word] = []
    sentence, total = 0, len(ends)
    for found in WORD.finditer(text):
        start = found.start()
        while sentence < total and ends[sentence] <= start:
            sentence += 1
        words.append(Word(forms_of(found[0]), start, found.end(), sentence))
    return words


def letter_runs(words: list[Word], text: str) -> Iterator[tuple[int, int]]:
    """Index ranges of three or more single letters with one joining sign between them: ``s u s p``, ``a.c.c``."""
    start = 0
    count = len(words)
    while start < count:
        end = start
        while end < count and words[end].end - words[end].start == 1 and (end == start or _joined(words, text, end)):
            end += 1
        if end - start >= 3:
            yield start, end
        start = max(end, start + 1)


def _joined(words: list[Word], text: str, index: int) -> bool:
    before, here = words[index - 1].end, words[index].start
    return here - before == 1 and text[before] in JOINERS


def inner_runs(words: list[Word], text: str) -> Iterator[tuple[int, int]]:
    """Index ranges of parts with one sign and no space between them: ``sus-pended``, ``acc.ount``."""
    start = 0
    count = len(words)
    while start < count:
        end = start + 1
        while end < count and end - start < 12:
            before, here = words[end - 1].end, words[end].start
            if here - before != 1 or text[before] not in INNER_JOINERS:
                break
            end += 1
        if end - start >= 2:
            yield start, end
        start = end


def is_foreign(text: str) -> bool:
    """Whether most letters are of a script the guard does not read (look-alikes mixed into Latin words are read)."""
    sample = text[:4_000]
    if sample.isascii():
        return False
    letters = [c for c in sample if c.isalpha()]
    foreign = sum(1 for c in letters if not _is_latin(c))
    return foreign >= 8 and foreign * 2 > len(letters)


@lru_cache(maxsize=4_096)
def _is_latin(character: str) -> bool:
    folded = unicodedata.normalize("NFKC", character)
    return all(ord(c) < 0x250 or unicodedata.name(c, "").startswith("LATIN") for c in folded)
