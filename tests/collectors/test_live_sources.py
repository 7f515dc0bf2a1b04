"""Reddit and X with the real praw and tweepy against the loopback stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.reddit import RedditCollector, RedditRechecker
from collectors.reddit_client import RedditSettings
from collectors.standin.content import Post, Tweet
from collectors.standin.server import Answer, StandIn
from collectors.x import XCollector, XRechecker
from collectors.x_client import XSettings
from data.domain import Cursor, HealthState, Page, Watch
from data.errors import StopRun
from tests.builders import NOW
from tests.conftest import SHARED

WATCH = Watch("lumivelle", ("Lumivelle",), handles=("lumivelle",), own_accounts=("lumivelle_official",))


def posts(count: int) -> tuple[Post, ...]:
    return tuple(
        Post(f"t3_{n:04}", f"Lumivelle lamp {n}", NOW - timedelta(minutes=n), f"u{n}", "amazon", f"Lumivelle {n}")
        for n in range(count)
    )


def tweets(count: int) -> tuple[Tweet, ...]:
    return tuple(
        Tweet(str(10_000 - n), f"@lumivelle lamp {n}", NOW - timedelta(minutes=n), f"{n}", f"N {n}", f"n{n}")
        for n in range(count)
    )


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(posts(250), tweets(250)) as running:
        yield running


def reddit(server: StandIn, **facts: Any) -> RedditCollector:
    keys = RedditSettings("id", "secret", "linux:test:1 (by /u/t)", timedelta(hours=1), server.url, server.url)
    return RedditCollector(keys, WATCH, **({"query": '"Lumivelle"'} | facts), now=lambda: NOW)


def x(server: StandIn, budget: int = 100_000_000, spent: int = 0) -> XCollector:
    return XCollector(
        XSettings("token", budget, spent, server.url), WATCH, '("Lumivelle" OR @lumivelle)', now=lambda: NOW
    )


def ids(pages: list[Page]) -> list[str]:
    return [m.native_id for page in pages for m in page.mentions]


def test_every_reddit_post_is_read_once_over_pages(server: StandIn) -> None:
    pages = list(reddit(server).pages(None))
    assert len(pages) == 3 and sorted(ids(pages)) == [f"t3_{n:04}" for n in range(250)]


def test_the_reddit_mark_moves_only_with_the_last_page(server: StandIn) -> None:
    marks = [page.cursor.state.get("mark") for page in reddit(server).pages(None)]
    assert marks == [0.0, 0.0, NOW.timestamp()]


def test_the_next_reddit_run_reads_only_the_look_back_and_what_is_new(server: StandIn) -> None:
    last = list(reddit(server).pages(None))[-1].cursor
    server.posts.append(Post("t3_new", "Lumivelle again", NOW + timedelta(minutes=5), "u", "amazon", "Lumivelle"))
    pages = list(reddit(server).pages(last))
    assert len(pages) == 1 and "t3_new" in ids(pages)


def test_comments_of_a_subreddit_are_matched_here(server: StandIn) -> None:
    server.posts += [
        Post("t1_a", "My Lumivelle lamp broke", NOW, "ann", "amazon"),
        Post("t1_b", "Nothing to see", NOW, "bob", "amazon"),
    ]
    pages = list(reddit(server, query=None, subreddit="amazon").pages(None))
    assert ids(pages) == ["t1_a"] and pages[0].mentions[0].kind == "comment"


def test_a_deleted_reddit_post_is_reported_gone_and_not_stored(server: StandIn) -> None:
    server.posts[0] = Post("t3_0000", "Lumivelle", NOW, "u0", "amazon", "Lumivelle", is_deleted=True)
    page = next(iter(reddit(server).pages(None)))
    assert page.gone == ("t3_0000",) and "t3_0000" not in ids([page])


def test_reddit_is_asked_which_stored_mentions_are_gone(server: StandIn) -> None:
    keys = RedditSettings("id", "secret", "linux:test:1 (by /u/t)", oauth_url=server.url, reddit_url=server.url)
    assert RedditRechecker(keys).gone(("t3_0001", "t3_missing")) == ("t3_missing",)


def test_without_keys_reddit_needs_approval_and_nothing_is_asked(server: StandIn) -> None:
    keys = RedditSettings(None, None, oauth_url=server.url, reddit_url=server.url)
    with pytest.raises(StopRun) as stopped:
        next(iter(RedditCollector(keys, WATCH, query="q").pages(None)))
    assert stopped.value.state is HealthState.NEEDS_APPROVAL and server.asked == []


HTML = Answer(200, b"<html>hello</html>", {"content-type": "text/html"})
REDDIT_FAULTS: dict[str, tuple[Answer, HealthState]] = {
    "429 with a time to wait": (Answer(429, b"<html>", {"retry-after": "7"}), HealthState.RATE_LIMITED),
    "429 without a time": (Answer(429, b"{}"), HealthState.RATE_LIMITED),
    "503": (Answer(503), HealthState.BEHIND),
    "dropped connection": (Answer(drop=True), HealthState.BEHIND),
    "401 with invalid token": (
        Answer(401, b"{}", {"www-authenticate": 'Bearer error="invalid_token"'}),
        HealthState.AUTH_FAILED,
    ),
    "401 without a reason": (Answer(401, b"{}"), HealthState.AUTH_FAILED),
    "403": (Answer(403, b"{}"), HealthState.BLOCKED),
    "403 insufficient scope": (
        Answer(403, b"{}", {"www-authenticate": 'Bearer error="insufficient_scope"'}),
        HealthState.AUTH_FAILED,
    ),
    "404": (Answer(404, b"{}"), HealthState.BLOCKED),
    "302": (Answer(302, b"", {"location": "/subreddits/search"}), HealthState.BLOCKED),
    "400 with a reason": (
        Answer.of({"fields": ["q"], "explanation": "bad", "message": "Bad Request", "reason": "BAD_Q"}, 400),
        HealthState.BROKEN_LAYOUT,
    ),
    "bare 400": (Answer.of({"message": "Bad Request", "error": 400}, 400), HealthState.BROKEN_LAYOUT),
    "451": (Answer(451, b"{}"), HealthState.BLOCKED),
    "200 that is a page": (HTML, HealthState.BROKEN_LAYOUT),
    "200 that is cut off": (Answer(200, b'{"kind": "Listing", "da'), HealthState.BROKEN_LAYOUT),
    "a fractional count of used requests": (
        Answer.of(
            {"kind": "Listing", "data": {"children": []}},
            headers={"x-ratelimit-used": "3.0", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1"},
        ),
        HealthState.BROKEN_LAYOUT,
    ),
    "another document": (Answer.of({"kind": "wiki"}), HealthState.BROKEN_LAYOUT),
}  # fmt: skip


@pytest.mark.parametrize("fault", REDDIT_FAULTS)
def test_a_fault_of_reddit_ends_in_its_health_state(server: StandIn, fault: str) -> None:
    answer, state = REDDIT_FAULTS[fault]
    server.script("/search", answer, answer, answer)
    with pytest.raises(StopRun) as stopped:
        list(reddit(server).pages(None))
    assert stopped.value.state is state


def test_a_refusal_at_reddits_token_endpoint_is_about_the_keys(server: StandIn) -> None:
    server.script("/access_token", Answer.of({"message": "Unauthorized", "error": 401}, 401))
    with pytest.raises(StopRun) as stopped:
        list(reddit(server).pages(None))
    assert stopped.value.state is HealthState.AUTH_FAILED


def test_an_oauth_error_inside_a_good_status_is_about_the_keys(server: StandIn) -> None:
    server.script("/access_token", Answer.of({"error": "invalid_grant"}))
    with pytest.raises(StopRun) as stopped:
        list(reddit(server).pages(None))
    assert stopped.value.state is HealthState.AUTH_FAILED


def test_a_row_of_reddit_that_cannot_be_read_is_left_out_and_the_others_are_read(server: StandIn) -> None:
    shown = [{"name": "t3_x", "created_utc": "soon", "author": "u", "title": "Lumivelle"},
             {"name": "t3_y", "created_utc": 1.7e9, "author": "u", "title": "Lumivelle"}]  # fmt: skip
    listing = {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": row} for row in shown], "after": None}}
    server.script("/r/all/search", Answer(200, json.dumps(listing).encode()))
    (page,) = reddit(server).pages(None)
    assert ids([page]) == ["t3_y"] and page.skipped == {"cannot be read": 1}


def test_a_wait_that_reddit_names_is_kept(server: StandIn) -> None:
    server.script("/search", Answer(429, b"", {"retry-after": "7"}))
    with pytest.raises(StopRun) as stopped:
        list(reddit(server).pages(None))
    assert stopped.value.until == NOW + timedelta(seconds=7)


@pytest.mark.parametrize("words", ["tweet", "post"])
def test_every_post_on_x_is_read_once_in_both_vocabularies(server: StandIn, words: str) -> None:
    server.words = words
    pages = list(x(server).pages(None))
    assert len(ids(pages)) == len(set(ids(pages))) == 250 and pages[-1].cursor.state == {"since_id": "10000"}


def test_x_is_counted_first_and_nothing_is_searched_when_there_is_nothing(server: StandIn) -> None:
    server.tweets.clear()
    pages = list(x(server).pages(None))
    assert server.asked == ["/2/tweets/counts/recent"] and pages[0].cost_micros == 5_000


def test_an_interrupted_run_on_x_resumes_at_its_token(server: StandIn) -> None:
    first = next(iter(x(server).pages(None)))
    rest = list(x(server).pages(first.cursor))
    assert sorted(ids([first, *rest])) == sorted(t.id for t in server.tweets)


def refused() -> Answer:
    return Answer(400, b'{"errors": [{"message": "Invalid value"}], "title": "Invalid Request"}')


def test_a_page_of_x_whose_token_has_run_out_is_found_again_from_the_mark(server: StandIn) -> None:
    place = {"since_id": "9800", "pending_newest_id": "9900", "next_token": "t100"}
    server.script("/search/recent", refused())
    pages = list(x(server).pages(Cursor(XCollector.source, "lumivelle:search", place)))
    assert len(set(ids(pages))) == 200 and pages[-1].cursor.state == {"since_id": "10000"}


def test_a_mark_older_than_xs_search_is_given_up_and_the_gap_is_told(server: StandIn) -> None:
    server.script("/counts/recent", refused())
    reading = x(server).pages(Cursor(XCollector.source, "lumivelle:search", {"since_id": "9800"}))
    pages = [next(reading) for _ in range(3)]
    with pytest.raises(StopRun, match="seven days") as stopped:
        next(reading)
    assert stopped.value.state == HealthState.BEHIND
    assert len(set(ids(pages))) == 250 and pages[-1].cursor.state == {"since_id": "10000"}


def test_a_row_of_x_that_cannot_be_read_is_left_out_and_the_others_are_read(server: StandIn) -> None:
    shown = [{"id": "1", "text": "@lumivelle", "created_at": "soon"},
             {"id": "2", "text": "@lumivelle", "created_at": "2026-11-01T00:00:00Z"}]  # fmt: skip
    server.script("/search/recent", Answer(200, json.dumps({"data": shown, "meta": {"newest_id": "2"}}).encode()))
    (page,) = x(server).pages(None)
    assert ids([page]) == ["2"] and page.skipped == {"cannot be read": 1}


def test_x_stops_before_the_request_that_would_break_the_budget(server: StandIn) -> None:
    with pytest.raises(StopRun) as stopped:
        list(x(server, budget=2_000_000).pages(None))
    assert stopped.value.state is HealthState.BUDGET_SPENT and len(server.asked) == 2


def test_a_budget_of_nothing_asks_nothing(server: StandIn) -> None:
    with pytest.raises(StopRun):
        list(x(server, budget=0).pages(None))
    assert server.asked == []


def test_all_versions_of_an_edited_post_share_one_id(server: StandIn) -> None:
    server.tweets[:] = [Tweet("205", "@lumivelle fixed", NOW, "1", "A", "a", history=("201", "205"))]
    page = next(iter(x(server).pages(None)))
    assert ids([page]) == ["201"]


def test_x_is_asked_which_stored_posts_are_gone(server: StandIn) -> None:
    assert XRechecker(XSettings("t", 10_000, 0, server.url)).gone(("10000", "777")) == ("777",)


X_FAULTS: dict[str, tuple[Answer, HealthState]] = {
    "429 with a reset": (Answer(429, b"{}", {"x-rate-limit-reset": "1795000000"}), HealthState.RATE_LIMITED),
    "429 without a reset": (Answer(429, b"{}"), HealthState.RATE_LIMITED),
    "401": (Answer.of({"title": "Unauthorized"}, 401), HealthState.AUTH_FAILED),
    "402": (Answer.of({"title": "Payment Required"}, 402), HealthState.BUDGET_SPENT),
    "403": (Answer.of({"title": "Forbidden"}, 403), HealthState.NEEDS_APPROVAL),
    "400": (Answer.of({"errors": [{"message": "bad query"}]}, 400), HealthState.BROKEN_LAYOUT),
    "503": (Answer(503), HealthState.BEHIND),
    "dropped connection": (Answer(drop=True), HealthState.BEHIND),
    "a page in place of data": (HTML, HealthState.BROKEN_LAYOUT),
    "a list in place of an object": (Answer.of([]), HealthState.BROKEN_LAYOUT),
}


@pytest.mark.parametrize("fault", X_FAULTS)
def test_a_fault_of_x_ends_in_its_health_state(server: StandIn, fault: str) -> None:
    answer, state = X_FAULTS[fault]
    server.script("/search/recent", answer, answer)  # a kept connection that is dropped may be tried once more
    with pytest.raises(StopRun) as stopped:
        list(x(server).pages(None))
    assert stopped.value.state is state


@given(total=st.integers(0, 350), stops=st.lists(st.integers(0, 3), max_size=4))
@settings(max_examples=15, deadline=None)
def test_a_run_stopped_anywhere_and_resumed_loses_nothing(total: int, stops: list[int]) -> None:
    with StandIn(posts(total), tweets(total)) as running:
        for make in (lambda: reddit(running), lambda: x(running)):
            cursor: Cursor | None = None
            seen: set[str] = set()
            for stop in [*stops, 99]:
                for number, page in enumerate(make().pages(cursor)):
                    if number >= stop:
                        break
                    seen |= {m.native_id for m in page.mentions}
                    cursor = page.cursor
            assert len(seen) == total


RECORDED = SHARED / "samples/recorded"


REDDIT_LISTINGS = ["02_search_r_all", "03_subreddit_comments", "04_new_listing_2026", "05_user_overview_mixed_2026",
                   "10_info_batch_100_mixed", "11_crosspost", "14_removed_by_category_reddit", "15_promoted_posts",
                   "16_stream_first_page", "18_empty_listing", "19_last_page"]  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("name", REDDIT_LISTINGS)
def test_every_item_of_a_recorded_reddit_listing_is_a_mention_once_or_gone(server: StandIn, name: str) -> None:
    body = json.loads((RECORDED / "reddit" / f"{name}.json").read_text(encoding="utf-8"))["body"]
    listing = next(part for part in (body if isinstance(body, list) else [body]) if part["kind"] == "Listing")
    listing["data"]["after"] = None
    rows = [c["data"] for c in listing["data"]["children"] if str(c["data"].get("name"))[:3] in ("t1_", "t3_")]
    everyone = Watch("all", ("Lumivelle",), own_accounts=tuple({str(row["author"]) for row in rows}))
    server.script("/search", Answer.of(listing))
    keys = RedditSettings("id", "s", "linux:test:1 (by /u/t)", timedelta(0), server.url, server.url)
    (page,) = list(RedditCollector(keys, everyone, query="q", now=lambda: NOW).pages(None))
    stored = [m.native_id for m in page.mentions]
    assert len(stored) == len(set(stored)) and not set(stored) & set(page.gone)
    assert set(stored) | set(page.gone) | advertised(rows) == {row["name"] for row in rows}


def advertised(rows: list[Any]) -> set[str]:
    return {row["name"] for row in rows if row.get("promoted") or row.get("is_created_from_ads_ui")}


X_SEARCHES = ["01_search_recent", "02_search_all", "04_quote_tweets", "05_user_mentions",
              "10_search_recent_full_expansions", "11_search_with_errors_477", "12_withheld_tweet_in",
              "13_withheld_tweet_de_fr", "14_reply_to_deleted_tweet", "15_withheld_users_many_errors",
              "16_edited_before", "17_edited_after", "18_quote_of_edited", "19_retweet_truncated", "20_emoji_kpop",
              "21_many_urls", "22_many_mentions", "23_media", "24_geo", "25_verified_type",
              "26_cashtags"]  # fmt: skip


def renamed(value: Any) -> Any:
    """The same answer in the vocabulary of August 2026."""
    if isinstance(value, dict):
        return {k.replace("tweet", "post"): renamed(v) for k, v in value.items()}
    return [renamed(v) for v in value] if isinstance(value, list) else value


@pytest.mark.shared
@pytest.mark.parametrize("words", ["tweet", "post"])
@pytest.mark.parametrize("name", X_SEARCHES)
def test_every_post_of_a_recorded_x_search_is_stored_once(server: StandIn, name: str, words: str) -> None:
    body = json.loads((RECORDED / "x" / f"{name}.json").read_text(encoding="utf-8"))["body"]
    body = body if isinstance(body.get("data"), list) else body | {"data": [body["data"]]}
    for row in body["data"]:
        row.setdefault("created_at", "2026-11-01T00:00:00.000Z")
        row["author_id"] = "1"
    body |= {"meta": {"result_count": len(body["data"])}}
    body["includes"] = {"users": [{"id": "1", "name": "One", "username": "lumivelle_official"}]}
    server.script("/counts/recent", Answer.of({"data": [], "meta": {"total_tweet_count": 1}}))
    server.script("/search/recent", Answer.of(renamed(body) if words == "post" else body))
    (page,) = list(x(server).pages(None))
    stored = [m.native_id for m in page.mentions]
    first_ids = {str((row.get("edit_history_tweet_ids") or [row["id"]])[0]) for row in body["data"]}
    assert set(stored) == first_ids
    again = {
        r["id"]
        for r in body["data"]
        for ref in r.get("referenced_tweets", [])
        if ref["type"] in ("retweeted", "quoted")
    }
    assert sum(m.repeats is not None for m in page.mentions) == len(again)
