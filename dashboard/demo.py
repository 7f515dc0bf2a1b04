"""The demo: a complete workspace of an invented seller, made through the real collectors, importers and models."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from collectors.sources import Endpoints
from collectors.standin.server import StandIn
from dashboard.demo_days import DAY, ROUNDS, SEED, SET_UP, Days, StoryClock, moment, put_online
from data import browse, casework, marks, orders, plans
from data.browse import Filter
from data.clock import Clock, utc_now
from data.demo.world import World, build_world
from data.domain import Band
from data.errors import BadInput
from data.workspace import DATABASE_URL, Workspace, create, exists, open_at

Report = Callable[[int, int, str], None]
_HEAD = "# Settings of the demo: the brand, its customers, their orders and all that is said are invented.\n\n"


def build(
    folder: Path,
    *,
    today: date | None = None,
    seed: int = 7,
    clock: Clock = utc_now,
    report: Report | None = None,
    fresh: bool = False,
) -> Workspace:
    """Build the demo in ``folder`` and open it; the same day and seed tell the same story.

    It is built beside ``folder`` and moved into place when it is complete. An existing demo is opened as it is, or
    built anew with ``fresh``. Raises BadInput when ``folder`` holds anything else or ``today`` has not come yet.
    """
    if os.environ.get(DATABASE_URL):
        raise BadInput(f"demo: it keeps a database of its own: unset {DATABASE_URL} first")
    if _holds_demo(folder, clock) and not fresh:
        return open_at(folder, clock=clock)
    day = today or clock().date()
    if day > clock().date():
        raise BadInput(f"demo: {day.isoformat()} has not come yet: give today or a day before")
    building = _beside(folder)
    try:
        _play(building, build_world(day, seed), report)
        _move(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return open_at(folder, clock=clock)


def _holds_demo(folder: Path, clock: Clock) -> bool:
    """Whether ``folder`` holds a demo; raises BadInput when it holds what must not be overwritten."""
    if not exists(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(f"{folder}: is not empty and holds no demo: name a new folder")
        return False
    held = open_at(folder, clock=clock)
    try:
        if not is_demo(held):
            raise BadInput(f"{folder}: holds a workspace that is not a demo: name a new folder for the demo")
    finally:
        held.store.close()
    return True


def is_demo(ws: Workspace) -> bool:
    """Whether everything in the workspace is invented."""
    with ws.store.reading() as tx:
        return marks.read(tx, marks.DEMO) == "1"


def _beside(folder: Path) -> Path:
    parent = folder.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    except OSError as error:
        raise BadInput(f"{parent}: cannot be written: {error.strerror}") from None


def _play(building: Path, world: World, report: Report | None) -> None:
    clock = StoryClock(moment(world.today, SET_UP))
    ws = create(building, _settings(world), clock=clock)
    try:
        with StandIn() as server:
            chapters = Days(ws, world, clock, server).chapters()
            for number, (when, happens) in enumerate(chapters, start=1):
                clock.go(when)
                happens()
                if report:
                    report(number, len(chapters), "demo")
    finally:
        ws.store.close()


def _move(building: Path, folder: Path) -> None:
    old = building.with_name(f"{building.name}-old")
    try:
        if folder.exists():
            folder.rename(old)
        building.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise BadInput(f"{folder}: the demo cannot be moved there: {error.strerror}; name a new folder") from None
    shutil.rmtree(old, ignore_errors=True)


def _settings(world: World) -> str:
    brand, watch = world.brand, world.watch
    words = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(watch).items()}
    document: dict[str, Any] = {
        "brand": {
            "name": brand.name,
            "domains": [brand.domain],
            "time_zone": brand.time_zone,
            "currency": brand.currency,
            "language": brand.language,
        },
        "watch": [words],
        "sources": {
            "trustpilot": {"saved_pages": "saved/trustpilot"},
            "reddit": {"user_agent": "linux:reinstate:demo (by /u/unset)"},
            "x": {"monthly_budget_usd": 25.0},
        },
        "policy": {"at_risk_from": 0.5, "daily_contacts": 40, "wave_days": 3},
    }
    return _HEAD + tomli_w.dumps(document, multiline_strings=False)


def counted(ws: Workspace) -> dict[str, int]:
    """What the workspace holds, for the line that the command prints."""
    with ws.store.reading() as tx:
        newest = plans.newest_plan(tx)
        return {
            "orders": orders.count(tx),
            "mentions": browse.count(tx, Filter()),
            "frustrated": browse.count(tx, Filter(bands=(Band.FRUSTRATED.value,))),
            "linked": len(browse.linked(tx)),
            "tickets": len(casework.tickets(tx)),
            "customers_at_risk": len(plans.at_risk_customers(tx)),
            "contacts_planned": sum(1 for task in newest[1] if task.day) if newest else 0,
        }


@contextmanager
def live_sources(ws: Workspace) -> Iterator[Endpoints | None]:
    """For a demo, a stand-in of Reddit and X that shows what they showed when it was built; None for any other."""
    with ws.store.reading() as tx:
        is_invented = marks.read(tx, marks.DEMO) == "1"
        day, seed = marks.read(tx, DAY), marks.read(tx, SEED)
    if not is_invented or day is None or seed is None:
        yield None
        return
    with StandIn() as server:
        put_online(server, build_world(date.fromisoformat(day), int(seed)), ROUNDS[-1])
        yield Endpoints(reddit=server.url, x=server.url)
