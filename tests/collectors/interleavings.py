"""A small world of posts that are published, edited and deleted while runs read it, crash, and are handed old copies.

Whatever the order of events: once the world stands still and has been read, the store must hold exactly what a store
that reads it for the first time holds.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from sqlalchemy import func, select

from collectors import reading, reddit_client
from collectors.rechecks import recheck
from collectors.reddit import RedditCollector, RedditRechecker
from collectors.reddit_client import RedditSettings
from collectors.run import collect
from collectors.standin.content import Post
from collectors.standin.server import StandIn
from data import engines, mentions, migrate, trail
from data.domain import Author, Cursor, Mention, Page, Source, Watch
from data.schema.intake import author, mention, mention_daily
from data.store import Store
from data.vault import Vault
from tests.builders import NOW, TESTER, a_mention

PAGE = 3  # posts a listing shows at once, so that a few posts make several pages
WATCH = Watch("lumi", ("Lumivelle",))
TEXTS = (
    "Lumivelle has not sent my lamp and nobody has answered any of my letters since the beginning of the month.",
    "Lumivelle has not sent my lamp and nobody has answered any of my letters since the beginning of the month!!",
    "Lumivelle refunded me at last, it took them four weeks and eleven letters but the money is on my account now.",
    "Lumivelle: recovery agent on WhatsApp got my funds back",
)
EVENTS = ("publish", "edit", "delete", "read", "crash", "fail", "old copy", "elsewhere", "recheck")

Step = tuple[str, int, int, int]  # event, which post, which text or page, which author
WHOLE = timedelta(days=30)  # a look-back over everything: edits are seen again however old the post is


def steps(events: Sequence[str] = EVENTS) -> st.SearchStrategy[list[Step]]:
    """Up to 30 events."""
    one = st.tuples(st.sampled_from(events), st.integers(0, 9), st.integers(0, 3), st.integers(0, 5))
    return st.lists(one, max_size=30)


class Crash(BaseException):
    """The process is gone."""


class Broken:
    """A collector that dies after ``whole`` pages, or whose next page cannot be stored."""

    def __init__(self, inner: RedditCollector, whole: int, crashes: bool) -> None:
        self.source, self.partition = inner.source, inner.partition
        self._inner, self._whole, self._crashes = inner, whole, crashes

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        for number, page in enumerate(self._inner.pages(since)):
            if number == self._whole:
                if self._crashes:
                    raise Crash
                poison = a_mention("poison", published_at=NOW.replace(tzinfo=None))
                yield replace(page, mentions=(*page.mentions, poison))
            yield page


class World:
    """The posts, and one store that follows them."""

    def __init__(self, server: StandIn, store: Store, lookback: timedelta) -> None:
        self.server, self.store, self.lookback = server, store, lookback
        self.elsewhere: dict[str, Mention] = {}
        self.old: list[Post] = []
        self.hours = 0
        store.clock = lambda: NOW + timedelta(hours=self.hours)

    def collector(self) -> RedditCollector:
        return RedditCollector(self._keys(), WATCH, query='"Lumivelle"', now=self.store.clock)

    def _keys(self) -> RedditSettings:
        url = self.server.url
        return RedditSettings("id", "secret", "linux:test:1 (by /u/t)", self.lookback, url, url)

    def take(self, step: Step) -> None:
        """Let one event happen."""
        event, which, what, who = step
        name = f"t3_{which}"
        held = {p.name: p for p in self.server.posts}
        post = held.get(name)
        if event == "publish" and post is None:
            at = NOW - timedelta(days=20) + timedelta(minutes=len(held))
            self.server.posts.append(Post(name, TEXTS[what], at, f"author_{who}", "lamps", "Lumivelle"))
        elif event == "edit" and post is not None and not post.is_deleted:
            self.old.append(post)
            at = (post.edited or post.created) + timedelta(minutes=1)
            self.server.posts[:] = [*(p for p in self.server.posts if p is not post)]
            self.server.posts.append(replace(post, text=TEXTS[what], edited=at))
        elif event == "delete" and post is not None:
            self.server.posts[:] = [replace(p, is_deleted=True) if p is post else p for p in self.server.posts]
        elif event in ("crash", "fail"):
            try:
                collect(self.store, Broken(self.collector(), what, event == "crash"))
            except Crash:
                return
        elif event == "read":
            collect(self.store, self.collector())
        elif event == "old copy" and self.old:
            self._hand_in(self.old[which % len(self.old)])
        elif event == "elsewhere":
            self._say_elsewhere(f"b{which}", TEXTS[what], who)
        elif event == "recheck":
            self.recheck()

    def _hand_in(self, post: Post) -> None:
        """A copy as somebody else's tool kept it."""
        who = Author(Source.REDDIT, f"t2_{post.author}", None, post.author)
        copy = a_mention(
            post.name,
            source=Source.REDDIT,
            text=post.text,
            title="Lumivelle",
            author=who,
            rating=None,
            published_at=post.created,
            updated_at=post.edited,
            country=None,
            language=None,
            watch="lumi",
            kind="post",
        )
        with self.store.transaction(TESTER) as tx:
            mentions.add(tx, [copy])

    def _say_elsewhere(self, name: str, text: str, who: int) -> None:
        if name not in self.elsewhere:
            author = Author(Source.BLUESKY, f"did:{who}", None, f"author_{who}.example")
            at = NOW - timedelta(days=19)
            self.elsewhere[name] = a_mention(name, source=Source.BLUESKY, text=text, author=author, published_at=at)
        with self.store.transaction(TESTER) as tx:
            mentions.add(tx, [self.elsewhere[name]])

    def recheck(self) -> None:
        """Ask for everything that is stored, as the shell does after 20 hours."""
        self.hours += 21
        recheck(self.store, RedditRechecker(self._keys(), self.store.clock))

    def settle(self) -> None:
        """The world stands still: two whole runs."""
        for _ in range(2):
            collect(self.store, self.collector())
            self.recheck()
        with self.store.transaction(TESTER) as tx:
            mentions.add(tx, list(self.elsewhere.values()))


