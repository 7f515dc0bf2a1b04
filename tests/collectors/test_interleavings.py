"""Any interleaving of pages, crashes, edits, deletions and duplicates gives the same final store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings

from collectors.reddit import RedditCollector
from data import duplicates
from data.domain import Cursor, Page
from tests.collectors.interleavings import EVENTS, Step, check, steps

UNEDITED = [event for event in EVENTS if event not in ("edit", "old copy")]
bounded = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(steps())
@example([("publish", n, 0, n) for n in range(6)] + [("crash", 0, 1, 0), ("edit", 3, 1, 0), ("old copy", 0, 0, 0)])
@example([("publish", 0, 0, 1), ("read", 0, 0, 0), ("elsewhere", 0, 1, 1), ("delete", 0, 0, 0), ("recheck", 0, 0, 0)])
@bounded
def test_any_interleaving_ends_in_the_store_that_a_first_reading_makes(happened: Sequence[Step]) -> None:
    check(happened)


@given(steps(UNEDITED))
@bounded
def test_nothing_is_lost_between_two_runs_even_without_a_look_back(happened: Sequence[Step]) -> None:
    check(happened, timedelta(0))


def test_the_check_notices_a_mark_that_moves_before_the_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = RedditCollector.pages

    def hasty(self: RedditCollector, since: Cursor | None) -> Iterator[Page]:
        for page in honest(self, since):
            state = page.cursor.state
            yield replace(page, cursor=replace(page.cursor, state={"mark": state.get("pending", state["mark"])}))

    monkeypatch.setattr(RedditCollector, "pages", hasty)
    published: list[Step] = [("publish", n, 0, n % 6) for n in range(8)]
    with pytest.raises(AssertionError):
        check([*published, ("crash", 0, 2, 0)], timedelta(0))


def test_the_check_notices_groups_that_depend_on_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_with_groups", lambda tx, ids: sorted(ids)[:1])
    happened: list[Step] = [("publish", 0, 0, 1), ("elsewhere", 0, 0, 1), ("elsewhere", 1, 1, 1), ("read", 0, 0, 0)]
    with pytest.raises(AssertionError):
        check([*happened, ("delete", 0, 0, 0), ("read", 0, 0, 0)])
