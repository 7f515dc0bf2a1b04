"""The little language of the rules: words, classes and gaps, compiled to a re2 pattern over the signs of a text.

``@we @be ..3 down|dark !! @hours`` reads: a word of class we, one of class be, at most three other words, then ``down``
or ``dark``; not in a sentence that has a word of class hours. ``..3`` stays inside the clause and never steps over
somebody else's thing (classes of ``BARRIERS``), ``~3`` stays inside the sentence, ``?`` makes an element optional,
``^`` and ``$`` are the edges of a clause, ``(a b | c)`` is not needed: write two rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from data.errors import BadInput
from recovery_plan.guard.lexicon import Lexicon

STOP, COMMA = "stop", "comma"
BARRIERS = (STOP, COMMA, "goods", "carrier", "your", "theirs", "feel")
_GAP = re.compile(r"(\.\.|~)(\d)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One compiled rule. ``needs``: of each string of signs one must be in the text; the first is the rarest."""

    source: str
    regexp: Any  # a re2 pattern: the package has no types
    needs: tuple[frozenset[str], ...]
    cancels: frozenset[str]


def compile_rule(source: str, lexicon: Lexicon, common: Mapping[str, int]) -> Pattern:
    """Compile one rule; ``common`` ranks the signs that are in most texts. Raises BadInput for a rule that is none."""
    body, _, unless = source.partition("!!")
    parts: list[str] = []
    needs: list[frozenset[str]] = []
    for element in body.split():
        gap = _GAP.fullmatch(element)
        if gap:
            parts.append(_gap(gap[1], int(gap[2]), lexicon))
            continue
        optional = element.endswith("?")
        signs = _signs(element.removesuffix("?"), lexicon)
        parts.append(f"(?:[^ ]*[{''.join(sorted(signs))}][^ ]* )" + ("?" if optional else ""))
        if not optional:
            needs.append(signs)
    if not needs:
        raise BadInput(f"rule {source!r}: names no word")
    needs.sort(key=lambda signs: sum(common.get(sign, 1) for sign in signs))
    cancels = frozenset().union(*(_signs(word, lexicon) for word in unless.split()))
    return Pattern(source, re2.compile("".join(parts)), tuple(needs), cancels)


def _gap(kind: str, most: int, lexicon: Lexicon) -> str:
    names: Sequence[str] = BARRIERS if kind == ".." else (STOP,)
    barred = "".join(lexicon.sign(name) for name in names)
    return f"(?:[^ {barred}]* ){{0,{most}}}?"


def _signs(element: str, lexicon: Lexicon) -> frozenset[str]:
    found: set[str] = set()
    for word in element.split("|"):
        if word in ("^", "$"):
            found |= {lexicon.sign(STOP), lexicon.sign(COMMA)}
        elif word.startswith("@"):
            found.add(lexicon.sign(word[1:]))
        elif word:
            found.add(lexicon.literal(word))
    return frozenset(found)
