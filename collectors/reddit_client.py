"""A read-only praw client, and what its exceptions mean: every one ends as a StopRun with a health state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import praw
import prawcore
from praw.exceptions import PRAWException

from collectors import http
from collectors.sources import Endpoints
from data.config import Settings, secret
from data.domain import HealthState
from data.errors import StopRun

OAUTH = "https://oauth.reddit.com"
HOSTS = ("oauth.reddit.com", "www.reddit.com")
PAGE = 100  # items of a listing's page
MOST = 1_000  # items that a listing has at most


@dataclass(frozen=True, slots=True)
class RedditSettings:
    """Keys and limits. Without keys that Reddit has approved nothing is asked at all."""

    client_id: str | None
    client_secret: str | None
    user_agent: str = ""
    lookback: timedelta = timedelta(hours=48)
    oauth_url: str = OAUTH
    reddit_url: str = "https://www.reddit.com"
    threads: timedelta = timedelta(days=14)  # how long the comments below a post are followed; zero: not at all


def settings_of(settings: Settings, where: Endpoints) -> RedditSettings:
    """Keys from the environment; a stand-in takes any."""
    part, instead = settings.sources.reddit, where.of("reddit")
    keys = ("stand-in", "stand-in") if instead else (secret(part.client_id_env), secret(part.client_secret_env))
    days, hours = timedelta(days=part.thread_days), timedelta(hours=part.lookback_hours)
    live = RedditSettings(*keys, part.user_agent, hours, threads=days)
    return replace(live, oauth_url=instead, reddit_url=instead) if instead else live


@dataclass(frozen=True, slots=True)
class Api:
    """A praw client whose every answer is checked before its library's own sleeping and surprises reach us."""

    reddit: praw.Reddit
    adapter: http.Bounded
    now: Callable[[], datetime]

    def asked(self, ask: Callable[[praw.Reddit], Any]) -> Any:
        """What ``ask`` returns; raises StopRun with a health state, whatever the library raises.

        When the last answer said that nothing remains, the library would sleep up to ten minutes before its next
        request: we stop instead, and come back when Reddit says.
        """
        told = self.adapter.last_headers
        if told.get("x-ratelimit-remaining", "").split(".")[0] in ("0", "-0"):
            reset = told.get("x-ratelimit-reset", "")
            wait = timedelta(seconds=int(reset) if reset.isdigit() else 60)
            raise _stop("has no request left for us in this window", HealthState.RATE_LIMITED, self.now() + wait)
        return _typed(lambda: ask(self.reddit), self.now)

    def listing(self, path: str, params: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], Any]:
        """The rows of one page of a listing and the name to ask for the next one after (None at the end)."""
        answer = self.asked(lambda r: r.request(method="GET", path=path, params={"limit": PAGE, **params}))
        held = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(held, Mapping) or not isinstance(held.get("children"), list):
            raise StopRun("Reddit's answer has an unknown form", state=HealthState.BROKEN_LAYOUT)
        return [child.get("data", {}) for child in held["children"]], held.get("after")


def client(settings: RedditSettings, now: Callable[[], datetime]) -> Api:
    """A read-only praw client; raises StopRun when there are no keys."""
    if not settings.client_id or not settings.client_secret:
        raise StopRun(
            "Reddit needs keys that it has approved: apply for them, then set them in the environment",
            state=HealthState.NEEDS_APPROVAL,
        )
    instead = settings.oauth_url if settings.oauth_url != OAUTH else None
    session = http.session(HOSTS, instead)
    reddit = praw.Reddit(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        user_agent=settings.user_agent or "linux:reinstate:0.1 (by /u/unset)",
        oauth_url=settings.oauth_url,
        reddit_url=settings.reddit_url,
        short_url="https://redd.it",
        check_for_updates=False,
        check_for_async=False,
        requestor_kwargs={"session": session},
    )
    adapter = session.get_adapter(settings.oauth_url)
    assert isinstance(adapter, http.Bounded)  # noqa: S101 (what http.session mounts)
    return Api(reddit, adapter, now)


def _typed(ask: Callable[[], Any], now: Callable[[], datetime]) -> Any:
    try:
        return ask()
    except StopRun:
        raise
    except prawcore.exceptions.TooManyRequests as error:
        wait = float(error.retry_after) if error.retry_after else 60.0
        raise _stop("asks us to slow down", HealthState.RATE_LIMITED, now() + timedelta(seconds=wait)) from None
    except (
        prawcore.exceptions.InvalidToken,
        prawcore.exceptions.InsufficientScope,
        prawcore.exceptions.OAuthException,
    ):
        raise _stop("refuses the keys: check them", HealthState.AUTH_FAILED) from None
    except (
        prawcore.exceptions.Forbidden,
        prawcore.exceptions.NotFound,
        prawcore.exceptions.Redirect,
        prawcore.exceptions.UnavailableForLegalReasons,
    ):
        raise _stop("does not show this listing: private, quarantined or gone", HealthState.BLOCKED) from None
    except (prawcore.exceptions.ServerError, prawcore.exceptions.RequestException):
        raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
    except prawcore.exceptions.BadJSON:
        raise _stop("sent something that is not its API's answer", HealthState.BROKEN_LAYOUT) from None
    except (prawcore.exceptions.BadRequest, PRAWException):
        raise _stop("refuses the query: test the watch", HealthState.BROKEN_LAYOUT) from None
    except prawcore.exceptions.ResponseException as error:
        raise _by_status(error.response.status_code, now) from None
    except KeyError as error:  # prawcore looks up a 401 without www-authenticate in a table that lacks it
        status = error.args[0] if error.args else None
        raise _by_status(status if isinstance(status, int) else 0, now) from None
    except (ValueError, TypeError, AttributeError):  # for example x-ratelimit-used: 3.0
        raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT) from None


def _by_status(status: int, now: Callable[[], datetime]) -> StopRun:
    if status in (401, 403):
        return _stop("refuses the keys: check them", HealthState.AUTH_FAILED)
    if status == 429:
        return _stop("asks us to slow down", HealthState.RATE_LIMITED, now() + timedelta(seconds=60))
    return _stop(f"answered with status {status}: the next run tries again", HealthState.BEHIND)


def _stop(what: str, state: HealthState, until: datetime | None = None) -> StopRun:
    return StopRun(f"Reddit {what}", state=state, until=until)
