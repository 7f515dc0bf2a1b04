"""The tamper-evident log: ``audit verify|search|checkpoint|export`` (its holds stand in commands.legal_holds)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands import legal_holds
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.typed_values import time_of
from data import audit_export, checkpoints, notes, timestamps, trail
from data.clock import rfc3339
from data.errors import BadInput
from data.workspace import Workspace

app = typer.Typer(help="The tamper-evident log of everything that was done.", no_args_is_help=True)
SHOWN = 20


def register(root: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(legal_holds.app, name="hold")
    root.add_typer(app, name="audit")


@app.command("verify")
@in_workspace(access.Action.SEE_AUDIT)
def verify(
    call: Call,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="Believe this public key only, or the file that holds it."),
    ] = None,
) -> int:
    """Check every entry of the log and its checkpoints; exit status 4 and the first faults when one was changed."""
    found = checkpoints.verify(call.ws.store, call.ws.seals, notes.keys_of(_lines(key)) if key else None)
    stamps, untrue = _stamps(call.ws)
    bad = [*found.bad, *untrue]
    document = {
        "intact": not bad,
        "entries": found.entries,
        "covered": found.covered,
        "checkpoints": found.checkpoints,
        "head": found.head,
        "root": found.root,
        "erased_details": found.erased_details,
        "clock_steps_back": found.clock_steps_back,
        "stamps": [{"entry": s.size, "at": s.at, "trusted": s.is_trusted} for s in stamps],
        "bad": [{"entry": seq, "told": told} for seq, told in bad],
    }
    lines = [
        f"{'CHANGED' if bad else 'intact'}: {found.entries} entries, head {found.head[:16]}…, root {found.root[:16]}…",
        f"sealed: the first {found.covered} entries, by {found.checkpoints} checkpoints; {len(stamps)} time-stamps",
        *(f"  entry {seq}: {told}" for seq, told in bad[:SHOWN]),
    ]
    call.answer.give(document, lines)
    return 4 if bad else 0


def _lines(key: str) -> list[str]:
    try:
        return Path(key).read_text(encoding="utf-8").splitlines() if Path(key).is_file() else [key]
    except (OSError, ValueError):
        return [key]


def _stamps(ws: Workspace) -> tuple[list[timestamps.Stamp], list[tuple[int, str]]]:
    if not any(ws.seals.folder.glob(f"*{timestamps.ANSWER}")):
        return [], []
    return timestamps.all_of(ws.seals, _roots(ws))


def _roots(ws: Workspace) -> bytes:
    named = ws.settings.audit.timestamp_roots
    if not named:
        return b""
    try:
        return (ws.folder / named).read_bytes()
    except OSError:
        raise BadInput(f"audit.timestamp_roots: {named} cannot be read") from None


@app.command("search")
@in_workspace(access.Action.SEE_AUDIT)
def search(
    call: Call,
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help="Such as step.closed, or its beginning.", show_default=False)
    ] = None,
    who: Annotated[
        str | None, typer.Option("--actor", metavar="ID", help="A person's id or system:NAME.", show_default=False)
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="SUBJECT", help="Such as ticket:12.", show_default=False)
    ] = None,
    words: Annotated[str | None, typer.Option(metavar="TEXT", help="In the detail.", show_default=False)] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="From this time on.", show_default=False)] = None,
    before: Annotated[str | None, typer.Option(metavar="TIME", help="Until this time.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """Find entries, newest first; every condition that is given has to hold."""
    wanted = trail.Search(action, who, subject, time_of(since, "--since"), time_of(before, "--before"), words, limit)
    with call.ws.store.reading() as tx:
        rows = trail.search(tx, wanted)
    entries = [{"entry": r.seq, "at": r.at, "actor": r.actor, "action": r.action, "subject": r.subject,
                "detail": r.detail} for r in rows]  # fmt: skip
    columns = ("entry", "at", "who", "what", "on", "detail")
    shown = [(r.seq, rfc3339(r.at), r.actor, r.action, r.subject, r.detail or "(erased)") for r in rows]
    call.answer.table({"entries": entries}, columns, shown)


@app.command("checkpoint")
@in_workspace(access.Action.SEE_AUDIT)
def checkpoint(
    call: Call,
    ask: Annotated[bool, typer.Option("--stamp", help="Have it time-stamped by audit.timestamp_url.")] = False,
    request: Annotated[bool, typer.Option("--request", help="Only write the time-stamp request beside it.")] = False,
    given: Annotated[
        Path | None, typer.Option("--answer", metavar="FILE", help="Check and keep an authority's answer to it.")
    ] = None,
) -> None:
    """Seal the log as it is now in a signed file outside the database; with a time-stamp when one is wanted."""
    if given is None:
        checkpoints.ask(call.ws.store, call.ws.seals, call.actor)
    path = timestamps.newest(call.ws.seals)
    stamp = _stamp(call.ws, path, ask, given)
    if request:
        timestamps.request(path)
    keys = checkpoints.verifier_keys(call.ws.seals)
    document = {"entries": checkpoints.size_of(path), "file": path, "keys": keys, "stamp": stamp}
    lines = [f"{document['entries']} entries are sealed in {path}", f"public key {keys[-1]}"]
    if request:
        lines.append(f"request {path}{timestamps.REQUEST}: send it, then give the reply with --answer FILE")
    if stamp:
        lines.append(f"time-stamp {rfc3339(stamp.at)}{'' if stamp.is_trusted else ' (signature not checked)'}")
    call.answer.give(document, lines)


def _stamp(ws: Workspace, path: Path, ask: bool, given: Path | None) -> timestamps.Stamp | None:
    if given is not None:
        try:
            return timestamps.keep(path, given.read_bytes(), _roots(ws))
        except OSError:
            raise BadInput(f"{given}: cannot be read") from None
    if not ask:
        return None
    url = ws.settings.audit.timestamp_url
    if not url:
        raise BadInput("--stamp: set audit.timestamp_url in reinstate.toml, or use --request and --answer")
    from collectors import timestamp_authority

    return timestamps.keep(path, timestamp_authority.ask(url, timestamps.request(path)), _roots(ws))


@app.command("export")
@in_workspace(access.Action.SEE_AUDIT)
def export(
    call: Call,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder.", show_default=False)],
) -> None:
    """Write the log, its checkpoints, the public key and a verifier that needs nothing of ours, with instructions."""
    made = audit_export.export(call.ws, call.actor, out)
    call.answer.give(
        {"folder": made.folder, "entries": made.entries, "covered": made.covered, "manifest": made.manifest},
        [
            f"{made.entries} entries in {made.folder}, the first {made.covered} of them sealed",
            f"Whoever gets the folder runs: python3 {made.folder / 'verify.py'}",
        ],
    )
