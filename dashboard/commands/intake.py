"""What comes in: ``import …`` for files, ``collect`` for live sources."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from collectors.incoming import Options
from collectors.run import FileReport, collect_all, import_files
from dashboard import access
from dashboard.commands.call import (
    ActorOption,
    Answer,
    JsonOption,
    WorkspaceOption,
    actor_of,
    answer_of,
    opened,
    progress,
    tell,
)
from dashboard.commands.filters import FilesArgument
from data.domain import HealthState
from data.errors import BadInput

app = typer.Typer(help="Read files: orders, after-sales reports, tickets, mentions, saved pages.", no_args_is_help=True)
_FILE_KINDS = {
    "orders": "Order reports: All Orders, order, unshipped or FBA shipment reports, in any encoding.",
    "shipments": "Shipment reports; the same reader as for orders.",
    "returns": "Returns reports of FBA or of merchant orders; comments become mentions.",
    "feedback": "Seller feedback reports; each becomes a mention with a certain link.",
    "claims": "A-to-z claims and chargebacks, in our template.",
    "mentions": "Mentions as CSV, JSON or JSON Lines: other tools' exports, pasted evidence.",
    "trustpilot": "Trustpilot pages that you saved from your browser.",
}


def register(root: typer.Typer) -> None:
    """Add the commands."""
    for kind, said in _FILE_KINDS.items():
        app.command(kind, help=said)(_importer(kind))
    app.command("tickets")(tickets)
    root.add_typer(app, name="import")
    root.command()(collect)


def _importer(kind: str) -> Callable[..., int]:
    def command(
        ctx: typer.Context,
        files: FilesArgument,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
        by: ActorOption = None,
    ) -> int:
        return _import(ctx, kind, files, workspace, as_json, by, Options())

    return command


def tickets(
    ctx: typer.Context,
    files: FilesArgument,
    tool: Annotated[
        str | None,
        typer.Option(help="zendesk, gorgias, freshdesk, chatwoot or generic; found out when left out."),
    ] = None,
    column_map: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="JSON or TOML: our field = the file's column.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> int:
    """Help-desk exports; while the account is suspended every Amazon ticket is tagged SUSPENDED."""
    from dashboard.wiring import import_options

    options = replace(import_options(), tool=tool, columns=read_map(column_map) if column_map else {})
    return _import(ctx, "tickets", files, workspace, as_json, by, options)


def _import(
    ctx: typer.Context,
    kind: str,
    files: list[Path],
    workspace: Path | None,
    as_json: bool,
    by: str | None,
    options: Options,
) -> int:
    done: list[FileReport] = []
    failed: list[BadInput] = []
    with opened(workspace, ctx) as ws, progress() as report:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.IMPORT)
        for number, path in enumerate(files, start=1):
            try:
                done += import_files(ws, kind, [path], actor=actor, options=options)
            except BadInput as refused:
                failed.append(refused)
            report(number, len(files), f"import {kind}")
    if failed and not done:
        for error in failed[:-1]:
            tell(str(error))
        raise failed[-1]
    for error in failed:
        tell(str(error))
    _print(answer_of(as_json, ctx), done, failed)
    return 4 if failed or any(f.rejected or (f.outcome and f.outcome not in ("ok", "empty")) for f in done) else 0


def _print(answer: Answer, done: list[FileReport], failed: list[BadInput]) -> None:
    document: dict[str, Any] = {"files": [asdict(f) for f in done], "failed": [str(error) for error in failed]}
    lines: list[str] = []
    for f in done:
        lines.append(
            f"{f.file}: {f.format}, {f.encoding}; {f.read} read, {f.inserted} new, {f.updated} updated, "
            f"{f.unchanged} unchanged, {f.rejected} rejected"
        )
        lines += [f"  {warning}" for warning in f.warnings]
        lines += [f"  rejected rows with reasons: {f.rejects_file}"] if f.rejects_file else []
    answer.give(document, lines)


def read_map(path: Path) -> Mapping[str, str]:
    """A column map: an object of texts, as JSON or TOML; raises BadInput."""
    try:
        raw = path.read_text(encoding="utf-8-sig")
        found = json.loads(raw) if raw.lstrip().startswith("{") else tomllib.loads(raw)
    except OSError as error:
        raise BadInput(f"--map {path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise BadInput(f"--map {path}: neither JSON nor TOML") from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise BadInput(f'--map {path}: expected lines such as ticket_id = "Ticket ID"')
    return found


def collect(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]…", help="trustpilot, reddit, x; all when left out.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> int:
    """Read the live sources: only what is new, each source apart from the others."""
    from dashboard.demo import live_sources

    with opened(workspace, ctx) as ws, live_sources(ws) as endpoints, progress() as report:
        access.require(actor_of(ws, by), access.Action.COLLECT)
        done = collect_all(ws, sources or (), endpoints, report)
    document = {
        "sources": [
            {
                "source": s.source,
                "partition": s.partition,
                "state": s.state,
                "message": s.message,
                "until": s.until,
                **asdict(s.stored),
            }
            for s in done
        ]
    }
    rows = [(s.source.value, s.partition, s.state.value, s.stored.new, s.stored.changed, s.stored.gone, s.message)
            for s in done]  # fmt: skip
    answer_of(as_json, ctx).table(document, ("source", "part", "state", "new", "changed", "gone", ""), rows)
    return 4 if any(s.state is not HealthState.OK for s in done) else 0
