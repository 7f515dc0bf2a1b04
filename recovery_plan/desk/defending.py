"""Defence files of A-to-z claims: the checklist from the cache, a person's word on each point, the deadline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data import attempts, casework, customers, defences, orders, proofs, refunds
from data.domain import Actor
from data.errors import BadInput
from data.store import Tx
from data.workspace import Workspace
from recovery_plan.containment.deadlines import next_of
from recovery_plan.containment.defence import POINTS, CaseFacts, Defence, defence
from recovery_plan.desk.registers import DESK
from recovery_plan.roles import need_person
from recovery_plan.rules import load


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """One claim with its row number and its file."""

    id: int
    file: Defence


def claim_file(ws: Workspace, number: int) -> ClaimFile:
    """The defence file of one claim; raises BadInput when there is no such claim."""
    with ws.store.reading() as tx:
        return ClaimFile(number, file_of(tx, defences.claim_row(tx, number)))


def claim_files(ws: Workspace) -> tuple[ClaimFile, ...]:
    """All claims: what can still be met first, by its deadline, then those without one, newest first."""
    with ws.store.reading() as tx:
        found = [ClaimFile(row.id, file_of(tx, row)) for row in defences.claims(tx)]
        due = {f.id: next_of(f.file.deadlines, tx.now) for f in found}
    dated = sorted((f for f in found if due[f.id]), key=lambda f: (due[f.id].due_at, f.id))  # type: ignore[union-attr]
    return (*dated, *(f for f in found if not due[f.id]))


def file_of(tx: Tx, row: Any) -> Defence:
    """The defence file of one claim row."""
    order_id = row.order_id
    rows = [t for t in casework.tickets(tx) if t.order_id == order_id]
    by_hand = refunds.listed(tx, orders_of=[order_id])
    facts = CaseFacts(
        order=next(iter(orders.load(tx, list(orders.row_ids(tx, [order_id]).values()), with_names=False)), None),
        tickets=customers.as_tickets(tx, rows),
        attempts=attempts.listed(tx, tickets=[t.id for t in rows], orders=[order_id]),
        refunds=by_hand,
        refunded_minor=refunds.paid(tx, order_id).refunded_minor,
    )
    return defence(customers.as_claim(row), f"claim:{row.id}", facts, defences.standing(tx, row.id), load())


def say(
    ws: Workspace, actor: Actor, number: int, point: str, state: str, note: str = "", proof: Path | None = None
) -> None:
    """Put a person's word on one point of the checklist on record, with a proof where there is one."""
    need_person(actor, DESK, "a defence file is kept")
    if point not in POINTS:
        raise BadInput(f"point: choose one of {', '.join(POINTS)}")
    kept = proofs.keep(ws, proof) if proof else None
    with ws.store.transaction(actor) as tx:
        defences.add(tx, number, point, state, note, kept)