def seen(store: Store) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], bool]:
    """What a store holds, without what may differ: row numbers, times of collection, tombstones, revisions."""
    with store.reading() as tx:
        names = {row.id: f"{row.source}:{row.native_id}" for row in tx.conn.execute(select(mention))}
        columns = (mention.c.id, mention.c.title, mention.c.text, mention.c.updated_at, mention.c.same_as)
        query = select(*columns, mention.c.is_spam, mention.c.spam_reason, author.c.handle)
        live = query.outerjoin(author, author.c.id == mention.c.author).where(mention.c.gone_at.is_(None))
        rows: list[tuple[Any, ...]] = [
            (names[r.id], r[1], r[2], r[3], names.get(r.same_as), *r[5:]) for r in tx.conn.execute(live)
        ]
        figures = select(mention_daily.c.day, mention_daily.c.source, func.sum(mention_daily.c.n))
        counted = tx.conn.execute(figures.group_by(mention_daily.c.day, mention_daily.c.source))
        return sorted(rows), sorted(tuple(r) for r in counted), trail.verify_log(tx).intact


def check(happened: Sequence[Step], lookback: timedelta = WHOLE) -> None:
    """Play the events on one store, and compare with a store that reads only the end."""
    small = (patch.object(reddit_client, "PAGE", PAGE), patch.object(reading, "ROWS", PAGE + 1))  # two pages a commit
    with StandIn() as server, small[0], small[1], _store() as followed, _store() as fresh:
        world = World(server, followed, lookback)
        for step in happened:
            world.take(step)
        world.settle()
        last = World(server, fresh, lookback)
        last.elsewhere = world.elsewhere
        last.settle()
        assert seen(followed) == seen(fresh)


_TEMPLATE: list[Path] = []


@contextmanager
def _store() -> Iterator[Store]:
    """An empty store; the schema is made once and copied."""
    folder = Path(tempfile.mkdtemp(prefix="reinstate-"))
    if not _TEMPLATE:
        _TEMPLATE.append(Path(tempfile.mkdtemp(prefix="reinstate-")) / "empty.sqlite3")
        migrate.upgrade(engines.sqlite_url(_TEMPLATE[0]))
    shutil.copy(_TEMPLATE[0], folder / "store.sqlite3")
    opened = Store.for_file(folder / "store.sqlite3", Vault(bytes(range(32))), lambda: NOW)
    try:
        yield opened
    finally:
        opened.close()
        shutil.rmtree(folder, ignore_errors=True)
