"""Pages that come at once share a commit; what that must never cost is a page, money or order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from collectors import reading
from collectors.run import collect
from data import browse, mentions, trail
from data.domain import Cursor, HealthState, Mention, Page, Source
from data.errors import StopRun
from data.store import Store
from tests.builders import NOW, TESTER, a_mention

PARTITION = "acme:search"


def page(n: int, *said: Mention, cost: int = 0, gone: tuple[str, ...] = ()) -> Page:
    return Page(said, Cursor(Source.X, PARTITION, {"page": n}), gone, {"odd": 1}, cost_micros=cost)


def said(native_id: str, text: str = "Lumivelle, where is my lamp?", at: datetime = NOW) -> Mention:
    return a_mention(native_id, source=Source.X, text=text, author=None, published_at=at)


class Giving:
    """A source that gives these pages, then stops as told."""

    source, partition = Source.X, PARTITION

    def __init__(self, *pages: Page, end: StopRun | None = None) -> None:
        self._pages, self._end = pages, end

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        yield from self._pages
        if self._end:
            raise self._end


def groups(pages: Iterable[Page], ticks: Iterable[float] = ()) -> list[list[int]]:
    clock = iter(ticks)
    return [[p.cursor.state["page"] for p in g] for g in reading.together(pages, lambda: next(clock, 0.0))]


def test_pages_that_come_at_once_share_a_commit_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", 2)
    assert groups(page(n, said(str(n))) for n in range(5)) == [[0, 1], [2, 3], [4]]


def test_a_page_that_cost_money_is_never_held_back() -> None:
    assert groups([page(0), page(1, cost=5), page(2, cost=5), page(3)]) == [[0, 1], [2], [3]]


def test_no_page_waits_for_more_than_the_next_one_of_a_slow_source() -> None:
    seconds = [0.0, 0.4, 0.8, 1.2, 2.0, 2.1, 2.2]  # the clock is asked twice at a first page, once at each later one
    assert groups([page(n) for n in range(5)], seconds) == [[0, 1, 2], [3, 4]]


def test_what_a_source_gave_before_it_stopped_is_stored(store: Store) -> None:
    stopped = StopRun("no more", state=HealthState.BEHIND)
    result = collect(store, Giving(page(0, said("a")), page(1, said("b")), end=stopped))
    assert (result.state, result.stored.new) == (HealthState.BEHIND, 2)
    with store.reading() as tx:
        kept = mentions.get_cursor(tx, Source.X, PARTITION)
        health = trail.health_of(tx, Source.X, PARTITION)
    assert kept is not None and kept.state == {"page": 1}
    assert health is not None and health.skipped == {"odd": 2}


def test_a_page_that_the_store_cannot_take_holds_back_none_before_it(store: Store) -> None:
    poison = said("p", at=NOW.replace(tzinfo=None))
    result = collect(store, Giving(page(0, said("a")), page(1, said("b")), page(2, poison), page(3, said("c"))))
    assert (result.state, result.stored.new) == (HealthState.BROKEN_LAYOUT, 2)
    with store.reading() as tx:
        kept = mentions.get_cursor(tx, Source.X, PARTITION)
        ids = {row.native_id for row in browse.page(tx, browse.Filter(), size=10).rows}
    assert kept is not None and kept.state == {"page": 1} and ids == {"a", "b"}


def test_a_mention_that_several_pages_tell_of_ends_as_if_each_were_stored_by_itself(store: Store) -> None:
    newer = replace(said("a", "Refunded."), updated_at=NOW)
    told = [page(0, newer), page(1, said("a")), page(2, said("b")), page(3, gone=("b",)), page(4, said("b"))]
    with store.transaction(TESTER) as tx:
        together = mentions.add_pages(tx, told)
        rows = browse.page(tx, browse.Filter(), size=10).rows
    assert (together.new, together.unchanged, together.gone) == (2, 2, 1)
    assert [(row.native_id, row.text) for row in rows] == [("a", "Refunded.")]
