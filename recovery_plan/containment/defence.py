"""The defence file of an A-to-z claim: a checklist filled from the cache, what is missing, and by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.attempts import Attempt
from data.customers import CaseTicket
from data.defences import Point
from data.domain import Claim, Order
from data.refunds import Refund
from recovery_plan.containment import deadlines, missed
from recovery_plan.containment.deadlines import Deadline
from recovery_plan.rules import RuleBook

POINTS = (
    "order",
    "shipped_in_time",
    "tracking",
    "delivered",
    "buyer_contact",
    "our_answers",
    "attempts",
    "refund",
    "proof_sent_by_message",
    "answer_to_claim",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One point: ``state`` is have, missing or not_needed; ``facts`` come from the cache, ``said`` from a person."""

    point: str
    state: str
    facts: tuple[tuple[str, str], ...] = ()
    said: Point | None = None


@dataclass(frozen=True, slots=True)
class Defence:
    """The file of one claim."""

    claim: Claim
    lines: tuple[Line, ...]
    deadlines: tuple[Deadline, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Points that somebody still has to see to."""
        return tuple(line.point for line in self.lines if line.state == "missing")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the store holds about the claim's order."""

    order: Order | None
    tickets: Sequence[CaseTicket] = ()
    attempts: Sequence[Attempt] = ()
    refunds: Sequence[Refund] = ()
    refunded_minor: int = 0


def defence(claim: Claim, subject: str, facts: CaseFacts, said: Mapping[str, Point], book: RuleBook) -> Defence:
    """Fill the checklist; a person's word on a point stands above what the cache shows."""
    found = _from_cache(facts)
    lines = tuple(
        Line(
            point,
            said[point].state if point in said else _state(found.get(point)),
            _spelled(found.get(point)),
            said.get(point),
        )
        for point in POINTS
    )
    return Defence(claim, lines, deadlines.of_claim(claim, subject, book))


_Facts = Mapping[str, object]


def _state(facts: _Facts | None) -> str:
    if facts is None:
        return "missing"
    return "have" if facts else "not_needed"


def _spelled(facts: _Facts | None) -> tuple[tuple[str, str], ...]:
    shown = {k: v.isoformat() if isinstance(v, datetime) else str(v) for k, v in (facts or {}).items() if v is not None}
    return tuple(shown.items())


def _from_cache(facts: CaseFacts) -> dict[str, _Facts | None]:
    """Facts by point; None: we know nothing that helps; empty: not needed."""
    order = facts.order
    found: dict[str, _Facts | None] = {}
    if order is not None:
        found["order"] = {"order": order.order_id, "bought": order.purchased_at, "status": order.status}
        if order.channel == "amazon":  # Amazon shipped it and answers for it
            found |= {"shipped_in_time": {}, "tracking": {}}
        elif order.shipped_at is not None:
            found["shipped_in_time"] = {"shipped": order.shipped_at, "promised": order.promised_at}
        if order.tracking:
            found["tracking"] = {"carrier": order.carrier, "tracking": order.tracking}
        if order.delivered_at is not None:
            found["delivered"] = {"delivered": order.delivered_at}
    asked = [began for t in facts.tickets for began, _ in missed.clocks(t)]
    answered = [at for t in facts.tickets for _, at in missed.clocks(t) if at is not None]
    if asked:
        found["buyer_contact"] = {"first": min(asked), "messages": len(asked)}
        found["our_answers"] = {"first": min(answered), "answers": len(answered)} if answered else None
    else:
        found |= {"buyer_contact": {}, "our_answers": {}}
    failed = [a for a in facts.attempts if a.result != "answered"]
    found["attempts"] = {"attempts": len(failed), "first": failed[0].tried_at} if failed else {}
    back = facts.refunded_minor
    states = ", ".join(sorted({r.state for r in facts.refunds}))
    found["refund"] = {"refunded_minor": back, "by_hand": states or None} if back or states else {}
    return found
