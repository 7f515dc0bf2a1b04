"""Where the reading of a newest-first listing stands: its high-water mark moves with the last page alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors.api_answers import time_of
from data.clock import rfc3339
from data.domain import Cursor


@dataclass(frozen=True, slots=True)
class Place:
    """``mark``: everything older was stored, but for the look-back. While a reading is under way ``pending`` is the
    newest time it has seen and ``after`` the source's own name for the next page."""

    mark: datetime | None = None
    pending: datetime | None = None
    after: str | None = None

    @staticmethod
    def of(since: Cursor | None) -> Place:
        """As a stored cursor tells it."""
        state: Mapping[str, Any] = since.state if since else {}
        after = state.get("after")
        return Place(
            time_of(state.get("mark")), time_of(state.get("pending")), after if isinstance(after, str) else None
        )

    @property
    def state(self) -> dict[str, str]:
        """What a cursor keeps."""
        told = {
            "mark": rfc3339(self.mark) if self.mark else None,
            "pending": rfc3339(self.pending) if self.pending else None,
            "after": self.after,
        }
        return {name: value for name, value in told.items() if value is not None}

    def stops_at(self, lookback: timedelta) -> datetime | None:
        """The time at which this reading may stop; None when there is no mark yet."""
        return self.mark - lookback if self.mark else None

    def reading(self, times: Iterable[datetime], after: str | None) -> Place:
        """After a page that showed ``times``, with more to come at ``after``."""
        return Place(self.mark, _latest(self.pending, *times), after)

    def done(self, times: Iterable[datetime]) -> Place:
        """After the last page, which showed ``times``."""
        return Place(_latest(self.mark, self.pending, *times))


def _latest(*times: datetime | None) -> datetime | None:
    return max((t for t in times if t is not None), default=None)
