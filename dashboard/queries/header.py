"""What every page shows at its top: the mode of the house, what it blocks, and who can lift it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.access import GRANTS, Action
from dashboard.viewer import Viewer
from data import casework, people
from data.domain import Mode, Suspension
from data.store import Tx


@dataclass(frozen=True, slots=True)
class ModeBanner:
    """The mode; ``since`` is None in normal mode. ``lifters`` are people who may end the suspension."""

    mode: Mode
    since: datetime | None
    marketplace: str
    lifters: tuple[str, ...]
    next_step: str | None
    steps_done: int
    steps: int
    drill_since: datetime | None


def mode_banner(tx: Tx, viewer: Viewer) -> ModeBanner:
    """The mode as it stands."""
    mode, last = casework.mode(tx), casework.last_suspension(tx)
    drill = casework.open_suspension(tx, is_drill=True)
    everyone = people.everyone(tx)
    lifters = tuple(p.name for p in everyone if p.active and Action.REINSTATE in GRANTS.get(p.role, ()))
    done, open_steps = _steps(tx, last)
    sees = viewer.may(Action.SEE_OWNERS)
    return ModeBanner(
        mode=mode,
        since=_since(mode, last),
        marketplace=last.marketplace if last else "",
        lifters=lifters if sees else (),
        next_step=open_steps[0] if open_steps and mode is Mode.SUSPENDED else None,
        steps_done=done,
        steps=done + len(open_steps),
        drill_since=drill.declared_at if drill else None,
    )


def _since(mode: Mode, last: Suspension | None) -> datetime | None:
    if last is None or mode is Mode.NORMAL:
        return None
    return last.declared_at if mode is Mode.SUSPENDED else last.ended_at


def _steps(tx: Tx, last: Suspension | None) -> tuple[int, list[str]]:
    rows: list[Mapping[str, object]] = casework.steps(tx, last.id) if last else []
    return sum(1 for r in rows if r["closed_at"]), [str(r["name"]) for r in rows if not r["closed_at"]]
