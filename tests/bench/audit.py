"""The audit log at a million entries: verifying it, sealing it again after one more entry, and appending to it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from data import checkpoints
from data.audit import seal
from data.domain import Actor
from data.schema.trail import audit_detail, audit_entry
from data.standalone import verify as standalone
from data.workspace import Workspace, create

ENTRIES, APPENDS = 1_000_000, 300
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def measure() -> dict[str, float | str]:
    """Seconds and rates, on SQLite in a temporary workspace."""
    from data import audit_export

    with tempfile.TemporaryDirectory() as scratch:
        ws = create(Path(scratch) / "w", clock=lambda: NOW)
        _fill(ws)
        first = _timed(lambda: checkpoints.make(ws.store, ws.seals, "bench"))
        verified = _timed(lambda: _verified(ws))
        with ws.store.transaction(Actor("p:1")) as tx:
            tx.audit("thing.done")
        again = _timed(lambda: checkpoints.make(ws.store, ws.seals, "bench"))
        appending = _timed(lambda: _append(ws))
        audit_export.export(ws, Actor("p:1"), Path(scratch) / "out")
        alone = _timed(lambda: standalone.check(Path(scratch) / "out"))
        ws.store.close()
    return {
        "seconds to verify 1 M entries": round(verified, 1),
        "seconds of the stand-alone verifier": round(alone, 1),
        "seconds of the first seal": round(first, 1),
        "milliseconds to seal again after one entry": round(again * 1000, 1),
        "appends a second at 1 M entries": round(APPENDS / appending),
    }


def _fill(ws: Workspace) -> None:
    previous: str | None = None
    for first in range(1, ENTRIES + 1, 20_000):
        made = []
        for n in range(first, min(first + 20_000, ENTRIES + 1)):
            entry = seal(previous, n, actor="p:1", action="thing.done", subject=f"thing:{n}", at=NOW, detail={"n": n})
            made.append(entry)
            previous = entry.line
        with ws.store.transaction(Actor("p:1")) as tx:
            tx.conn.execute(audit_entry.insert(), [
                {"seq": e.seq, "line": e.line, "action": "thing.done", "actor": "p:1", "subject": f"thing:{e.seq}",
                 "at": NOW} for e in made])  # fmt: skip
            rows = [{"seq": e.seq, "salt": e.salt, "detail": e.detail} for e in made]
            tx.conn.execute(audit_detail.insert(), rows)


def _verified(ws: Workspace) -> None:
    found = checkpoints.verify(ws.store, ws.seals)
    if not found.intact or found.covered != ENTRIES:
        raise RuntimeError("the log of the benchmark does not verify")


def _append(ws: Workspace) -> None:
    for n in range(APPENDS):
        with ws.store.transaction(Actor("p:1")) as tx:
            tx.audit("thing.done", f"thing:{n}")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
