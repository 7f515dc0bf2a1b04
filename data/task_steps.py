"""What was approved and released of the outreach, contact by contact, bound to a hash of what the approver saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from data.schema.outreach import task_step
from data.store import Tx


@dataclass(frozen=True, slots=True)
class TaskStep:
    """The newest step of one task, which is named as it was first planned. ``what``: approved, refused, released or
    withdrawn."""

    task: int
    what: str
    sha256: str
    wave: int
    made_by: str
    made_at: datetime
    expires_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it is an approval that may be used now, or a release."""
        if self.what == "approved":
            return self.expires_at is not None and now < self.expires_at
        return self.what == "released"


def add(
    tx: Tx, what: str, wave: int, tasks: Mapping[int, str], *, note: str = "", expires_at: datetime | None = None
) -> None:
    """Put one step on record for every task (task -> hash); the database refuses who may not, and when."""
    rows = [
        {
            "task": task,
            "what": what,
            "sha256": sha256,
            "wave": wave,
            "note": note,
            "made_by": tx.actor.id,
            "made_at": tx.now,
            "expires_at": expires_at,
        }
        for task, sha256 in sorted(tasks.items())
    ]
    if rows:
        tx.conn.execute(task_step.insert(), rows)


def newest(tx: Tx) -> dict[int, TaskStep]:
    """Task -> its newest step."""
    rows: Sequence[object] = list(tx.conn.execute(select(task_step).order_by(task_step.c.id)))
    return {step.task: step for step in map(_step, rows)}


def _step(row: object) -> TaskStep:
    names = ("task", "what", "sha256", "wave", "made_by", "made_at", "expires_at")
    return TaskStep(**{name: getattr(row, name) for name in names})
