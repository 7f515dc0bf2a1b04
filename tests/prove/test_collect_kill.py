"""Kill -9 at a hundred random moments of a collection: afterwards exactly the expected mentions, on both engines."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from collectors.standin.content import Post, Tweet
from collectors.standin.server import StandIn
from data import trail
from data.schema.intake import mention, mention_daily
from data.workspace import DATABASE_URL, create, open_at

ROOT = Path(__file__).parents[2]
KILLS = 100
FRESH = 130  # posts, and as many tweets, that appear before each life: two pages of each source
LONGEST_LIFE_S = 0.5  # of the work, from the child's first word on
SETTINGS = """
[brand]
name = "Lumivelle"
[[watch]]
name = "lumivelle"
names = ["Lumivelle"]
handles = ["lumivelle"]
[sources.reddit]
lookback_hours = 0
[sources.x]
monthly_budget_usd = 100000.0
"""


def publish(server: StandIn, life: int) -> None:
    """New posts and tweets, later than all before them; every seventh is about something else."""
    start = datetime.now(UTC) - timedelta(days=3) + timedelta(seconds=life * FRESH)
    for n in range(FRESH):
        number, at = life * FRESH + n, start + timedelta(seconds=n)
        said = "Lumila" if n % 7 == 0 else "Lumivelle"
        server.posts.append(Post(f"t3_{number:06}", f"{said} {number}", at, f"u{number}", "lamps", said))
        server.tweets.append(Tweet(f"{10_000_000 + number}", f"@{said} {number}", at, f"{number}", "N", f"n{number}"))


def live(folder: Path, url: str, life_s: float | None) -> bool:
    """One process that collects; killed after ``life_s`` seconds of work. Returns whether it had come to its end."""
    command = [sys.executable, "-m", "tests.prove.collector", str(folder), url]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline()
    if life_s is not None:
        time.sleep(life_s)  # the moment of death is what varies
        child.kill()
    out, err = child.communicate(timeout=300)
    assert first == "ready\n", err
    assert life_s is not None or out == "done\n", err
    return out == "done\n"


def expected(server: StandIn) -> set[tuple[str, str]]:
    posts = {("reddit", p.name) for p in server.posts if "Lumivelle" in p.text}
    return posts | {("x", t.id) for t in server.tweets if "Lumivelle" in t.text}


def test_a_hundred_kills_of_a_collection_lose_nothing_and_double_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_url.startswith("postgresql"):
        monkeypatch.setenv(DATABASE_URL, database_url)
    dice = random.Random(20261124)
    folder = tmp_path / "w"
    create(folder, SETTINGS).store.close()
    whole = 0
    with StandIn() as server:
        for life in range(KILLS):
            publish(server, life)
            whole += live(folder, server.url, dice.uniform(0, LONGEST_LIFE_S))
            check(folder, expected(server), is_whole=False)
        assert whole < KILLS * 3 // 4, "most of the children had come to their end: their deaths prove nothing"
        live(folder, server.url, None)
        check(folder, expected(server), is_whole=True)


def check(folder: Path, wanted: set[tuple[str, str]], *, is_whole: bool) -> None:
    """Nothing twice, nothing that was never said, the summary and the log in order; in the end all of it."""
    ws = open_at(folder)
    try:
        with ws.store.reading() as tx:
            columns = (mention.c.source, mention.c.native_id)
            held = Counter((row.source, row.native_id) for row in tx.conn.execute(select(*columns)))
            counted = int(tx.conn.execute(select(func.sum(mention_daily.c.n))).scalar_one() or 0)
            log = trail.verify_log(tx)
    finally:
        ws.store.close()
    assert max(held.values(), default=1) == 1
    assert held.keys() <= wanted
    assert counted == len(held)
    assert log.intact
    if is_whole:
        assert held.keys() == wanted
