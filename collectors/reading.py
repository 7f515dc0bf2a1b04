"""Reading one partition within bounds: whatever a collector or its library does, it ends as pages or as a StopRun."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from collectors.base import Collector
from data import log
from data.domain import Cursor, HealthState, Page
from data.errors import StopRun

MAX_PAGES = 500  # of one partition in one run: ten times what the largest listing has
MAX_S = 900.0
ROWS = 1_000  # mentions that are committed together
HELD_S = 1.0  # longest that a page waits for the next ones
BACKFILL = "~backfill"  # what follows a partition's name in the cursor of its backfill

_log = log.get("collectors")


def pages(collector: Collector, since: Cursor | None, clock: Callable[[], float] = time.monotonic) -> Iterator[Page]:
    """The collector's pages; raises StopRun and nothing else.

    A source without end stops with ``behind`` (the next run goes on at the stored cursor), one that shows the same page
    again with ``broken_layout``.
    """
    began, last = clock(), None
    try:
        for number, page in enumerate(collector.pages(since), start=1):
            shown = (dict(page.cursor.state), [m.native_id for m in page.mentions])
            if shown == last and page.mentions:
                raise StopRun("the source shows the same page again and again", state=HealthState.BROKEN_LAYOUT)
            last = shown
            yield page
            if number >= MAX_PAGES or clock() - began > MAX_S:
                raise StopRun("there is more than one run reads: the next one goes on", state=HealthState.BEHIND)
    except StopRun:
        raise
    except Exception as error:  # a client library may raise anything: it becomes a state, never a crash of the others
        _log.error("collector.failed", source=collector.source.value, kind=type(error).__name__)
        told = f"unexpected {type(error).__name__} while reading"
        raise StopRun(told, state=HealthState.BROKEN_LAYOUT) from None


def together(read: Iterable[Page], clock: Callable[[], float] = time.monotonic) -> Iterator[tuple[Page, ...]]:
    """Pages as they are to be committed: those that come at once share a commit, and the search index its work.

    A page that cost money is never held back, so that what was paid is always on the books; no other is held back for
    more than ``ROWS`` mentions or, once the next one is there, ``HELD_S`` seconds. A crash reads held pages again.
    When the source stops, what it gave until then comes first.
    """
    held: list[Page] = []
    since = 0.0
    try:
        for page in read:
            since = since if held else clock()
            held.append(page)
            is_full = sum(len(p.mentions) + len(p.gone) for p in held) >= ROWS
            if page.cost_micros or is_full or clock() - since >= HELD_S:
                yield tuple(held)
                held = []
    except StopRun:
        if held:
            yield tuple(held)
        raise
    if held:
        yield tuple(held)


class Backfill:
    """Reads a partition's past once more, with a position of its own: the ordinary one does not move.

    Stops after the page that reaches ``back_to``; sources list newest first. What one no longer lists is not found.
    """

    def __init__(self, collector: Collector, back_to: datetime) -> None:
        self._collector, self._back_to = collector, back_to
        self.source = collector.source
        self.partition = collector.partition + BACKFILL

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """As the collector's, under the backfill's own cursor; see collectors.base."""
        inner = Cursor(self.source, self._collector.partition, since.state) if since else None
        for page in self._collector.pages(inner):
            yield replace(page, cursor=Cursor(self.source, self.partition, page.cursor.state))
            if any(m.published_at < self._back_to for m in page.mentions):
                return
