"""Reddit through praw: post search, and subreddits' comment listings matched locally.

Search covers posts only. A listing comes newest first; its high-water mark moves with the last page alone, and every
run reads back over a look-back, because a post may be approved late and an item named in ``before`` may be gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from collectors import watch
from collectors.base import Collector, Rechecker
from collectors.reddit_client import MOST, PAGE, Api, RedditSettings, client, settings_of
from collectors.reddit_rows import UNREADABLE, fullname, is_gone, mention, said, written_at
from collectors.sources import Endpoints, Keys, Readers, Spent
from data.clock import Clock
from data.config import Settings
from data.domain import Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import StopRun


class RedditCollector:
    """One query or one subreddit's comments of one watch."""

    source = Source.REDDIT

    def __init__(
        self,
        settings: RedditSettings,
        wanted: Watch,
        *,
        query: str | None = None,
        subreddit: str | None = None,
        part: int = 1,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Exactly one of ``query`` (post search) and ``subreddit`` (comment listing) is given."""
        self._settings, self._watch, self._now = settings, wanted, now
        self._query, self._subreddit = query, subreddit
        search = "search" if part == 1 else f"search{part}"
        self.partition = f"{wanted.name}:r/{subreddit}" if subreddit else f"{wanted.name}:{search}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Pages newest first down to the high-water mark less the look-back; see collectors.base.

        An interrupted reading is brought to its end first; what came up since then is read after it.
        """
        state = dict(since.state) if since else {}
        if state.get("query", self._query) != self._query:
            state = {}  # the watch was changed: its new words may have been said long ago
        was_interrupted = "after" in state
        api = client(self._settings, self._now)
        for page in self._pass(api, state):
            state = dict(page.cursor.state)
            yield page
        if was_interrupted:
            yield from self._pass(api, state)

    def _pass(self, api: Api, state: Mapping[str, Any]) -> Iterator[Page]:
        """One reading of the listing from ``state`` to its end."""
        mark = float(state.get("mark", 0.0))
        pending, after = float(state.get("pending", 0.0)), state.get("after")
        stop_at = mark - self._settings.lookback.total_seconds()
        read = 0
        while True:
            rows, after = self._listing(api, after)
            read += len(rows)
            times = [written_at(row) for row in rows]
            pending = max([pending, *times])
            reached = bool(times) and min(times) < stop_at
            is_last = after is None or reached
            next_state = {"mark": max(mark, pending)} if is_last else {"mark": mark, "pending": pending, "after": after}
            yield self._page(rows, next_state | ({"query": self._query} if self._query else {}))
            if is_last:
                break
        if mark and not reached and read >= MOST - PAGE:
            raise StopRun(
                "Reddit lists 1,000 items and there were more since the last run: run more often, or narrow the watch",
                state=HealthState.BEHIND,
            )

    def _listing(self, api: Api, after: Any) -> tuple[list[Mapping[str, Any]], Any]:
        place = {"after": after} if after else {}
        if self._subreddit:
            return api.listing(f"r/{self._subreddit}/comments/", place)
        return api.listing("r/all/search/", {"q": self._query, "sort": "new", "t": "all", "type": "link"} | place)

    def _page(self, rows: list[Mapping[str, Any]], state: Mapping[str, Any]) -> Page:
        mentions: list[Mention] = []
        gone: list[str] = []
        skipped: dict[str, int] = {}
        for row in rows:
            name = fullname(row)
            if name is None or not row.get("created_utc"):
                skipped["no id or time"] = skipped.get("no id or time", 0) + 1
            elif is_gone(row):
                gone.append(name)
            elif row.get("promoted") or row.get("is_created_from_ads_ui"):
                skipped["advertising"] = skipped.get("advertising", 0) + 1
            else:
                try:
                    hit = watch.match(self._watch, said(row), row.get("author"))
                    mentions += [mention(name, row, hit)] if hit is not None else []
                except UNREADABLE:
                    skipped["cannot be read"] = skipped.get("cannot be read", 0) + 1
        return Page(tuple(mentions), Cursor(Source.REDDIT, self.partition, state), tuple(gone), skipped)


class RedditRechecker:
    """Asks ``reddit.info`` which of our stored posts and comments are gone."""

    source = Source.REDDIT

    def __init__(self, settings: RedditSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings, self._now = settings, now

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Missing from the answer, deleted by the author or removed by a moderator: all count as gone (RD-03).

        What was pasted or came from a file without Reddit's own id cannot be asked about.
        """
        asked = [native for native in native_ids if native[:3] in ("t1_", "t3_")]
        api = client(self._settings, self._now)
        found = api.asked(lambda r: [vars(item) for item in r.info(fullnames=asked)])
        alive = {name for row in found if not is_gone(row) and (name := row.get("name"))}
        return tuple(native for native in asked if native not in alive)


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One collector for every query and every subreddit of every watch."""
    if not settings.sources.reddit.enabled:
        return
    keys = settings_of(settings, where)
    for wanted in settings.watches():
        for part, query in enumerate(watch.reddit_queries(wanted), start=1):
            yield RedditCollector(keys, wanted, query=query, part=part, now=now)
        for name in wanted.subreddits:
            yield RedditCollector(keys, wanted, subreddit=name, now=now)


def recheckers(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Rechecker]:
    """One, when there are keys."""
    if settings.sources.reddit.enabled and (keys := settings_of(settings, where)).client_id:
        yield RedditRechecker(keys, now)


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether Reddit's keys are set."""
    if settings.sources.reddit.enabled:
        has = bool(settings_of(settings, Endpoints()).client_id)
        yield Keys("reddit keys", has, "set" if has else "not set: apply to Reddit, or set enabled = false")


SOURCES = {"reddit": Readers(collectors, recheckers, keys=keys, queries=watch.reddit_queries)}
