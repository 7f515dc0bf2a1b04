"""What the fetcher of a profile keeps between two runs: how far it came, and what lets a server say "unchanged"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from collectors.api_answers import mapping, time_of
from collectors.trustpilot import ParsedPage
from data.clock import rfc3339
from data.domain import Cursor


@dataclass(frozen=True, slots=True)
class Kept:
    """``mark``: everything older was stored. ``done``: when all public pages were last read.

    ``pending`` is the newest time seen while a reading is open. ``pages`` holds, by number, each page's validators and
    how many reviews it ``shown``.
    """

    mark: datetime | None = None
    pending: datetime | None = None
    done: datetime | None = None
    is_open: bool = False
    total: int | None = None
    pages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @staticmethod
    def of(since: Cursor | None) -> Kept:
        """As a stored cursor tells it."""
        state: Mapping[str, Any] = since.state if since else {}
        total = state.get("total")
        return Kept(
            time_of(state.get("mark")),
            time_of(state.get("pending")),
            time_of(state.get("done")),
            bool(state.get("open")),
            total if isinstance(total, int) else None,
            {str(n): page for n, page in mapping(state.get("pages")).items() if isinstance(page, Mapping)},
        )

    @property
    def state(self) -> dict[str, Any]:
        """What a cursor keeps; ``shown`` of ``total`` says how much of the profile is public at all."""
        times = {"mark": self.mark, "pending": self.pending, "done": self.done}
        told: dict[str, Any] = {name: rfc3339(t) for name, t in times.items() if t is not None}
        shown = sum(n for page in self.pages.values() if isinstance(n := page.get("shown"), int))
        return told | {"open": self.is_open, "total": self.total, "shown": shown, "pages": dict(self.pages)}

    def validators(self, number: int) -> dict[str, str]:
        """What page ``number`` was last answered with."""
        return {k: v for k, v in self.pages.get(str(number), {}).items() if isinstance(v, str)}

    def is_old(self, page: ParsedPage, lookback: timedelta) -> bool:
        """Whether ``page`` reaches back beyond the mark less the look-back."""
        times = [r.published_at for r in page.reviews if r.published_at is not None]
        return self.mark is not None and bool(times) and min(times) < self.mark - lookback

    def with_page(self, number: int, page: ParsedPage, validators: Mapping[str, str]) -> Kept:
        """After page ``number`` was read: the reading is open."""
        times = [t for t in (self.pending, *(r.published_at for r in page.reviews)) if t is not None]
        held = {**self.pages, str(number): {**validators, "shown": page.shown}}
        total = page.total if page.total is not None else self.total
        return replace(self, pending=max(times, default=None), is_open=True, total=total, pages=held)

    def closed(self, done: datetime | None) -> Kept:
        """After the last page; ``done`` is the time of a reading of all pages, None for a shorter one."""
        times = [t for t in (self.mark, self.pending) if t is not None]
        mark = max(times, default=None)
        return replace(self, mark=mark, pending=None, is_open=False, done=done or self.done)
