"""A wave on its way out: approved by compliance, released by a support lead, handed over contact by contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data import approvals, casework, desk_text, log, plans, task_steps
from data.approvals import State
from data.clean import clean
from data.domain import Actor, Mode, Role, Route
from data.errors import BadInput, Refused
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.containment.outgoing import Outgoing, hold_for
from recovery_plan.desk import sending
from recovery_plan.desk.sending import HandedOver
from recovery_plan.desk.wording import WRITERS
from recovery_plan.rules import load
from recovery_plan.waves.drafting import Draft, drafts_of, expiry, wave_sha

RELEASERS = frozenset({Role.SUPPORT_LEAD, Role.COMPLIANCE})
_LEAST_SHA = 8  # characters of a hash that name it beyond doubt among a few waves
_log = log.get("recovery_plan")


@dataclass(frozen=True, slots=True)
class Stepped:
    """What an approval or a release did: contacts it covers, and (task, rule, why) for those it left out."""

    wave: int
    sha256: str
    tasks: tuple[int, ...]
    left_out: tuple[tuple[int, str, str], ...]


def approve(ws: Workspace, actor: Actor, wave: int, *, sha256: str, grant: bool = True, note: str = "") -> Stepped:
    """Say yes or no to a wave as it was looked at; ``sha256`` is the wave's hash (eight characters will do).

    Every text is approved by the bytes of its own request. Raises Refused for another hash, a wrong role, a plan or
    a draft of one's own; nothing is kept then.
    """
    roles.need_person(actor, frozenset({Role.COMPLIANCE}), "a wave is approved")
    with ws.store.transaction(actor) as tx:
        found = drafts_of(tx, ws, wave)
        whole = wave_sha(found)
        if len(sha256) < _LEAST_SHA or not whole.startswith(sha256.lower()):
            raise Refused("this is not the wave that was looked at: see 'reinstate plan drafts'", rule="DESK-APPROVAL")
        left = [(d.task, rule, why) for d in found for rule, why in d.problems[:1]]
        ready: list[Draft] = []
        steps = task_steps.newest(tx)
        for draft in (d for d in found if not d.problems):
            step = steps.get(draft.task)
            if step is not None and step.is_valid(tx.now) and step.sha256 == draft.sha256:
                left.append((draft.task, "DESK-APPROVAL", f"is {step.what} already"))
            elif draft.text is not None and not _is_asked(draft):
                left.append((draft.task, "DESK-APPROVAL", "nobody has asked for its approval: 'reinstate plan drafts'"))
            else:
                ready.append(draft)
        _decide(tx, ready, wave, grant=grant, note=clean(note).strip(), hours=ws.settings.policy.approval_hours)
        verdict = "approved" if grant else "refused"
        tx.audit(f"wave.{verdict}", f"wave:{wave}", {"tasks": len(ready), "sha256": whole})
    _log.info(f"wave.{verdict}", wave=wave, tasks=len(ready), left_out=len(left))
    return Stepped(wave, whole, tuple(d.task for d in ready), tuple(left))


def _is_asked(draft: Draft) -> bool:
    request = draft.request
    return (
        request is not None and request.state is State.PENDING and request.sha256 == desk_text.sha256(draft.text or "")
    )


def _decide(tx: Tx, ready: Iterable[Draft], wave: int, *, grant: bool, note: str, hours: int) -> None:
    for draft in ready:
        ends = expiry(draft.day, tx.now, hours)
        if draft.request is not None and draft.text is not None:
            verdict = "granted" if grant else "refused"
            expires = ends if grant else None
            approvals.decide(tx, draft.request.id, verdict, draft.request.sha256, note=note, expires_at=expires)
        what = "approved" if grant else "refused"
        task_steps.add(tx, what, wave, {draft.task: draft.sha256}, note=note, expires_at=ends if grant else None)


def release(ws: Workspace, actor: Actor, wave: int, *, note: str = "") -> Stepped:
    """Let the approved contacts of a wave go out; the others are listed with what they lack.

    Raises Refused while suspended, for a wrong role, and when nothing of the wave may be released.
    """
    roles.need_person(actor, RELEASERS, "a wave is released")
    with ws.store.transaction(actor) as tx:
        _refuse_held(casework.mode(tx))
        found = drafts_of(tx, ws, wave)
        steps = task_steps.newest(tx)
        ready: dict[int, str] = {}
        left: list[tuple[int, str, str]] = []
        for draft in found:
            step = steps.get(draft.task)
            if draft.problems:
                left.append((draft.task, *draft.problems[0]))
            elif step is not None and step.what == "released":
                left.append((draft.task, "DESK-ONCE", "is released already"))
            elif step is None or not step.is_valid(tx.now) or step.sha256 != draft.sha256:
                left.append((draft.task, "DESK-APPROVAL", "has no valid approval of exactly this contact"))
            else:
                ready[draft.task] = draft.sha256
        if not ready:
            _, rule, why = left[0] if left else (0, "DESK-APPROVAL", "there is nothing left to release")
            raise Refused(f"wave {wave}: {why} (rule {rule})", rule=rule, unlock=load()[rule].unlock)
        task_steps.add(tx, "released", wave, ready, note=clean(note).strip())
        tx.audit("wave.released", f"wave:{wave}", {"tasks": len(ready), "sha256": wave_sha(found)})
    _log.info("wave.released", wave=wave, tasks=len(ready), left_out=len(left))
    return Stepped(wave, wave_sha(found), tuple(sorted(ready)), tuple(left))


def _refuse_held(mode: Mode) -> None:
    held = hold_for(Outgoing.OUTREACH, mode)
    if held is not None:
        raise load().refusal(held.rule, held.reason)


def hand_over(ws: Workspace, actor: Actor, task: int, *, place: str | None = None) -> HandedOver:
    """Give the approved text of a released contact to whoever sends it, once and for all.

    Raises Refused with the first rule in the way, BadInput for a task without a text of ours.
    """
    roles.need(actor, WRITERS, "a contact is made")
    with ws.store.reading() as tx:
        row = plans.first_rows(tx, [task]).get(task)
        if row is None:
            raise BadInput(f"task {task} does not exist: see 'reinstate plan show'")
        root = row.promised or row.id
        requests = approvals.requests(tx, subject=f"task:{root}")
        step = task_steps.newest(tx).get(root)
    if row.route == Route.FIND_REVIEWER.value:
        raise BadInput(f"task {task}: Trustpilot's own form asks for the reference number: there is no text to send")
    if step is None or step.what != "released":
        raise load().refusal("DESK-APPROVAL", f"task {task} is not released: release its wave first")
    if not requests:
        raise load().refusal("DESK-APPROVAL", f"task {task}: nobody has asked for the approval of its text")
    public = "reddit" if row.rule.startswith("RD-") else "trustpilot"
    where = place or (public if row.route == Route.PUBLIC_REPLY.value else "amazon_messages")
    return sending.hand_over(ws, actor, requests[0].id, place=where)
