"""Reads a seller's own labelled file, CSV or JSON Lines; bad rows are refused with line and reason."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data.domain import Category
from data.errors import BadInput, SkipItem
from data.labelling import NEVER
from models.text import AssessInput

_COLUMNS: Mapping[str, tuple[str, ...]] = {  # ours -> how a column may be called
    "text": ("text", "texte", "testo", "texto", "message", "review", "body", "comment"),
    "label": ("label", "frustrated", "is_frustrated", "mecontent"),
    "id": ("id", "mention", "mention_id"),
    "title": ("title", "titre"),
    "rating": ("rating", "stars", "note"),
    "source": ("source",),
    "language": ("language", "lang", "langue"),
    "categories": ("categories", "category"),
    "severity": ("severity",),
}
_YES = frozenset(["1", "yes", "y", "true", "frustrated", "oui", "vrai", "si", "sí", "ja", "mecontent"])
_NO = frozenset(["0", "no", "n", "false", "not_frustrated", "non", "faux", "nein", "content", "not"])
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """One good row. ``line`` is where it stands (a CSV row may span lines: its last one)."""

    line: int
    id: str
    said: AssessInput
    frustrated: bool
    categories: tuple[Category, ...]
    severity: int | None


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """The rows of a file and, as (line, reason), those that were refused."""

    rows: tuple[Labelled, ...]
    refused: tuple[tuple[int, str], ...]


def read(raw: bytes, name: str) -> LabelledFile:
    """Read a whole file; raises BadInput when it is no such file at all, or has no good row."""
    if len(raw) > MOST_BYTES:
        raise BadInput(f"{name}: larger than 200 MB: split it")
    text = _decoded(raw, name)
    begin = text.lstrip()[:1]
    lines = _json_lines(text) if begin == "{" else _csv_lines(text, name)
    rows: list[Labelled] = []
    refused: list[tuple[int, str]] = []
    for line, found in lines:
        try:
            if isinstance(found, str):
                raise SkipItem(found)
            rows.append(_row(line, found))
        except SkipItem as bad:
            refused.append((line, str(bad)))
    if not rows:
        why = f"line {refused[0][0]}: {refused[0][1]}" if refused else "it is empty"
        raise BadInput(f"{name}: no row can be used: {why}")
    return LabelledFile(tuple(rows), tuple(refused))


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\x00" in raw:
        raise BadInput(f"{name}: is no text file: give CSV or JSON Lines")
    return raw.decode("cp1252", errors="replace")  # what Excel writes on Windows


_Line = tuple[int, Mapping[str, Any] | str]  # a row's fields, or what is wrong with it


def _json_lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            yield number, _named(row) if isinstance(row, dict) else "not a JSON object"


def _csv_lines(text: str, name: str) -> Iterator[_Line]:
    head = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = next(reader, [])
        held = _named(dict.fromkeys(names, ""))
        if not {"text", "label"} <= set(held):
            raise BadInput(
                f"{name}, line 1: columns 'text' and 'label' are needed; there are: {', '.join(names)[:120]}"
            )
        for cells in reader:
            if any(cells):
                wrong = f"{len(cells)} cells, {len(names)} columns"
                yield (
                    reader.line_num,
                    _named(dict(zip(names, cells, strict=True))) if len(cells) == len(names) else wrong,
                )
    except csv.Error:
        raise BadInput(f"{name}, line {reader.line_num}: cannot be read as CSV") from None


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields under our names; the first column that has one of a field's names gives it."""
    plain = {_plain(str(key)): value for key, value in reversed(list(row.items()))}
    found = {ours: next((plain[n] for n in names if n in plain), None) for ours, names in _COLUMNS.items()}
    return {ours: value for ours, value in found.items() if value is not None}


def _plain(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word.strip().casefold().replace(" ", "_"))
    return "".join(c for c in spread if not unicodedata.combining(c))


def _row(line: int, row: Mapping[str, Any]) -> Labelled:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise SkipItem("text is missing")
    source = _word(row, "source")
    if source is not None and source.casefold() in (*NEVER, "twitter"):
        raise SkipItem("a post from X: no label of it may be used (rule X-01)")
    said = AssessInput(text, _word(row, "title"), _number(row, "rating", 5), source, _word(row, "language"))
    name = str(row.get("id", "")).strip()[:80]
    return Labelled(
        line, name, said, _yes(row.get("label")), _categories(row.get("categories")), _number(row, "severity", 3)
    )


def _yes(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = _plain(str(value)) if isinstance(value, str | int) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise SkipItem("label is neither yes nor no (1/0, yes/no, true/false, frustrated/not_frustrated)")


def _word(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise SkipItem(f"{name} is not a text")
    return value.strip() or None if value is not None else None


def _number(row: Mapping[str, Any], name: str, most: int) -> int | None:
    """A whole number from 1 to ``most``, None where there is none."""
    value = row.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    spelled = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not spelled.isascii() or not spelled.isdigit() or not 1 <= int(spelled[:3]) <= most:
        raise SkipItem(f"{name} is not a whole number from 1 to {most}")
    return int(spelled)


def _categories(value: object) -> tuple[Category, ...]:
    names = value if isinstance(value, list) else str(value or "").replace(";", ",").replace("|", ",").split(",")
    found = []
    for name in names:
        if word := str(name).strip():
            if word not in set(Category):
                raise SkipItem("categories names an unknown category")
            found.append(Category(word))
    return tuple(dict.fromkeys(found))
