"""Dates and amounts as Amazon's files spell them; never by the computer's own locale."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_NAMED = re.compile(r"^(\d{1,2})-([A-Za-z]{3})-(\d{4})$")
_NUMERIC = re.compile(r"^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*UTC)?)?$")
_AMOUNT = re.compile(r"^[+-]?\d[\d.,'\s\u00a0\u202f]*$|^[+-]?[.,]\d+$")
_NO_MINOR = {"JPY", "KRW", "CLP", "VND"}
_THREE_MINOR = {"KWD", "BHD", "OMR", "JOD", "TND"}

DAY_FIRST, MONTH_FIRST = "day first", "month first"


@lru_cache(maxsize=65_536)
def moment(text: str, order: str = DAY_FIRST) -> datetime:
    """The aware UTC time in ``text``; raises ValueError.

    Read: ISO 8601 with offset or ``Z`` (a time without a zone counts as UTC), ``10-Jul-2025`` with English months,
    ``11.02.26``, ``2026/02/11``, and ``2/11/26`` by ``order``. A date alone is its midnight UTC.
    """
    text = text.strip()
    if named := _NAMED.match(text):
        return datetime(int(named[3]), _MONTHS.get(named[2].lower(), 0), int(named[1]), tzinfo=UTC)
    if numeric := _NUMERIC.match(text):
        return _numeric(numeric, order)
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def _numeric(found: re.Match[str], order: str) -> datetime:
    first, mark, second, third = found[1], found[2], int(found[3]), found[4]
    if len(first) == 4:
        year, month, day = int(first), second, int(third)
    elif mark == "." or order == DAY_FIRST:
        year, month, day = int(third), second, int(first)
    else:
        year, month, day = int(third), int(first), second
    if year < 100:
        year += 2000
    clock = (int(found[5] or 0), int(found[6] or 0), int(found[7] or 0))
    return datetime(year, month, day, *clock, tzinfo=UTC)


def date_order(samples: list[str], domain: str | None) -> str:
    """How slashed dates are to be read: a day above 12 decides, else the marketplace of the alias, else day first."""
    for text in samples:
        numeric = _NUMERIC.match(text.strip())
        if numeric and numeric[2] == "/" and len(numeric[1]) < 4:
            if int(numeric[1]) > 12:
                return DAY_FIRST
            if int(numeric[3]) > 12:
                return MONTH_FIRST
    return MONTH_FIRST if domain in ("marketplace.amazon.com", "amazon.com") else DAY_FIRST


def day(value: datetime) -> date:
    """The UTC day of a time."""
    return value.astimezone(UTC).date()


@lru_cache(maxsize=65_536)
def minor(text: str, currency: str | None) -> int:
    """An amount in minor units of ``currency``; raises ValueError.

    Comma and dot are both read: the last one is the decimal mark when one or two digits follow it or when both occur.
    """
    text = text.strip()
    if not _AMOUNT.match(text):
        raise ValueError("not an amount")
    plain = re.sub(r"['\s\u00a0\u202f]", "", text)
    last = max(plain.rfind(","), plain.rfind("."))
    fraction = ""
    if last >= 0:
        tail = plain[last + 1 :]
        both = "," in plain and "." in plain
        if both or (plain.count(plain[last]) == 1 and len(tail) != 3) or (len(tail) == 3 and plain[:last] in ("", "0")):
            plain, fraction = plain[:last], tail
    whole = plain.replace(",", "").replace(".", "") or "0"
    digits = 0 if currency in _NO_MINOR else 3 if currency in _THREE_MINOR else 2
    sign = -1 if whole.startswith("-") else 1
    kept = (fraction + "000")[:digits]
    units: int = 10**digits
    return int(whole.lstrip("+-") or "0") * units * sign + sign * int(kept or "0")
