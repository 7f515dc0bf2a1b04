"""A ticket as the queue sees it: what it is about, its claims, everything that is due, and the order's value."""

from __future__ import annotations

from collections.abc import Sequence

from data.customers import CaseTicket
from data.domain import Category, Claim, Order, Return
from recovery_plan.containment import deadlines
from recovery_plan.containment.queue import ClaimState, QueueTicket
from recovery_plan.obligations import of_orders
from recovery_plan.rules import RuleBook


def queue_ticket(
    t: CaseTicket, order: Order | None, claims: Sequence[Claim], returns: Sequence[Return], book: RuleBook
) -> QueueTicket:
    """``claims`` and ``returns`` are those of the ticket's order; their deadlines press the ticket, too."""
    own = deadlines.of_ticket(t.ticket, f"ticket:{t.id}", book)
    return QueueTicket(
        ticket_id=t.id,
        opened_at=t.ticket.created_at,
        status=t.ticket.status,
        category=t.issue,
        claim=_claim_state(t, claims),
        deadlines=(*own, *of_orders(claims, returns, [order] if order else [], book)),
        value_minor=order.total_minor if order else None,
        needs_response=deadlines.needs_response(t.ticket.tags),
    )


def _claim_state(t: CaseTicket, claims: Sequence[Claim]) -> ClaimState:
    if any(c.status == "open" for c in claims):
        return ClaimState.OPEN
    return ClaimState.ANNOUNCED if t.issue is Category.CLAIM_OR_CHARGEBACK_THREAT else ClaimState.NONE
