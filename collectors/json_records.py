"""Records of a JSON file: one object, a list, a list inside an answer, or JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from data.clean import clean
from data.errors import BadInput

_LISTS = ("tickets", "conversations", "mentions", "results", "data", "payload")
_WRAPPERS = ("data", "ticket", "conversation")


def records(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """Number and value of each record: its line in JSON Lines, its position elsewhere, from 1.

    A line that is no JSON yields None, so that the others are still read; raises BadInput when none is.
    """
    text = text.lstrip("\ufeff")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        lines = [(n, _line(line)) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if all(value is None for _, value in lines):
            raise BadInput(f"{name}: not valid JSON; is the download complete?") from None
        return iter(lines)
    return iter(enumerate(_unwrapped(document), start=1))


def dig(value: object, *keys: str) -> Any:
    """The value below ``keys``, None as soon as one is missing or there is no object to look into."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def words(value: object) -> str:
    """A text or number as text that can be stored; empty for everything else."""
    return clean(str(value)).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; empty when it is none."""
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def _line(line: str) -> object:
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value


def _with_requesters(rows: list[Any], people: list[Mapping[str, Any]]) -> list[Any]:
    # Zendesk puts the people beside the tickets: "users", joined by requester_id
    known = {person.get("id"): person for person in people if isinstance(person.get("id"), int | str)}
    return [
        {**row, "requester": known[row["requester_id"]]}
        if isinstance(row, dict) and "requester" not in row and row.get("requester_id") in known
        else row
        for row in rows
    ]


def _unwrapped(document: object) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, Mapping) and "id" not in document:
        for key in _LISTS:
            if isinstance(document.get(key), list):
                return _with_requesters(document[key], objects(document.get("users")))
        for key in _WRAPPERS:
            if isinstance(document.get(key), Mapping):
                return _unwrapped(document[key])
    return [document]
