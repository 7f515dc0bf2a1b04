"""YouTube over plain HTTP against the loopback stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.standin.further import FurtherStandIn
from collectors.standin.server import Answer
from collectors.standin.utterance import Clip, Utterance
from collectors.youtube import YouTubeCollector, YouTubeRechecker, YouTubeSettings
from data.domain import HealthState
from data.errors import StopRun
from tests.builders import NOW, days
from tests.collectors.further import (
    FAST,
    WATCH,
    ids,
    said,
    youtube,
)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        yield running


def a_clip(n: int = 1, title: str = "Lumivelle lamp: a test", **facts: Any) -> Clip:
    return Clip(f"clip{n:07}", title, NOW - days(n), **facts)


def a_comment(n: int, text: str = "Mine never came", **facts: Any) -> Utterance:
    return replace(said(n, text, **({"below": "clip0000001"} | facts)), id=f"comment{n:05}")


def test_comments_below_a_video_whose_title_names_us_are_read_with_their_replies(server: FurtherStandIn) -> None:
    server.clips = [a_clip()]
    server.comments = [a_comment(n) for n in range(150)] + [a_comment(900, "same here", answers="comment00003")]
    pages = list(youtube(server).pages(None))
    found = ids(pages)
    assert sorted(found) == sorted(["video:clip0000001", *(c.id for c in server.comments)])
    assert len(found) == len(set(found))


def test_below_other_videos_only_comments_that_name_us_count(server: FurtherStandIn) -> None:
    server.clips = [a_clip(title="Ten lamps", description="with one of Lumivelle")]
    server.comments = [a_comment(1), a_comment(2, "Lumivelle never sent mine")]
    assert ids(list(youtube(server).pages(None))) == ["video:clip0000001", "comment00002"]


def test_every_unit_is_booked_before_it_is_used(server: FurtherStandIn) -> None:
    server.clips, server.comments = [a_clip()], [a_comment(n) for n in range(150)]
    pages = list(youtube(server).pages(None))
    assert [page.cursor.state["units"] for page in pages] == [100, 100, 101, 101, 102, 102]


def test_nothing_is_asked_that_goes_beyond_the_days_quota(server: FurtherStandIn) -> None:
    server.clips, server.comments = [a_clip()], [a_comment(n) for n in range(150)]
    seen = []
    with pytest.raises(StopRun) as error:
        for page in youtube(server, daily_units=101).pages(None):
            seen.append(page)
    assert error.value.state is HealthState.BUDGET_SPENT
    assert error.value.until == datetime(2026, 11, 25, 8, tzinfo=UTC)  # midnight in California
    assert len(server.asked) == 2 and seen[-1].cursor.state["units"] == 101


def test_the_next_day_goes_on_where_the_quota_ended(server: FurtherStandIn) -> None:
    server.clips, server.comments = [a_clip()], [a_comment(n) for n in range(150)]
    seen = []
    with pytest.raises(StopRun):
        for page in youtube(server, daily_units=101).pages(None):
            seen.append(page)
    tomorrow = YouTubeCollector(YouTubeSettings("k", local=server.url, limits=FAST), (WATCH,), lambda: NOW + days(1))
    rest = list(tomorrow.pages(seen[-1].cursor))
    assert len(set(ids(seen) + ids(rest))) == 151 and rest[-1].cursor.state["units"] < 200


def test_a_word_is_not_searched_again_too_soon(server: FurtherStandIn) -> None:
    server.clips = [a_clip()]
    last = list(youtube(server).pages(None))[-1].cursor
    server.asked.clear()
    assert list(youtube(server).pages(last)) == [] and server.asked == []


def test_a_video_without_comments_is_no_longer_followed(server: FurtherStandIn) -> None:
    server.clips = [a_clip(has_comments=False), a_clip(2)]
    server.comments = [a_comment(1, below="clip0000002")]
    last = list(youtube(server).pages(None))[-1]
    assert list(last.cursor.state["videos"]) == ["clip0000002"]


def test_one_video_that_cannot_be_read_does_not_stop_the_others(server: FurtherStandIn) -> None:
    server.clips = [a_clip(), a_clip(2)]
    server.comments = [a_comment(1), a_comment(2, below="clip0000002")]
    server.script("commentThreads", Answer(400, b"{}"))
    seen = []
    with pytest.raises(StopRun) as error:
        for page in youtube(server).pages(None):
            seen.append(page)
    assert error.value.state is HealthState.BROKEN_LAYOUT and len([i for i in ids(seen) if "comment" in i]) == 1


def test_youtube_is_asked_which_stored_videos_and_comments_are_gone(server: FurtherStandIn) -> None:
    server.clips, server.comments = [a_clip()], [a_comment(1)]
    checker = YouTubeRechecker(YouTubeSettings("k", local=server.url, limits=FAST), lambda: NOW)
    stored = ("video:clip0000001", "video:clip0000002", "comment00001", "comment00002", "paste:" + "a" * 24)
    assert checker.gone(stored) == ("video:clip0000002", "comment00002")


def test_the_youtube_key_never_stands_in_an_address(server: FurtherStandIn) -> None:
    heard: list[dict[str, str]] = []
    answer = server.answer

    def listening(path: str, query: Any, form: Any, sent: Any) -> Answer:
        heard.append({**query, "sent": sent.get("x-goog-api-key", "")})
        return answer(path, query, form, sent)

    server.answer = listening  # type: ignore[method-assign]
    list(youtube(server, key="secret-key").pages(None))
    assert [h.pop("sent") for h in heard] == ["secret-key"]
    assert "secret-key" not in json.dumps(heard)
