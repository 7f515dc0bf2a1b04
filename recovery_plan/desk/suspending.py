"""Declaring and ending a suspension or a drill, the protocol, the holds: all or nothing, with their audit entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from data import approvals, casework, channel, holds, log, people, plans, readiness, snapshots
from data.approvals import State
from data.casework import NewStep
from data.clean import clean
from data.domain import Actor, Role, Suspension
from data.errors import BadInput, Refused
from data.people import Person
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.containment import mode as protocols
from recovery_plan.containment.mode import DUE_H, MAY_CLOSE, ClosedStep, Protocol, Step, owner_of, step_named
from recovery_plan.desk import ready
from recovery_plan.rules import load

HELD = "it was waiting to go out when the suspension was declared"
_log = log.get("recovery_plan")


def declare_suspension(
    ws: Workspace,
    actor: Actor,
    *,
    reason: str,
    owner: str,
    marketplace: str,
    noticed_at: datetime,
    is_drill: bool = False,
) -> Suspension:
    """Freeze every snapshot, tag every Amazon ticket, hold whatever waits to go out and open the protocol.

    All or nothing; a drill only opens the protocol. ``owner`` is a person's id. Raises Refused for a role that may
    not or when one is declared already, BadInput for an unknown owner, an empty reason or marketplace, or a notice
    from the future.
    """
    roles.need(actor, MAY_CLOSE[Step.FREEZE_SNAPSHOT], "a suspension is declared")
    told, place = clean(reason).strip(), marketplace.strip().lower()
    if not told or not place:
        raise BadInput("declare: give a reason and the marketplace, for example amazon.fr")
    with ws.store.transaction(actor) as tx:
        if people.find(tx, owner) is None:
            raise BadInput("owner: no such person in this workspace: see 'reinstate user list'")
        number = casework.declare(
            tx,
            reason=told,
            owner=owner,
            marketplace=place,
            noticed_at=noticed_at,
            steps=_steps(owner, people.everyone(tx), tx.now),
            is_drill=is_drill,
        )
        if not is_drill:
            snapshots.freeze_snapshots(tx)
            casework.tag_suspended(tx)
            rule = load()["DESK-MODE"]
            holds.add(tx, number, ((subject, rule.id, HELD, rule.unlock) for subject in queued(tx)))
        declared = Suspension(number, told, owner, place, noticed_at, tx.now, is_drill)
    _log.info("suspension.declared", id=number, drill=int(is_drill))
    return declared


def _steps(lead: str, staff: list[Person], now: datetime) -> tuple[NewStep, ...]:
    return tuple(
        NewStep(
            step.value,
            owner_of(step, lead, staff),
            now + timedelta(hours=DUE_H[step]),
            tuple(sorted(role.value for role in MAY_CLOSE[step])),
        )
        for step in Step
    )


def queued(tx: Tx) -> Iterator[str]:
    """Everything that waits to go out: live requests, and contacts of the newest plan without an outcome."""
    for request in approvals.requests(tx, states=(State.PENDING, State.GRANTED)):
        if not request.is_drill:
            yield f"request:{request.id}"
    newest = plans.newest_plan(tx)
    done = plans.contacted(tx)
    for task in newest[1] if newest else ():
        if task.day is not None and task.customer not in done:
            yield f"task:{task.id}"


def would_touch(ws: Workspace) -> dict[str, int]:
    """What a declaration would freeze, tag and hold now: shown to whoever is about to declare."""
    with ws.store.reading() as tx:
        return ready.touched(tx, list(queued(tx)))


def end_suspension(ws: Workspace, actor: Actor) -> Suspension:
    """End the suspension, or the drill when only a drill is on: tags come off, holds are released, recovery begins.

    Open protocol steps do not stop it. A drill ends with a readiness report that
    is kept. Raises Refused when none is on or for a role that may not lift rule DESK-MODE.
    """
    roles.need(actor, frozenset({load()["DESK-MODE"].lift or Role.COMPLIANCE}), "a suspension is ended")
    with ws.store.transaction(actor) as tx:
        now_on = _open(tx)
        if now_on.is_drill:
            report = ready.of_drill(tx, ws, now_on, list(queued(tx)))
            readiness.keep(tx, report["score"], report, suspension=now_on.id)
        casework.end_suspension(tx, now_on.id)
        if not now_on.is_drill:
            casework.untag_suspended(tx)
            holds.release_all(tx, now_on.id)
        ended = replace(now_on, ended_at=tx.now)
    _log.info("suspension.ended", id=ended.id, drill=int(ended.is_drill))
    return ended


def release_hold(ws: Workspace, actor: Actor, number: int, note: str) -> None:
    """Release one action that a suspension stopped (compliance); the reason goes into the suspension's channel."""
    roles.need_person(actor, frozenset({Role.COMPLIANCE}), "a hold is released")
    with ws.store.transaction(actor) as tx:
        held = next((h for h in holds.listed(tx) if h.id == number), None)
        holds.release(tx, number)
        if held is not None:
            channel.add(tx, f"suspension:{held.suspension}", f"{held.subject}: {note}", about=f"hold:{number}")


