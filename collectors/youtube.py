"""YouTube: videos found by name, and the comments below them, within the day's quota; plain HTTP with a key.

A search costs 100 units of 10,000 a day, a page of comments one. Every request is booked before it is made, in the
same cursor that the mentions commit with: a crash may waste units, it never overdraws them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from collectors import youtube_rows
from collectors.answers import user_agent
from collectors.api_answers import mapping, text
from collectors.base import Collector, Rechecker
from collectors.fetch import Limits
from collectors.sources import Endpoints, Keys, Readers, Spent
from collectors.youtube_api import GoneVideo, StalePage, YouTubeApi
from collectors.youtube_notes import Notes, Video, quota_returns
from data.clock import Clock, rfc3339
from data.config import Settings, secret
from data.domain import Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import SkipItem, StopRun

SEARCH_UNITS, LIST_UNITS = 100, 1
_LOOKBACK, _SEARCH_BACK = timedelta(hours=48), timedelta(days=2)
_MOST_PAGES = 20  # of one video in one run; the next run goes on
_LIMITS = Limits(spacing_s=0.2, jitter_s=0.1)
_LOOKED_UP = 50
_ID = re.compile(r"[A-Za-z0-9_.-]{8,80}")


@dataclass(frozen=True, slots=True)
class YouTubeSettings:
    """The key and what may be used of its quota."""

    key: str | None
    daily_units: int = 9_000
    search_every: timedelta = timedelta(hours=12)
    follow: timedelta = timedelta(days=90)
    local: str | None = None
    agent: str = field(default_factory=lambda: user_agent(""))
    limits: Limits = _LIMITS


class YouTubeCollector:
    """All watches together, because they share one quota."""

    source = Source.YOUTUBE
    partition = "videos"

    def __init__(self, settings: YouTubeSettings, watches: tuple[Watch, ...], now: Clock) -> None:
        self._settings, self._watches, self._now = settings, {w.name: w for w in watches}, now
        self._api = YouTubeApi(settings.key, settings.local, settings.agent, settings.limits, now)

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """First the searches that are due, then the comments of the videos known so far; see collectors.base."""
        notes = Notes.of(since, self._now())
        for wanted in self._watches.values():
            for word in dict.fromkeys((*wanted.names, *wanted.misspellings)):
                last = notes.searched.get(f"{wanted.name}:{word}")
                if last is None or self._now() - last >= self._settings.search_every:
                    notes = self._booked(notes, SEARCH_UNITS)
                    yield self._page((), notes)
                    notes, found = self._search(notes, wanted, word)
                    yield self._page(found, notes)
        broken: StopRun | None = None
        for key in notes.due(self._now()):
            for _ in range(_MOST_PAGES):
                notes = self._booked(notes, LIST_UNITS)
                yield self._page((), notes)
                try:
                    notes, found, skipped = self._comments(notes, key)
                except StopRun as stopped:
                    if stopped.state != HealthState.BROKEN_LAYOUT:
                        raise
                    broken = stopped  # one video's comments cannot be read: the others can
                    notes = notes.with_video(key, replace(notes.videos[key], read=self._now()))
                    break
                yield self._page(found, notes, skipped)
                if key not in notes.videos or notes.videos[key].place.after is None:
                    break
        if broken:
            yield self._page((), notes)
            raise broken

    def _booked(self, notes: Notes, units: int) -> Notes:
        now = self._now()
        booked = notes.booked(units, now)
        if booked.units > self._settings.daily_units:
            raise StopRun(
                "the day's YouTube quota is used up: it goes on by itself, or raise daily_units",
                state=HealthState.BUDGET_SPENT,
                until=quota_returns(now),
            )
        return booked

    def _search(self, notes: Notes, wanted: Watch, word: str) -> tuple[Notes, tuple[Mention, ...]]:
        now, label = self._now(), f"{wanted.name}:{word}"
        oldest = now - self._settings.follow
        last = notes.searched.get(label)
        rows = self._api.listed(
            "search",
            {
                "part": "snippet",
                "type": "video",
                "order": "date",
                "maxResults": "50",
                "q": '"' + word.replace('"', " ").strip() + '"',
                "publishedAfter": rfc3339(max(oldest, last - _SEARCH_BACK) if last else oldest),
            },
        ).rows
        found: dict[str, Video] = {}
        mentions: list[Mention] = []
        for row in rows:
            try:
                key, video, mention = youtube_rows.video(row, wanted)
            except SkipItem:
                continue  # a channel or playlist among the videos
            found[key] = video
            mentions += [mention] if mention else []
        return notes.with_videos(found, oldest).with_search(label, now), tuple(mentions)

    def _comments(self, notes: Notes, key: str) -> tuple[Notes, tuple[Mention, ...], Mapping[str, int]]:
        video = notes.videos[key]
        wanted = self._watches.get(video.watch)
        if wanted is None:
            return notes.without([key]), (), {}
        params = {"part": "snippet,replies", "videoId": key, "order": "time", "maxResults": "100",
                  "textFormat": "plainText"}  # fmt: skip
        try:
            answer = self._api.listed("commentThreads", params | ({"pageToken": a} if (a := video.place.after) else {}))
        except GoneVideo:
            return notes.without([key]), (), {}
        except StalePage:
            begun = replace(video, place=replace(video.place, after=None))
            return notes.with_video(key, begun), (), {}
        times = [at for thread in answer.rows if (at := youtube_rows.opened_at(thread))]
        start = video.place.stops_at(_LOOKBACK)
        is_last = answer.following is None or bool(start and times and min(times) < start)
        place = video.place.done(times) if is_last else video.place.reading(times, answer.following)
        read = self._now() if is_last else video.read
        mentions, skipped = _matching(answer.rows, key, video, wanted)
        return notes.with_video(key, replace(video, place=place, read=read)), mentions, skipped

    def _page(self, mentions: tuple[Mention, ...], notes: Notes, skipped: Mapping[str, int] | None = None) -> Page:
        return Page(mentions, Cursor(Source.YOUTUBE, self.partition, notes.state), skipped=skipped or {})


def _matching(
    threads: Iterable[Mapping[str, Any]], key: str, video: Video, wanted: Watch
) -> tuple[tuple[Mention, ...], Mapping[str, int]]:
    made: list[Mention] = []
    skipped: dict[str, int] = {}
    for row in (c for thread in threads for c in youtube_rows.comments(thread)):
        try:
            found = youtube_rows.comment(row, key, video, wanted)
        except SkipItem as reason:
            skipped[str(reason)] = skipped.get(str(reason), 0) + 1
            continue
        made += [found] if found else []
    return tuple(made), skipped


class YouTubeRechecker:
    """Looks stored videos and comments up again, 50 for one unit; the collector leaves units for this."""

    source = Source.YOUTUBE

    def __init__(self, settings: YouTubeSettings, now: Clock) -> None:
        self._api = YouTubeApi(settings.key, settings.local, settings.agent, settings.limits, now)

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """What YouTube no longer shows; ids that are none of YouTube's are not asked about."""
        videos = [n.removeprefix("video:") for n in native_ids if n.startswith("video:")]
        comments = [n for n in native_ids if not n.startswith("video:")]
        missing = [f"video:{key}" for key in self._missing("videos", videos)]
        return (*missing, *self._missing("comments", comments))

    def _missing(self, path: str, ids: list[str]) -> list[str]:
        asked = [i for i in ids if _ID.fullmatch(i)]
        shown: set[str] = set()
        for start in range(0, len(asked), _LOOKED_UP):
            part = {"part": "id", "id": ",".join(asked[start : start + _LOOKED_UP])}
            shown |= {text(mapping(row).get("id")) for row in self._api.listed(path, part).rows}
        return [i for i in asked if i not in shown]


def settings_of(settings: Settings, where: Endpoints) -> YouTubeSettings:
    """The key from the environment; a stand-in takes any."""
    part, instead = settings.sources.youtube, where.of("youtube")
    return YouTubeSettings(
        "stand-in" if instead else secret(part.api_key_env),
        part.daily_units,
        timedelta(hours=part.search_hours),
        timedelta(days=part.video_days),
        instead,
        user_agent(settings.brand.contact),
        Limits() if instead else _LIMITS,
    )


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One for all watches."""
    if settings.sources.youtube.enabled and settings.watches():
        yield YouTubeCollector(settings_of(settings, where), settings.watches(), now)


def recheckers(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Rechecker]:
    """One, when there is a key."""
    if settings.sources.youtube.enabled and (kept := settings_of(settings, where)).key:
        yield YouTubeRechecker(kept, now)


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether the key is set."""
    if settings.sources.youtube.enabled:
        has = bool(settings_of(settings, Endpoints()).key)
        yield Keys("youtube key", has, "set" if has else "not set: set it, or set enabled = false")


SOURCES = {"youtube": Readers(collectors, recheckers, keys=keys)}
