"""The order of the ticket queue: refunds and A-to-z first, then harm x urgency x value, every place explained."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from data.domain import Category
from recovery_plan.containment.deadlines import DONE, Deadline, next_of


class ClaimState(StrEnum):
    """How near an A-to-z claim or chargeback is."""

    NONE = "none"
    ANNOUNCED = "announced"
    OPEN = "open"


class Lane(IntEnum):
    """Critical tickets always stand before the others (rule DESK-CRITICAL)."""

    CRITICAL = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """Weights that a support lead may change. ``harm`` is relative: 1 is an ordinary complaint."""

    harm: Mapping[Category, float] = field(
        default_factory=lambda: {
            Category.CLAIM_OR_CHARGEBACK_THREAT: 4.0,
            Category.REFUND_NOT_RECEIVED: 3.0,
            Category.NOT_DELIVERED: 2.5,
            Category.SCAM_SUSPICION: 2.5,
            Category.WRONG_OR_DAMAGED: 2.0,
            Category.NO_REPLY: 2.0,
            Category.OTHER_COMPLAINT: 1.0,
            Category.QUESTION: 0.7,
            Category.PRAISE: 0.1,
            Category.NOT_ABOUT_US: 0.1,
        }
    )
    open_claim: float = 5.0
    usual_value_minor: int = 5_000  # an order of this value doubles the priority of one without value
    half_life_h: float = 24.0  # a day less to the deadline doubles the urgency
    most_urgent: float = 4.0
    least_urgent: float = 0.05


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """What the order of one ticket depends on."""

    ticket_id: int
    opened_at: datetime
    status: str = "open"
    category: Category | None = None
    claim: ClaimState = ClaimState.NONE
    deadlines: tuple[Deadline, ...] = ()
    value_minor: int | None = None
    needs_response: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """One ticket's place: ``priority`` is exactly harm x urgency x value; ``reasons`` says it for people."""

    ticket_id: int
    lane: Lane
    priority: float
    harm: float
    urgency: float
    value: float
    next: Deadline | None
    reasons: tuple[str, ...]


CRITICAL = frozenset({Category.REFUND_NOT_RECEIVED, Category.CLAIM_OR_CHARGEBACK_THREAT})


def is_critical(category: Category | None, claim: ClaimState) -> bool:
    """Whether a ticket is about a refund or an announced or open claim."""
    return claim is not ClaimState.NONE or category in CRITICAL


def in_order(tickets: Iterable[QueueTicket], now: datetime, policy: QueuePolicy | None = None) -> tuple[Place, ...]:
    """The queue, most pressing first; solved, closed and no-response-needed tickets are left out.

    Ties: the older ticket first, then the smaller id, so that the same tickets always stand in the same order.
    """
    policy = policy or QueuePolicy()
    waiting = [t for t in tickets if t.needs_response and t.status not in DONE]
    placed = [(_place(t, now, policy), t) for t in waiting]
    placed.sort(key=lambda pair: (pair[0].lane, -pair[0].priority, pair[1].opened_at, pair[1].ticket_id))
    return tuple(place for place, _ in placed)


def _place(ticket: QueueTicket, now: datetime, policy: QueuePolicy) -> Place:
    lane = Lane.CRITICAL if is_critical(ticket.category, ticket.claim) else Lane.OTHER
    harm = _harm(ticket, policy)
    due = next_of(ticket.deadlines, now)
    urgency = _urgency(due, now, policy)
    value = 1.0 + math.log2(1.0 + max(ticket.value_minor or 0, 0) / policy.usual_value_minor)
    reasons = _reasons(ticket, lane, due, now)
    return Place(ticket.ticket_id, lane, harm * urgency * value, harm, urgency, value, due, reasons)


def _harm(ticket: QueueTicket, policy: QueuePolicy) -> float:
    told = policy.harm.get(ticket.category or Category.OTHER_COMPLAINT, 1.0)
    if ticket.claim is ClaimState.OPEN:
        return max(told, policy.open_claim)
    if ticket.claim is ClaimState.ANNOUNCED:
        return max(told, policy.harm.get(Category.CLAIM_OR_CHARGEBACK_THREAT, 1.0))
    return told


def _urgency(due: Deadline | None, now: datetime, policy: QueuePolicy) -> float:
    """1 at the deadline, doubling with every half-life past it, within the policy's bounds."""
    if due is None:
        return policy.least_urgent
    hours_left = (due.due_at - now).total_seconds() / 3600
    half_lives = min(max(-hours_left / policy.half_life_h, -20.0), 20.0)
    return min(max(math.exp2(half_lives), policy.least_urgent), policy.most_urgent)


def _reasons(ticket: QueueTicket, lane: Lane, due: Deadline | None, now: datetime) -> tuple[str, ...]:
    told: list[str] = []
    if lane is Lane.CRITICAL:
        told.append(f"claim {ticket.claim}" if ticket.claim is not ClaimState.NONE else "refund asked")
    elif ticket.category is not None:
        told.append(ticket.category.value.replace("_", " "))
    if due is not None:
        hours = (due.due_at - now).total_seconds() / 3600
        told.append(f"{due.kind} {'due in' if hours >= 0 else 'late by'} {abs(hours):.0f} h ({due.rule})")
    if ticket.value_minor:
        told.append(f"value {ticket.value_minor / 100:.2f}")
    return tuple(told)
