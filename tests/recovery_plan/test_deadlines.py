"""Dated obligations and the order of the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain import Category, Claim, Return, Suspension, Ticket, TicketMessage
from recovery_plan import rules
from recovery_plan.containment import deadlines
from recovery_plan.containment.deadlines import Deadline, Kind, State, needs_response, waiting_since
from recovery_plan.containment.queue import ClaimState, Lane, QueueTicket, in_order
from tests.builders import NOW, days

BOOK = rules.load()
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def a_ticket(*messages: tuple[str, datetime], **facts: Any) -> Ticket:
    told = tuple(TicketMessage(direction, at, "text") for direction, at in messages)
    return Ticket("generic", "1", created_at=SATURDAY, messages=told, **facts)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def test_a_message_of_saturday_is_due_on_sunday() -> None:
    reply, before_claim = deadlines.of_ticket(a_ticket(("in", SATURDAY)), "ticket:1", BOOK)
    assert (reply.kind, reply.rule, reply.due_at) == (Kind.REPLY, "AMZ-MSG-02", SATURDAY + hours(24))
    assert (before_claim.due_at, before_claim.grace_at) == (SATURDAY + hours(48), SATURDAY + hours(72))


def test_the_clock_runs_from_the_oldest_unanswered_message() -> None:
    ticket = a_ticket(
        ("in", SATURDAY), ("out", SATURDAY + hours(1)), ("in", SATURDAY + hours(2)), ("in", SATURDAY + hours(9))
    )
    assert waiting_since(ticket) == SATURDAY + hours(2)


def test_an_internal_note_answers_nobody_and_a_reply_does() -> None:
    assert waiting_since(a_ticket(("in", SATURDAY), ("note", SATURDAY + hours(1)))) == SATURDAY
    assert waiting_since(a_ticket(("in", SATURDAY), ("out", SATURDAY + hours(1)))) is None


def test_without_messages_the_help_desks_times_are_used() -> None:
    assert waiting_since(a_ticket(last_in_at=SATURDAY + hours(3))) == SATURDAY + hours(3)
    assert waiting_since(a_ticket(last_in_at=SATURDAY, last_out_at=SATURDAY + hours(1))) is None


@pytest.mark.parametrize("tag", ["no-response-needed", "No response required", "NO_REPLY_NEEDED"])
def test_a_ticket_that_needs_no_response_has_no_deadline(tag: str) -> None:
    assert not needs_response([tag])
    assert deadlines.of_ticket(a_ticket(("in", SATURDAY), tags=(tag,)), "ticket:1", BOOK) == ()


def test_amazons_question_on_a_claim_is_due_after_48_hours_with_72_as_grace() -> None:
    (asked,) = deadlines.of_claim(Claim("o", NOW - days(3), info_requested_at=NOW), "claim:1", BOOK)
    assert (asked.rule, asked.due_at, asked.grace_at) == ("AMZ-AZ-04", NOW + hours(48), NOW + hours(72))


def test_a_granted_claim_can_be_appealed_for_thirty_days_or_until_its_own_earlier_day() -> None:
    granted = Claim("o", NOW - days(9), status="granted", decided_at=NOW)
    (by_rule,) = deadlines.of_claim(granted, "claim:1", BOOK)
    assert by_rule.due_at == NOW + days(30)
    stated = Claim("o", NOW - days(9), status="granted", decided_at=NOW, appeal_until=NOW + days(10))
    assert deadlines.of_claim(stated, "claim:1", BOOK)[0].due_at == NOW + days(10)


def test_a_denied_claim_asks_for_nothing() -> None:
    assert deadlines.of_claim(Claim("o", NOW, status="denied", decided_at=NOW), "claim:1", BOOK) == ()


def test_a_return_received_on_friday_is_refunded_by_tuesday() -> None:
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    (due,) = deadlines.of_return(Return("o", friday, delivered_back_at=friday), "order:o", BOOK)
    assert (due.rule, due.due_at) == ("AMZ-REF-01", datetime(2026, 11, 24, 15, 0, tzinfo=UTC))


def test_a_refunded_return_and_one_on_its_way_have_no_deadline() -> None:
    assert deadlines.of_return(Return("o", NOW, delivered_back_at=NOW, refunded_minor=100), "order:o", BOOK) == ()
    assert deadlines.of_return(Return("o", NOW), "order:o", BOOK) == ()


def test_a_withdrawal_is_refunded_within_fourteen_days() -> None:
    assert deadlines.of_withdrawal(NOW, "order:o", BOOK).due_at == NOW + days(14)


def test_an_open_suspension_asks_for_a_plan_of_action_and_a_drill_does_not() -> None:
    real = Suspension(4, "r", "p:x", "amazon.fr", NOW, NOW)
    assert deadlines.of_suspension(real, BOOK)[0].due_at == NOW + days(17)
    assert deadlines.of_suspension(Suspension(4, "r", "p:x", "amazon.fr", NOW, NOW, is_drill=True), BOOK) == ()


def test_a_deadline_is_ahead_until_it_is_due_then_in_grace_then_late() -> None:
    due = Deadline(Kind.CLAIM_INFORMATION, "claim:1", "AMZ-AZ-04", NOW, NOW + hours(48), NOW + hours(72))
    assert due.state(NOW + hours(48)) is State.AHEAD
    assert due.state(NOW + hours(49)) is State.IN_GRACE
    assert due.state(NOW + hours(73)) is State.LATE


def test_what_can_still_be_met_is_named_before_what_is_lost() -> None:
    lost = Deadline(Kind.REPLY, "t", "AMZ-MSG-02", NOW - days(3), NOW - days(2))
    ahead = Deadline(Kind.ANSWER_BEFORE_CLAIM, "t", "AMZ-AZ-03", NOW, NOW + days(1))
    assert deadlines.next_of([lost, ahead], NOW) is ahead
    assert deadlines.next_of([], NOW) is None


def queued(ticket_id: int, hours_left: float = 10.0, **facts: Any) -> QueueTicket:
    due = Deadline(Kind.REPLY, f"ticket:{ticket_id}", "AMZ-MSG-02", NOW, NOW + hours(hours_left))
    return QueueTicket(ticket_id, facts.pop("opened_at", NOW - days(1)), deadlines=(due,), **facts)


def order_of(*tickets: QueueTicket) -> list[int]:
    return [place.ticket_id for place in in_order(tickets, NOW)]


def test_refunds_and_claims_stand_before_everything_else() -> None:
    late_question = queued(1, -40.0, category=Category.NOT_DELIVERED, value_minor=90_000)
    refund = queued(2, 23.0, category=Category.REFUND_NOT_RECEIVED)
    claim = queued(3, 23.0, claim=ClaimState.OPEN)
    assert order_of(late_question, refund, claim) == [3, 2, 1]


def test_more_harm_less_time_and_more_value_each_come_first() -> None:
    assert order_of(queued(1, category=Category.QUESTION), queued(2, category=Category.NOT_DELIVERED)) == [2, 1]
    assert order_of(queued(1, 20.0), queued(2, 2.0)) == [2, 1]
    assert order_of(queued(1), queued(2, value_minor=20_000)) == [2, 1]


def test_tickets_without_need_for_a_response_and_solved_ones_are_left_out() -> None:
    assert order_of(queued(1, needs_response=False), queued(2, status="solved"), queued(3)) == [3]


def test_equal_tickets_stand_by_age_then_id() -> None:
    assert order_of(queued(2), queued(1), queued(3, opened_at=NOW - days(2))) == [3, 1, 2]


def test_a_place_is_explained_and_its_factors_multiply_to_the_priority() -> None:
    (place,) = in_order([queued(1, 5.0, category=Category.REFUND_NOT_RECEIVED, value_minor=5_000)], NOW)
    assert place.lane is Lane.CRITICAL
    assert place.priority == pytest.approx(place.harm * place.urgency * place.value)
    assert place.reasons == ("refund asked", "reply due in 5 h (AMZ-MSG-02)", "value 50.00")


@given(st.permutations([queued(n, n * 3.0, value_minor=n * 700) for n in range(8)]))
def test_the_order_does_not_depend_on_how_tickets_come_in(tickets: list[QueueTicket]) -> None:
    assert order_of(*tickets) == order_of(*sorted(tickets, key=lambda t: t.ticket_id))
