"""Dates as Amazon's files spell them; read by fixed tables, never by the computer's own locale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

DAY_FIRST, MONTH_FIRST = "day first", "month first"
FIRST_YEAR, LAST_YEAR = 1995, 2100  # Amazon sold its first book in 1995; anything outside is an empty date of a tool

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "jst": 9,
    "est": -5, "edt": -4, "pst": -8, "pdt": -7,
}  # fmt: skip
_CLOCK = (
    r"(?:[T ,]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\.\d+)?\s*(?P<half>[AaPp][Mm])?)?"
    r"\s*(?P<zone>[A-Za-z]{1,4})?"
)
_NAMED = re.compile(rf"(?P<d>\d{{1,2}})[- ](?P<mon>[A-Za-z]{{3}})[- ](?P<y>\d{{4}}|\d{{2}}){_CLOCK}", re.ASCII)
_NUMERIC = re.compile(
    rf"(?P<a>\d{{1,2}}|\d{{4}})(?P<mark>[./-])(?P<b>\d{{1,2}})(?P=mark)(?P<c>\d{{4}}|\d{{1,2}}){_CLOCK}", re.ASCII
)
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)", re.ASCII)
_ZONED = re.compile(r"(?:[Zz]|[+-]\d{2}:?\d{2}|\b[A-Za-z]{3,4})$")

# how each marketplace writes a slashed date; the others write dots, or leave us to the column
_ORDER_OF = dict.fromkeys(("com",), MONTH_FIRST) | dict.fromkeys(
    ("co.uk", "fr", "es", "it", "nl", "be", "com.be", "ie", "in", "com.au", "com.br", "com.mx", "de", "pl", "se"),
    DAY_FIRST,
)


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How the slashed dates of one column are read; ``is_settled`` is False when nothing in the file decides it."""

    first: str = DAY_FIRST
    is_settled: bool = True


def moment(text: str, order: str = DAY_FIRST) -> datetime:
    """The aware UTC time in ``text``; raises ValueError, whose message never holds the text.

    Read: ISO 8601 with offset or ``Z``, ``10-Jul-2025`` with English months, ``11.02.26``, ``2026/02/11``, and
    ``2/11/26`` by ``order``; a clock and a zone's usual short name may follow. A time without a zone counts as UTC, a
    date alone is its midnight UTC.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _spelled(text.strip(), order)
    try:
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise ValueError("not a date") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("not a date")
    return found


def is_naive(text: str) -> bool:
    """Whether ``text`` holds a clock but no zone, so that ``moment`` had to assume UTC."""
    return ":" in text and not _ZONED.search(text.strip())


def date_order(texts: Iterable[str], marketplace: str | None = None) -> DateOrder:
    """How slashed dates of one column are to be read.

    A number above 12 decides, because no month has one; else the marketplace (``amazon.de``, or an alias's domain);
    else day first, which is how every Amazon marketplace but the United States and Japan writes, not settled.
    """
    pairs = [(int(m[1]), int(m[3])) for text in texts if (m := _SLASHED.match(text))]
    if not pairs:
        return DateOrder()
    is_day_first, is_month_first = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if is_day_first != is_month_first:
        return DateOrder(DAY_FIRST if is_day_first else MONTH_FIRST)
    known = _ORDER_OF.get((marketplace or "").lower().rpartition("amazon.")[2])
    return DateOrder(known or DAY_FIRST, known is not None)


def _spelled(text: str, order: str) -> datetime:
    found = _NAMED.fullmatch(text) or _NUMERIC.fullmatch(text)
    if found is None:
        raise ValueError("not a date")
    year, month, day = _calendar(found, order)
    zone = (found["zone"] or "utc").lower()
    if zone not in _ZONES:
        raise ValueError("not a date")
    hour = int(found["h"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    tz = timezone(timedelta(hours=_ZONES[zone]))
    try:
        return datetime(year, month, day, hour, int(found["m"] or 0), int(found["s"] or 0), tzinfo=tz)
    except ValueError:
        raise ValueError("not a date") from None


def _calendar(found: re.Match[str], order: str) -> tuple[int, int, int]:
    parts = found.groupdict()
    if "mon" in parts:
        return _year(parts["y"]), _MONTHS.get(parts["mon"].lower(), 0), int(parts["d"])
    a, b, c = parts["a"], int(parts["b"]), parts["c"]
    if len(a) == 4:
        return int(a), b, int(c)
    if parts["mark"] == "." or order == DAY_FIRST:  # no marketplace writes the month first with dots
        return _year(c), b, int(a)
    return _year(c), int(a), b


def _year(text: str) -> int:
    if len(text) == 1:
        raise ValueError("not a date")
    return int(text) + (2000 if len(text) == 2 else 0)
