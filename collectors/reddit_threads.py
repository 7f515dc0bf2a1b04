"""The comments below posts that a watch caught: whole trees, read again when a post has more of them than before.

A comment is kept when it names the brand itself, or when the post's own author wrote it: there the rest of the story
stands (an order id, a refund that came). What others say below without naming us is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import praw

from collectors import watch
from collectors.base import Collector
from collectors.reddit_client import Api, RedditSettings, client, settings_of
from collectors.reddit_rows import UNREADABLE, fullname, is_gone, mention, said, written_at
from collectors.sources import Endpoints, Readers, Spent
from collectors.watch import Hit
from data.clock import Clock
from data.config import Settings
from data.domain import Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import StopRun

PAGES = 3  # of the post search: 300 posts
TREES = 40  # that one run reads
MORE = 8  # "load more" links followed in one tree, each one request for up to 100 comments


class ThreadsCollector:
    """The comment trees of one watch's posts."""

    source = Source.REDDIT

    def __init__(
        self,
        settings: RedditSettings,
        wanted: Watch,
        queries: tuple[str, ...],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings, self._watch, self._queries, self._now = settings, wanted, queries, now
        self.partition = f"{wanted.name}:threads"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """A page for each tree that has grown; the cursor keeps how many comments each post had when it was read."""
        counts = dict(since.state.get("comments", {})) if since else {}
        api = client(self._settings, self._now)
        posts = self._posts(api)
        counts = {name: n for name, n in counts.items() if name in posts}
        grown = [n for n, row in posts.items() if _comments_of(row) not in (0, counts.get(n, 0))]
        for name in grown[:TREES]:
            page = self._tree(api, posts[name])
            counts[name] = _comments_of(posts[name])
            yield Page(
                page.mentions, Cursor(self.source, self.partition, {"comments": dict(counts)}), page.gone, page.skipped
            )
        if len(grown) > TREES:
            told = f"{len(grown) - TREES} threads are left: the next run goes on"
            raise StopRun(told, state=HealthState.BEHIND)

    def _posts(self, api: Api) -> Mapping[str, Mapping[str, Any]]:
        """The watch's posts of the days that threads are followed, oldest first."""
        oldest = (self._now() - self._settings.threads).timestamp()
        found: dict[str, Mapping[str, Any]] = {}
        for query in self._queries:
            after = None
            for _ in range(PAGES):
                asked = {"q": query, "sort": "new", "t": "month", "type": "link"} | ({"after": after} if after else {})
                rows, after = api.listing("r/all/search/", asked)
                found |= {name: row for row in rows if (name := fullname(row)) and self._is_followed(row, oldest)}
                if after is None or not rows or written_at(rows[-1]) < oldest:
                    break
        return dict(sorted(found.items(), key=lambda pair: (written_at(pair[1]), pair[0])))

    def _is_followed(self, row: Mapping[str, Any], oldest: float) -> bool:
        is_recent = written_at(row) >= oldest
        return is_recent and not is_gone(row) and watch.match(self._watch, said(row), row.get("author")) is not None

    def _tree(self, api: Api, post: Mapping[str, Any]) -> Page:
        """What is to be kept of one tree; an empty page when it is not shown any more."""
        native = str(post["id"])
        try:
            rows = api.asked(lambda r: _comments(r, native))
        except StopRun as stopped:
            if stopped.state != HealthState.BLOCKED:
                raise
            rows = []  # removed or locked away since it was listed: the re-check will tell
        mentions: list[Mention] = []
        gone: list[str] = []
        skipped: dict[str, int] = {}
        for row in rows:
            name = fullname(row)
            if name is None or not row.get("created_utc"):
                continue
            if is_gone(row):
                gone.append(name)
                continue
            try:
                hit = self._hit(row, str(post.get("author")))
                mentions += [mention(name, row, hit)] if hit is not None else []
            except UNREADABLE:
                skipped["cannot be read"] = skipped.get("cannot be read", 0) + 1
        return Page(tuple(mentions), Cursor(self.source, self.partition, {}), tuple(gone), skipped)

    def _hit(self, row: Mapping[str, Any], author: str) -> Hit | None:
        hit = watch.match(self._watch, said(row), row["author"])
        is_authors = row["author"].casefold() == author.casefold()
        return hit or (Hit(self._watch.name, "thread:the post's author") if is_authors else None)


def _comments_of(post: Mapping[str, Any]) -> int:
    told = post.get("num_comments")
    return told if isinstance(told, int) else 0


def _comments(reddit: praw.Reddit, native: str) -> list[Mapping[str, Any]]:
    forest = reddit.submission(id=native).comments
    forest.replace_more(limit=MORE)
    rows = [vars(comment) for comment in forest.list()]
    return [row | {"author": str(row["author"]) if row.get("author") else None} for row in rows]


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One for every watch, while there are days for which threads are followed."""
    part = settings.sources.reddit
    if part.enabled and part.thread_days:
        for wanted in settings.watches():
            yield ThreadsCollector(settings_of(settings, where), wanted, watch.reddit_queries(wanted), now)


SOURCES = {"reddit": Readers(collectors)}
