"""What a plan takes and what it is expected to save: contacts, hours and money, in all and by wave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data.domain import OutreachTask
from recovery_plan.outreach.planner import Plan


@dataclass(frozen=True, slots=True)
class Cost:
    """Money in minor units of the brand's currency. ``wave`` is None for the whole plan."""

    wave: int | None
    contacts: int
    minutes: int
    cost_minor: int
    value_minor: int  # expected harm avoided

    @property
    def hours(self) -> float:
        """Working hours."""
        return self.minutes / 60.0

    @property
    def net_minor(self) -> int:
        """What is left of the avoided harm after the work is paid; may be negative where answers are owed."""
        return self.value_minor - self.cost_minor


def costs(made: Plan, hourly_cost_minor: float) -> tuple[Cost, ...]:
    """The whole plan first, then each wave."""
    placed = made.placed
    waves = sorted({t.wave for t in placed if t.wave is not None})
    whole = _cost(None, placed, hourly_cost_minor)
    return (whole, *(_cost(wave, [t for t in placed if t.wave == wave], hourly_cost_minor) for wave in waves))


def _cost(wave: int | None, tasks: Iterable[OutreachTask], hourly_cost_minor: float) -> Cost:
    counted = list(tasks)
    minutes = sum(max(t.effort_min, 1) for t in counted)
    money = round(minutes / 60.0 * hourly_cost_minor)
    return Cost(wave, len(counted), minutes, money, round(sum(t.value for t in counted)))
