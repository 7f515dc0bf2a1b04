"""What an author's name and an order's say of each other: how far they agree, and how often that happens by chance.

An order whose names were purged keeps their keyed hashes (``marks``, the blocking keys of data.order_index): first and
last name, initials, beginnings and ends of words, handles. They tell nearly as much; two misspelt words are lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, permutations

from models.blocking import pair_key, stable_key
from models.evidence import Shown, shown
from models.link_weights import Weights
from models.names import NO_MATCH, RANK, NameLevel, NameMatch, PersonName, best_match
from models.order_facts import OrderFacts, Veil
from models.shares import POOL, Shares


def name_evidence(
    authors: tuple[PersonName, ...], o: OrderFacts, s: Shares, w: Weights, veil: Veil | None
) -> Iterator[Shown]:
    """At most one piece of evidence; none where either side says nothing about a person."""
    if o.names:
        match = best_match(authors, o.names)
    elif o.marks and veil is not None:
        match = match_marks(authors, o.marks, veil)
    else:
        return
    if match.level is NameLevel.CONFLICT:
        yield shown("name.differ", "differ", w.of("name.differ"), None, match.level.value)
    elif match.level is not NameLevel.NULL:
        key = f"name.{match.level.value}"
        bits = w.of(key) - math.log2(_name_chance(match, authors, s, w))
        yield shown(key, "agree" if match.level is NameLevel.FULL else "partial", bits, None, match.level.value)


def match_marks(authors: tuple[PersonName, ...], marks: frozenset[int], veil: Veil) -> NameMatch:
    """How far any reading of the author agrees with the names behind ``marks``."""
    found = [_match_one(author, marks, veil) for author in authors]
    return min(found, key=lambda m: RANK[m.level], default=NO_MATCH)


def _match_one(author: PersonName, marks: frozenset[int], veil: Veil) -> NameMatch:
    def has(kind: str, value: str) -> bool:
        return veil(stable_key(kind, value)) in marks

    known = tuple(t for t in author.tokens if has("name1", t))
    for a, b in combinations(known, 2):
        if veil(pair_key(a, b)) in marks:
            return NameMatch(NameLevel.FULL, (a, b))
    for token in known:
        if letter := next((i for i in author.initials if has("initial", f"{token} {i}")), None):
            level = NameLevel.INIT_LAST if author.initial_first else NameLevel.FIRST_INIT
            return NameMatch(level, (token,), letter)
    for a, b in permutations(author.tokens, 2):
        if a in known and len(b) > 3 and (has("start", f"{a} {b[:3]}") or has("end", f"{a} {b[-3:]}")):
            return NameMatch(NameLevel.FUZZY, (a,), b)
    piece = author.chunk or (author.tokens[0] if len(author.tokens) == 1 else "")
    if piece and has("handle", piece):
        return NameMatch(NameLevel.HANDLE, known or (piece,))
    if piece and has("name1", piece):
        return NameMatch(NameLevel.FIRST_ONLY, (piece,))
    if known:
        return NameMatch(NameLevel.LAST_ONLY if len(author.tokens) > 1 else NameLevel.FIRST_ONLY, known)
    return NO_MATCH if author.chunk or not author.tokens else NameMatch(NameLevel.CONFLICT)


def _name_chance(match: NameMatch, authors: tuple[PersonName, ...], s: Shares, w: Weights) -> float:
    """How likely an author who is not the customer shows this agreement: namesakes plus plain coincidence."""
    floor = w.namesakes / (s.total + POOL)
    shared, other = match.shared, match.other
    first = s.share("name1", shared[0]) if shared else 0.0
    if match.level is NameLevel.FULL and len(shared) >= 2:
        count = max(s.counts.get(pair_key(shared[0], shared[-1]), 0), 1)
        return floor * count + first * s.share("name1", shared[-1])
    if match.level in (NameLevel.FIRST_INIT, NameLevel.INIT_LAST) and other:
        letter = next((i for a in authors for i in a.initials), other[0])
        return floor + max(s.share("initial", f"{shared[0]} {i}") for i in {other[0], letter})
    if match.level is NameLevel.FUZZY and shared and other:
        near = (("start", f"{shared[0]} {other[:3]}"), ("end", f"{shared[0]} {other[-3:]}"))
        return floor + 0.3 * max(s.share(kind, value) for kind, value in near)
    if match.level is NameLevel.NICK:
        return floor + first * 0.02
    if match.level is NameLevel.HANDLE:
        chunk = next((a.chunk for a in authors if a.chunk), "")
        return floor + s.share("handle", chunk)
    return floor + first  # a single name, or one of two
