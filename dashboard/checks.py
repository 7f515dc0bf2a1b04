"""What a support engineer would ask first; ``reinstate doctor`` prints it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from collectors import registry
from dashboard.demo import is_demo
from data import checkpoints, engines, migrate, orders, people, snapshots, trail
from data.clock import rfc3339
from data.domain import HealthState, Role
from data.errors import ReinstateError
from data.workspace import Workspace, database_url, open_at
from models.drift import FEW

MIN_FREE = 500_000_000  # bytes: a day's work and a backup
STALE_CACHE = timedelta(days=2)
MOST_UNSEALED = 5_000  # entries of the log: a run seals it, and so does every step that matters
LATE = timedelta(hours=1)  # after which a scheduled run that did not come is missed
RECENT_SQLITE = (3, 51, 3)  # older ones can lose a write-ahead log that is reset while it is read


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer."""

    name: str
    is_fine: bool
    told: str


def examine(folder: Path) -> list[Check]:
    """All checks of the workspace in ``folder``; when it cannot be opened, only why."""
    try:
        ws = open_at(folder)
    except ReinstateError as error:
        return [Check("workspace", False, str(error))]
    try:
        return [Check("workspace", True, str(folder)), *_all(ws)]
    finally:
        ws.store.close()


def _all(ws: Workspace) -> Iterator[Check]:
    yield from _settings(ws)
    yield from _database(ws)
    yield from _model(ws)
    yield from _cache(ws)
    yield from _health(ws)
    yield from _disk(ws)


def _settings(ws: Workspace) -> Iterator[Check]:
    names = [w.name for w in ws.settings.watches()]
    yield Check("watches", bool(names), ", ".join(names) or "none: add a [[watch]] to reinstate.toml")
    if is_demo(ws):
        yield Check("keys", True, "none needed: a demo reads invented sources")
        return
    for _name, readers in registry.wanted(()):
        for keys in readers.keys(ws.settings):
            yield Check(keys.name, keys.are_set, keys.told)


def _database(ws: Workspace) -> Iterator[Check]:
    url = database_url(ws.folder)
    missing = migrate.missing_triggers(url)
    yield Check("database triggers", not missing, "all there" if not missing else f"missing: {', '.join(missing)}")
    if url.startswith("sqlite"):
        version = engines.sqlite_module().sqlite_version_info
        yield Check("sqlite version", version >= RECENT_SQLITE, ".".join(map(str, version)))
    found = checkpoints.verify(ws.store, ws.seals)
    with ws.store.reading() as tx:
        staff = people.everyone(tx)
    yield Check("audit log", found.intact, f"{found.entries} entries" if found.intact else "was changed: keep the file")
    yield _seals(ws, found.entries)
    yield Check("clock", found.clock_steps_back == 0, f"stepped back {found.clock_steps_back} times")
    has = any(p.role is Role.COMPLIANCE and p.active for p in staff)
    yield Check("compliance officer", has, "present" if has else "none: reinstate user add NAME --role compliance")


def _seals(ws: Workspace, entries: int) -> Check:
    covered, _ = checkpoints.state(ws.store, ws.seals)
    told = f"{covered} of {entries} entries are sealed in {ws.settings.audit.checkpoints}"
    is_fine = entries - covered <= MOST_UNSEALED
    return Check("checkpoints", is_fine, told if is_fine else f"{told}: can that folder be written?")


def _model(ws: Workspace) -> Iterator[Check]:
    from models import in_use, vigil

    try:
        with ws.store.reading() as tx:
            model = in_use.in_use(tx)
            weeks = vigil.drifts(tx, model.assessor.version)
    except ReinstateError as error:
        yield Check("model", False, str(error))
        return
    yield Check("model", model.problem is None, model.problem or model.assessor.version)
    judged = [week for week in weeks if week.state != FEW]
    if not judged:
        yield Check("model drift", True, "too few mentions yet to tell")
        return
    newest = judged[-1]
    told = (
        f"week of {newest.week}, {newest.n} mentions: scores {newest.scores:.2f} ({newest.scores_state}), "
        f"languages {newest.languages:.2f} ({newest.languages_state}), "
        f"unknown words {newest.unknown:.1%} ({newest.unknown_state})"
    )
    yield Check("model drift", not newest.wants_labels, told)


def _cache(ws: Workspace) -> Iterator[Check]:
    with ws.store.reading() as tx:
        count, newest = orders.count(tx), orders.newest_purchase(tx)
        now = tx.now
        frozen = any(s["frozen_at"] for s in snapshots.snapshots(tx))
    if newest is None:
        yield Check("order cache", False, "empty: run 'reinstate import orders FILE'")
        return
    age = now - newest
    told = f"{count} orders, the newest {age.days} days old{', frozen' if frozen else ''}"
    yield Check("order cache", frozen or age <= STALE_CACHE, told)


def _health(ws: Workspace) -> Iterator[Check]:
    with ws.store.reading() as tx:
        rows, now = trail.health(tx), tx.now
    for row in rows:
        told = [row.message or row.state, f"{row.total_new} mentions in all"]
        if row.last_success is not None:
            told.append(f"last success {_ago(now - row.last_success)} ago")
        if row.next_run is not None:
            told.append(f"next run {rfc3339(row.next_run)}")
        yield Check(f"source {row.source} {row.partition}".rstrip(), row.state == HealthState.OK, "; ".join(told))
    late = [row.next_run for row in rows if row.next_run is not None and row.next_run + LATE < now]
    if late:
        yield Check("schedule", False, f"a run was due at {rfc3339(min(late))}: is 'reinstate run --every' still up?")


def _ago(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} h" if hours else f"{int(span.total_seconds() // 60)} min"


def _disk(ws: Workspace) -> Iterator[Check]:
    free = shutil.disk_usage(ws.folder).free
    yield Check("disk", free >= MIN_FREE, f"{free // 1_000_000} MB free")
