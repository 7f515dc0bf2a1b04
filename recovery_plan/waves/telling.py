"""What became of contacts, recorded by people, and the effect that follows from it."""

from __future__ import annotations

from data import approvals, contacts, plans
from data.approvals import State
from data.clean import clean
from data.domain import Actor
from data.errors import BadInput
from data.workspace import Workspace
from recovery_plan.outreach.effects import Effects, effects

OUTCOMES = ("answered", "refunded", "review_edited", "claim_avoided", "no_reply")


def record_outcome(ws: Workspace, actor: Actor, task_id: int, result: str, note: str) -> None:
    """Record what became of a task; raises BadInput for an unknown task or a result that is none of OUTCOMES.

    A text of it that was handed over, and of which nobody has told yet, was sent.
    """
    if result not in OUTCOMES:
        raise BadInput(f"result: choose one of {', '.join(OUTCOMES)}")
    with ws.store.transaction(actor) as tx:
        row = plans.first_rows(tx, [task_id]).get(task_id)
        if row is None:
            raise BadInput(f"task {task_id} does not exist: see 'reinstate plan show'")
        plans.add_outcome(tx, task_id, result, clean(note))
        for request in approvals.requests(tx, subject=f"task:{row.promised or row.id}"):
            if request.state is State.CLAIMED:
                approvals.settle(tx, request.id, "sent", "told by the outcome")


def effects_of(ws: Workspace) -> Effects:
    """What the contacts of this workspace did, with honest intervals."""
    with ws.store.reading() as tx:
        made, told = contacts.contacts(tx), contacts.told_risks(tx)
        since = min((c.at for c in made), default=tx.now)
        now = {c.customer: c.risk for c in plans.at_risk_customers(tx)}
        return effects(made, contacts.harms(tx, since), told, now, tx.now)
