"""A tweepy client that never sleeps, and what its exceptions mean: every one ends as a StopRun with a health state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy

from collectors.http import Bounded
from data.domain import HealthState
from data.errors import StopRun

HOST = "https://api.twitter.com"  # fixed in tweepy


@dataclass(frozen=True, slots=True)
class XSettings:
    """Token and money. ``spent_micros`` is what this month has cost before the run, in millionths of a dollar."""

    bearer: str | None
    budget_micros: int = 0
    spent_micros: int = 0
    base_url: str = HOST


class QueryRefused(StopRun):
    """X takes the query, or the place in it that we named, for invalid (400)."""


def client(settings: XSettings) -> tuple[tweepy.Client, Bounded]:
    """A tweepy client that never sleeps, and the adapter that keeps its last headers."""
    if not settings.bearer:
        raise StopRun("X needs a bearer token: set it in the environment", state=HealthState.AUTH_FAILED)
    made = tweepy.Client(settings.bearer, return_type=dict, wait_on_rate_limit=False)
    instead = settings.base_url if settings.base_url != HOST else None
    adapter = Bounded((urlsplit(HOST).hostname or "",), instead, HOST)
    made.session.trust_env = False
    for scheme in ("https://", "http://"):  # both: a redirect must not lead around the limits
        made.session.mount(scheme, adapter)
    return made, adapter


def asked(ask: Callable[[], Any], adapter: Bounded, now: Callable[[], datetime]) -> Any:
    """Call the library; whatever it raises, typed or not, ends as a StopRun with a health state."""
    try:
        answer = ask()
    except tweepy.errors.TooManyRequests:
        reset = adapter.last_headers.get("x-rate-limit-reset", "")
        until = datetime.fromtimestamp(int(reset), UTC) if reset.isdigit() else now() + timedelta(minutes=15)
        raise _stop("asks us to wait", HealthState.RATE_LIMITED, until) from None
    except tweepy.errors.Unauthorized:
        raise _stop("refuses the token: check it", HealthState.AUTH_FAILED) from None
    except tweepy.errors.Forbidden:
        raise _stop("does not allow this with our access level", HealthState.NEEDS_APPROVAL) from None
    except tweepy.errors.BadRequest:
        raise QueryRefused("X refuses the query: test the watch", state=HealthState.BROKEN_LAYOUT) from None
    except tweepy.errors.TwitterServerError:
        raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
    except tweepy.errors.HTTPException as error:
        if error.response.status_code == 402:
            raise _stop("says that the account's credit is used up", HealthState.BUDGET_SPENT) from None
        raise _stop(f"answered with status {error.response.status_code}", HealthState.BEHIND) from None
    except requests.exceptions.JSONDecodeError:
        raise _stop("sent something that is not its API's answer", HealthState.BROKEN_LAYOUT) from None
    except requests.exceptions.RequestException:
        raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
    except (tweepy.errors.TweepyException, ValueError, KeyError, TypeError, AttributeError):
        raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT) from None
    if not isinstance(answer, Mapping):
        raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT)
    return answer


def _stop(what: str, state: HealthState, until: datetime | None = None) -> StopRun:
    return StopRun(f"X {what}", state=state, until=until)
