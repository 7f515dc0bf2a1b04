"""Display names, handles and order names: read into parts, compared without regard to accents, order and particles."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import permutations

from anyascii import anyascii
from rapidfuzz.distance import OSA

from models.name_words import DELIVERY_WORDS, HONORIFICS, NO_NAME, PARTICLES, SHORT_FORMS

MAX_TOKENS = 4
"""Longer names are cut: four words tell a person apart, and keys grow with the square of the count."""
_SPLIT = re.compile(r"[^a-z0-9]+")
_CARE_OF = re.compile(r"\b(?:c/o|p/o|z\.? ?hd\.?|attn\.?|att\.)(?=\W|$)", re.IGNORECASE)
_HANDLE = re.compile(r"@?[\w.\-]*[\d_.][\w.\-]*")
_SHORT = 3


class NameLevel(StrEnum):
    """How two names agree, the strongest first."""

    FULL = "full"
    NICK = "nick"
    FUZZY = "fuzzy"
    INIT_LAST = "init_last"
    FIRST_INIT = "first_init"
    HANDLE = "handle"
    FIRST_ONLY = "first_only"  # one name is all that the author shows, and it agrees
    LAST_ONLY = "last_only"  # one name agrees, another contradicts: a household, or chance
    NULL = "null"  # nothing to compare: a pseudonym, or no name on the order
    CONFLICT = "conflict"


RANK = {level: place for place, level in enumerate(NameLevel)}
"""Place of a level, the strongest first."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts, all folded: ``Mme Élodie de la Tour`` -> tokens elodie, tour; letters e, d, l, t."""

    tokens: tuple[str, ...] = ()  # two letters or more, without particles, in written order
    initials: tuple[str, ...] = ()
    letters: frozenset[str] = frozenset()  # first letters of all parts, particles included
    initial_first: bool = False
    is_single: bool = False  # one given name, perhaps a double one ("Hans-Jürgen")
    chunk: str = ""  # letters of a handle written in one piece ("mdupont84" -> "mdupont")

    @property
    def joined(self) -> str:
        """All tokens in one piece: spelling with or without hyphens and blanks is the same."""
        return "".join(self.tokens)

    def __bool__(self) -> bool:
        return bool(self.tokens or self.chunk)


NOBODY = PersonName()


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The level at which two names agree and the tokens that do: ``shared`` agrees exactly, ``other`` nearly."""

    level: NameLevel
    shared: tuple[str, ...] = ()
    other: str = ""  # the order's token that agrees only nearly, by initial, or not at all


NO_MATCH = NameMatch(NameLevel.NULL)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower-case ASCII with ä, ae and a (likewise ö and ü) made one, so that Müller, Mueller and Muller agree."""
    plain = anyascii(text).lower()
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


_SHORT_FORMS = {fold(short): frozenset(map(fold, full)) for short, full in SHORT_FORMS.items()}


@lru_cache(maxsize=65536)
def parse_name(text: str | None) -> PersonName:
    """Read an order's buyer or recipient line, or a display name made of words."""
    if not text:
        return NOBODY
    folded = fold(_part_syllables(_CARE_OF.split(text)[0] or text)).replace("'", "").replace("`", "")
    words = [w for w in _SPLIT.split(folded) if w and not w.isdigit() and w not in HONORIFICS]
    words = [w for w in words if w not in DELIVERY_WORDS]
    tokens = [w for w in words if len(w) > 1 and w not in PARTICLES]
    if len(tokens) < 2:  # "Li Na Y", "Marie Le": what looks like a particle is then part of the name
        tokens = [w for w in words if len(w) > 1]
    initials = tuple(w for w in words if len(w) == 1)
    first = bool(initials) and bool(words) and words[0] in initials
    return PersonName(tuple(tokens[:MAX_TOKENS]), initials, frozenset(w[0] for w in words), first)


