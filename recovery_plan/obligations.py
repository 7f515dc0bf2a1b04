"""What we owe one customer now: the next deadline, since when they wait, and where their refund stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from data.customers import CaseTicket, CustomerCase
from data.domain import Category, Claim, Obligation, Order, Return
from recovery_plan.containment import deadlines
from recovery_plan.containment.deadlines import Deadline, Kind, State
from recovery_plan.rules import RuleBook

# Directive 2011/83 gives 14 days from the withdrawal (rule EU-05)
EU_MARKETPLACES = frozenset(f"amazon.{end}" for end in ("fr", "de", "es", "it", "nl", "be", "com.be", "se", "pl", "ie"))
OVER = frozenset(
    {"completed", "declined", "rejected", "cancelled", "canceled", "closed"}
)  # a return of this status is no duty any more
_REFUNDS = frozenset({Kind.WITHDRAWAL_REFUND, Kind.RETURN_REFUND})


def obligation_of(case: CustomerCase, now: datetime, book: RuleBook) -> Obligation:
    """The next deadline of all the customer's tickets, claims and returns, and what they wait for."""
    waiting = [t for t in case.tickets if is_waiting(t)]
    owed = of_orders(case.claims, case.returns, case.orders, book)
    dated = [*(d for t in waiting for d in deadlines.of_ticket(t.ticket, f"ticket:{t.id}", book)), *owed]
    due = deadlines.next_of([d for d in dated if not _has_lapsed(d, now)], now)
    starts = [s for t in waiting if (s := deadlines.waiting_since(t.ticket)) is not None]
    return Obligation(
        due_at=due.due_at if due else None,
        rule=due.rule if due else None,
        waiting_since=min(starts, default=None),
        unanswered=sum(_unanswered(t) for t in waiting),
        refund_state=_refund_state(case, [d for d in owed if d.kind in _REFUNDS], now),
    )


def _has_lapsed(due: Deadline, now: datetime) -> bool:
    """A missed appeal cannot be made up for; every other late duty still has to be done."""
    return due.kind is Kind.CLAIM_APPEAL and due.state(now) is State.LATE


def is_waiting(t: CaseTicket) -> bool:
    """Whether the buyer wrote last and an answer is due."""
    if t.is_done or not deadlines.needs_response(t.ticket.tags):
        return False
    return deadlines.waiting_since(t.ticket) is not None


def of_orders(
    claims: Iterable[Claim], returns: Iterable[Return], orders: Iterable[Order], book: RuleBook
) -> tuple[Deadline, ...]:
    """Deadlines of claims and of refunds we owe; Amazon itself refunds returns to its own warehouses."""
    marketplaces = {o.order_id: o.marketplace for o in orders}
    found = [d for c in claims for d in deadlines.of_claim(c, f"order:{c.order_id}", book)]
    for r in returns:
        if not is_owed(r):
            continue
        subject = f"order:{r.order_id}"
        found.extend(deadlines.of_return(r, subject, book))
        if r.delivered_back_at is None and marketplaces.get(r.order_id) in EU_MARKETPLACES:
            found.append(deadlines.of_withdrawal(r.returned_at, subject, book))
    return tuple(found)


def is_owed(r: Return) -> bool:
    """Whether a return waits for a refund of ours."""
    return r.kind == "merchant" and not r.refunded_minor and (r.status or "").strip().lower() not in OVER


def _unanswered(t: CaseTicket) -> int:
    """Messages since our last answer; without messages the help desk's times prove one."""
    count = 0
    for message in t.ticket.messages:
        count = 0 if message.direction == "out" else count + (message.direction == "in")
    return count or 1


def _refund_state(case: CustomerCase, refunds: Iterable[Deadline], now: datetime) -> str:
    """late: a dated refund is overdue (grace used up); asked: one is due or was asked for; paid: all are paid."""
    states = [d.state(now) for d in refunds]
    if State.LATE in states:
        return "late"
    if states or any(is_owed(r) for r in case.returns) or _asks_for_money(case):
        return "asked"
    return "paid" if any(r.refunded_minor for r in case.returns) else "none"


def _asks_for_money(case: CustomerCase) -> bool:
    paid = [r.returned_at for r in case.returns if r.refunded_minor]
    asked = [m.published_at for m in case.mentions if m.is_frustrated and m.category is Category.REFUND_NOT_RECEIVED]
    asked += [t.ticket.created_at for t in case.tickets if not t.is_done and t.issue is Category.REFUND_NOT_RECEIVED]
    return bool(asked) and (not paid or max(asked) > max(paid))
