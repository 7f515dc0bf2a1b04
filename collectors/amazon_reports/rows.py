"""Typed cells: each reader takes what it needs of a row or skips it with a reason that quotes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from collectors.amazon_reports import dates, money
from collectors.amazon_reports.columns import Fields, Row
from collectors.amazon_reports.tables import Reject, Sheet
from data.errors import SkipItem

T = TypeVar("T")
ORDER_ID = re.compile(r"(?:\d{3}|[SD]\d{2})-\d{7}-\d{7}", re.ASCII)  # AMZ-ID-01
_LOOK_AHEAD = 500  # rows
Told = Counter[str]
"""What the reader of a file should know, and how often it was seen."""


def warnings(told: Told) -> tuple[str, ...]:
    """One line for each thing told, with how often."""
    return tuple(f"{n} × {what}" if n > 1 else what for what, n in sorted(told.items()))


def each(sheet: Sheet, fields: Fields, make: Callable[[Row], T]) -> tuple[list[T], tuple[Reject, ...], int]:
    """Every row that ``make`` takes, those it skipped, and how many there were."""
    made: list[T] = []
    rejects: list[Reject] = []
    read = 0
    for line, row in sheet.rows(fields):
        read += 1
        try:
            made.append(make(row))
        except SkipItem as skipped:
            rejects.append(Reject(line, str(skipped)))
    return made, tuple(rejects), read


def moment(row: Row, field: str, order: str = dates.DAY_FIRST) -> datetime | None:
    """The time in ``field``, None when it is empty; raises SkipItem."""
    text = row.get(field)
    if text is None:
        return None
    try:
        return dates.moment(text, order)
    except ValueError:
        raise SkipItem(f"{_spelled(field)} is not a date") from None


def dated(row: Row, field: str, order: str = dates.DAY_FIRST) -> datetime:
    """As ``moment``; raises SkipItem when the cell is empty, too."""
    found = moment(row, field, order)
    if found is None:
        raise SkipItem(f"{_spelled(field)} is empty")
    return found


def amount(row: Row, field: str, currency: str | None) -> int | None:
    """The amount in ``field`` in minor units, None when it is empty; raises SkipItem."""
    text = row.get(field)
    if text is None:
        return None
    try:
        return money.minor(text, currency)
    except ValueError:
        raise SkipItem(f"{_spelled(field)} is not an amount") from None


def order_id(row: Row) -> str:
    """The order id in its 3-7-7 form; raises SkipItem."""
    text = row.get("order_id", "")
    if not ORDER_ID.fullmatch(text):
        raise SkipItem("order id is not of the form 3-7-7 digits" if text else "order id is empty")
    return text


def date_order(sheet: Sheet, fields: Fields, dated_by: Sequence[str], told: Told) -> str:
    """How the file's slashed dates are read; what had to be assumed is told."""
    texts: list[str] = []
    place: str | None = None
    asked = {name: fields[name] for name in (*dated_by, "alias", "channel") if name in fields}
    for number, (_, row) in enumerate(sheet.rows(asked), start=1):
        texts += [text for name in dated_by if (text := row.get(name)) and text[4:5] != "-"]
        place = place or row.get("channel") or row.get("alias", "").partition("@marketplace.")[2] or None
        if number == _LOOK_AHEAD and not texts:
            break  # a report writes all of its dates alike: a second pass over a million rows would tell no more
    found = dates.date_order(texts, place)
    if not found.is_settled:
        told["dates such as 2/11 were read day first: nothing in the file says which way they are written"] += 1
    return found.first


def _spelled(field: str) -> str:
    return field.replace("_", " ")
