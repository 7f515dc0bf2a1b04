"""Days and times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from data.clock import parse_rfc3339
from data.errors import BadInput


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
