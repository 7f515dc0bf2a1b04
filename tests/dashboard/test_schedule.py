"""Rounds at an interval: they survive failures and stop when told, between two steps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard import schedule
from dashboard.cli import status
from dashboard.commands.typed_values import duration_of
from data import lease, trail
from data.domain import HealthState, Source
from data.errors import BadInput
from data.workspace import Workspace
from tests.builders import NOW, TESTER

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("said", "length"), [("15m", timedelta(minutes=15)), (" 6H ", timedelta(hours=6)), ("2w", timedelta(days=14))]
)
def test_lengths_of_time_are_read_as_people_type_them(said: str, length: timedelta) -> None:
    assert duration_of("--every", said) == length


@pytest.mark.parametrize("said", ["", "15", "m", "0m", "-5m", "1y", "999999w", "5 m m"])
def test_anything_else_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(BadInput, match=r"--every .*for example 15m"):
        duration_of("--every", said)


def test_a_round_that_fails_is_told_and_the_next_one_comes() -> None:
    told: list[Exception] = []
    stop, rounds = threading.Event(), 0

    def one_round(_due: datetime) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            stop.set()
        raise RuntimeError

    schedule.repeat(one_round, timedelta(0), stop, told.append, lambda: NOW)
    assert rounds == 3 and [type(e) for e in told] == [RuntimeError] * 3


def test_a_round_is_told_when_the_next_one_is_due() -> None:
    dues: list[datetime] = []
    stop = threading.Event()

    def one_round(due: datetime) -> None:
        dues.append(due)
        stop.set()

    schedule.repeat(one_round, timedelta(minutes=15), stop, lambda e: None, lambda: NOW)
    assert dues == [NOW + timedelta(minutes=15)]


def test_a_round_ends_between_two_steps_when_told_to_stop() -> None:
    seen: list[int] = []
    stop = threading.Event()
    report = schedule.stopping(stop, lambda done, total, label: seen.append(done))

    def one_round(_due: datetime) -> None:
        report(1, 3, "collect")
        stop.set()
        report(2, 3, "collect")
        pytest.fail("the round went on")

    schedule.repeat(one_round, timedelta(0), stop, lambda e: pytest.fail(str(e)), lambda: NOW)
    assert seen == [1, 2]


def quiet(ws: Workspace) -> None:
    """Switch the network's sources off."""
    settings = ws.folder / "reinstate.toml"
    off = "".join(f"[sources.{name}]\nenabled = false\n" for name in ("reddit", "x", "feeds"))
    settings.write_text(settings.read_text().split("[sources.x]")[0] + off)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_goes_round_and_ends_with_status_0_when_told(workspace: Workspace, number: int) -> None:
    quiet(workspace)
    workspace.store.close()
    command = [sys.executable, "-m", "dashboard.cli", "--workspace", str(workspace.folder), "--json", "run"]
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    child = subprocess.Popen([*command, "--every", "1h"], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=plain)
    try:
        assert child.stdout is not None
        assert json.loads(child.stdout.readline())["assessed"] == 0
        began = time.monotonic()
        child.send_signal(number)
        assert child.wait(timeout=20) == 0 and time.monotonic() - began < 15
    finally:
        child.kill()
        child.wait()


def test_a_run_beside_another_one_is_refused_with_status_3(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet(workspace)
    workspace.store.clock = lambda: datetime.now(NOW.tzinfo)
    with workspace.store.transaction(TESTER) as tx:
        lease.take(tx, "run", "elsewhere:1:1")
    for command in ("run", "collect"):
        assert status(["--workspace", str(workspace.folder), command]) == 3
        assert "another run is at work since" in capsys.readouterr().err


def test_the_doctor_tells_items_the_next_run_and_one_that_did_not_come(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with workspace.store.transaction(TESTER) as tx:
        for _ in range(2):
            trail.set_health(tx, Source.REDDIT, "a:search", HealthState.OK, "", new_mentions=3)
        trail.set_next_run(tx, NOW)
    workspace.store.clock = lambda: NOW + timedelta(days=1)
    status(["--workspace", str(workspace.folder), "--json", "doctor"])
    checks = {c["name"]: c for c in json.loads(capsys.readouterr().out)["checks"]}
    assert "6 mentions in all" in checks["source reddit a:search"]["told"]
    assert "next run 2026-11-24T12:00:00Z" in checks["source reddit a:search"]["told"]
