"""How long each person works on the outreach, on which days and by which routes; the newest line counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from data.domain import Route
from data.schema.outreach import work_line
from data.store import Tx


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One person's line. ``days_off`` are weekdays (Monday is 0); no ``routes`` means all of them."""

    actor: str
    minutes_per_day: int
    days_off: frozenset[int] = frozenset()
    routes: frozenset[Route] = frozenset()


def add(tx: Tx, line: WorkLine) -> None:
    """Put a person's line on record; earlier plans keep the one they were made by."""
    tx.conn.execute(
        work_line.insert().values(
            actor=line.actor,
            minutes_per_day=line.minutes_per_day,
            days_off=sorted(line.days_off),
            routes=sorted(route.value for route in line.routes),
            made_by=tx.actor.id,
            made_at=tx.now,
        )
    )
    tx.audit("work.line_set", f"actor:{line.actor}", {"minutes": line.minutes_per_day, "days_off": len(line.days_off)})


def lines(tx: Tx) -> dict[str, WorkLine]:
    """Person -> their newest line; people without one follow the settings."""
    return {r.actor: _line(r.actor, r.minutes_per_day, r.days_off, r.routes) for r in tx.conn.execute(_in_order())}


def _in_order() -> Any:
    return select(work_line).order_by(work_line.c.id)


def _line(actor: str, minutes: int, days_off: Iterable[int], routes: Iterable[str]) -> WorkLine:
    return WorkLine(actor, minutes, frozenset(days_off), frozenset(Route(route) for route in routes))
