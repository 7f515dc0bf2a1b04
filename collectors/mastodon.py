"""Mastodon: public hashtag timelines of the instances that the settings name; plain HTTP, no account.

There is no search over all of Mastodon; an instance shows what its people write and follow. A timeline comes newest
first by id; its high-water mark moves with the last page alone. The look-back brings edits and late arrivals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from collectors import mastodon_rows
from collectors.answers import Answer, FetchFailed, user_agent
from collectors.api_answers import document, mapping, time_of, unknown_form
from collectors.base import Collector, Rechecker
from collectors.fetch import Fetcher, Limits
from collectors.newest_first import Place
from collectors.sources import Endpoints, Readers, Spent
from collectors.watch import fold
from data.clock import Clock
from data.config import Settings
from data.domain import Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import SkipItem, StopRun

_PAGE, _MOST_PAGES = 40, 50  # 40 is the most that an instance gives at once
_LIMITS = Limits(spacing_s=1.0, jitter_s=0.3)  # 300 requests in 5 minutes are allowed
_STATUS = re.compile(r"https://([a-z0-9.-]+)/.*/statuses/(\d{1,25})")
_NO_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class MastodonSettings:
    """``local`` is a stand-in that plays every instance."""

    lookback: timedelta = timedelta(hours=72)
    agent: str = field(default_factory=lambda: user_agent(""))
    local: str | None = None
    limits: Limits = _LIMITS


def hashtags(wanted: Watch, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Names, misspellings and handles as hashtags (letters and digits only), then ``more``; each once."""
    said = (*wanted.names, *wanted.misspellings, *wanted.handles, *more)
    tags = {fold(tag): tag for word in said if (tag := _NO_WORD.sub("", word)) and not tag.isdigit()}
    return tuple(fold(tag) for tag in tags.values())


class MastodonCollector:
    """One hashtag on one instance for one watch."""

    source = Source.MASTODON

    def __init__(
        self, settings: MastodonSettings, wanted: Watch, instance: str, tag: str, web: Fetcher, now: Clock
    ) -> None:
        self._settings, self._watch, self._instance, self._tag = settings, wanted, instance, tag
        self._web, self._now = web, now
        self.partition = f"{wanted.name}:{instance}#{tag}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Pages newest first down to the high-water mark less the look-back; see collectors.base."""
        place = Place.of(since)
        start = place.stops_at(self._settings.lookback)
        for _ in range(_MOST_PAGES):
            rows = self._timeline(place.after)
            times = [at for row in rows if (at := time_of(mapping(row).get("created_at")))]
            last = mapping(rows[-1]).get("id") if rows else None
            is_last = not isinstance(last, str) or bool(start and times and min(times) < start)
            place = place.done(times) if is_last or not isinstance(last, str) else place.reading(times, last)
            yield self._page(rows, place)
            if is_last:
                return
        raise StopRun(f"{self._instance} has more to tell: the next run goes on there", state=HealthState.BEHIND)

    def _timeline(self, before: str | None) -> list[Any]:
        base = self._settings.local or f"https://{self._instance}"
        params = {"limit": str(_PAGE)} | ({"max_id": before} if before else {})
        answer = self._web.get(f"{base}/api/v1/timelines/tag/{quote(self._tag, safe='')}", params=params)
        if answer.status in (401, 403, 422):
            raise StopRun(
                f"{self._instance} shows hashtags to its members only: name another instance",
                state=HealthState.NEEDS_APPROVAL,
            )
        if answer.status == 404:
            raise StopRun(f"{self._instance} has no hashtag timelines: is it Mastodon?", state=HealthState.BLOCKED)
        found = document(answer, self._instance, self._now)
        if not isinstance(found, list):
            raise unknown_form(self._instance)
        return found

    def _page(self, rows: list[Any], place: Place) -> Page:
        mentions: list[Mention] = []
        skipped: dict[str, int] = {}
        for row in rows:
            try:
                found = mastodon_rows.mention(mapping(row), self._watch, self._instance)
            except SkipItem as reason:
                skipped[str(reason)] = skipped.get(str(reason), 0) + 1
                continue
            if found is not None:
                mentions.append(found)
        return Page(tuple(mentions), Cursor(Source.MASTODON, self.partition, place.state), skipped=skipped)


class MastodonRechecker:
    """Asks each status' home instance whether it still exists; a home that does not answer proves nothing."""

    source = Source.MASTODON

    def __init__(self, settings: MastodonSettings) -> None:
        self._settings = settings
        # the homes come out of what people posted: any public host, never one inside a private network; each is
        # asked once and not waited for long
        limits = replace(settings.limits, attempts=1, total_s=10.0, failures=1, body=1_000_000)
        self._web = Fetcher("Mastodon", agent=settings.agent, hosts=None, local=settings.local, limits=limits)

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Statuses that their home answers 404 or 410 for."""
        return tuple(native for native in native_ids if self._is_gone(native))

    def _is_gone(self, uri: str) -> bool:
        found = _STATUS.fullmatch(uri)
        if found is None:
            return False  # of another software: its addresses say nothing about its API
        base = self._settings.local or f"https://{found[1]}"
        try:
            answer: Answer = self._web.get(f"{base}/api/v1/statuses/{found[2]}")
        except FetchFailed:
            return False
        return answer.status in (404, 410) and answer.kind == "application/json"


def settings_of(settings: Settings, where: Endpoints) -> MastodonSettings:
    """Instances are public: there are no keys."""
    lookback = timedelta(hours=settings.sources.mastodon.lookback_hours)
    agent, instead = user_agent(settings.brand.contact), where.of("mastodon")
    return MastodonSettings(lookback, agent, instead, Limits() if instead else _LIMITS)


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One collector for every hashtag on every instance; one connection to each instance."""
    part = settings.sources.mastodon
    if not part.enabled:
        return
    kept = settings_of(settings, where)
    for instance in part.instances:
        host = urlsplit(kept.local).hostname or "" if kept.local else instance
        web = Fetcher(instance, agent=kept.agent, hosts={host}, local=kept.local, limits=kept.limits)
        for wanted in settings.watches():
            for tag in hashtags(wanted, part.hashtags):
                yield MastodonCollector(kept, wanted, instance, tag, web, now)


def recheckers(settings: Settings, where: Endpoints, _now: Clock, _spent: Spent) -> Iterable[Rechecker]:
    """One, while the source is switched on."""
    if settings.sources.mastodon.enabled:
        yield MastodonRechecker(settings_of(settings, where))


SOURCES = {"mastodon": Readers(collectors, recheckers)}
