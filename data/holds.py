"""Outgoing actions that a suspension stopped, and their release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from data.errors import BadInput, Refused
from data.schema.containment import hold
from data.store import Tx


@dataclass(frozen=True, slots=True)
class Held:
    """One action on hold. ``subject`` is request:5 or task:12; ``unlock`` says who can release it."""

    id: int
    suspension: int
    subject: str
    rule: str
    reason: str
    unlock: str
    held_at: datetime
    released_at: datetime | None
    released_by: str | None


def add(tx: Tx, suspension: int, held: Iterable[tuple[str, str, str, str]]) -> int:
    """Put ``(subject, rule, reason, unlock)`` on hold; returns how many."""
    rows = [
        {"suspension": suspension, "subject": s, "rule": rule, "reason": why, "unlock": who, "held_at": tx.now}
        for s, rule, why, who in held
    ]
    if rows:
        tx.conn.execute(hold.insert(), rows)
    tx.audit("hold.placed", f"suspension:{suspension}", {"holds": len(rows)})
    return len(rows)


def release(tx: Tx, number: int) -> None:
    """Release one hold; raises BadInput when there is none, Refused when it was released before."""
    row = tx.conn.execute(select(hold).where(hold.c.id == number)).first()
    if row is None:
        raise BadInput(f"hold {number} does not exist: see 'reinstate hold list'")
    if row.released_at is not None:
        raise Refused(f"hold {number} was released before", rule="DESK-MODE")
    tx.conn.execute(update(hold).where(hold.c.id == number).values(released_at=tx.now, released_by=tx.actor.id))
    tx.audit("hold.released", f"hold:{number}", {"subject": row.subject})


def release_all(tx: Tx, suspension: int) -> int:
    """Release what a suspension still holds: it is over."""
    open_ones = (hold.c.suspension == suspension, hold.c.released_at.is_(None))
    result = tx.conn.execute(update(hold).where(*open_ones).values(released_at=tx.now, released_by=tx.actor.id))
    tx.audit("hold.released", f"suspension:{suspension}", {"holds": int(result.rowcount)})
    return int(result.rowcount)


def listed(tx: Tx, *, suspension: int | None = None, only_open: bool = False) -> list[Held]:
    """Holds, newest first."""
    query = select(hold).order_by(hold.c.id.desc())
    if suspension is not None:
        query = query.where(hold.c.suspension == suspension)
    if only_open:
        query = query.where(hold.c.released_at.is_(None))
    return [Held(**row._mapping) for row in tx.conn.execute(query)]


def on(tx: Tx, subject: str) -> Held | None:
    """The hold that stops ``subject`` now, or None."""
    row = tx.conn.execute(select(hold).where(hold.c.subject == subject, hold.c.released_at.is_(None))).first()
    return Held(**row._mapping) if row else None
