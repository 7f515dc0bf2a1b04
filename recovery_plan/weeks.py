"""ISO weeks: the time unit of the weekly export and report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from data.errors import BadInput

SPELLING = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO 8601 week, Monday to Sunday; its text is ``2026-W47``."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read ``2026-W47``; raises BadInput for another spelling or a week that the year does not have."""
        found = SPELLING.fullmatch(text.strip())
        if found is None:
            raise BadInput("week: expected a year and an ISO week, for example 2026-W47")
        try:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            raise BadInput(f"week: {found[1]} has no week {found[2]}") from None
        return cls.of(monday)

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that ``day`` is in; around New Year it may belong to the other year."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        """First day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Last day."""
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> Week:
        """The week before."""
        return Week.of(self.monday - timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"
