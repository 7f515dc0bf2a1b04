"""Mastodon over plain HTTP against the loopback stand-in, and its recorded answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from collectors import mastodon_rows
from collectors.mastodon import MastodonRechecker, MastodonSettings, hashtags
from collectors.standin import mastodon_api
from collectors.standin.further import FurtherStandIn
from collectors.standin.server import Answer
from data.domain import Watch
from data.errors import SkipItem
from tests.builders import NOW
from tests.collectors.further import (
    FAST,
    WATCH,
    ids,
    mastodon,
    of,
    recorded,
    said,
)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        yield running


def test_every_status_of_a_hashtag_is_read_once_over_pages(server: FurtherStandIn) -> None:
    server.statuses = [said(n) for n in range(100)]
    pages = list(mastodon(server).pages(None))
    assert len(pages) == 4 and sorted(ids(pages)) == sorted(mastodon_api.uri(s) for s in server.statuses)
    assert pages[-1].cursor.state == {"mark": "2026-11-24T12:00:00Z"}


def test_an_edited_status_comes_back_within_the_look_back(server: FurtherStandIn) -> None:
    server.statuses = [said(n) for n in range(3)]
    last = list(mastodon(server).pages(None))[-1].cursor
    server.statuses[1] = replace(server.statuses[1], text="#Lumivelle has answered now", edited=NOW)
    made = {m.native_id: m for m in of(list(mastodon(server).pages(last)))}
    edited = made[mastodon_api.uri(server.statuses[1])]
    assert (edited.text, edited.updated_at) == ("#Lumivelle has answered now", NOW)


def test_a_statuss_html_becomes_lines_of_text(server: FurtherStandIn) -> None:
    server.statuses = [said(1, "Tom & Co: #Lumivelle\nnever <again>")]
    assert of(list(mastodon(server).pages(None)))[0].text == "Tom & Co: #Lumivelle\nnever <again>"


def test_the_same_status_has_the_same_id_and_author_on_every_instance() -> None:
    status = mastodon_api.answer("/api/v1/timelines/tag/lumivelle", {}, [said(1)])
    assert isinstance(status, list)
    home = mastodon_rows.mention(status[0], WATCH, "mastodon.example")
    away = status[0] | {"id": "77", "account": status[0]["account"] | {"acct": "u1@mastodon.example"}}
    elsewhere = mastodon_rows.mention(away, WATCH, "other.example")
    assert home is not None and elsewhere is not None
    assert (home.native_id, home.author) == (elsewhere.native_id, elsewhere.author)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"visibility": "unlisted"}, "not public"),
        ({"reblog": {"id": "1"}}, "boost"),
        ({"account": {"acct": "a", "noindex": True}}, "not to be indexed"),
        ({"created_at": None}, "no id, author or time"),
    ],
)
def test_what_is_not_for_us_is_left_out_with_a_reason(change: dict[str, Any], why: str) -> None:
    status = mastodon_api.answer("/api/v1/timelines/tag/lumivelle", {}, [said(1)])
    assert isinstance(status, list)
    with pytest.raises(SkipItem, match=why):
        mastodon_rows.mention(status[0] | change, WATCH, "mastodon.example")


def test_a_statuss_home_is_asked_whether_it_still_exists(server: FurtherStandIn) -> None:
    server.statuses = [said(n) for n in range(3)]
    stored = tuple(mastodon_api.uri(s) for s in server.statuses)
    del server.statuses[0]
    kept = MastodonSettings(local=server.url, limits=FAST)
    assert MastodonRechecker(kept).gone((*stored, "https://misskey.example/notes/abc")) == (stored[0],)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503),
        Answer(404, b"<html>gone</html>", {"content-type": "text/html"}),
        Answer.of({"error": "This API requires an authenticated user"}, 401),
        Answer(302, b"", {"location": "https://elsewhere.example/"}),
    ],
)
def test_a_home_that_does_not_say_so_itself_proves_nothing(server: FurtherStandIn, answer: Answer) -> None:
    server.script("/statuses/", answer)
    kept = MastodonSettings(local=server.url, limits=FAST)
    assert MastodonRechecker(kept).gone((mastodon_api.uri(said(1)),)) == ()


def test_hashtags_are_made_from_names_of_several_words() -> None:
    wanted = Watch("w", ("Lumi Velle", "Café-Lumière"), misspellings=("LumiVelle",), handles=("lumi_velle",))
    assert hashtags(wanted, ["lamps"]) == ("lumivelle", "cafelumiere", "lumi_velle", "lamps")


@pytest.mark.shared
@pytest.mark.parametrize(
    "file", ["03_hashtag_timeline.json", "04_public_timeline.json", "05_public_timeline_remote.json"]
)
def test_every_recorded_status_of_mastodon_is_read_or_left_out_with_a_reason(file: str) -> None:
    rows = recorded(f"mastodon/{file}")
    read = 0
    for row in rows:
        try:
            mastodon_rows.mention(row, WATCH, "localhost")
            read += 1
        except SkipItem as reason:
            assert str(reason) in ("not public", "a boost: the original is read itself")
    assert read >= 1


@pytest.mark.shared
def test_the_recorded_edit_of_a_status_has_its_time() -> None:
    made = mastodon_rows.mention(recorded("mastodon/07b_status_edited.json"), Watch("w", ("Kate",)), "localhost")
    assert made is not None and made.updated_at is not None and made.text.endswith("Kate")


@pytest.mark.shared
def test_the_recorded_quote_shows_only_its_own_words() -> None:
    row = recorded("mastodon/08_status_with_quote.json") | {"visibility": "public"}
    made = mastodon_rows.mention(row, Watch("w", ("yoooooooo",)), "localhost")
    assert made is not None and made.text == "yoooooooo"