def _now_on(tx: Tx) -> Suspension | None:
    return casework.open_suspension(tx) or casework.open_suspension(tx, is_drill=True)


def _open(tx: Tx) -> Suspension:
    now_on = _now_on(tx)
    if now_on is None:
        raise Refused("no suspension is on: there is nothing to end or to close", rule="DESK-MODE")
    return now_on


def _shown(tx: Tx) -> Suspension | None:
    """What is on (a suspension before a drill), else the last suspension."""
    return _now_on(tx) or casework.last_suspension(tx)


def close_step(ws: Workspace, actor: Actor, name: str, note: str) -> Protocol:
    """Close the protocol's next step; returns the protocol after it.

    ``name`` is a Step's value, dashes allowed. Raises Refused for an unknown step, one out of order, or a role that
    may not close it (the system never may).
    """
    step = step_named(name)
    with ws.store.transaction(actor) as tx:
        before = _protocol(tx, _open(tx))
        after = protocols.close_step(before, step, actor, tx.now, note=note)
        casework.close_step(tx, before.suspension.id, len(after.closed), note)
    return after


def assign_step(ws: Workspace, actor: Actor, name: str, owner: str, due_at: datetime | None = None) -> None:
    """Name who sees to an open step, and until when; its due time stays when none is given."""
    roles.need(actor, MAY_CLOSE[Step.FREEZE_SNAPSHOT], "a step is assigned")
    step = step_named(name)
    with ws.store.transaction(actor) as tx:
        now_on = _open(tx)
        row = next(row for row in casework.steps(tx, now_on.id) if row["name"] == step)
        person = people.find(tx, owner)
        if person is None:
            raise BadInput("owner: no such person in this workspace: see 'reinstate user list'")
        if person.role not in MAY_CLOSE[step]:
            able = " or ".join(sorted(MAY_CLOSE[step]))
            raise load().refusal("DESK-STEP-ORDER", f"{step} is closed by {able}: name one of them")
        casework.assign_step(tx, now_on.id, int(row["position"]), owner, due_at or row["due_at"] or tx.now)


def correct_step(ws: Workspace, actor: Actor, name: str, note: str) -> int:
    """Correct what a closed step says: a new entry in the channel; the step stays as it is. Returns its number."""
    step = step_named(name)
    with ws.store.transaction(actor) as tx:
        now_on = _shown(tx)
        rows = casework.steps(tx, now_on.id) if now_on else []
        row = next((row for row in rows if row["name"] == step), None)
        if now_on is None or row is None or row["closed_at"] is None:
            raise Refused(f"{step} is not closed: there is nothing to correct", rule="DESK-STEP-ORDER")
        return channel.add(tx, f"suspension:{now_on.id}", note, about=f"step:{row['position']}")


def channel_of(ws: Workspace) -> str:
    """The thread of the suspension that is on (a drill's when only a drill is), else of the last one."""
    with ws.store.reading() as tx:
        found = _shown(tx)
    if found is None:
        raise Refused("no suspension was declared yet: there is no channel", rule="DESK-MODE")
    return f"suspension:{found.id}"


def protocol(ws: Workspace) -> Protocol | None:
    """The protocol that is on (a suspension's before a drill's), else the last suspension's; None before the first."""
    with ws.store.reading() as tx:
        shown = _shown(tx)
        return _protocol(tx, shown) if shown else None


def _protocol(tx: Tx, of: Suspension) -> Protocol:
    rows = [row for row in casework.steps(tx, of.id) if row["closed_at"] is not None]
    closed = (ClosedStep(Step(r["name"]), r["closed_by"], r["closed_at"], r["note"] or "") for r in rows)
    return Protocol(of, tuple(closed))
