"""Rows of a report by our own field names; what cannot be a row is told with its line and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.amazon_reports.columns import Fields, Row, canonical
from collectors.amazon_reports.encoding import open_text, sniff, text_bytes
from data.errors import BadInput

_LONGEST_HEADER = 50_000  # characters
_LEAD_LINES = 20  # blank lines and a spreadsheet's "sep=;" may stand above the header


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was not taken: its line in the file and why; never the row's own words."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file read as a table, its rows decoded as they are asked for."""

    name: str
    encoding: str
    columns: tuple[str, ...]  # canonical
    header: tuple[str, ...]  # as the file spells them
    header_line: int
    delimiter: str
    raw: bytes

    def has(self, *names: str) -> bool:
        """Whether one of the canonical ``names`` is a column."""
        return any(name in self.columns for name in names)

    def rows(self, fields: Fields) -> Iterator[tuple[int, Row]]:
        """Line number and row, for every line that is not blank; short rows lack their last fields.

        Raises BadInput, with its line, where a quoted cell of a CSV file never ends.
        """
        places = [
            (field, self.columns.index(found))
            for field, names in fields.items()
            if (found := next((name for name in names if name in self.columns), None))
        ]
        for line, cells in self._cells():
            width = len(cells)
            yield line, {f: text for f, place in places if place < width and (text := cells[place].strip())}

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        return self._plain() if self.delimiter == "\t" else self._quoted()

    def _plain(self) -> Iterator[tuple[int, list[str]]]:
        # Amazon's TSV has no quoting: a lone quote is a letter like any other, and a cell holds no line break
        with open_text(self.raw, self.encoding, _newline(self.raw)) as stream:
            for line, text in enumerate(stream, start=1):
                if line > self.header_line and text.strip():
                    yield line, text.split("\t")

    def _quoted(self) -> Iterator[tuple[int, list[str]]]:
        with open_text(self.raw, self.encoding, "") as stream:
            for _ in range(self.header_line):
                stream.readline()
            reader = csv.reader(stream, delimiter=self.delimiter)
            before = 0
            try:
                for cells in reader:
                    if any(cell.strip() for cell in cells):
                        yield self.header_line + before + 1, cells
                    before = reader.line_num
            except csv.Error:
                line = self.header_line + before + 1
                raise BadInput(f"{self.name}, line {line}: a quoted cell does not end; save the file again") from None


def read_sheet(raw: bytes, name: str) -> Sheet:
    """Find encoding, delimiter and header of a report; raises BadInput when it is no table."""
    raw = text_bytes(raw, name)
    encoding = sniff(raw)
    number, first = _header(raw, encoding)
    delimiter = max("\t;,", key=first.count)
    if delimiter not in first or len(first) > _LONGEST_HEADER:
        raise BadInput(f"{name}, line {number}: no header with columns separated by tabs, commas or semicolons")
    cells = first.split("\t") if delimiter == "\t" else next(csv.reader([first], delimiter=delimiter))
    header = tuple(cell.strip() for cell in cells)
    return Sheet(name, encoding, tuple(map(canonical, header)), header, number, delimiter, raw)


def _header(raw: bytes, encoding: str) -> tuple[int, str]:
    with open_text(raw, encoding, _newline(raw)) as stream:
        for number in range(1, _LEAD_LINES + 1):
            line = stream.readline().strip("\r\n\ufeff")
            if line.strip() and not line.lower().startswith("sep="):
                return number, line
    return 1, ""


def need(sheet: Sheet, fields: Fields, *wanted: str) -> None:
    """Raise BadInput when a key field has no column, saying which one is missing and what is there instead."""
    for field in wanted:
        if not sheet.has(*fields[field]):
            there = ", ".join(sheet.header[:4])[:120]
            raise BadInput(
                f"{sheet.name}, line {sheet.header_line}: column {fields[field][0]!r} is missing (found: {there} …); "
                "is this the right report?"
            )


def _newline(raw: bytes) -> str:
    return "\n" if b"\n" in raw else "\r"
