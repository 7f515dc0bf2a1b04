"""What we owe one customer: the next deadline, the wait, and where the refund stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from data.customers import CaseTicket, CustomerCase, MentionFact
from data.domain import Band, Category, Claim, Obligation, Return, Source, Ticket, TicketMessage
from recovery_plan import rules
from recovery_plan.obligations import obligation_of
from tests.builders import NOW, an_order, days

BOOK = rules.load()
ORDER = "405-1234567-7654321"


def a_ticket(*messages: tuple[str, float], issue: Category | None = None, **facts: Any) -> CaseTicket:
    """Messages as (direction, days ago)."""
    told = tuple(TicketMessage(direction, NOW - days(ago), "") for direction, ago in messages)
    return CaseTicket(1, Ticket("generic", "1", created_at=NOW - days(9), messages=told, **facts), issue)


def a_return(**facts: Any) -> Return:
    defaults: dict[str, Any] = {"order_id": ORDER, "returned_at": NOW - days(20)}
    return Return(**(defaults | facts))


def owed(**parts: Any) -> Obligation:
    return obligation_of(CustomerCase("key", **({"orders": (an_order(ORDER),)} | parts)), NOW, BOOK)


def test_nothing_is_owed_to_whoever_has_been_answered() -> None:
    assert owed(tickets=(a_ticket(("in", 3), ("out", 2)),)) == Obligation()


def test_messages_since_our_last_answer_wait_and_the_reply_is_due_in_a_day() -> None:
    found = owed(tickets=(a_ticket(("in", 3), ("out", 2), ("in", 0.5), ("note", 0.4), ("in", 0.2)),))
    assert (found.waiting_since, found.unanswered) == (NOW - days(0.5), 2)
    assert (found.due_at, found.rule) == (NOW + days(0.5), "AMZ-MSG-02")


@pytest.mark.parametrize("facts", [{"status": "solved"}, {"tags": ("no-response-needed",)}])
def test_a_ticket_that_is_done_or_needs_no_response_waits_for_nothing(facts: dict[str, Any]) -> None:
    assert owed(tickets=(a_ticket(("in", 3), **facts),)) == Obligation()


def test_a_deadline_that_can_be_met_stands_before_one_that_is_missed() -> None:
    question = Claim(ORDER, NOW - days(3), info_requested_at=NOW - days(1))
    found = owed(tickets=(a_ticket(("in", 9)),), claims=(question,))
    assert (found.rule, found.due_at) == ("AMZ-AZ-04", NOW + days(1))


def test_a_missed_appeal_is_no_duty_any_more_and_an_open_one_is() -> None:
    lost, fresh = (Claim(ORDER, NOW - days(60), status="granted", decided_at=NOW - days(n)) for n in (31, 29))
    assert owed(claims=(lost,)).rule is None
    assert owed(claims=(fresh,)).rule == "AMZ-AZ-05"


def test_goods_that_are_back_are_refunded_in_two_business_days_and_late_after_that() -> None:
    back = NOW - timedelta(hours=1)  # a Tuesday
    found = owed(returns=(a_return(delivered_back_at=back),))
    assert (found.rule, found.due_at, found.refund_state) == ("AMZ-REF-01", back + days(2), "asked")
    assert owed(returns=(a_return(delivered_back_at=NOW - days(9)),)).refund_state == "late"


def test_a_return_on_its_way_is_refunded_within_fourteen_days_in_the_european_union_only() -> None:
    parcel = a_return(returned_at=NOW - days(3))
    assert owed(returns=(parcel,)).due_at == NOW + days(11)
    elsewhere = owed(returns=(parcel,), orders=(an_order(ORDER, marketplace="amazon.com"),))
    assert (elsewhere.due_at, elsewhere.refund_state) == (None, "asked")


@pytest.mark.parametrize("facts", [{"kind": "fba"}, {"status": "Completed"}])
def test_amazon_refunds_its_own_returns_and_a_completed_one_is_over(facts: dict[str, Any]) -> None:
    assert owed(returns=(a_return(**facts),)).refund_state == "none"


def test_a_paid_refund_is_paid_until_the_customer_asks_again() -> None:
    paid = a_return(refunded_minor=100)
    angry = MentionFact(
        1, Source.TRUSTPILOT, NOW - days(1), band=Band.FRUSTRATED, category=Category.REFUND_NOT_RECEIVED
    )
    assert owed(returns=(paid,)).refund_state == "paid"
    assert owed(returns=(paid,), mentions=(angry,)).refund_state == "asked"


def test_a_ticket_about_a_refund_asks_for_it() -> None:
    assert owed(tickets=(a_ticket(("in", 1), issue=Category.REFUND_NOT_RECEIVED),)).refund_state == "asked"
