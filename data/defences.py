"""The defence file of a claim: what is at hand for each point, with its proof. The newest entry of a point stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data import desk_text
from data.clean import clean
from data.errors import BadInput
from data.proofs import Proof
from data.schema.containment import defence_entry
from data.schema.intake import claim
from data.store import Tx

STATES = ("have", "missing", "not_needed")


@dataclass(frozen=True, slots=True)
class Point:
    """What a person said of one point of a defence."""

    claim: int
    point: str
    state: str
    note: str | None
    proof: str | None
    proof_kind: str | None
    made_by: str
    made_at: datetime


def claim_row(tx: Tx, number: int) -> Any:
    """One claim; raises BadInput when there is none."""
    row = tx.conn.execute(select(claim).where(claim.c.id == number)).first()
    if row is None:
        raise BadInput(f"claim {number} does not exist: see 'reinstate claim list'")
    return row


def claims(tx: Tx) -> list[Any]:
    """All claims, newest first."""
    return list(tx.conn.execute(select(claim).order_by(claim.c.opened_at.desc(), claim.c.id.desc())))


def add(tx: Tx, number: int, point: str, state: str, note: str, proof: Proof | None = None) -> None:
    """Say how a point stands."""
    if state not in STATES:
        raise BadInput(f"state: choose one of {', '.join(STATES)}")
    claim_row(tx, number)
    said = clean(note).strip()
    salt, commitment = desk_text.committed(said)
    made = tx.conn.execute(
        defence_entry.insert().values(
            claim=number,
            point=point,
            state=state,
            commitment=commitment,
            proof=proof.sha256 if proof else None,
            proof_kind=proof.kind if proof else None,
            made_by=tx.actor.id,
            made_at=tx.now,
        )
    )
    entry = int(made.inserted_primary_key[0])  # type: ignore[index]
    desk_text.keep(tx, "defence", entry, said, salt)
    tx.audit(
        "defence.point", f"claim:{number}", {"point": point, "state": state, "proof": proof.sha256 if proof else ""}
    )


def all_proofs(tx: Tx) -> list[tuple[int, str, str]]:
    """Every kept proof of every claim: (claim, SHA-256, kind)."""
    entries = select(defence_entry.c.claim, defence_entry.c.proof, defence_entry.c.proof_kind)
    rows = tx.conn.execute(entries.where(defence_entry.c.proof.is_not(None)).order_by(defence_entry.c.id))
    return [(r.claim, r.proof, r.proof_kind) for r in rows]


def standing(tx: Tx, number: int) -> dict[str, Point]:
    """Point -> what was last said of it."""
    rows = list(
        tx.conn.execute(select(defence_entry).where(defence_entry.c.claim == number).order_by(defence_entry.c.id))
    )
    notes = desk_text.read(tx, "defence", [row.id for row in rows])
    return {
        r.point: Point(r.claim, r.point, r.state, notes.get(r.id), r.proof, r.proof_kind, r.made_by, r.made_at)
        for r in rows
    }
