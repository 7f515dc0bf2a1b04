"""A killed process loses nothing that it had told of, doubles nothing, and never leaves a cursor ahead of its page.

This is about a process that dies, not about a machine that loses power: the operating system keeps what was written.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data import engines, mentions, orders, snapshots, trail
from data.domain import Source
from data.schema.intake import mention, mention_daily
from data.workspace import create, database_url, open_at
from tests.prove.worker import PARTITION, PER_FILE, PER_PAGE, native_ids, next_page

KILLS = 100
TRIES_TO_NOTICE = 60
LONGEST_LIFE_S = 0.4  # of the work, from the child's first word on: some kills hit its very first transaction
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Told:
    """What a child said before it was killed."""

    pages: tuple[int, ...]
    files: tuple[int, ...]


def killed(folder: Path, way: str, life_s: float) -> Told:
    """Start a worker, kill it without warning ``life_s`` seconds after it began, and return what it had told."""
    command = [sys.executable, "-m", "tests.prove.worker", str(folder), way]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(life_s)  # the moment of death is what varies
    child.kill()
    out, err = child.communicate(timeout=60)
    assert first == "ready\n", err
    assert child.returncode == -9, err
    words = [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
    return Told(
        tuple(int(n) for what, n in words if what == "page"), tuple(int(n) for what, n in words if what == "file")
    )


def faults(folder: Path, told: Sequence[Told]) -> list[str]:
    """What is wrong with the workspace after all that was ``told``; empty when nothing is."""
    ws = open_at(folder)
    try:
        with ws.store.reading() as tx:
            held = Counter(row.native_id for row in tx.conn.execute(select(mention.c.native_id)))
            following = next_page(mentions.get_cursor(tx, Source.TRUSTPILOT, PARTITION))
            counted = int(tx.conn.execute(select(func.sum(mention_daily.c.n))).scalar_one() or 0)
            imports = snapshots.snapshots(tx, 1_000_000)
            cached = orders.count(tx)
            logged = trail.entries(tx, action="import.done", limit=1_000_000)
            log = trail.verify_log(tx)
    finally:
        ws.store.close()
    lost = [n for t in told for n in t.pages if any(native not in held for native in native_ids(n))]
    missing = [n for n in range(following) if any(native not in held for native in native_ids(n))]
    checks = {
        f"told pages are lost: {lost[:3]}": bool(lost),
        "a mention is stored twice": any(n > 1 for n in held.values()),
        f"the cursor is ahead of pages {missing[:3]}": bool(missing),
        "there are mentions beyond the cursor": len(held) > following * PER_PAGE,
        f"the summary counts {counted} of {len(held)} mentions": counted != len(held),
        "a told file is lost": max((n for t in told for n in t.files), default=-1) >= len(imports),
        "an import is there in part": cached != len(imports) * PER_FILE,
        "an import is not on the audit log": len(logged) != len(imports),
        f"the audit log is broken: {log.bad[:3]}": not log.intact,
    }
    return [fault for fault, is_so in checks.items() if is_so]


def test_a_hundred_kills_lose_nothing_double_nothing_and_leave_no_cursor_ahead(tmp_path: Path) -> None:
    dice = random.Random(20261124)
    create(tmp_path / "w").store.close()
    told: list[Told] = []
    for _ in range(KILLS):
        told.append(killed(tmp_path / "w", "real", dice.uniform(0, LONGEST_LIFE_S)))
        assert faults(tmp_path / "w", told) == []
    assert sum(len(t.pages) for t in told) > KILLS, "the children did too little for their deaths to prove anything"
    assert integrity(tmp_path / "w") == "ok"


@pytest.mark.parametrize(
    ("way", "fault"),
    [("cursor_first", "the cursor is ahead of pages"), ("early_word", "told pages are lost")],
)
def test_the_checks_notice_a_worker_that_makes_this_mistake(tmp_path: Path, way: str, fault: str) -> None:
    dice = random.Random(7)
    create(tmp_path / "w").store.close()
    for _ in range(TRIES_TO_NOTICE):
        told = killed(tmp_path / "w", way, dice.uniform(0, LONGEST_LIFE_S))
        if any(found.startswith(fault) for found in faults(tmp_path / "w", [told])):
            return
    pytest.fail(f"{TRIES_TO_NOTICE} kills did not show the mistake")


def integrity(folder: Path) -> str:
    """What SQLite says of its own file."""
    engine = engines.reader(database_url(folder))
    try:
        with engine.connect() as conn:
            return str(conn.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    finally:
        engine.dispose()
