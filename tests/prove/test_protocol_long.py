"""Two thousand ways through the protocol: nothing improper leaves; and the search finds every defect planted in it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.recovery_plan.protocol_machine import Protocol
from tests.recovery_plan.test_protocol_machine import CodeAlone

LONG = settings(max_examples=2_000, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
SEARCH = settings(LONG, phases=(Phase.generate,), print_blob=False)


@pytest.mark.parametrize("machine", [Protocol, CodeAlone])
def test_nothing_improper_leaves_in_two_thousand_examples(machine: type[Protocol]) -> None:
    run_state_machine_as_test(machine, settings=LONG)


@pytest.mark.parametrize(
    ("triggers", "fault"),
    [
        ("decision_four_eyes", "was approved by who asked"),
        ("decision_by_role", "was approved by a"),
        ("dispatch_approved", "has no approval"),
        ("dispatch_in_time", "outside its approval's time"),
        ("dispatch_of_replaced", "its text had been changed"),
        ("dispatch_once", "repeats a text"),
        ("dispatch_by_writer", "was sent by a"),
        ("dispatch_macro dispatch_held", "free text left while suspended"),  # a hold alone would still stop it
        ("dispatch_drill", "mixes drill and reality"),
        ("approval_decision_no_update", "was approved by|outside its approval's time"),
    ],
)
def test_a_planted_defect_is_found(triggers: str, fault: str) -> None:
    class Planted(Protocol):
        without = tuple(triggers.split())

    with pytest.raises(AssertionError, match=fault):
        run_state_machine_as_test(Planted, settings=SEARCH)
