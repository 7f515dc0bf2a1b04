"""A short search through the protocol; ``make prove`` searches long, and shows that planted defects are found."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from data import desk_rules
from tests.recovery_plan.protocol_machine import Protocol

SHORT = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


class CodeAlone(Protocol):
    """Without the database's refusals: the functions by themselves let nothing improper through."""

    without = tuple(r.name for r in desk_rules.REFUSALS)
    is_hostile = False


def test_nothing_improper_leaves_whatever_people_clocks_and_a_hostile_hand_do() -> None:
    run_state_machine_as_test(Protocol, settings=SHORT)


def test_the_functions_refuse_by_themselves_what_the_database_refuses() -> None:
    run_state_machine_as_test(CodeAlone, settings=SHORT)
