"""The protocol's order, and what may leave in which mode."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain import Actor, Mode, Role, Suspension
from data.errors import Refused
from recovery_plan.containment.mode import (
    MAY_CLOSE,
    Protocol,
    Step,
    close_step,
    step_named,
)
from recovery_plan.containment.outgoing import Outgoing, hold_for
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


def test_all_steps_can_be_closed_in_their_order() -> None:
    protocol = Protocol(a_suspension())
    for step in Step:
        protocol = close_step(protocol, step, COMPLIANCE, NOW)
    assert protocol.next_step is None


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
