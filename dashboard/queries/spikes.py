"""Days on which a source was far louder than it usually is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

USUAL_DAYS = 28
LEAST = 6  # frustrated mentions on the day
TIMES = 2.5  # against the usual level


@dataclass(frozen=True, slots=True)
class Spike:
    """One loud day: ``times`` the usual level; ``category`` is what most of it is about."""

    source: str
    day: date
    n: int
    times: float
    category: str


def find(
    grouped: Mapping[str, Mapping[date, int]],
    first: date,
    last: date,
    topics: Mapping[tuple[str, date], str],
    most: int = 6,
) -> tuple[Spike, ...]:
    """Spikes between two days (both included), newest first.

    The usual level is the mean of the 28 days before, at least one in two days so that a silent source does not
    spike with its first word. Of two neighbouring days only the louder one counts.
    """
    found: list[Spike] = []
    for source, counts in grouped.items():
        loud: list[Spike] = []
        for day in sorted(d for d in counts if first <= d <= last):
            usual = sum(counts.get(day - timedelta(days=k), 0) for k in range(1, USUAL_DAYS + 1)) / USUAL_DAYS
            times = counts[day] / max(usual, 0.5)
            if counts[day] >= LEAST and times >= TIMES:
                loud.append(Spike(source, day, counts[day], times, topics.get((source, day), "")))
        found += [s for s in loud if not any(_is_louder(o, s) for o in loud)]
    found.sort(key=lambda s: (s.day, s.n, s.source), reverse=True)
    return tuple(found[:most])


def _is_louder(other: Spike, spike: Spike) -> bool:
    near = abs((other.day - spike.day).days) <= 2
    return near and (other.n, other.day) > (spike.n, spike.day)
