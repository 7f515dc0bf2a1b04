"""The list that one agent works through: who is contacted on which day, by which way and with which text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from recovery_plan.cells import guarded, is_risky

BOM = b"\xef\xbb\xbf"  # Excel takes a CSV file without it for the local code page


@dataclass(frozen=True, slots=True)
class HandRow:
    """One contact of the list. ``text`` is the approved text, empty until its wave is released."""

    task: int
    day: date
    wave: int
    agent: str
    status: str  # planned, approved, released
    customer: str
    customer_name: str | None
    order_id: str | None
    marketplace: str | None
    route: str
    rule: str
    last_day: date | None
    language: str | None
    minutes: int
    bought_on: date | None
    about: str | None  # main complaint
    address: str | None  # of the public mention that is answered
    text: str


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(HandRow))


def to_csv(rows: Iterable[HandRow], *, delimiter: str = ",") -> bytes:
    """UTF-8 with a byte order mark, CRLF, every cell quoted, no cell a formula; line ends stay in the text only."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(name, getattr(row, name)) for name in COLUMNS])
    return BOM + out.getvalue().encode("utf-8")


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "text" and isinstance(value, str):  # to be copied as it was approved, to the byte
        return f"'{value}" if is_risky(value) else value
    return guarded(value) if isinstance(value, str) else str(value)
