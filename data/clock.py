"""The one place that asks the time, so that every other module can be given a fixed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """``moment`` (aware) as RFC 3339 in UTC with ``Z``, microseconds only when there are any."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no place on a line: give an aware datetime")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The aware UTC time in ``text`` (``Z``, offsets and fractions); raises ValueError when it has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
