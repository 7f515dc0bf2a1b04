"""The same property as in tests/collectors/test_interleavings.py, over many more worlds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import HealthCheck, given, settings

from tests.collectors.interleavings import EVENTS, Step, check, steps

UNEDITED = [event for event in EVENTS if event not in ("edit", "old copy")]
long = settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(steps())
@long
def test_a_thousand_worlds_end_as_a_first_reading_does(happened: Sequence[Step]) -> None:
    check(happened)


@given(steps(UNEDITED))
@long
def test_a_thousand_worlds_lose_nothing_without_a_look_back(happened: Sequence[Step]) -> None:
    check(happened, timedelta(0))
