"""Comment trees below posts that a watch caught, with the real praw against the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from collectors.reddit import RedditCollector
from collectors.reddit_client import RedditSettings
from collectors.reddit_threads import TREES, ThreadsCollector
from collectors.standin.content import Post
from collectors.standin.server import Answer, StandIn
from data.domain import Cursor, HealthState, Page, Watch
from data.errors import StopRun
from tests.builders import NOW, days

WATCH = Watch("lumi", ("Lumivelle",), own_accounts=("lumivelle_official",))


def post(name: str, ago: float = 1) -> Post:
    return Post(name, "It never came", NOW - days(ago), "ann", "lamps", "Lumivelle?")


def comment(name: str, text: str, author: str, parent: str) -> Post:
    return Post(name, text, NOW, author, "lamps", parent=parent)


TREE = (
    post("t3_p"),
    comment("t1_c1", "Same with my Lumivelle lamp", "bob", "t3_p"),
    comment("t1_c2", "I like cats", "eve", "t1_c1"),
    comment("t1_c3", "Update: they have refunded me, order 405-1234567-7654321", "ann", "t1_c2"),
    *(comment(f"t1_x{n}", "me too", "zoe", "t3_p") for n in range(8)),
    comment("t1_late", "Lumivelle is a scam", "tom", "t3_p"),
)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(TREE) as running:
        yield running


def threads(server: StandIn) -> ThreadsCollector:
    keys = RedditSettings("id", "secret", "linux:test:1 (by /u/t)", oauth_url=server.url, reddit_url=server.url)
    return ThreadsCollector(keys, WATCH, ('"Lumivelle"',), lambda: NOW)


def ids(pages: list[Page]) -> list[str]:
    return sorted(m.native_id for page in pages for m in page.mentions)


def test_a_tree_is_read_to_its_leaves_and_behind_load_more(server: StandIn) -> None:
    assert ids(list(threads(server).pages(None))) == ["t1_c1", "t1_c3", "t1_late"]


def test_the_posts_author_is_kept_as_the_rest_of_the_story(server: StandIn) -> None:
    (page,) = threads(server).pages(None)
    reasons = {m.native_id: m.watch_reason for m in page.mentions}
    assert reasons["t1_c3"] == "thread:the post's author" and reasons["t1_c1"] == "name:Lumivelle"


def test_a_thread_is_read_again_only_when_it_has_grown(server: StandIn) -> None:
    (first,) = threads(server).pages(None)
    assert list(threads(server).pages(first.cursor)) == []
    server.posts.append(comment("t1_new", "Lumivelle again", "kim", "t1_c2"))
    assert "t1_new" in ids(list(threads(server).pages(first.cursor)))


def test_threads_of_old_posts_are_followed_no_longer(server: StandIn) -> None:
    server.posts[:] = [post("t3_old", 15), comment("t1_o", "Lumivelle", "bob", "t3_old")]
    assert list(threads(server).pages(None)) == []


def test_a_deleted_comment_of_a_tree_is_reported_gone(server: StandIn) -> None:
    server.posts.append(Post("t1_d", "", NOW, "bob", "lamps", is_deleted=True, parent="t3_p"))
    (page,) = threads(server).pages(None)
    assert page.gone == ("t1_d",)


def test_more_threads_than_a_run_reads_are_left_for_the_next_one(server: StandIn) -> None:
    for n in range(TREES + 5):
        server.posts += [post(f"t3_n{n:02}", 2), comment(f"t1_n{n:02}", "Lumivelle", "bob", f"t3_n{n:02}")]
    pages: list[Page] = []
    with pytest.raises(StopRun) as stopped:
        for page in threads(server).pages(None):
            pages.append(page)
    assert stopped.value.state is HealthState.BEHIND and len(pages) == TREES
    rest = list(threads(server).pages(pages[-1].cursor))
    assert len(ids([*pages, *rest])) == TREES + 5 + 3


def test_a_thread_that_was_taken_away_meanwhile_stops_nothing(server: StandIn) -> None:
    server.posts += [post("t3_q", 2), comment("t1_q", "Lumivelle", "bob", "t3_q")]
    server.script("/comments/q", Answer(404, b"{}"))
    assert ids(list(threads(server).pages(None))) == ["t1_c1", "t1_c3", "t1_late"]


def test_when_reddit_says_that_no_request_is_left_we_stop_in_place_of_sleeping(server: StandIn) -> None:
    keys = RedditSettings("id", "secret", "linux:test:1 (by /u/t)", timedelta(0), server.url, server.url)
    server.posts[:] = [post(f"t3_{n:04}") for n in range(150)]
    listing = {"kind": "Listing", "data": {"children": [], "after": "t3_0099"}}
    spent = {"x-ratelimit-remaining": "0.0", "x-ratelimit-used": "100", "x-ratelimit-reset": "321"}
    server.script("/search", Answer.of(listing, headers=spent))
    with pytest.raises(StopRun) as stopped:
        list(RedditCollector(keys, WATCH, query='"Lumivelle"', now=lambda: NOW).pages(None))
    assert stopped.value.state is HealthState.RATE_LIMITED and stopped.value.until == NOW + timedelta(seconds=321)


def test_a_changed_query_reads_the_past_anew(server: StandIn) -> None:
    keys = RedditSettings("id", "secret", "linux:test:1 (by /u/t)", timedelta(0), server.url, server.url)
    server.posts[:] = [Post("t3_old", "Lampion is late", NOW - days(30), "u", "lamps", "Lampion"), post("t3_p")]
    both = Watch("lumi", ("Lumivelle", "Lampion"))
    last = list(RedditCollector(keys, WATCH, query='"Lumivelle"', now=lambda: NOW).pages(None))[-1].cursor
    changed = RedditCollector(keys, both, query='"Lumivelle" OR "Lampion"', now=lambda: NOW)
    assert ids(list(changed.pages(last))) == ["t3_old", "t3_p"]


def test_more_new_posts_than_reddit_lists_is_told(server: StandIn) -> None:
    keys = RedditSettings("id", "secret", "linux:test:1 (by /u/t)", timedelta(0), server.url, server.url)
    server.posts[:] = [
        Post(f"t3_{n:04}", "Lumivelle", NOW - timedelta(seconds=n), "u", "lamps", "L") for n in range(1000)
    ]
    mark = Cursor(RedditCollector.source, "lumi:search", {"mark": (NOW - days(9)).timestamp()})
    with pytest.raises(StopRun, match="run more often") as stopped:
        list(RedditCollector(keys, WATCH, query='"Lumivelle"', now=lambda: NOW).pages(mark))
    assert stopped.value.state is HealthState.BEHIND
