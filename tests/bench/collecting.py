"""How fast live sources are read and stored, beside a bare loop over praw and tweepy that reads the same answers.

The answers are made once and replayed by a server in a process of its own, without any delay: the bare loop then
only parses, and the rest of the time is what storing, searching and grouping cost.

``REINSTATE_BENCH_MENTIONS`` says how many mentions the store holds already (default 50,000; the product's figure is
1,000,000, which takes minutes to build).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import praw
import tweepy

from collectors.http import Bounded, session
from collectors.reddit import RedditCollector
from collectors.reddit_client import RedditSettings
from collectors.run import collect
from collectors.standin.content import Post, Tweet
from collectors.standin.server import Answer, StandIn
from collectors.x import XCollector
from collectors.x_client import HOST, XSettings
from data import erasure, mentions
from data.domain import Actor, Author, Mention, Source, Watch
from data.workspace import Workspace, create

POSTS, TWEETS = 1_000, 2_000  # a listing has at most 1,000 items
HELD = int(os.environ.get("REINSTATE_BENCH_MENTIONS", "50000"))
PACE_S = {Source.REDDIT: 0.6, Source.X: 2.0}  # seconds a request of 100: 100 a minute, 450 in 15 minutes
RUNS = 3  # the median counts
START = datetime(2026, 10, 1, tzinfo=UTC)
WATCH = Watch("lumi", ("Lumivelle",), handles=("lumivelle",))
QUERY = '"Lumivelle"'
SAID = "Lumivelle promised the lamp for Monday. It never came, nobody answers and my refund is missing, case {n}. " * 3
AGENT = "linux:bench:1 (by /u/nobody)"


class Replaying(StandIn):
    """Makes each answer once."""

    def __init__(self) -> None:
        at = [START + timedelta(minutes=n) for n in range(max(POSTS, TWEETS))]
        posts = [Post(f"t3_{n:05}", SAID.format(n=n), at[n], f"u{n}", "lamps", "Lumivelle") for n in range(POSTS)]
        posts += [Post(f"t1_{n:05}", "Same here. " + SAID.format(n=n), at[n], f"c{n}", "lamps") for n in range(POSTS)]
        super().__init__(
            tuple(posts),
            tuple(Tweet(str(10_000 + n), SAID.format(n=n)[:270], at[n], f"{n}", "N", f"n{n}") for n in range(TWEETS)),
        )
        self._made: dict[object, Answer] = {}

    def answer(self, path: str, query: Mapping[str, str], *more: Any) -> Answer:
        """As the stand-in's, from memory."""
        key = (path, tuple(sorted(query.items())))
        if key not in self._made:
            self._made[key] = super().answer(path, query, *more)
        return self._made[key]


@contextmanager
def _server() -> Iterator[str]:
    child = subprocess.Popen([sys.executable, "-m", "tests.bench.collecting", "serve"], stdout=-1, stdin=-1, text=True)
    assert child.stdout is not None
    try:
        yield child.stdout.readline().strip()
    finally:
        child.kill()
        child.wait()


def _praw(url: str) -> praw.Reddit:
    return praw.Reddit(
        client_id="i",
        client_secret="s",
        user_agent=AGENT,
        oauth_url=url,
        reddit_url=url,
        short_url=url,
        check_for_updates=False,
        check_for_async=False,
        requestor_kwargs={"session": session((), url)},
    )


def _bare_reddit(url: str) -> int:
    found = _praw(url).subreddit("all").search(QUERY, sort="new", time_filter="all", limit=None)
    return sum(1 for post in found if post.id)


def _bare_comments(url: str) -> int:
    return sum(1 for comment in _praw(url).subreddit("lamps").comments(limit=None) if comment.id)


def _bare_x(url: str) -> int:
    client = tweepy.Client("token", return_type=dict)
    client.session.mount(HOST, Bounded((), url, HOST))
    pages = tweepy.Paginator(client.search_recent_tweets, f"({QUERY} OR @lumivelle) -is:retweet", max_results=100)
    return sum(1 for page in pages for row in page["data"] if row["id"])


def _reddit(ws: Workspace, url: str) -> int:
    settings = RedditSettings("i", "s", AGENT, oauth_url=url, reddit_url=url)
    return collect(ws.store, RedditCollector(settings, WATCH, query=QUERY)).stored.new


def _comments(ws: Workspace, url: str) -> int:
    settings = RedditSettings("i", "s", AGENT, oauth_url=url, reddit_url=url)
    return collect(ws.store, RedditCollector(settings, WATCH, subreddit="lamps")).stored.new


def _x(ws: Workspace, url: str) -> int:
    settings = XSettings("token", 10**9, 0, url)
    return collect(ws.store, XCollector(settings, WATCH, f"({QUERY} OR @lumivelle) -is:retweet")).stored.new


def _filled(ws: Workspace) -> float:
    """Fill the store; returns mentions a second."""
    begun = time.perf_counter()
    for first in range(0, HELD, 1_000):
        batch = [
            Mention(
                Source.TRUSTPILOT,
                f"{n:024x}",
                SAID.format(n=n),
                START - timedelta(minutes=n),
                Author(Source.TRUSTPILOT, f"{n:024x}", f"Ada Lampwick {n}"),
                rating=1,
            )
            for n in range(first, min(first + 1_000, HELD))
        ]
        with ws.store.transaction(Actor.system("bench")) as tx:
            mentions.add(tx, batch)
    return HELD / (time.perf_counter() - begun)


def _median_s(work: Callable[[], int], wanted: int) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - begun)
        if found != wanted:
            raise AssertionError(f"{found} of {wanted} were read")
    return sorted(taken)[RUNS // 2]


def _stored_s(ws: Workspace, read: Callable[[Workspace, str], int], url: str, source: Source, wanted: int) -> float:
    """Median seconds to read and store all of a source, into the store as it was before."""
    taken = []
    for _ in range(RUNS):
        with ws.store.transaction(Actor.system("bench")) as tx:
            erasure.purge(tx, source)
        begun = time.perf_counter()
        found = read(ws, url)
        taken.append(time.perf_counter() - begun)
        if found != wanted:
            raise AssertionError(f"{found} of {wanted} were stored")
    return sorted(taken)[RUNS // 2]


def measure() -> dict[str, float | str]:
    """Mentions a second stored end to end, how much longer that takes than a bare loop, and the memory it takes."""
    found: dict[str, float | str] = {}
    with tempfile.TemporaryDirectory() as folder, _server() as url:
        ws = create(Path(folder) / "w")
        found["mentions a second into the store"] = round(_filled(ws))
        found["mentions in the store"] = HELD
        for name, source, bare, read, n in (
            ("reddit", Source.REDDIT, _bare_reddit, _reddit, POSTS),
            ("reddit comments", Source.REDDIT, _bare_comments, _comments, POSTS),
            ("x", Source.X, _bare_x, _x, TWEETS),
        ):
            alone = _median_s(lambda bare=bare: bare(url), n)  # type: ignore[misc]
            stored = _stored_s(ws, read, url, source, n)
            found[f"{name}: mentions a second, stored"] = round(n / stored)
            found[f"{name}: mentions a second, bare loop"] = round(n / alone)
            found[f"{name}: times as long as a bare loop"] = round(stored / alone, 2)
            paced = n / 100 * PACE_S[source]
            told = f"{name}: the same at the pace that its limit allows (calculated)"
            found[told] = round((paced + stored) / (paced + alone), 2)
        found["peak memory, MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        ws.store.close()
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        with Replaying() as server:
            print(server.url, flush=True)  # noqa: T201
            sys.stdin.read()
    else:
        print(measure())  # noqa: T201
