"""A process killed amid approvals and sends never sends twice, never sends unapproved, and loses no word it told."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from data import approvals, people, trail
from data.approvals import State
from data.domain import Actor, Role
from data.people import Person
from data.workspace import create, open_at
from recovery_plan import run
from recovery_plan.desk import wording
from tests.recovery_plan.desk_builders import COMPLIANCE, LEAD, approve_macro

KILLS, TRIES_TO_NOTICE = 100, 60
LONGEST_LIFE_S = 1.5
ROOT = Path(__file__).parents[2]
SETTINGS = '[brand]\nname = "B"\ntime_zone = "UTC"\n'


def a_suspended_workspace(folder: Path) -> None:
    made = create(folder, SETTINGS)
    with made.store.transaction(Actor.system("prove")) as tx:
        for name, role in (("agent", Role.AGENT), ("lead", Role.SUPPORT_LEAD), ("comp", Role.COMPLIANCE)):
            people.add(tx, Person(f"p:{name}", name, role))
    wording.bring_in_shipped(made, LEAD)
    approve_macro(made)
    now = made.store.clock()
    run.declare_suspension(made, COMPLIANCE, reason="r", owner="p:comp", marketplace="amazon.fr", noticed_at=now)
    made.store.close()


def killed(folder: Path, way: str, life_s: float) -> list[int]:
    """Start a desk, kill it without warning, and return the requests that it told as sent."""
    command = [sys.executable, "-m", "tests.prove.desk_worker", str(folder), way]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(life_s)  # the moment of death is what varies
    child.kill()
    out, err = child.communicate(timeout=60)
    assert first == "ready\n", err
    assert child.returncode == -9, err
    lines = [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
    return [int(number) for what, number in lines if what == "sent"]


def faults(folder: Path, told: list[int]) -> list[str]:
    """What is wrong with what left; empty when nothing is."""
    trace = folder / "left.txt"
    lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
    left = [(int(number), sha) for number, sha in (line.split() for line in lines)]
    ws = open_at(folder)
    try:
        with ws.store.reading() as tx:
            held = {r.id: r for r in approvals.requests(tx)}
            granted = set(
                tx.conn.execute(
                    text("SELECT request || ' ' || sha256 FROM approval_decision WHERE verdict = 'granted'")
                ).scalars()
            )
            claimed = set(tx.conn.execute(text("SELECT request FROM dispatch")).scalars())
            log = trail.verify_log(tx)
    finally:
        ws.store.close()
    twice = [number for number, n in Counter(number for number, _ in left).items() if n > 1]
    checks = {
        f"left twice: {twice[:3]}": bool(twice),
        "left unapproved": any(f"{number} {sha}" not in granted for number, sha in left),
        "left unclaimed": any(number not in claimed for number, _ in left),
        "a told answer is lost": any(held[number].state is not State.SENT for number in told),
        "told as sent and never left": any(number not in dict(left) for number in told),
        f"the audit log is broken: {log.bad[:3]}": not log.intact,
    }
    return [fault for fault, is_so in checks.items() if is_so]


def test_a_hundred_kills_send_nothing_twice_and_nothing_unapproved(tmp_path: Path) -> None:
    dice = random.Random(20261124)
    a_suspended_workspace(tmp_path / "w")
    told: list[int] = []
    for _ in range(KILLS):
        told += killed(tmp_path / "w", "real", dice.uniform(0, LONGEST_LIFE_S))
        assert faults(tmp_path / "w", told) == []
    assert len(told) > KILLS // 2, "the children did too little for their deaths to prove anything"


@pytest.mark.parametrize(("way", "fault"), [("send_first", "left"), ("unapproved", "left unapproved")])
def test_the_checks_notice_a_desk_that_makes_this_mistake(tmp_path: Path, way: str, fault: str) -> None:
    dice = random.Random(7)
    a_suspended_workspace(tmp_path / "w")
    for _ in range(TRIES_TO_NOTICE):
        told = killed(tmp_path / "w", way, dice.uniform(0, LONGEST_LIFE_S))
        if any(found.startswith(fault) for found in faults(tmp_path / "w", told)):
            return
    pytest.fail(f"{TRIES_TO_NOTICE} kills did not show the mistake")
