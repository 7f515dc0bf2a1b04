"""The further sources through the collectors' shell: found by the registry, off by default, stored and re-checked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.paste import Pasted
from collectors.permalinks import native_id
from collectors.run import add_pasted, collect_all
from collectors.sources import Endpoints
from collectors.standin.feed_files import Article, rss
from collectors.standin.further import FurtherStandIn
from collectors.standin.utterance import Clip, Utterance
from data import browse, mentions, trail
from data.browse import Filter
from data.domain import Actor, HealthState, Source
from data.workspace import Workspace, create
from tests.builders import NOW, days
from tests.conftest import SETTINGS

ON = """
[sources.bluesky]
enabled = true
[sources.mastodon]
enabled = true
instances = ["mastodon.example"]
[sources.youtube]
enabled = true
[sources.feeds]
urls = ["https://lamp-post.example/rss"]
[sources.amazon]
enabled = true
marketplaces = ["US"]
"""
NAMES = ("bluesky", "mastodon", "youtube", "feed", "seller_feedback")
TEXT = "My #Lumivelle lamp never came"
FEEDBACK = (
    b"Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n11/20/26\t1\tNever came.\t\t405-1234567-7654321\t\n"
)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        running.skies = [Utterance("1", TEXT, NOW - days(1))]
        running.statuses = [Utterance("1", TEXT, NOW - days(1), "bob")]
        running.clips = [Clip("clip0000001", "Lumivelle: a test", NOW - days(2))]
        running.comments = [Utterance("comment00001", "mine never came", NOW - days(1), "eve", below="clip0000001")]
        running.feeds["lamp-post.example/rss"] = rss([Article("https://l.example/1", "Lumivelle is silent", "x", NOW)])
        running.amazon.document = FEEDBACK
        yield running


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    made = create(tmp_path / "ws", SETTINGS + ON, clock=lambda: NOW)
    yield made
    made.store.close()


def at(server: FurtherStandIn) -> Endpoints:
    return Endpoints(**dict.fromkeys(NAMES, server.url))


def stored(ws: Workspace) -> list[tuple[str, str]]:
    with ws.store.reading() as tx:
        return sorted((row.source, row.native_id) for row in browse.page(tx, Filter(), size=100).rows)


def test_every_further_source_is_read_and_stored_once(ws: Workspace, server: FurtherStandIn) -> None:
    pytest.importorskip("sp_api")
    first = collect_all(ws, NAMES, at(server))
    assert {(r.source.value, r.state) for r in first} == {(name, HealthState.OK) for name in NAMES}
    kept = stored(ws)
    assert sorted(source for source, _ in kept) == sorted([*NAMES, "youtube"])
    ws.store.clock = lambda: NOW + timedelta(hours=1)
    again = collect_all(ws, NAMES, at(server))
    assert sum(r.stored.new + r.stored.changed for r in again) == 0 and stored(ws) == kept


def test_the_further_sources_are_off_until_they_are_filled_in(workspace: Workspace, server: FurtherStandIn) -> None:
    assert collect_all(workspace, NAMES, at(server)) == [] and server.asked == []


def test_without_keys_each_says_what_to_do_and_asks_nothing(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BLUESKY_APP_PASSWORD", "YOUTUBE_API_KEY", "AMAZON_REFRESH_TOKEN"):
        monkeypatch.delenv(f"REINSTATE_{name}", raising=False)
    found = {r.source: r.state for r in collect_all(ws, ["bluesky", "youtube", "seller_feedback"])}
    assert found == {
        Source.BLUESKY: HealthState.AUTH_FAILED,
        Source.YOUTUBE: HealthState.AUTH_FAILED,
        Source.SELLER_FEEDBACK: HealthState.NEEDS_APPROVAL,
    }


def test_what_is_deleted_there_is_erased_here_within_a_day(ws: Workspace, server: FurtherStandIn) -> None:
    names = ("bluesky", "mastodon", "youtube")
    collect_all(ws, names, at(server))
    assert len(stored(ws)) == 4
    server.skies, server.statuses, server.comments = [], [], []
    server.clips = [replace(server.clips[0], has_comments=False)]
    ws.store.clock = lambda: NOW + timedelta(hours=21)
    collect_all(ws, names, at(server))
    assert [source for source, _ in stored(ws)] == ["youtube"]


def test_the_quota_is_counted_over_runs_of_one_day(ws: Workspace, server: FurtherStandIn) -> None:
    used = []
    for hours in (0, 13, 24):  # the last one is after midnight in California
        ws.store.clock = lambda h=hours: NOW + timedelta(hours=h)  # type: ignore[misc]
        collect_all(ws, ["youtube"], at(server))
        with ws.store.reading() as tx:
            place = mentions.get_cursor(tx, Source.YOUTUBE, "videos")
        assert place is not None
        used.append(place.state["units"])
    assert used == [101, 202, 1]


def test_a_slow_report_is_fetched_by_a_later_run(
    ws: Workspace, server: FurtherStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sp_api")
    monkeypatch.setattr("collectors.amazon_sp_api._WAITS_S", ())
    server.amazon.states = deque(["IN_PROGRESS"])
    (first,) = collect_all(ws, ["seller_feedback"], at(server))
    assert first.state is HealthState.BEHIND and stored(ws) == []
    server.amazon.states = deque(["DONE"])
    (second,) = collect_all(ws, ["seller_feedback"], at(server))
    assert (second.state, second.stored.new, server.amazon.made) == (HealthState.OK, 1, 1)


def test_what_was_pasted_and_then_collected_is_one_mention(ws: Workspace, server: FurtherStandIn) -> None:
    collect_all(ws, ["bluesky"], at(server))
    ((_, uri),) = stored(ws)
    did, _, key = uri.removeprefix("at://").partition("/app.bsky.feed.post/")
    url = f"https://bsky.app/profile/{did}/post/{key}"
    assert native_id(url) == uri
    again = add_pasted(ws, Pasted(TEXT, url=url, day=NOW - days(1)), Actor("p:lead"))
    assert again.new == 0 and len(stored(ws)) == 1


def test_pasting_twice_changes_nothing_and_each_is_on_the_audit_log(ws: Workspace) -> None:
    told = [add_pasted(ws, Pasted("Lumivelle never answered"), Actor("p:lead")) for _ in range(2)]
    assert [(s.new, s.changed) for s in told] == [(1, 0), (0, 0)]
    with ws.store.reading() as tx:
        assert len(trail.entries(tx, action="mention.pasted")) == 2


def test_a_pasted_text_is_not_erased_by_a_source_that_does_not_know_it(ws: Workspace, server: FurtherStandIn) -> None:
    for source in (Source.BLUESKY, Source.MASTODON, Source.YOUTUBE):
        add_pasted(ws, Pasted(f"Lumivelle on {source}", source), Actor("p:lead"))
    ws.store.clock = lambda: NOW + timedelta(hours=21)
    server.skies, server.statuses, server.clips = [], [], []
    collect_all(ws, ["bluesky", "mastodon", "youtube"], at(server))
    assert len(stored(ws)) == 3
