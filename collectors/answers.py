"""What comes back from a fetch: an answer, or one of the failures, each with the health state that it means."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, ClassVar, TypeVar

from data.clock import Clock, utc_now
from data.domain import HealthState
from data.errors import StopRun

Failure = TypeVar("Failure", bound="FetchFailed")
_LONGEST_WAIT = timedelta(days=1)


class FetchFailed(StopRun):
    """No usable answer; the class says why, ``state`` what it means for the source."""

    means: ClassVar[HealthState] = HealthState.BEHIND

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message, state=self.means, until=until)

    def again(self: Failure) -> Failure:
        """The same failure, to be raised once more."""
        return type(self)(str(self), self.until if isinstance(self.until, datetime) else None)


class TooSlow(FetchFailed):
    """Connecting, reading or the whole request took longer than its limit."""


class Unreachable(FetchFailed):
    """No address, no connection, no valid certificate, or a connection that was reset."""


class CutOff(FetchFailed):
    """The connection ended before the answer did."""


class ServerFault(FetchFailed):
    """A status of 500 or above."""


class TooBig(FetchFailed):
    """A body above the limit, over the wire or inflated."""

    means = HealthState.BROKEN_LAYOUT


class Malformed(FetchFailed):
    """Not HTTP, not the kind of content asked for, or not what it says it is."""

    means = HealthState.BROKEN_LAYOUT


class Lost(FetchFailed):
    """More redirects than allowed."""

    means = HealthState.BROKEN_LAYOUT


class Forbidden(FetchFailed):
    """An address that we do not go to."""

    means = HealthState.DISALLOWED


class Blocked(FetchFailed):
    """A bot wall, a captcha, or a refusal: never worked around."""

    means = HealthState.BLOCKED


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer below status 500. ``url`` is where it came from, after redirects; header names are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The content type without its parameters, in lower case; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def validators(self) -> dict[str, str]:
        """What to send next time so that the server may say "unchanged" (see ``Fetcher.get``'s ``unless``)."""
        return {name: self.headers[name] for name in ("etag", "last-modified") if self.headers.get(name)}

    def json(self, who: str) -> Any:
        """The document in the body; raises Malformed when it is none."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Malformed(f"{who} sent something that is not its API's answer") from None


def checked(answer: Answer, who: str, now: Clock = utc_now, ok: Collection[int] = (200,)) -> Answer:
    """``answer`` when its status is among ``ok``; else raises the StopRun that an API's status usually means."""
    if answer.status in ok:
        return answer
    if answer.status == 429:
        until = wait_until(answer.headers, now) or now() + timedelta(minutes=15)
        raise StopRun(f"{who} asks us to wait", state=HealthState.RATE_LIMITED, until=until)
    state, told = {
        401: (HealthState.AUTH_FAILED, "refuses the key: check it"),
        402: (HealthState.BUDGET_SPENT, "says that the account's credit is used up"),
        403: (HealthState.NEEDS_APPROVAL, "does not allow this with our access level"),
    }.get(answer.status, (HealthState.BROKEN_LAYOUT, f"answered with status {answer.status}"))
    raise StopRun(f"{who} {told}", state=state)


def wait_until(headers: Mapping[str, str], now: Clock = utc_now) -> datetime | None:
    """The moment that ``retry-after`` (seconds or a date) names, at most a day away; None without one."""
    told = headers.get("retry-after", "").strip()
    moment = now()
    if told.isascii() and told.isdigit():
        return moment + min(timedelta(seconds=min(int(told[:9]), 86_400)), _LONGEST_WAIT)
    try:
        found = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return min(max(aware.astimezone(UTC), moment), moment + _LONGEST_WAIT)


def user_agent(contact: str) -> str:
    """Who asks, and whom to write to about it."""
    plain = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()")
    return f"reinstate/{version('reinstate')}" + (f" (+{plain})" if plain else "")
