"""The suspension as people work through it: its mode, its protocol, its channel, what it holds and what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.access import Action
from dashboard.viewer import Viewer
from data import casework, holds, people
from data.browse_orders import by_marketplace
from data.channel import Entry
from data.domain import Mode, Role, Suspension
from data.holds import Held
from data.people import Person
from data.store import Tx
from data.workspace import Workspace
from recovery_plan.containment.deadlines import of_suspension
from recovery_plan.containment.mode import MAY_CLOSE, Step
from recovery_plan.containment.readiness import COVERED
from recovery_plan.desk import channel, suspending
from recovery_plan.rules import load

PAGE = 25


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the protocol; ``corrections`` are entries of the channel about it."""

    position: int
    step: Step
    owner: str | None
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    note: str
    is_next: bool
    corrections: tuple[Entry, ...]

    @property
    def closers(self) -> frozenset[Role]:
        """The roles that may close it."""
        return MAY_CLOSE[self.step]

    def is_late(self, now: datetime) -> bool:
        """Open beyond its time."""
        return self.closed_at is None and self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class SuspensionView:
    """What is on, a suspension before a drill, else the last suspension; ``shown`` is None before the first.

    ``entries`` is None for a role that the channel is not open to.
    """

    mode: Mode
    shown: Suspension | None
    steps: tuple[StepLine, ...]
    tagged: int
    on_hold: int
    plan_due: datetime | None
    entries: tuple[Entry, ...] | None
    staff: tuple[Person, ...]

    @property
    def is_on(self) -> bool:
        """Whether the suspension or drill that is shown still runs."""
        return self.shown is not None and self.shown.ended_at is None

    @property
    def names(self) -> Mapping[str, str]:
        """Everybody's name by id."""
        return {p.id: p.name for p in self.staff}

    @property
    def open_steps(self) -> tuple[StepLine, ...]:
        """Steps that nobody has closed, in order."""
        return tuple(s for s in self.steps if s.closed_at is None)

    def may_own(self, step: StepLine) -> list[Person]:
        """Who can see to a step: people whose role may close it."""
        return [p for p in self.staff if p.active and p.role in step.closers]


def read(ws: Workspace, viewer: Viewer) -> SuspensionView:
    """Everything but the lists."""
    protocol = suspending.protocol(ws)
    shown = protocol.suspension if protocol else None
    sees = shown is not None and viewer.may(Action.SEE_CHANNEL)
    entries = tuple(channel.read(ws, viewer.actor, f"suspension:{shown.id}")) if shown and sees else None
    with ws.store.reading() as tx:
        due = of_suspension(shown, load()) if shown else ()
        return SuspensionView(
            mode=casework.mode(tx),
            shown=shown,
            steps=_steps(tx, shown, protocol.next_step if protocol else None, entries or ()) if shown else (),
            tagged=len(casework.tickets(tx, suspended=True)),
            on_hold=len(holds.listed(tx, only_open=True)),
            plan_due=due[0].due_at if due else None,
            entries=entries,
            staff=tuple(people.everyone(tx)) if viewer.may(Action.SEE_OWNERS) else (),
        )


def _steps(tx: Tx, shown: Suspension, next_step: Step | None, entries: tuple[Entry, ...]) -> tuple[StepLine, ...]:
    return tuple(
        StepLine(
            position=row["position"],
            step=Step(row["name"]),
            owner=row["owner"],
            due_at=row["due_at"],
            closed_at=row["closed_at"],
            closed_by=row["closed_by"],
            note=row["note"] or "",
            is_next=shown.ended_at is None and row["name"] == next_step,
            corrections=tuple(e for e in entries if e.about == f"step:{row['position']}"),
        )
        for row in casework.steps(tx, shown.id)
    )


def held(tx: Tx) -> list[Held]:
    """What the last suspension stopped: what is still on hold first, then what was released, newest first."""
    last = casework.last_suspension(tx)
    found = holds.listed(tx, suspension=last.id) if last else []
    return sorted(found, key=lambda h: h.released_at is not None)


def marketplaces(tx: Tx) -> list[str]:
    """Where we sell, the busiest first: what a declaration offers."""
    found = by_marketplace(tx, tx.now - COVERED)
    return [m.marketplace for m in sorted(found, key=lambda m: -m.orders)]
