"""Personal details, which a public reply must not hold: names after a greeting or title, addresses, order numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from recovery_plan.guard.content import ORDER, Seen, compiled
from recovery_plan.guard.normalise import Normal

_RULE = "TP-01"
ADDRESS = compiled(
    r"\b\d{1,4}[a-z]?,?\s(?:bis\s|ter\s)?(?:[\pL'’.-]+\s){0,3}(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|way|court|gardens|"
    r"terrace|crescent|hill|square|grove|place|mews|row|park)\b"
    r"|\b\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|av|boulevard|bd|allée|allee|impasse|chemin|place|quai|route|cours|passage|square)\s(?:d|\pL)"
    r"|\b\pL+(?:straße|strasse|str\.|gasse|weg|allee|platz|ring|damm|ufer|steig|chaussee)\s\d{1,4}"
    r"|\b(?:am|an der|im|zum|auf dem)\s\p{Lu}\pL+\s\d{1,4}\b"
    r"|\b(?:calle|avenida|avda|plaza|paseo|c/|carrer|camino|ronda|travesía|glorieta)\.?\s(?:[\pL'’.]+\s){0,4}\d{1,4}\b"
    r"|\b(?:via|viale|piazza|corso|vicolo|largo|piazzale|strada)\s(?:[\pL'’.]+\s){1,4}\d{1,4}\b"
    r"|\b(?:[a-z]{1,2}\d{1,2}[a-z]?\s\d[a-z]{2})\b"
)


@cache
def _words() -> dict[str, list[str]]:
    raw = files("recovery_plan.guard").joinpath("words", "names.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)


@cache
def _addressed() -> Sequence[Any]:
    """Patterns whose first group is a name: after a title, and after a greeting."""
    titles = "|".join(map(re.escape, _words()["titles"]))
    greetings = "|".join(map(re.escape, _words()["greetings"]))
    name = r"\p{Lu}[\pL'’-]+"
    return (
        compiled(rf"(?:^|[^\pL])(?:{titles})\.?\s+({name})", any_case=False),
        compiled(rf"(?:^|[.!?,\n]\s*)(?:{greetings}),?\s+({name}(?:\s{name})?)", any_case=False),
    )


@cache
def _not_names() -> frozenset[str]:
    return frozenset(_words()["not_names"])


def personal(normal: Normal) -> Iterator[Seen]:
    """Names, addresses and order numbers."""
    text = normal.original
    for found in ORDER.finditer(normal.plain):
        start, end = normal.span(found.start(), found.end())
        yield Seen("PERSONAL_DATA", _RULE, start, end, "an order number")
    for pattern in _addressed():
        for found in pattern.finditer(text):
            if found.group(1).split()[0].lower() not in _not_names():
                yield Seen("PERSONAL_DATA", _RULE, found.start(1), found.end(1), "a name")
    for found in ADDRESS.finditer(text):
        yield Seen("PERSONAL_DATA", _RULE, found.start(), found.end(), "an address")
