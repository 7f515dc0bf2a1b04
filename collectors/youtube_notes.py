"""What the YouTube collector remembers between runs: the day's quota, the searches made, the videos it follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors.api_answers import mapping, text, time_of
from collectors.newest_first import Place
from data.clock import rfc3339
from data.domain import Cursor, Source

MOST_VIDEOS = 300  # followed at a time, the newest ones
_PACIFIC = ZoneInfo("America/Los_Angeles")  # where the quota's day begins
_YOUNG = timedelta(days=7)  # most comments come in a video's first days
_YOUNG_AGAIN, _OLD_AGAIN = timedelta(hours=1), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Video:
    """A video that a search found. ``reason`` is the watch's word in its title, None when only a comment may match."""

    watch: str
    published: datetime
    reason: str | None = None
    read: datetime | None = None
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Notes:
    """All of it, as the cursor keeps it. ``searched`` is when each word was last asked for."""

    day: str
    units: int
    searched: Mapping[str, datetime]
    videos: Mapping[str, Video]

    @staticmethod
    def of(since: Cursor | None, now: datetime) -> Notes:
        """As a stored cursor tells them; a new day (in California) begins with no units used."""
        state: Mapping[str, Any] = since.state if since else {}
        today = quota_day(now)
        units = state.get("units")
        return Notes(
            today,
            units if state.get("day") == today and isinstance(units, int) else 0,
            {k: at for k, v in mapping(state.get("searched")).items() if (at := time_of(v))},
            {k: v for k, raw in mapping(state.get("videos")).items() if (v := _video(mapping(raw)))},
        )

    @property
    def state(self) -> dict[str, Any]:
        """What a cursor keeps."""
        return {
            "day": self.day,
            "units": self.units,
            "searched": {word: rfc3339(at) for word, at in self.searched.items()},
            "videos": {key: _kept(video) for key, video in self.videos.items()},
        }

    def booked(self, units: int, now: datetime) -> Notes:
        """With ``units`` more used today."""
        today = quota_day(now)
        return replace(self, day=today, units=units + (self.units if today == self.day else 0))

    def with_search(self, word: str, at: datetime) -> Notes:
        """With ``word`` searched just now."""
        return replace(self, searched={**self.searched, word: at})

    def with_videos(self, found: Mapping[str, Video], oldest: datetime) -> Notes:
        """With newly found videos, less those from before ``oldest``; known ones keep their place."""
        every = [(k, v) for k, v in {**found, **self.videos}.items() if v.published >= oldest]
        newest = sorted(every, key=lambda kv: (kv[1].published, kv[0]), reverse=True)[:MOST_VIDEOS]
        return replace(self, videos=dict(newest))

    def with_video(self, key: str, video: Video) -> Notes:
        """With one video at its new place."""
        return replace(self, videos={**self.videos, key: video})

    def without(self, keys: Iterable[str]) -> Notes:
        """Without videos that are no longer to be followed."""
        dropped = set(keys)
        return replace(self, videos={k: v for k, v in self.videos.items() if k not in dropped})

    def due(self, now: datetime) -> list[str]:
        """Videos whose comments are to be read now: the one read longest ago first."""
        waiting = [(k, v) for k, v in self.videos.items() if v.read is None or v.place.after or now >= _again(v, now)]
        never = datetime.min.replace(tzinfo=UTC)
        return [k for k, _ in sorted(waiting, key=lambda kv: (kv[1].read or never, kv[0]))]


def quota_day(now: datetime) -> str:
    """The day that the quota is counted on."""
    return now.astimezone(_PACIFIC).date().isoformat()


def quota_returns(now: datetime) -> datetime:
    """When the next day of the quota begins."""
    there = now.astimezone(_PACIFIC)
    return (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _again(video: Video, now: datetime) -> datetime:
    wait = _YOUNG_AGAIN if now - video.published < _YOUNG else _OLD_AGAIN
    return (video.read or now) + wait


def _video(raw: Mapping[str, Any]) -> Video | None:
    published = time_of(raw.get("published"))
    if published is None:
        return None
    place = Place.of(Cursor(Source.YOUTUBE, "", mapping(raw.get("place"))))
    return Video(text(raw.get("watch")), published, text(raw.get("reason")) or None, time_of(raw.get("read")), place)


def _kept(video: Video) -> dict[str, Any]:
    return {
        "watch": video.watch,
        "published": rfc3339(video.published),
        "reason": video.reason,
        "read": rfc3339(video.read) if video.read else None,
        "place": video.place.state,
    }