def _part_syllables(text: str) -> str:
    """Han and Hangul names are written in one piece; their romanisation shows its parts by capitals (WangWei)."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", anyascii(text)) if min(text) > "\u2e7f" else text


def parse_author(name: str | None, handle: str | None = None) -> tuple[PersonName, ...]:
    """The readings of a mention's author: display name and handle, each only where it may be a person's name."""
    readings = dict.fromkeys(_read_author(text) for text in (name, handle) if text)
    return tuple(r for r in readings if r)


@lru_cache(maxsize=16384)
def _read_author(text: str) -> PersonName:
    folded = fold(text)
    if any(word in NO_NAME for word in _SPLIT.split(folded)):
        return NOBODY
    if re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)?", text.strip()) and text[0].isupper():
        return replace(parse_name(text), is_single=True)
    if " " in text.strip() or not _HANDLE.fullmatch(text.strip()):
        return parse_name(text)
    words = [w for w in re.split(r"[^a-z]+", folded) if w]
    if len(words) == 1:
        return PersonName(chunk=words[0]) if len(words[0]) > _SHORT else NOBODY
    read = parse_name(" ".join(words))
    return PersonName(read.tokens, read.initials, read.letters, read.initial_first, chunk="".join(words))


def compare_names(author: PersonName, ordered: PersonName) -> NameMatch:
    """How far an author's name agrees with an order's; NULL where either says nothing about a person."""
    if not author or not ordered.tokens:
        return NO_MATCH
    if not author.tokens:
        return _compare_handle(author.chunk, ordered)
    if author.is_single and set(author.tokens) <= set(ordered.tokens):
        return NameMatch(NameLevel.FIRST_ONLY, author.tokens)
    if not author.initials and len(author.tokens) == 1 and not author.chunk:
        return _compare_single(author.tokens[0], ordered)
    if len(author.tokens) == 1 and author.initials:
        found = _compare_initial(author, ordered)
        if author.chunk and found.level in (NameLevel.FIRST_INIT, NameLevel.INIT_LAST):
            return NameMatch(NameLevel.HANDLE, found.shared, found.other)
    else:
        found = _compare_full(author, ordered)
    if author.chunk and found.level in (NameLevel.CONFLICT, NameLevel.LAST_ONLY):
        return _compare_handle(author.chunk, ordered)  # "dark_fox" only looks like two names
    return found


def best_match(authors: tuple[PersonName, ...], ordered: tuple[PersonName, ...]) -> NameMatch:
    """The strongest agreement of any reading of the author with the buyer or the recipient."""
    best, place = NO_MATCH, len(RANK)
    for author in authors:
        for name in ordered:
            found = compare_names(author, name)
            if name and (rank := RANK[found.level]) < place:
                best, place = found, rank
    return best


def handle_patterns(name: PersonName) -> frozenset[str]:
    """What people make of their name in one piece: mdupont, mariedupont, dupontm, dupontmarie, mariedup."""
    if len(name.tokens) < 2:
        return frozenset()
    first, last = name.tokens[0], "".join(name.tokens[1:])
    made = (first[0] + last, first + last, last + first[0], last + first, first + last[:3])
    return frozenset(p for p in made if len(p) > _SHORT)


def _compare_handle(chunk: str, ordered: PersonName) -> NameMatch:
    if chunk in handle_patterns(ordered):
        return NameMatch(NameLevel.HANDLE, ordered.tokens)
    if chunk in ordered.tokens:
        return NameMatch(NameLevel.FIRST_ONLY, (chunk,))
    return NO_MATCH


def _compare_single(token: str, ordered: PersonName) -> NameMatch:
    if token in ordered.tokens:
        return NameMatch(NameLevel.FIRST_ONLY, (token,))
    if token == ordered.joined:
        return NameMatch(NameLevel.FULL, ordered.tokens)
    if len(token) > 7 and OSA.distance(token, ordered.joined, score_cutoff=1) <= 1:
        return NameMatch(NameLevel.FUZZY, (), ordered.joined)
    if token in handle_patterns(ordered):
        return NameMatch(NameLevel.HANDLE, ordered.tokens)
    return NameMatch(NameLevel.CONFLICT)


def _compare_initial(author: PersonName, ordered: PersonName) -> NameMatch:
    token, initial = author.tokens[0], author.initials[0]
    if token not in ordered.tokens:
        return NameMatch(NameLevel.CONFLICT)
    if len(ordered.tokens) == 1:
        if not ordered.initials:
            return NameMatch(NameLevel.FIRST_ONLY, (token,))
        return NameMatch(NameLevel.FULL if initial in ordered.initials else NameLevel.LAST_ONLY, (token,))
    others = [t for t in ordered.tokens if t != token] or [token]
    match = next((t for t in others if t[0] == initial), None)
    if match is None and initial not in ordered.letters:
        return NameMatch(NameLevel.CONFLICT, (), others[0])
    level = NameLevel.INIT_LAST if author.initial_first else NameLevel.FIRST_INIT
    return NameMatch(level, (token,), match or others[0])


def _compare_full(author: PersonName, ordered: PersonName) -> NameMatch:
    mine, theirs = set(author.tokens), set(ordered.tokens)
    shared = tuple(t for t in ordered.tokens if t in mine)
    if len(shared) >= 2 and (mine <= theirs or theirs <= mine):
        return NameMatch(NameLevel.FULL, shared)
    if _same_in_one_piece(author, ordered):
        return NameMatch(NameLevel.FULL, ordered.tokens)
    if len(ordered.tokens) == 1:
        return _compare_short_order(author, ordered, shared)
    left = [t for t in author.tokens if t not in theirs]
    rest = [t for t in ordered.tokens if t not in mine]
    if shared and left and rest:
        return _compare_rest(shared, left, rest)
    if OSA.distance(author.joined, ordered.joined, score_cutoff=1) <= 1 and len(author.joined) > 7:
        return NameMatch(NameLevel.FUZZY, shared, ordered.joined)
    return NameMatch(NameLevel.LAST_ONLY, shared, (rest or [""])[0]) if shared else NameMatch(NameLevel.CONFLICT)


def _same_in_one_piece(a: PersonName, b: PersonName) -> bool:
    if sorted(a.joined) != sorted(b.joined):
        return False
    if len(b.tokens) > 3:
        return a.joined == b.joined
    return any("".join(order) == a.joined for order in permutations(b.tokens))


def _compare_short_order(author: PersonName, ordered: PersonName, shared: tuple[str, ...]) -> NameMatch:
    """The order itself shows one name and perhaps an initial ("M Dupont")."""
    if not shared:
        return NameMatch(NameLevel.CONFLICT)
    if not ordered.initials:
        return NameMatch(NameLevel.FIRST_ONLY, shared)
    others = [t for t in author.tokens if t not in shared]
    match = next((t for t in others if t[0] in ordered.initials), None)
    return NameMatch(NameLevel.INIT_LAST if match else NameLevel.LAST_ONLY, shared, match or "")


def _compare_rest(shared: tuple[str, ...], left: list[str], rest: list[str]) -> NameMatch:
    for a in left:
        for b in rest:
            if is_short_form(a, b) or is_short_form(b, a):
                return NameMatch(NameLevel.NICK, shared, b)
            if is_misspelt(a, b):
                return NameMatch(NameLevel.FUZZY, shared, b)
    return NameMatch(NameLevel.LAST_ONLY, shared, rest[0])


def is_misspelt(a: str, b: str) -> bool:
    """One slip of the keyboard apart; short words may not differ at all."""
    return min(len(a), len(b)) >= 4 and abs(len(a) - len(b)) <= 1 and OSA.distance(a, b, score_cutoff=1) <= 1


def is_short_form(short: str, full: str) -> bool:
    """Whether ``short`` is how ``full`` is called: listed, or its beginning of three letters or more."""
    if full in _SHORT_FORMS.get(short, ()):
        return True
    return len(short) >= _SHORT and len(full) >= len(short) + 2 and full.startswith(short)
