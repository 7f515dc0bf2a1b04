"""Lists of the YouTube Data API v3, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from collectors.answers import Answer, FetchFailed
from collectors.api_answers import document, mapping, text, unknown_form
from collectors.fetch import Fetcher, Limits
from collectors.youtube_notes import quota_returns
from data.clock import Clock
from data.domain import HealthState
from data.errors import ReinstateError, StopRun

WHO = "YouTube"
HOST = "https://www.googleapis.com"
_BUDGET = ("quotaExceeded", "dailyLimitExceeded", "dailyLimitExceeded402")
_SLOW = ("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED")
_KEY = ("keyInvalid", "keyExpired", "API_KEY_INVALID", "authError", "required")
_OFF = ("accessNotConfigured", "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED", "ipRefererBlocked", "forbidden")


class GoneVideo(ReinstateError):
    """The video is gone, or its comments are switched off: it is no longer followed."""


class StalePage(ReinstateError):
    """The name of a next page has run out: the listing has to begin again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list and the name of the next, None at the end."""

    rows: list[Mapping[str, Any]]
    following: str | None


class YouTubeApi:
    """Asks with the key in a header: an address may be logged on its way, a header is not."""

    def __init__(self, key: str | None, local: str | None, agent: str, limits: Limits, now: Clock) -> None:
        self._key, self._base, self._now = key, local or HOST, now
        host = urlsplit(self._base).hostname or ""
        self._web = Fetcher(WHO, agent=agent, hosts={host}, local=local, limits=limits)

    def listed(self, path: str, params: Mapping[str, str]) -> Listed:
        """One page; raises GoneVideo, StalePage, and StopRun for all that ends the run."""
        if not self._key:
            raise StopRun(
                "YouTube needs a key of its Data API: set it in the environment", state=HealthState.AUTH_FAILED
            )
        url = f"{self._base}/youtube/v3/{path}"
        answer = self._web.get(url, params=params, headers={"x-goog-api-key": self._key})
        if answer.status != 200:
            self._refused(path, answer)
        found = mapping(document(answer, WHO, self._now))
        rows, following = found.get("items"), found.get("nextPageToken")
        if not isinstance(rows, list) or not isinstance(following, str | None):
            raise unknown_form(WHO)
        return Listed([mapping(row) for row in rows], following)

    def _refused(self, path: str, answer: Answer) -> None:
        reason = _reason(answer)
        if path == "commentThreads" and reason in ("commentsDisabled", "videoNotFound", "forbidden"):
            raise GoneVideo(reason)
        if path == "commentThreads" and reason in ("invalidPageToken", "processingFailure"):
            raise StalePage(reason)
        if reason in _BUDGET:
            raise StopRun(
                "YouTube says that the day's quota is used up",
                state=HealthState.BUDGET_SPENT,
                until=quota_returns(self._now()),
            )
        if reason in _SLOW:
            until = self._now() + timedelta(minutes=5)
            raise StopRun("YouTube asks us to wait", state=HealthState.RATE_LIMITED, until=until)
        if reason in _KEY:
            raise StopRun("YouTube refuses the key: check it", state=HealthState.AUTH_FAILED)
        if reason in _OFF:
            raise StopRun(
                "YouTube's Data API v3 is not switched on for this key: do it in Google's console",
                state=HealthState.NEEDS_APPROVAL,
            )


def _reason(answer: Answer) -> str:
    try:
        error = mapping(mapping(answer.json(WHO)).get("error"))
    except FetchFailed:
        return ""
    for field in ("details", "errors"):  # the newer place first: it is the more exact one
        told = error.get(field)
        for one in told if isinstance(told, list) else []:
            if reason := text(mapping(one).get("reason")):
                return reason
    return ""
