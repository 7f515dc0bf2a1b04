"""Records whose fields have another form than ever before: read, left out with a reason, but never a crash."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import bluesky_rows, mastodon_rows, youtube_rows
from collectors.standin import bluesky_api, mastodon_api, youtube_api
from collectors.standin.utterance import Clip
from collectors.youtube_notes import Notes, Video
from data.domain import Cursor, Mention, Source
from data.errors import SkipItem
from tests.builders import NOW
from tests.collectors.further import WATCH, said

POSTS = [said(1, quotes="2", answers="2"), said(2)]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["2026-11-24T12:00:00Z", "0001-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "text", "uri", "val"]), inner, max_size=3)
    ),
    max_leaves=6,
)
CLIP = Clip("clip0000001", "Lumivelle", NOW)


def bluesky_row() -> Any:
    found = bluesky_api.answer("/xrpc/app.bsky.feed.searchPosts", {"q": "lumivelle"}, POSTS)
    assert found is not None
    return found["posts"][0]


def mastodon_row() -> Any:
    found = mastodon_api.answer("/api/v1/timelines/tag/lumivelle", {}, POSTS)
    assert isinstance(found, list)
    return found[0]


def youtube_row(path: str, **query: str) -> Any:
    told = youtube_api.answer(f"/youtube/v3/{path}", query, [CLIP], [said(1, below=CLIP.id)])
    assert told is not None
    return told[1]["items"][0]


def thread(row: Any) -> list[Mention | None]:
    youtube_rows.opened_at(row)
    video = Video("lumivelle", NOW, "name:Lumivelle")
    return [youtube_rows.comment(comment, CLIP.id, video, WATCH) for comment in youtube_rows.comments(row)]


READ: dict[str, tuple[Any, Callable[[Any], object]]] = {
    "bluesky": (bluesky_row(), lambda row: bluesky_rows.mention(row, WATCH)),
    "mastodon": (mastodon_row(), lambda row: mastodon_rows.mention(row, WATCH, "mastodon.example")),
    "a video": (youtube_row("search", q="lumivelle"), lambda row: youtube_rows.video(row, WATCH)),
    "a thread": (youtube_row("commentThreads", videoId=CLIP.id), thread),
}


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a document."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


@pytest.mark.parametrize("kind", READ)
def test_a_record_as_it_should_be_is_read(kind: str) -> None:
    row, read = READ[kind]
    assert read(row) not in (None, [], [None])


@pytest.mark.parametrize("kind", READ)
@settings(max_examples=150, deadline=timedelta(seconds=2))
@given(data=st.data())
def test_a_record_with_a_part_of_another_form_is_read_or_left_out(kind: str, data: st.DataObject) -> None:
    good, read = READ[kind]
    row = copy.deepcopy(good)
    *way, last = data.draw(st.sampled_from(sorted(places(good), key=str)))
    held = row
    for step in way:
        held = held[step]
    if data.draw(st.booleans()):
        held[last] = data.draw(ANYTHING)
    else:
        del held[last]
    try:
        read(row)
    except SkipItem as reason:
        assert str(reason)


@settings(max_examples=150, deadline=timedelta(seconds=2))
@given(state=st.dictionaries(st.sampled_from(["day", "units", "searched", "videos"]), ANYTHING, max_size=4))
def test_a_cursor_of_another_version_is_read_as_far_as_it_can_be(state: dict[str, Any]) -> None:
    notes = Notes.of(Cursor(Source.YOUTUBE, "videos", state), NOW)
    assert notes.units >= 0 or "units" in state
    assert Notes.of(Cursor(Source.YOUTUBE, "videos", notes.state), NOW) == notes
