"""The mode of the house and the protocol of a suspension: steps are closed in order, once, by a role that answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from data.domain import Actor, Role, Suspension
from data.errors import Refused
from data.people import Person
from recovery_plan.rules import RuleBook, load


class Step(StrEnum):
    """The protocol in its order (source: the eDesk guide's four steps, with our own preparation and watch)."""

    FREEZE_SNAPSHOT = "freeze_snapshot"
    TAG_TICKETS = "tag_tickets"
    PAUSE_OUTGOING = "pause_outgoing"
    NAME_APPROVERS = "name_approvers"
    APPROVE_MACROS = "approve_macros"
    DECIDE_SHIPPING = "decide_shipping"
    OPEN_REFUND_METHOD = "open_refund_method"
    ANSWER_CRITICAL = "answer_critical"
    WATCH_PUBLIC = "watch_public"
    PREPARE_RECOVERY = "prepare_recovery"


_COMPLIANCE_OR_LEAD = frozenset({Role.COMPLIANCE, Role.SUPPORT_LEAD})
MAY_CLOSE: dict[Step, frozenset[Role]] = {
    Step.FREEZE_SNAPSHOT: _COMPLIANCE_OR_LEAD,
    Step.TAG_TICKETS: _COMPLIANCE_OR_LEAD,
    Step.PAUSE_OUTGOING: _COMPLIANCE_OR_LEAD,
    Step.NAME_APPROVERS: frozenset({Role.COMPLIANCE}),
    Step.APPROVE_MACROS: frozenset({Role.COMPLIANCE}),
    Step.DECIDE_SHIPPING: frozenset({Role.COMPLIANCE}),
    Step.OPEN_REFUND_METHOD: frozenset({Role.COMPLIANCE, Role.FINANCE}),
    Step.ANSWER_CRITICAL: _COMPLIANCE_OR_LEAD,
    Step.WATCH_PUBLIC: _COMPLIANCE_OR_LEAD,
    Step.PREPARE_RECOVERY: _COMPLIANCE_OR_LEAD,
}


DUE_H: dict[Step, int] = {  # hours after the declaration; our own choice, moved with `suspension step assign`
    Step.FREEZE_SNAPSHOT: 1,
    Step.TAG_TICKETS: 1,
    Step.PAUSE_OUTGOING: 2,
    Step.NAME_APPROVERS: 4,
    Step.APPROVE_MACROS: 12,
    Step.DECIDE_SHIPPING: 24,
    Step.OPEN_REFUND_METHOD: 24,
    Step.ANSWER_CRITICAL: 24,
    Step.WATCH_PUBLIC: 48,
    Step.PREPARE_RECOVERY: 168,
}


def owner_of(step: Step, lead: str, staff: Sequence[Person]) -> str:
    """Who sees to a step: whoever leads the case where their role may close it, else the first person who may."""
    able = [p.id for p in staff if p.active and p.role in MAY_CLOSE[step]]
    return lead if lead in able or not able else able[0]


@dataclass(frozen=True, slots=True)
class ClosedStep:
    """One closed step; ``note`` says what was done."""

    step: Step
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """The steps of one suspension or drill and how far they have come."""

    suspension: Suspension
    closed: tuple[ClosedStep, ...] = ()

    @property
    def next_step(self) -> Step | None:
        """The step that is to be closed now; None when all are closed."""
        steps = tuple(Step)
        return steps[len(self.closed)] if len(self.closed) < len(steps) else None


def close_step(
    protocol: Protocol, step: Step, by: Actor, at: datetime, *, note: str = "", book: RuleBook | None = None
) -> Protocol:
    """Return ``protocol`` with ``step`` closed by ``by`` at ``at``.

    Raises Refused when another step comes first, the step or the suspension is closed already, the role may not
    close it (the system never may), or ``at`` lies before the declaration.
    """
    book = book or load()
    if reason := _objection(protocol, step, by, at):
        raise book.refusal("DESK-STEP-ORDER", reason)
    return replace(protocol, closed=(*protocol.closed, ClosedStep(step, by.id, at, note.strip())))


def _objection(protocol: Protocol, step: Step, by: Actor, at: datetime) -> str | None:
    if protocol.suspension.ended_at is not None:
        return "the suspension is over: its protocol stays as it is"
    if any(done.step == step for done in protocol.closed):
        return f"{step} is closed already"
    if step != protocol.next_step:
        return f"{protocol.next_step} comes before {step}"
    if by.role not in MAY_CLOSE[step]:
        return f"{step} is closed by {' or '.join(sorted(MAY_CLOSE[step]))}"
    earliest = protocol.closed[-1].at if protocol.closed else protocol.suspension.declared_at
    return f"{step} cannot be closed before {earliest.isoformat()}" if at < earliest else None


def step_named(name: str) -> Step:
    """The step called ``name``; raises Refused with the known names."""
    try:
        return Step(name.strip().lower().replace("-", "_"))
    except ValueError:
        raise Refused(f"no step has this name; the steps are: {', '.join(Step)}", rule="DESK-STEP-ORDER") from None
