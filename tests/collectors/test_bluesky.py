"""Bluesky over plain HTTP against the loopback stand-in, and its recorded answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from collectors import bluesky_rows
from collectors.bluesky import BlueskyCollector, BlueskyRechecker
from collectors.standin import bluesky_api
from collectors.standin.further import FurtherStandIn
from collectors.standin.server import Answer
from data.domain import Cursor, HealthState, Source, Watch
from data.errors import SkipItem
from tests.builders import NOW
from tests.collectors.further import (
    HOUR,
    WATCH,
    bluesky,
    ids,
    recorded,
    said,
    session,
    stopped,
)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        yield running


def test_every_bluesky_post_is_read_once_over_pages(server: FurtherStandIn) -> None:
    server.skies = [said(n) for n in range(250)]
    pages = list(bluesky(server).pages(None))
    assert len(pages) == 3 and sorted(ids(pages)) == sorted(bluesky_api.uri(p) for p in server.skies)


def test_the_bluesky_mark_moves_only_with_the_last_page(server: FurtherStandIn) -> None:
    server.skies = [said(n) for n in range(250)]
    marks = [page.cursor.state.get("mark") for page in bluesky(server).pages(None)]
    assert marks == [None, None, "2026-11-24T12:00:00Z"]


def test_the_next_bluesky_run_reads_the_look_back_and_what_is_new(server: FurtherStandIn) -> None:
    server.skies = [said(n) for n in range(250)]
    last = list(bluesky(server).pages(None))[-1].cursor
    server.skies.append(said(900, created=NOW + HOUR / 2))
    pages = list(bluesky(server).pages(last))
    assert len(pages) == 1 and bluesky_api.uri(server.skies[-1]) in ids(pages) and len(ids(pages)) < 70


def test_an_interrupted_bluesky_run_goes_on_with_the_next_page(server: FurtherStandIn) -> None:
    server.skies = [said(n) for n in range(250)]
    reading = bluesky(server).pages(None)
    first = next(reading)
    rest = list(bluesky(server).pages(first.cursor))
    assert len(rest) == 2 and not set(ids([first])) & set(ids(rest))
    assert rest[-1].cursor.state == {"mark": "2026-11-24T12:00:00Z"}


def test_a_page_of_bluesky_that_has_run_out_begins_again_from_the_top(server: FurtherStandIn) -> None:
    server.skies = [said(n) for n in range(3)]
    server.script("searchPosts", Answer.of({"error": "InvalidRequest", "message": "cursor"}, 400))
    place = Cursor(Source.BLUESKY, "", {"pending": "2026-11-24T12:00:00Z", "after": "old"})
    assert len(ids(list(bluesky(server).pages(place)))) == 3


def test_bluesky_signs_in_once_for_all_its_collectors(server: FurtherStandIn) -> None:
    one = session(server)
    for word in ("Lumivelle", "Lumivele"):
        list(BlueskyCollector(one, WATCH, word, HOUR).pages(None))
    assert len([path for path in server.asked if "createSession" in path]) == 1


def test_a_sign_in_that_ran_out_is_renewed(server: FurtherStandIn) -> None:
    server.skies = [said(1)]
    server.script("searchPosts", Answer.of({"error": "ExpiredToken", "message": "Token has expired"}, 400))
    assert len(ids(list(bluesky(server).pages(None)))) == 1
    assert len([path for path in server.asked if "createSession" in path]) == 2


def test_without_an_app_password_bluesky_is_not_asked(server: FurtherStandIn) -> None:
    error = stopped(bluesky(server, password=None).pages(None))
    assert error.state is HealthState.AUTH_FAILED and server.asked == []


def test_bluesky_is_asked_which_stored_posts_are_gone(server: FurtherStandIn) -> None:
    server.skies = [said(n) for n in range(60)]
    stored = tuple(bluesky_api.uri(p) for p in server.skies)
    del server.skies[30]
    gone = BlueskyRechecker(session(server)).gone((*stored, "paste:abc"))
    assert gone == (stored[30],)


def test_a_quote_of_a_post_about_us_adds_to_its_reach_and_a_quote_of_another_stands_for_itself() -> None:
    posts = [
        said(1),
        said(2, "lovely weather"),
        said(3, "Lumivelle again", quotes="1"),
        said(4, "Lumivelle", quotes="2"),
    ]
    found = bluesky_api.answer("/xrpc/app.bsky.feed.searchPosts", {"q": "lumivelle"}, posts)
    assert found is not None
    made = {m.native_id: m for row in found["posts"] if (m := bluesky_rows.mention(row, WATCH))}
    assert made[bluesky_api.uri(posts[2])].repeats == bluesky_api.uri(posts[0])
    assert made[bluesky_api.uri(posts[3])].repeats is None


def test_who_asks_not_to_be_shown_outside_bluesky_is_left_out() -> None:
    found = bluesky_api.answer("/xrpc/app.bsky.feed.searchPosts", {"q": "lumivelle"}, [said(1)])
    assert found is not None
    row = found["posts"][0]
    row["author"]["labels"] = [{"val": "!no-unauthenticated"}]
    with pytest.raises(SkipItem, match="not to be shown"):
        bluesky_rows.mention(row, WATCH)


@pytest.mark.parametrize("claim", ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "soon", None])
def test_a_post_that_claims_a_time_that_cannot_be_gets_the_time_it_was_indexed(claim: str | None) -> None:
    found = bluesky_api.answer("/xrpc/app.bsky.feed.searchPosts", {"q": "lumivelle"}, [said(1)])
    assert found is not None
    row = found["posts"][0]
    row["record"]["createdAt"] = claim
    made = bluesky_rows.mention(row, WATCH)
    assert made is not None and made.published_at == NOW - timedelta(minutes=1)


@pytest.mark.shared
def test_every_recorded_bluesky_post_is_read() -> None:
    rows = recorded("bluesky/01_search_posts.json")["posts"]
    wanted = Watch("w", ("redistricting",))
    shown = [row for row in rows if not row["author"].get("labels")]
    made = [m for row in shown if (m := bluesky_rows.mention(row, wanted))]
    assert len(made) >= 20 and len({m.native_id for m in made}) == len(made)
    assert all(m.author and m.author.handle and m.url for m in made)


@pytest.mark.shared
@pytest.mark.parametrize("file", ["03_get_quotes.json", "02_get_posts.json"])
def test_recorded_look_ups_and_quotes_of_bluesky_have_the_same_form(file: str) -> None:
    rows = recorded(f"bluesky/{file}")["posts"]
    firsts = [row["record"]["text"].split()[0].strip("#@.,") for row in rows]
    made = [bluesky_rows.mention(row, Watch("w", (first,))) for row, first in zip(rows, firsts, strict=True)]
    assert rows and all(made)
