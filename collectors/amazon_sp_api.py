"""Amazon's seller feedback report through its own API (python-amazon-sp-api, the extra ``amazon``).

A report is asked for, waited for, and read as a file is. What was asked for is kept in the cursor: a report that takes
longer than one run is fetched by the next, never asked for twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from collectors.amazon_reports.aftersales import read_feedback
from collectors.amazon_sp_client import Reports
from collectors.answers import user_agent
from collectors.api_answers import text, time_of
from collectors.base import Collector
from collectors.fetch import Limits
from collectors.sources import Endpoints, Keys, Readers, Spent
from data.clock import Clock, rfc3339
from data.config import Settings, secret
from data.domain import Cursor, HealthState, Page, Source
from data.errors import BadInput, StopRun

_WAITS_S = (2, 4, 8, 16)  # half a minute in all; a report that takes longer is for the next run
_REPORT_LIVES = timedelta(hours=24)  # an older request is given up


@dataclass(frozen=True, slots=True)
class AmazonSettings:
    """The app's keys and the seller's authorisation; without them nothing is asked."""

    client_id: str | None
    client_secret: str | None
    refresh_token: str | None
    days: int = 90
    every: timedelta = timedelta(hours=12)
    local: str | None = None
    agent: str = field(default_factory=lambda: user_agent(""))
    limits: Limits = field(default_factory=lambda: Limits(body=50_000_000))

    @property
    def are_set(self) -> bool:
        """Whether there is everything that a sign-in needs."""
        return bool(self.client_id and self.client_secret and self.refresh_token)


class AmazonFeedbackCollector:
    """The feedback of one marketplace (``FR``)."""

    source = Source.SELLER_FEEDBACK

    def __init__(
        self,
        settings: AmazonSettings,
        marketplace: str,
        now: Clock,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._marketplace, self._now, self._pause = settings, marketplace, now, pause
        self.partition = f"amazon:{marketplace}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """One page of mentions when a report is ready; see collectors.base."""
        kept: Mapping[str, Any] = since.state if since else {}
        fetched = time_of(kept.get("fetched"))
        report, asked = text(kept.get("report")), time_of(kept.get("asked"))
        if report and (asked is None or self._now() - asked > _REPORT_LIVES):
            report = ""
        if not report and fetched and self._now() - fetched < self._settings.every:
            return
        api = self._api()
        if not report:
            report = api.ask_for(self._now() - timedelta(days=self._settings.days))
            yield self._page({"report": report, "asked": rfc3339(self._now())}, fetched)
        state, document = self._ready(api, report)
        if state == "CANCELLED":  # Amazon's word for a report that would be empty
            yield self._page({}, self._now())
            return
        if document is None:
            yield self._page({}, fetched)
            raise StopRun("Amazon could not make the report: the next run asks again", state=HealthState.BEHIND)
        try:
            found = read_feedback(api.download(document), f"feedback report of {self._marketplace}")
        except BadInput:
            yield self._page({}, fetched)
            raise StopRun("Amazon's report is not the one we know", state=HealthState.BROKEN_LAYOUT) from None
        skipped: dict[str, int] = {}
        for reject in found.rejects:
            skipped[reject.reason] = skipped.get(reject.reason, 0) + 1
        cursor = Cursor(self.source, self.partition, {"fetched": rfc3339(self._now())})
        yield Page(found.mentions, cursor, skipped=skipped)

    def _api(self) -> Reports:
        if not self._settings.are_set:
            raise StopRun(
                "Amazon needs an app of yours that it has approved: set its id, secret and refresh token",
                state=HealthState.NEEDS_APPROVAL,
            )
        if not is_installed():
            raise StopRun(
                "Amazon's API needs the extra 'amazon': install reinstate[amazon]", state=HealthState.NEEDS_APPROVAL
            )
        kept = self._settings
        return Reports(
            self._marketplace,
            kept.client_id or "",
            kept.client_secret or "",
            kept.refresh_token or "",
            local=kept.local,
            agent=kept.agent,
            limits=kept.limits,
            now=self._now,
        )

    def _ready(self, api: Reports, report: str) -> tuple[str, str | None]:
        """The report's last state and its document, if there is one. Raises StopRun while it is being made."""
        for wait in (*_WAITS_S, 0):
            state, document = api.status(report)
            if state not in ("IN_QUEUE", "IN_PROGRESS"):
                return state, document
            if wait:
                self._pause(wait)
        raise StopRun("Amazon is still making the report: the next run fetches it", state=HealthState.BEHIND)

    def _page(self, state: Mapping[str, str], fetched: datetime | None) -> Page:
        told = {**state, **({"fetched": rfc3339(fetched)} if fetched else {})}
        return Page((), Cursor(self.source, self.partition, told))


def is_installed() -> bool:
    """Whether the extra ``amazon`` is there."""
    return find_spec("sp_api") is not None


def settings_of(settings: Settings, where: Endpoints) -> AmazonSettings:
    """Keys from the environment; a stand-in takes any."""
    part, instead = settings.sources.amazon, where.of("seller_feedback")
    every, agent = timedelta(hours=part.every_hours), user_agent(settings.brand.contact)
    if instead:
        return AmazonSettings("stand-in", "stand-in", instead, part.days, every, instead, agent)
    names = (part.client_id_env, part.client_secret_env, part.refresh_token_env)
    client_id, client_secret, token = (secret(name) for name in names)
    return AmazonSettings(client_id, client_secret, token, part.days, every, None, agent)


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One collector for every marketplace."""
    if settings.sources.amazon.enabled:
        kept = settings_of(settings, where)
        for marketplace in settings.sources.amazon.marketplaces:
            yield AmazonFeedbackCollector(kept, marketplace, now)


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether the app's keys are set and the library is there."""
    if settings.sources.amazon.enabled:
        has, there = settings_of(settings, Endpoints()).are_set, is_installed()
        told = "set" if has else "not set: set id, secret and refresh token, or enabled = false"
        yield Keys("amazon api keys", has and there, told if there else "install reinstate[amazon]")


SOURCES = {"seller_feedback": Readers(collectors, keys=keys)}
