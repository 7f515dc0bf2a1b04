"""The daily round: demo, init, run, dashboard, doctor."""

from __future__ import annotations

import threading
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard import schedule
from dashboard.commands.call import Answer, JsonOption, WorkspaceOption, answer_of, folder_of, opened, progress, tell
from dashboard.commands.staff import add_person
from dashboard.commands.typed_values import duration_of
from data import lease, people, trail
from data.domain import Actor, Role
from data.errors import ReinstateError
from data.people import Person
from data.workspace import Workspace, create, exists, open_at

if TYPE_CHECKING:
    from dashboard.wiring import Round

PORT = 8501


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (demo, init, run, dashboard, doctor):
        app.command()(command)


def demo(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    seed: Annotated[int, typer.Option(help="The same seed and day give the same demo.")] = 7,
    fresh: Annotated[bool, typer.Option("--fresh", help="Build an existing demo anew.")] = False,
) -> None:
    """Build a complete demo workspace from invented data, through the real collectors."""
    from dashboard import demo as building

    with progress() as report:
        made = building.build(folder_of(workspace, ctx), seed=seed, fresh=fresh, report=report)
    counts = building.counted(made)
    made.store.close()
    told = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())
    answer_of(as_json, ctx).give(
        {"workspace": str(made.folder), "counts": counts},
        [f"Demo workspace in {made.folder}: {told}", f"Open it: reinstate --workspace {made.folder} dashboard"],
    )


def init(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="The first account: your name.", show_default=False)
    ] = None,
    role: Annotated[Role, typer.Option(help="The first account's role.")] = Role.COMPLIANCE,
) -> None:
    """Make a workspace, or bring an existing one up to date: settings, database, key, first account.

    The first account's password is read from REINSTATE_PASSWORD, or asked for on a terminal.
    """
    folder = folder_of(workspace, ctx)
    is_new = not exists(folder)
    made = create(folder)
    try:
        with made.store.reading() as tx:
            is_empty = not people.everyone(tx)
        added: Person | None = add_person(made, person, role) if person and is_empty else None
    finally:
        made.store.close()
    lines = [f"{'Made' if is_new else 'Up to date'}: {folder}"]
    lines.append(f"First account: {added.id}" if added else "Add people: reinstate user add NAME --role ROLE")
    lines.append(f"Next: edit {folder / 'reinstate.toml'}, then 'reinstate import orders FILE'")
    document = {"workspace": str(folder), "new": is_new, "person": added.id if added else None}
    answer_of(as_json, ctx).give(document, lines)


def run(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    every: Annotated[
        str | None,
        typer.Option("--every", metavar="SPAN", help="Again and again: 15m.", show_default=False),
    ] = None,
) -> int:
    """Collect, assess, link, score and plan; safe to repeat, safe to kill."""
    answer = answer_of(as_json, ctx)
    if every is None:
        with opened(workspace, ctx) as ws:
            return _round(ws, answer)
    length = duration_of("--every", every)

    def one_round(due: datetime) -> None:
        with opened(workspace, ctx) as ws:
            _round(ws, answer, stop, due)

    folder = folder_of(workspace, ctx)
    open_at(folder).store.close()  # a workspace that cannot be opened is told at once, not every time
    with schedule.told_to_stop() as stop:
        schedule.repeat(one_round, length, stop, _tell_failure)
        with opened(workspace, ctx) as ws, ws.store.transaction(Actor.system("run")) as tx:
            trail.set_next_run(tx, None)
    return 0


def _tell_failure(error: Exception) -> None:
    tell(str(error) if isinstance(error, ReinstateError) else f"this round failed: {type(error).__name__}")


def _round(ws: Workspace, answer: Answer, stop: threading.Event | None = None, due: datetime | None = None) -> int:
    """One round under the lease; ``due`` is when the next one comes."""
    from dashboard.demo import live_sources
    from dashboard.wiring import daily_round

    with lease.held(ws.store), live_sources(ws) as endpoints, progress() as report:
        try:
            done = daily_round(ws, endpoints, schedule.stopping(stop, report) if stop else report)
        finally:
            if due is not None:
                with ws.store.transaction(Actor.system("run")) as tx:
                    trail.set_next_run(tx, due)
    return _tell_round(done, answer)


def _tell_round(done: Round, answer: Answer) -> int:
    troubled = [{"source": s.source, "partition": s.partition, "state": s.state, "message": s.message}
                for s in done.troubled]  # fmt: skip
    document: dict[str, Any] = {
        "sources": [
            {"source": s.source, "partition": s.partition, "state": s.state, "new": s.stored.new} for s in done.sources
        ],
        "assessed": done.assessed,
        "links": asdict(done.links),
        "at_risk": done.at_risk,
        "planned": done.planned,
        "unplaced": done.unplaced,
        "troubled": troubled,
    }
    new = sum(s.stored.new for s in done.sources)
    lines = [
        f"{new} new mentions, {done.assessed} assessed, {done.links.linked} linked, {done.links.review} to review",
        f"{done.at_risk} customers at risk; {done.planned} contacts planned, {done.unplaced} not",
        *dict.fromkeys(f"{s['source']}: {s['state']}: {s['message']}" for s in troubled),  # once, not for every part
    ]
    answer.give(document, lines)
    return 4 if troubled else 0


def dashboard(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    port: Annotated[int, typer.Option(help="Where the dashboard listens.", min=1, max=65535)] = PORT,
    address: Annotated[str, typer.Option(help="127.0.0.1 serves this machine only.")] = "127.0.0.1",
    demo_if_empty: Annotated[
        bool, typer.Option("--demo-if-empty", help="Build the demo first when there is no workspace.")
    ] = False,
) -> None:
    """Serve the dashboard."""
    from dashboard import demo as building
    from dashboard import serve

    folder = folder_of(workspace, ctx)
    serve.check_port(port, address)
    if demo_if_empty and not exists(folder):
        _say(f"No workspace in {folder}: building the demo from invented data (about a minute)")
        with progress() as report:
            building.build(folder, report=report).store.close()
    serve.serve(folder, port, address=address)


def _say(line: str) -> None:
    Answer(as_json=False).give({}, [line])


def doctor(ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> int:
    """Check settings, keys, sources, database, model, disk, clock, audit log and the age of the order cache."""
    from dashboard.checks import examine

    folder = folder_of(workspace, ctx)
    found = examine(folder)
    failing = [c for c in found if not c.is_fine]
    rows = [("ok" if c.is_fine else "FAILS", c.name, c.told) for c in found]
    document = {"checks": [{"name": c.name, "ok": c.is_fine, "told": c.told} for c in found]}
    answer_of(as_json, ctx).table(document, ("", "check", "what was found"), rows)
    return 4 if failing else 0
