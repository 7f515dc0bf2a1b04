"""Proof that we tried to answer and the platform refused: when, who, by which way, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from data import desk_text
from data.clean import clean
from data.errors import BadInput
from data.proofs import Proof
from data.schema.containment import attempt
from data.store import Tx

WAYS = ("buyer_message", "refund", "claim_reply", "public_reply", "order_page", "support_case")
RESULTS = ("refused", "no_access", "error", "answered")
REASONS = (
    "account_suspended",
    "messaging_disabled",
    "order_hidden",
    "refund_page_unavailable",
    "sign_in_refused",
    "platform_error",
    "tool_error",
    "none",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; ``reason`` is one of REASONS, ``note`` the person's words (None once erased)."""

    id: int
    ticket: int | None
    order_id: str | None
    way: str
    result: str
    reason: str
    note: str | None
    proof: str | None
    proof_kind: str | None
    is_drill: bool
    tried_at: datetime
    made_by: str
    made_at: datetime


def add(
    tx: Tx,
    *,
    ticket: int | None,
    order_id: str | None,
    way: str,
    result: str,
    reason: str,
    note: str,
    tried_at: datetime,
    proof: Proof | None = None,
    is_drill: bool = False,
) -> int:
    """Put an attempt on record; raises BadInput for unknown words, no subject or a time to come."""
    for said, allowed, name in ((way, WAYS, "way"), (result, RESULTS, "result"), (reason, REASONS, "reason")):
        if said not in allowed:
            raise BadInput(f"{name}: choose one of {', '.join(allowed)}")
    if ticket is None and order_id is None:
        raise BadInput("attempt: name the ticket or the order that it was about")
    if tried_at > tx.now:
        raise BadInput("attempt: the time of the attempt is in the future")
    said = clean(note).strip()
    salt, commitment = desk_text.committed(said)
    made = tx.conn.execute(
        attempt.insert().values(
            ticket=ticket,
            order_id=order_id,
            way=way,
            result=result,
            reason=reason,
            commitment=commitment,
            proof=proof.sha256 if proof else None,
            proof_kind=proof.kind if proof else None,
            is_drill=is_drill,
            tried_at=tried_at,
            made_by=tx.actor.id,
            made_at=tx.now,
        )
    )
    number = int(made.inserted_primary_key[0])  # type: ignore[index]
    desk_text.keep(tx, "attempt", number, said, salt)
    told = {"way": way, "result": result, "reason": reason, "proof": proof.sha256 if proof else ""}
    tx.audit("attempt.recorded", f"attempt:{number}", told | {"ticket": ticket or 0, "drill": int(is_drill)})
    return number


def listed(
    tx: Tx, *, tickets: Sequence[int] = (), orders: Sequence[str] = (), with_drills: bool = False
) -> list[Attempt]:
    """Attempts about any of these tickets or orders (all when none is named), oldest attempt first."""
    query = select(attempt).order_by(attempt.c.tried_at, attempt.c.id)
    if tickets or orders:
        query = query.where(or_(attempt.c.ticket.in_(list(tickets)), attempt.c.order_id.in_(list(orders))))
    if not with_drills:
        query = query.where(attempt.c.is_drill.is_(False))
    rows: list[Any] = list(tx.conn.execute(query))
    notes = desk_text.read(tx, "attempt", [row.id for row in rows])
    names = [n for n in Attempt.__slots__ if n != "note"]
    return [Attempt(**{n: getattr(row, n) for n in names}, note=notes.get(row.id)) for row in rows]
