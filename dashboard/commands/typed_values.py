"""Days, times, spans, amounts and texts as people type them on the command line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import overload

from data.clock import parse_rfc3339
from data.errors import BadInput

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=3650)


@overload
def day_of(text: str, option: str) -> date: ...
@overload
def day_of(text: str | None, option: str) -> date | None: ...
def day_of(text: str | None, option: str) -> date | None:
    """A day such as 2026-12-01; None stays None."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: give a day such as 2026-12-01") from None


def time_of(text: str | None, option: str) -> datetime | None:
    """A time with its zone (RFC 3339), in UTC; None stays None."""
    if text is None:
        return None
    try:
        return parse_rfc3339(text).astimezone(UTC)
    except ValueError:
        raise BadInput(f"{option}: give a time with its zone such as 2026-11-24T05:42:00Z") from None


def minor_of(text: str, option: str) -> int:
    """An amount such as 89.95 in minor units of its currency."""
    whole, _, cents = text.strip().replace(",", ".").partition(".")
    if not (whole.isdecimal() and (cents == "" or (cents.isdecimal() and len(cents) <= 2))) or len(whole) > 9:
        raise BadInput(f"{option}: give an amount such as 89.95")
    return int(whole) * 100 + int(cents.ljust(2, "0") if cents else 0)


def text_of(file: Path) -> str:
    """What a file named by ``--text`` holds."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"--text {file}: cannot be read as UTF-8 text") from None


def duration_of(option: str, said: str) -> timedelta:
    """A length of time from a minute to ten years; raises BadInput that names ``option``."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*([mhdw])\s*", said.lower())
    length = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        raise BadInput(f"{option} {said}: give a number and m, h, d or w, for example 15m, 6h or 30d")
    return length
