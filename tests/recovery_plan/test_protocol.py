"""The mode of the house, the protocol's order, what may leave, and the SUSPENDED tag."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain import Actor, Mode, Role, Suspension, Ticket
from data.errors import Refused
from recovery_plan.containment.mode import (
    MAY_CLOSE,
    Protocol,
    Step,
    close_step,
    missing_before_end,
    mode_of,
    step_named,
)
from recovery_plan.containment.outgoing import Outgoing, hold_for
from recovery_plan.containment.tagging import TAG, changes
from tests.builders import NOW, days

COMPLIANCE = Actor("p:carla", Role.COMPLIANCE)


def a_suspension(**facts: Any) -> Suspension:
    defaults: dict[str, Any] = {
        "id": 1,
        "reason": "related account",
        "owner": "p:carla",
        "marketplace": "amazon.fr",
        "noticed_at": NOW - days(2),
        "declared_at": NOW - days(1),
    }
    return Suspension(**(defaults | facts))


def a_ticket(native_id: str = "1", **facts: Any) -> Ticket:
    defaults: dict[str, Any] = {"tool": "generic", "created_at": NOW, "channel": "amazon"}
    return Ticket(native_id=native_id, **(defaults | facts))


def test_the_mode_is_suspended_while_a_suspension_is_open_and_recovery_after_it() -> None:
    over = a_suspension(id=1, ended_at=NOW)
    assert mode_of([]) is Mode.NORMAL
    assert mode_of([over]) is Mode.RECOVERY
    assert mode_of([a_suspension(id=2), over]) is Mode.SUSPENDED


def test_a_drill_leaves_the_mode_alone() -> None:
    assert mode_of([a_suspension(is_drill=True)]) is Mode.NORMAL


def test_all_steps_can_be_closed_in_their_order() -> None:
    protocol = Protocol(a_suspension())
    for step in Step:
        protocol = close_step(protocol, step, COMPLIANCE, NOW)
    assert protocol.next_step is None
    assert missing_before_end(protocol) == ()


@given(st.permutations(list(Step)))
def test_no_other_order_ever_closes_a_step_before_its_predecessor(order: list[Step]) -> None:
    protocol = Protocol(a_suspension())
    for step in order:
        expected = protocol.next_step
        if step == expected:
            protocol = close_step(protocol, step, COMPLIANCE, NOW)
        else:
            with pytest.raises(Refused):
                close_step(protocol, step, COMPLIANCE, NOW)
    assert [done.step for done in protocol.closed] == list(Step)[: len(protocol.closed)]


def test_a_step_is_closed_once() -> None:
    once = close_step(Protocol(a_suspension()), Step.FREEZE_SNAPSHOT, COMPLIANCE, NOW)
    with pytest.raises(Refused, match="closed already"):
        close_step(once, Step.FREEZE_SNAPSHOT, COMPLIANCE, NOW)


@pytest.mark.parametrize("role", [r for r in Role if r not in MAY_CLOSE[Step.FREEZE_SNAPSHOT]] + [None])
def test_a_role_that_does_not_answer_for_a_step_cannot_close_it(role: Role | None) -> None:
    with pytest.raises(Refused) as refused:
        close_step(Protocol(a_suspension()), Step.FREEZE_SNAPSHOT, Actor("p:x", role), NOW)
    assert refused.value.rule == "DESK-STEP-ORDER"


def test_a_step_cannot_be_closed_before_the_declaration_or_after_the_end() -> None:
    with pytest.raises(Refused, match="before"):
        close_step(Protocol(a_suspension()), Step.FREEZE_SNAPSHOT, COMPLIANCE, NOW - days(1.5))
    with pytest.raises(Refused, match="over"):
        close_step(Protocol(a_suspension(ended_at=NOW)), Step.FREEZE_SNAPSHOT, COMPLIANCE, NOW)


def test_a_step_is_found_by_its_name_with_dashes_too() -> None:
    assert step_named("tag-tickets") is Step.TAG_TICKETS
    with pytest.raises(Refused, match="tag_tickets"):
        step_named("coffee")


def test_during_a_suspension_only_a_macro_on_a_critical_ticket_leaves() -> None:
    leaving = {
        (kind, critical)
        for kind in Outgoing
        for critical in (True, False)
        if hold_for(kind, Mode.SUSPENDED, is_critical=critical) is None
    }
    assert leaving == {(Outgoing.MACRO_REPLY, True)}


def test_review_requests_wait_until_the_recovery_is_over() -> None:
    held = hold_for(Outgoing.REVIEW_REQUEST, Mode.RECOVERY)
    assert held is not None and held.rule == "TP-02"
    assert hold_for(Outgoing.OUTREACH, Mode.RECOVERY) is None
    assert hold_for(Outgoing.REVIEW_REQUEST, Mode.NORMAL) is None


def test_every_open_amazon_ticket_is_tagged_while_suspended_and_no_other() -> None:
    tickets = [
        a_ticket("channel"),
        a_ticket("alias", channel="email", buyer_email="x1@marketplace.amazon.de"),
        a_ticket("order", channel="chat", order_id="405-1234567-7654321"),
        a_ticket("shop", channel="email", buyer_email="x@example.com"),
        a_ticket("multi", channel="email", order_id="S01-1234567-7654321"),
        a_ticket("closed", status="closed"),
        a_ticket("tagged", tags=(TAG,)),
    ]
    found = changes(tickets, Mode.SUSPENDED)
    assert [native for _, native in found.put] == ["channel", "alias", "order"]
    assert found.take == ()


def test_the_tag_is_taken_off_after_the_reinstatement() -> None:
    assert changes([a_ticket(tags=(TAG,)), a_ticket("2")], Mode.RECOVERY).take == (("generic", "1"),)
