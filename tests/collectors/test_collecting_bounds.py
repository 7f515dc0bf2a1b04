"""The shell keeps every source within bounds: waits, endless and lying sources, the past, deletions and their price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from collectors import reading
from collectors.rechecks import recheck
from collectors.run import collect, collect_all
from collectors.sources import Endpoints
from collectors.standin.content import Post, Tweet
from collectors.standin.server import Answer, StandIn
from data import browse, mentions, trail
from data.browse import Filter
from data.domain import Cursor, HealthState, Mention, Page, Source
from data.errors import StopRun
from data.store import Store
from data.workspace import Workspace, create
from tests.builders import NOW, TESTER, a_mention, days
from tests.conftest import SETTINGS


class Reading:
    """A source that gives pages of one mention each, newest first."""

    source, partition = Source.REDDIT, "acme:search"

    def __init__(self, *said: Mention, asked: list[Cursor | None] | None = None, lies: bool = False) -> None:
        self.said, self.asked, self.lies = said, asked if asked is not None else [], lies

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        self.asked.append(since)
        start = int(since.state["after"]) if since and "after" in since.state else 0
        for n in range(start, len(self.said)):
            is_last = n == len(self.said) - 1
            state = {"after": 0} if self.lies else {"mark": 1} if is_last else {"after": n + 1}
            yield Page((self.said[0 if self.lies else n],), Cursor(self.source, self.partition, state))


def said(n: int) -> list[Mention]:
    return [a_mention(f"t3_{i}", source=Source.REDDIT, author=None, published_at=NOW - days(i)) for i in range(n)]


def held(store: Store) -> set[str]:
    with store.reading() as tx:
        return {row.native_id for row in browse.page(tx, Filter(), size=1000).rows}


def test_a_source_that_named_a_time_is_not_asked_before_it(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        until = NOW + timedelta(minutes=5)
        trail.set_health(tx, Source.REDDIT, "acme:search", HealthState.RATE_LIMITED, "wait", until=until)
    asked: list[Cursor | None] = []
    result = collect(store, Reading(*said(1), asked=asked))
    assert (result.state, result.until, asked) == (HealthState.RATE_LIMITED, until, [])
    store.clock = lambda: until
    assert collect(store, Reading(*said(1), asked=asked)).state is HealthState.OK


def test_a_source_without_end_is_left_and_taken_up_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PAGES", 3)
    first = collect(store, Reading(*said(5)))
    assert (first.state, first.stored.new) == (HealthState.BEHIND, 3)
    assert collect(store, Reading(*said(5))).state is HealthState.OK and len(held(store)) == 5


def test_a_source_that_takes_too_long_is_left_at_the_end_of_its_page() -> None:
    ticks = iter([0.0, reading.MAX_S + 1])
    pages: list[Page] = []
    with pytest.raises(StopRun) as stopped:
        for page in reading.pages(Reading(*said(5)), None, lambda: next(ticks)):
            pages.append(page)
    assert stopped.value.state is HealthState.BEHIND and len(pages) == 1


def test_a_source_that_shows_the_same_page_again_and_again_is_stopped(store: Store) -> None:
    result = collect(store, Reading(*said(9), lies=True))
    assert result.state is HealthState.BROKEN_LAYOUT and "again and again" in result.message


def test_a_backfill_reads_the_past_and_moves_no_ordinary_position(store: Store) -> None:
    source = Reading(*said(60))
    with store.transaction(TESTER) as tx:
        mentions.set_cursor(tx, Cursor(source.source, source.partition, {"mark": 1}))
    result = collect(store, reading.Backfill(source, NOW - days(30)))
    assert result.state is HealthState.OK and held(store) == {f"t3_{n}" for n in range(32)}
    with store.reading() as tx:
        kept = mentions.get_cursor(tx, source.source, source.partition)
        own = mentions.get_cursor(tx, source.source, result.partition)
        health = trail.health(tx)
    assert kept is not None and kept.state == {"mark": 1} and own is None and health == []


def test_an_interrupted_backfill_goes_on_where_it_stopped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PAGES", 10)
    asked: list[Cursor | None] = []
    for _ in range(4):
        collect(store, reading.Backfill(Reading(*said(60), asked=asked), NOW - days(30)))
    assert [c.state["after"] if c else 0 for c in asked] == [0, 10, 20, 30] and len(held(store)) == 32


def posts() -> tuple[Post, ...]:
    return tuple(Post(f"t3_{n:02}", "Lumivelle", NOW - days(n), "u", "lamps", "Lumivelle") for n in range(5))


def tweets(n: int = 4) -> tuple[Tweet, ...]:
    return tuple(Tweet(str(900 + i), f"@lumivelle {i}", NOW - days(1), str(i), "N", f"n{i}") for i in range(n))


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(posts(), tweets()) as running:
        yield running


def at(standin: StandIn) -> Endpoints:
    return Endpoints(reddit=standin.url, x=standin.url)


def test_a_backfill_of_x_has_a_budget_of_its_own(workspace: Workspace, standin: StandIn) -> None:
    (result,) = collect_all(workspace, ["x"], at(standin), backfill=days(30))
    assert result.state is HealthState.BUDGET_SPENT and standin.asked == []
    workspace.store.close()
    settings = SETTINGS + "backfill_budget_usd = 5.0\n"
    richer = create(workspace.folder.parent / "richer", settings, clock=lambda: NOW)
    collect_all(richer, ["x"], at(standin), backfill=days(30))
    with richer.store.reading() as tx:
        month, past = (trail.spent(tx, Source.X, name) for name in ("2026-11", "2026-11 backfill"))
    assert (month, past) == (0, 5_000 + 4 * 15_000)
    richer.store.close()


def test_queries_of_x_share_the_months_budget_as_it_stands_when_each_begins(
    tmp_path: Path,
) -> None:
    words = "".join(f'"Lumivelle{n:02}{"x" * 80}", ' for n in range(12))
    settings = SETTINGS.replace('names = ["Lumivelle"]', f'names = ["Lumivelle", {words}]').replace("10.0", "1.53")
    ws = create(tmp_path / "w", settings, clock=lambda: NOW)
    with StandIn((), tweets(90)) as standin:
        results = collect_all(ws, ["x"], at(standin))
    states = [r.state for r in results]
    with ws.store.reading() as tx:
        assert trail.spent(tx, Source.X, "2026-11") <= 1_530_000
    assert states[0] is HealthState.OK and HealthState.BUDGET_SPENT in states
    ws.store.close()


class Forgetting:
    source = Source.REDDIT

    def __init__(self, *gone: str, fails: Exception | None = None, cost: int = 0) -> None:
        self.missing, self.fails, self.calls, self.cost_micros = gone, fails, 0, cost

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        self.calls += 1
        if self.fails:
            raise self.fails
        return tuple(n for n in native_ids if n in self.missing)


def stocked(store: Store, n: int) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, said(n))
    store.clock = lambda: NOW + timedelta(hours=21)


def test_all_that_is_due_is_asked_for_in_one_run(store: Store) -> None:
    stocked(store, 25)
    asking = Forgetting("t3_3", "t3_24", cost=7)
    (result,) = recheck(store, asking, limit=10)
    assert (asking.calls, result.stored.gone, len(held(store))) == (3, 2, 23)
    with store.reading() as tx:
        assert trail.spent(tx, Source.REDDIT, "2026-11") == 21
    assert recheck(store, asking, limit=10) == []


def test_a_surprise_while_asking_what_is_gone_erases_nothing_and_is_a_state(store: Store) -> None:
    stocked(store, 3)
    (result,) = recheck(store, Forgetting("t3_1", fails=AssertionError("Please file a bug report with PRAW.")))
    assert result.state is HealthState.BROKEN_LAYOUT and len(held(store)) == 3
    with store.reading() as tx:
        assert [(r.partition, r.state) for r in trail.health(tx)] == [("recheck", "broken_layout")]


def test_a_source_that_says_nearly_everything_is_gone_is_believed_only_when_it_says_so_again(store: Store) -> None:
    stocked(store, 25)
    asking = Forgetting(*(f"t3_{n}" for n in range(24)))
    (result,) = recheck(store, asking)
    assert result.state is HealthState.BEHIND and "nothing was erased" in result.message and len(held(store)) == 25
    assert recheck(store, asking) == []  # not before the hour is over
    store.clock = lambda: NOW + timedelta(hours=22, minutes=1)
    (result,) = recheck(store, asking)
    assert (result.state, result.stored.gone, len(held(store))) == (HealthState.OK, 24, 1)


def test_an_outage_that_answers_with_nothing_erases_nothing(store: Store) -> None:
    stocked(store, 25)
    recheck(store, Forgetting(*(f"t3_{n}" for n in range(25))))
    store.clock = lambda: NOW + timedelta(hours=23)
    (result,) = recheck(store, Forgetting("t3_1"))
    assert (result.state, result.stored.gone, len(held(store))) == (HealthState.OK, 1, 24)


def test_deletions_on_reddit_are_honoured_within_24_hours_by_runs_every_four(
    workspace: Workspace, standin: StandIn
) -> None:
    collect_all(workspace, ["reddit"], at(standin))
    standin.posts[:] = [p for p in standin.posts if p.name != "t3_04"]  # too old for any look-back
    for hour in range(4, 25, 4):
        workspace.store.clock = partial(NOW.__add__, timedelta(hours=hour))
        collect_all(workspace, ["reddit"], at(standin))
    assert "t3_04" not in held(workspace.store) and "t3_03" in held(workspace.store)


def test_what_asking_x_for_deletions_costs_is_counted_and_never_beyond_the_budget(
    workspace: Workspace, standin: StandIn
) -> None:
    collect_all(workspace, ["x"], at(standin))
    workspace.store.clock = lambda: NOW + timedelta(hours=21)
    collect_all(workspace, ["x"], at(standin))
    with workspace.store.transaction(TESTER) as tx:
        assert trail.spent(tx, Source.X, "2026-11") == (5_000 + 4 * 15_000) + 5_000 + 4 * 5_000
        trail.add_spend(tx, Source.X, "2026-11", 10_000_000)
    standin.asked.clear()
    workspace.store.clock = lambda: NOW + timedelta(hours=42)
    results = {r.partition: r for r in collect_all(workspace, ["x"], at(standin))}
    assert results["recheck"].state is HealthState.BUDGET_SPENT and "erase --source x" in results["recheck"].message
    assert standin.asked == []


def test_a_page_that_is_no_answer_leaves_the_other_sources_alone(workspace: Workspace, standin: StandIn) -> None:
    standin.script("/search/recent", Answer(200, b"<html>"))
    states = {(r.source.value, r.partition): r.state for r in collect_all(workspace, ["reddit", "x"], at(standin))}
    assert states["x", "lumivelle:search"] is HealthState.BROKEN_LAYOUT
    assert states["reddit", "lumivelle:search"] is HealthState.OK
