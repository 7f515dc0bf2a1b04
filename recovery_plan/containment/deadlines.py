"""Dated obligations towards buyers and the marketplace, each with its rule, strict due time and grace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.domain import Claim, Return, Suspension, Ticket
from recovery_plan.rules import RuleBook

NO_RESPONSE_NEEDED = re.compile(r"no[ _-]?(?:response|reply|answer)[ _-]?(?:needed|required|necessary)", re.IGNORECASE)
DONE = frozenset({"solved", "closed"})


class Kind(StrEnum):
    """What has to be done by the deadline."""

    REPLY = "reply"
    ANSWER_BEFORE_CLAIM = "answer_before_claim"
    CLAIM_INFORMATION = "claim_information"
    CLAIM_APPEAL = "claim_appeal"
    WITHDRAWAL_REFUND = "withdrawal_refund"
    RETURN_REFUND = "return_refund"
    PLAN_OF_ACTION = "plan_of_action"
    SHIP_OR_STOP = "ship_or_stop"


class State(StrEnum):
    """Where a deadline stands at a moment."""

    AHEAD = "ahead"
    IN_GRACE = "in_grace"  # late by the strict reading, in time by the generous one
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One obligation; ``subject`` is an opaque id such as ``ticket:12`` or ``order:…``."""

    kind: Kind
    subject: str
    rule: str
    since: datetime
    due_at: datetime
    grace_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Exactly at the due time is still in time."""
        if now <= self.due_at:
            return State.AHEAD
        return State.IN_GRACE if self.grace_at is not None and now <= self.grace_at else State.LATE


def _deadline(kind: Kind, subject: str, rule: str, since: datetime, book: RuleBook) -> Deadline:
    return Deadline(kind, subject, rule, since, book.due(rule, since), book.grace(rule, since))


def needs_response(tags: Iterable[str]) -> bool:
    """False when the ticket is marked as needing no response: it is left out of the late response rate."""
    return not any(NO_RESPONSE_NEEDED.fullmatch(tag.strip()) for tag in tags)


def waiting_since(ticket: Ticket) -> datetime | None:
    """When the oldest message that nobody has answered came in; None when nothing waits.

    Internal notes answer nobody. Without messages the help desk's two times must do, which may tell a later start.
    """
    if ticket.messages:
        waiting: datetime | None = None
        for message in ticket.messages:
            if message.direction == "out":
                waiting = None
            elif message.direction == "in" and waiting is None:
                waiting = message.sent_at
        return waiting
    told = ticket.last_in_at or ticket.created_at
    return told if ticket.last_out_at is None or ticket.last_out_at < told else None


def of_ticket(ticket: Ticket, subject: str, book: RuleBook) -> tuple[Deadline, ...]:
    """The 24-hour reply (weekends count) and the time after which an unanswered contact loses a claim."""
    since = waiting_since(ticket)
    if since is None or ticket.status in DONE or not needs_response(ticket.tags):
        return ()
    return (
        _deadline(Kind.REPLY, subject, "AMZ-MSG-02", since, book),
        _deadline(Kind.ANSWER_BEFORE_CLAIM, subject, "AMZ-AZ-03", since, book),
    )


def of_claim(claim: Claim, subject: str, book: RuleBook) -> tuple[Deadline, ...]:
    """The answer to Amazon's question while the claim is open, the appeal after it was granted.

    An appeal date that the claim itself states wins when it is earlier than the rule's.
    """
    if claim.status == "open" and claim.info_requested_at is not None:
        return (_deadline(Kind.CLAIM_INFORMATION, subject, "AMZ-AZ-04", claim.info_requested_at, book),)
    if claim.status != "granted" or claim.decided_at is None:
        return ()
    by_rule = book.due("AMZ-AZ-05", claim.decided_at)
    due = min(by_rule, claim.appeal_until) if claim.appeal_until else by_rule
    return (Deadline(Kind.CLAIM_APPEAL, subject, "AMZ-AZ-05", claim.decided_at, due),)


def of_return(returned: Return, subject: str, book: RuleBook) -> tuple[Deadline, ...]:
    """The refund of goods that have come back: two business days. Nothing once money has been returned."""
    if returned.refunded_minor or returned.delivered_back_at is None:
        return ()
    return (_deadline(Kind.RETURN_REFUND, subject, "AMZ-REF-01", returned.delivered_back_at, book),)


def of_withdrawal(informed_at: datetime, subject: str, book: RuleBook) -> Deadline:
    """The refund after the buyer told us that they withdraw from the contract: 14 days (EU)."""
    return _deadline(Kind.WITHDRAWAL_REFUND, subject, "EU-05", informed_at, book)


def of_suspension(suspension: Suspension, book: RuleBook) -> tuple[Deadline, ...]:
    """The plan of action, while a real suspension is open; the notice itself may set another day."""
    if suspension.is_drill or suspension.ended_at is not None:
        return ()
    subject = f"suspension:{suspension.id}"
    return (_deadline(Kind.PLAN_OF_ACTION, subject, "AMZ-SUS-03", suspension.noticed_at, book),)


def next_of(deadlines: Sequence[Deadline], now: datetime) -> Deadline | None:
    """The one to act on: the earliest that can still be met (grace included), else the earliest late one."""
    if not deadlines:
        return None
    return min(deadlines, key=lambda d: (d.state(now) is State.LATE, d.due_at, d.kind))
