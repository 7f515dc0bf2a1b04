"""The door: sessions end, failures cost time, passes work once."""

from __future__ import annotations

from datetime import timedelta

from dashboard.signin import ABSOLUTE, IDLE, LONGEST_WAIT, PASS_LIFE, Door
from tests.builders import NOW

SECOND = timedelta(seconds=1)


def test_a_session_is_found_by_its_token_and_by_nothing_else() -> None:
    door = Door()
    token = door.open("p:ada", "ada", NOW)
    assert door.find(token, NOW).person == "p:ada"  # type: ignore[union-attr]
    assert door.find(token + "x", NOW) is None
    assert door.find(None, NOW) is None


def test_the_token_itself_is_not_kept() -> None:
    door = Door()
    assert door.open("p:ada", "ada", NOW) not in repr(door)


def test_a_session_ends_after_an_hour_without_a_click_and_not_before() -> None:
    door = Door()
    token = door.open("p:ada", "ada", NOW)
    assert door.find(token, NOW + IDLE) is not None
    assert door.find(token, NOW + IDLE + IDLE) is not None  # the look before was a click
    assert door.find(token, NOW + 3 * IDLE + SECOND) is None


def test_a_session_ends_after_twelve_hours_however_busy_it_is() -> None:
    door = Door()
    token = door.open("p:ada", "ada", NOW)
    for minutes in range(30, 720, 30):
        assert door.find(token, NOW + timedelta(minutes=minutes)) is not None
    assert door.find(token, NOW + ABSOLUTE + SECOND) is None


def test_three_slips_are_free_and_then_the_pause_doubles_up_to_a_quarter_of_an_hour() -> None:
    door = Door()
    pauses = []
    for _ in range(16):
        door.failed("ada", NOW)
        pauses.append(door.wait("ada", NOW))
    assert pauses[:2] == [timedelta(0)] * 2
    assert pauses[2:6] == [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert pauses[-1] == LONGEST_WAIT


def test_the_pause_runs_out_and_belongs_to_one_name_only() -> None:
    door = Door()
    for _ in range(3):
        door.failed("ada", NOW)
    assert door.wait("ada", NOW + 2 * SECOND) == timedelta(0)
    assert door.wait("grace", NOW) == timedelta(0)


def test_signing_in_forgets_the_failures() -> None:
    door = Door()
    for _ in range(5):
        door.failed("ada", NOW)
    door.open("p:ada", "ada", NOW)
    assert door.wait("ada", NOW) == timedelta(0)


def test_a_closed_session_is_gone() -> None:
    door = Door()
    token = door.open("p:ada", "ada", NOW)
    door.close(token)
    assert door.find(token, NOW) is None


def test_a_pass_gives_its_token_once_and_for_a_minute() -> None:
    door = Door()
    token = door.open("p:ada", "ada", NOW)
    made, late = door.make_pass(token, NOW), door.make_pass(token, NOW)
    assert door.take_pass(made, NOW + PASS_LIFE) == token
    assert door.take_pass(made, NOW) is None
    assert door.take_pass(late, NOW + PASS_LIFE + SECOND) is None
