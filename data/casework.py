"""The desk: suspensions with their protocol, and tickets with the SUSPENDED tag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from data.clean import clean
from data.clock import rfc3339
from data.domain import Mode, Suspension, Ticket, TicketMessage
from data.errors import BadInput, Refused
from data.schema.desk import protocol_step, suspension, ticket, ticket_message
from data.snapshots import Changed
from data.store import Tx
from data.upsert import chunks

DONE = ("solved", "closed")  # a ticket's states in which nobody waits


@dataclass(frozen=True, slots=True)
class NewStep:
    """One step of a protocol that opens; ``closers`` are the roles that may close it, any when none is named."""

    name: str
    owner: str | None = None
    due_at: datetime | None = None
    closers: tuple[str, ...] = ()


def open_suspension(tx: Tx, *, is_drill: bool = False) -> Suspension | None:
    """The suspension (or drill) that is on now, or None."""
    row = tx.conn.execute(
        select(suspension).where(suspension.c.ended_at.is_(None), suspension.c.is_drill.is_(is_drill))
    ).first()
    return _suspension(row) if row else None


def suspensions(tx: Tx) -> list[Suspension]:
    """Every real suspension, oldest first."""
    rows = tx.conn.execute(select(suspension).where(suspension.c.is_drill.is_(False)).order_by(suspension.c.id))
    return [_suspension(row) for row in rows]


def last_suspension(tx: Tx) -> Suspension | None:
    """The newest real suspension, ended or not: the charts mark it."""
    row = tx.conn.execute(
        select(suspension).where(suspension.c.is_drill.is_(False)).order_by(suspension.c.id.desc()).limit(1)
    ).first()
    return _suspension(row) if row else None


def _suspension(row: Any) -> Suspension:
    return Suspension(**{name: getattr(row, name) for name in Suspension.__slots__})


def mode(tx: Tx) -> Mode:
    """The mode of the house: suspended while a real suspension is open, recovery after one, else normal."""
    last = last_suspension(tx)
    if last is None:
        return Mode.NORMAL
    return Mode.SUSPENDED if last.ended_at is None else Mode.RECOVERY


def declare(
    tx: Tx,
    *,
    reason: str,
    owner: str,
    marketplace: str,
    noticed_at: datetime,
    steps: Sequence[NewStep],
    is_drill: bool = False,
) -> int:
    """Open a suspension with its protocol steps; raises Refused when one of its kind is open already."""
    if noticed_at > tx.now:
        raise BadInput(f"time of the notice: {rfc3339(noticed_at)} is in the future")
    if open_suspension(tx, is_drill=is_drill) is not None:
        raise Refused("a suspension is declared already: end it with 'reinstate-account' before declaring another")
    result = tx.conn.execute(
        suspension.insert().values(
            reason=reason,
            owner=owner,
            marketplace=marketplace,
            noticed_at=noticed_at,
            declared_at=tx.now,
            declared_by=tx.actor.id,
            is_drill=is_drill,
        )
    )
    suspension_id = int(result.inserted_primary_key[0])  # type: ignore[index]
    tx.conn.execute(
        protocol_step.insert(),
        [
            {
                "suspension": suspension_id,
                "position": n,
                "name": step.name,
                "owner": step.owner,
                "due_at": step.due_at,
                "closers": ",".join(step.closers) or None,
            }
            for n, step in enumerate(steps, start=1)
        ],
    )
    tx.audit(
        "suspension.declared",
        f"suspension:{suspension_id}",
        {"marketplace": marketplace, "noticed_at": rfc3339(noticed_at), "drill": int(is_drill), "owner": owner},
    )
    return suspension_id


def end_suspension(tx: Tx, suspension_id: int) -> None:
    """Close a suspension; the mode becomes recovery (a drill leaves the mode alone)."""
    tx.conn.execute(
        update(suspension)
        .where(suspension.c.id == suspension_id, suspension.c.ended_at.is_(None))
        .values(ended_at=tx.now, ended_by=tx.actor.id)
    )
    tx.audit("suspension.ended", f"suspension:{suspension_id}")


def steps(tx: Tx, suspension_id: int) -> list[Mapping[str, Any]]:
    """Protocol steps in order, with who closed them and when."""
    query = select(protocol_step).where(protocol_step.c.suspension == suspension_id).order_by(protocol_step.c.position)
    return [dict(row._mapping) for row in tx.conn.execute(query)]


def close_step(tx: Tx, suspension_id: int, position: int, note: str) -> None:
    """Close one protocol step; which one may be closed is decided in recovery_plan.

    Raises Refused when somebody else closed it in the meantime.
    """
    result = tx.conn.execute(
        update(protocol_step)
        .where(
            protocol_step.c.suspension == suspension_id,
            protocol_step.c.position == position,
            protocol_step.c.closed_at.is_(None),
        )
        .values(closed_at=tx.now, closed_by=tx.actor.id, note=clean(note))
    )
    if result.rowcount != 1:
        raise Refused("this step is closed already: see 'reinstate suspension status'")
    tx.audit("step.closed", f"suspension:{suspension_id}", {"position": position})


def assign_step(tx: Tx, suspension_id: int, position: int, owner: str, due_at: datetime) -> None:
    """Name who sees to an open step and until when; the database refuses it for a closed one."""
    where = (protocol_step.c.suspension == suspension_id, protocol_step.c.position == position)
    tx.conn.execute(update(protocol_step).where(*where).values(owner=owner, due_at=due_at))
    detail = {"position": position, "owner": owner, "due_at": rfc3339(due_at)}
    tx.audit("step.assigned", f"suspension:{suspension_id}", detail)


def add_tickets(tx: Tx, tickets: Sequence[tuple[Ticket, str | None]], *, suspend_amazon: bool) -> Changed:
    """Insert or update ``(ticket, issue)``; Amazon tickets are tagged SUSPENDED while ``suspend_amazon``.

    A tag once set stays until the reinstatement takes it off: importing an older export does not remove it.
    """
    total = Changed()
    unique = {(t.tool, t.native_id): (t, issue) for t, issue in tickets}
    for part in chunks(list(unique.values()), 300):
        total += _add_part(tx, part, suspend_amazon)
    return total


def _add_part(tx: Tx, part: Sequence[tuple[Ticket, str | None]], suspend_amazon: bool) -> Changed:
    query = select(ticket.c.id, ticket.c.tool, ticket.c.native_id, ticket.c.digest, ticket.c.suspended).where(
        ticket.c.native_id.in_([t.native_id for t, _ in part])
    )
    known = {(row.tool, row.native_id): row for row in tx.conn.execute(query)}
    inserted = updated = 0
    for t, issue in part:
        old = known.get((t.tool, t.native_id))
        row = _row(tx, t, issue, suspended=suspend_amazon and t.channel == "amazon")
        if old is None:
            result = tx.conn.execute(ticket.insert().values(**row))
            _write_messages(tx, int(result.inserted_primary_key[0]), t.messages)  # type: ignore[index]
            inserted += 1
        elif old.digest != row["digest"] or (row["suspended"] and not old.suspended):
            row["suspended"] = row["suspended"] or old.suspended
            tx.conn.execute(update(ticket).where(ticket.c.id == old.id).values(**row))
            tx.conn.execute(ticket_message.delete().where(ticket_message.c.ticket == old.id))
            _write_messages(tx, old.id, t.messages)
            updated += 1
    return Changed(inserted, updated, len(part) - inserted - updated)


def _row(tx: Tx, t: Ticket, issue: str | None, *, suspended: bool) -> dict[str, Any]:
    alias = (t.buyer_email or "").strip().lower()
    facts = {
        "tool": t.tool,
        "native_id": t.native_id,
        "subject": clean(t.subject),
        "status": t.status,
        "order_id": t.order_id,
        "buyer_key": tx.vault.blind(f"alias:{alias}") if alias else None,
        "tags": list(t.tags),
        "priority": t.priority,
        "language": t.language,
        "channel": t.channel,
        "issue": issue,
        "created_at": t.created_at,
        "last_in_at": t.last_in_at,
        "last_out_at": t.last_out_at,
    }
    told = [[m.direction, rfc3339(m.sent_at), m.text, m.author or ""] for m in t.messages]
    spelled = json.dumps([{k: str(v) for k, v in facts.items()}, told], sort_keys=True)
    return facts | {"suspended": suspended, "digest": hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()}


def _write_messages(tx: Tx, ticket_id: int, messages: Sequence[TicketMessage]) -> None:
    if messages:
        tx.conn.execute(
            ticket_message.insert(),
            [
                {
                    "ticket": ticket_id,
                    "position": n,
                    "direction": m.direction,
                    "author": m.author,
                    "sent_at": m.sent_at,
                    "text": clean(m.text),
                }
                for n, m in enumerate(messages, start=1)
            ],
        )


def tag_suspended(tx: Tx) -> int:
    """Tag every Amazon ticket that is not closed; returns how many were not tagged before."""
    result = tx.conn.execute(
        update(ticket)
        .where(ticket.c.channel == "amazon", ticket.c.status != "closed", ticket.c.suspended.is_(False))
        .values(suspended=True)
    )
    tx.audit("ticket.tagged", "", {"tickets": int(result.rowcount)})
    return int(result.rowcount)


def untag_suspended(tx: Tx) -> int:
    """Take the tag off every ticket: the account is reinstated."""
    result = tx.conn.execute(update(ticket).where(ticket.c.suspended.is_(True)).values(suspended=False))
    tx.audit("ticket.untagged", "", {"tickets": int(result.rowcount)})
    return int(result.rowcount)


def tickets(
    tx: Tx, *, status: str | None = None, suspended: bool | None = None, limit: int | None = None, offset: int = 0
) -> list[Any]:
    """Ticket rows, newest first. ``status`` may be ``done`` for solved and closed ones, ``unsolved`` for the others."""
    query = select(ticket).order_by(ticket.c.created_at.desc(), ticket.c.id.desc())
    if status == "unsolved":
        query = query.where(ticket.c.status.not_in(DONE))
    elif status == "done":
        query = query.where(ticket.c.status.in_(DONE))
    elif status is not None:
        query = query.where(ticket.c.status == status)
    if suspended is not None:
        query = query.where(ticket.c.suspended.is_(suspended))
    return list(tx.conn.execute(query.limit(limit).offset(offset) if limit else query))


def done_count(tx: Tx) -> int:
    """How many tickets are solved or closed."""
    return int(tx.conn.execute(select(func.count()).where(ticket.c.status.in_(DONE))).scalar_one())


def get_ticket(tx: Tx, ticket_id: int) -> tuple[Any, list[Any]]:
    """One ticket row and its messages, oldest first; raises BadInput when there is none."""
    row = tx.conn.execute(select(ticket).where(ticket.c.id == ticket_id)).first()
    if row is None:
        raise BadInput(f"ticket {ticket_id} does not exist: see 'reinstate ticket list'")
    query = select(ticket_message).where(ticket_message.c.ticket == ticket_id).order_by(ticket_message.c.position)
    return row, list(tx.conn.execute(query))


def close_ticket(tx: Tx, ticket_id: int) -> None:
    """Close a ticket here; a later export that tells another status opens it again."""
    get_ticket(tx, ticket_id)
    tx.conn.execute(update(ticket).where(ticket.c.id == ticket_id).values(status="closed"))
    tx.audit("ticket.closed", f"ticket:{ticket_id}")
