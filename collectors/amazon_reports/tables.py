"""Rows of a report by canonical column name; what cannot be a row is told with its line and reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.amazon_reports.encoding import decode
from data.errors import BadInput

Row = Mapping[str, str]
_FOLD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was not taken: its line in the file and why; never the row's own words."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file read as a table. ``rows`` yields ``(line number, row)``."""

    name: str
    encoding: str
    columns: tuple[str, ...]  # canonical
    header: tuple[str, ...]  # as the file spells them
    text: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Rows with their line numbers; blank lines are left out, short rows end in empty cells."""
        if self.delimiter == "\t":  # no quoting in Amazon's TSV: a lone quote is a letter like any other
            for number, line in enumerate(self.text.split("\n")[1:], start=2):
                if line.strip():
                    yield number, dict(zip(self.columns, line.rstrip("\r").split("\t"), strict=False))
            return
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        next(reader)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(self.columns, cells, strict=False))


def canonical(header: str) -> str:
    """``Order ID``, ``order_id`` and ``order-id`` alike: lower case, words joined by hyphens.

    Letters outside ASCII are kept: Japanese headers have no others.
    """
    plain = header.strip().strip('"').strip().lower()
    return _FOLD.sub("-", plain).strip("-") if plain.isascii() else re.sub(r"[\s_-]+", "-", plain)


def read_sheet(raw: bytes, name: str) -> Sheet:
    """Decode and split a report; raises BadInput when there is no header line."""
    text, encoding = decode(raw)
    first = text.split("\n", 1)[0].rstrip("\r").lstrip("\ufeff")
    delimiter = max("\t;,", key=first.count)
    if not first.strip() or first.count(delimiter) == 0:
        raise BadInput(f"{name}, line 1: no header with columns separated by tabs, commas or semicolons")
    cells = first.split("\t") if delimiter == "\t" else next(csv.reader([first], delimiter=delimiter))
    return Sheet(name, encoding, tuple(canonical(c) for c in cells), tuple(c.strip() for c in cells), text, delimiter)


def need(sheet: Sheet, *alternatives: tuple[str, ...]) -> None:
    """Raise BadInput when none of the names of a key column is there, saying which one is missing."""
    for names in alternatives:
        if not any(name in sheet.columns for name in names):
            found = ", ".join(sheet.header[:4])
            raise BadInput(
                f"{sheet.name}: column {names[0]!r} is missing (found: {found} …); is this the right report?"
            )


def cell(row: Row, *names: str) -> str | None:
    """The first filled cell among ``names``, trimmed; None when all are empty or missing."""
    for name in names:
        value = row.get(name)
        if value is not None and (value := value.strip()):
            return value
    return None
