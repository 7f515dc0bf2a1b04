"""What JSON APIs have in common: when a limit ends, what their document holds, times in their spelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.amazon_reports import dates
from collectors.answers import Answer, checked, wait_until
from data.clock import Clock, parse_rfc3339
from data.domain import HealthState
from data.errors import StopRun

_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_LONGEST_WAIT = timedelta(days=1)


def document(answer: Answer, who: str, now: Clock) -> Any:
    """The JSON of a 200; any other status, and a body that is no JSON, raises the StopRun that it means."""
    if answer.status == 429:
        until = limit_ends(answer.headers, now)
        raise StopRun(f"{who} asks us to wait", state=HealthState.RATE_LIMITED, until=until)
    return checked(answer, who, now).json(who)


def limit_ends(headers: Mapping[str, str], now: Clock) -> datetime:
    """When the limit is over: Unix seconds (Bluesky), ISO time (Mastodon), ``retry-after``; else in 15 minutes."""
    moment = now()
    for name in _RESETS:
        if (found := _moment(headers.get(name, "").strip())) is not None:
            return min(max(found, moment), moment + _LONGEST_WAIT)
    return wait_until(headers, now) or moment + timedelta(minutes=15)


def _moment(told: str) -> datetime | None:
    try:
        if told.isascii() and told.isdigit():
            return datetime.fromtimestamp(int(told[:11]), UTC)
        return parse_rfc3339(told)
    except (ValueError, OverflowError, OSError):
        return None


def time_of(value: object) -> datetime | None:
    """An API's RFC 3339 time, a missing zone taken as UTC; None for anything else, and for years no post is from."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if dates.FIRST_YEAR <= moment.year <= dates.LAST_YEAR else None


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` when it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text(value: object) -> str:
    """``value`` when it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def count(*values: object) -> int:
    """The sum of those that are numbers above 0."""
    return sum(v for v in values if isinstance(v, int) and not isinstance(v, bool) and v > 0)


def unknown_form(who: str) -> StopRun:
    """For a document that is JSON but not what the API has ever sent."""
    return StopRun(f"{who}'s answer has an unknown form", state=HealthState.BROKEN_LAYOUT)
