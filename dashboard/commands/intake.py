"""What comes in: ``import …`` for files, ``collect`` for live sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from collectors.file_reports import FileReport
from collectors.incoming import Options
from collectors.run import collect_all, import_files
from dashboard import access
from dashboard.commands import column_maps
from dashboard.commands.call import Answer, Call, in_workspace, progress, tell
from dashboard.commands.filters import FilesArgument
from dashboard.commands.typed_values import duration_of
from data import lease
from data.domain import HealthState
from data.errors import BadInput

app = typer.Typer(help="Read files: orders, after-sales reports, tickets, mentions, saved pages.", no_args_is_help=True)
MapOption = Annotated[
    str | None,
    typer.Option("--map", metavar="FILE", help="Our field = the file's column: JSON or TOML, or a kept map's name."),
]
SaveMapOption = Annotated[
    str | None, typer.Option("--save-map", metavar="NAME", help="Keep this map in the workspace for the next time.")
]
_FILE_KINDS = {
    "orders": "Order reports: All Orders, order, unshipped or FBA shipment reports, in any encoding.",
    "shipments": "Shipment reports; the same reader as for orders.",
    "returns": "Returns reports of FBA or of merchant orders; comments become mentions.",
    "feedback": "Seller feedback reports; each becomes a mention with a certain link.",
    "claims": "A-to-z claims and chargebacks, in our template.",
    "trustpilot": "Trustpilot pages that you saved from your browser.",
}


def register(root: typer.Typer) -> None:
    """Add the commands."""
    for kind, said in _FILE_KINDS.items():
        app.command(kind, help=said)(_importer(kind))
    app.command("mentions")(mentions)
    app.command("tickets")(tickets)
    root.add_typer(app, name="import")
    root.command()(collect)


def _importer(kind: str) -> Callable[..., int]:
    @in_workspace(access.Action.IMPORT)
    def command(call: Call, files: FilesArgument) -> int:
        return _import(call, kind, files, Options())

    return command


@in_workspace(access.Action.IMPORT)
def mentions(
    call: Call,
    files: FilesArgument,
    column_map: MapOption = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where rows come from that do not say so; else pasted.")
    ] = None,
    keep: SaveMapOption = None,
) -> int:
    """Mentions as CSV, JSON or JSON Lines (other tools' exports, pasted evidence), or e-mails (.eml)."""
    maps = column_maps.folder_in(call.ws.folder)
    known = column_maps.find(maps, column_map, source)
    if keep is not None:
        column_maps.check_name(keep)
    done = _import(call, "mentions", files, Options(columns=known.columns, source=known.source))
    if keep is not None:  # a map that no file could be read with is not worth keeping
        column_maps.keep(maps, keep, known)
    return done


@in_workspace(access.Action.IMPORT)
def tickets(
    call: Call,
    files: FilesArgument,
    tool: Annotated[
        str | None,
        typer.Option(help="zendesk, gorgias, freshdesk, chatwoot or generic; found out when left out."),
    ] = None,
    column_map: MapOption = None,
    keep: SaveMapOption = None,
) -> int:
    """Help-desk exports; while the account is suspended every Amazon ticket is tagged SUSPENDED."""
    from dashboard.wiring import import_options

    maps = column_maps.folder_in(call.ws.folder)
    columns = column_maps.for_tickets(maps, column_map)
    if keep is not None:
        column_maps.check_name(keep)
    done = _import(call, "tickets", files, replace(import_options(), tool=tool, columns=columns))
    if keep is not None:
        column_maps.keep_for_tickets(maps, keep, columns)
    return done


def _import(call: Call, kind: str, files: list[Path], options: Options) -> int:
    done: list[FileReport] = []
    failed: list[BadInput] = []
    with progress() as report:
        for number, path in enumerate(files, start=1):
            try:
                done += import_files(call.ws, kind, [path], actor=call.actor, options=options)
            except BadInput as refused:
                failed.append(refused)
            report(number, len(files), f"import {kind}")
    if failed and not done:
        for error in failed[:-1]:
            tell(str(error))
        raise failed[-1]
    for error in failed:
        tell(str(error))
    _print(call.answer, done, failed)
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


@in_workspace(access.Action.COLLECT)
def collect(
    call: Call,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]…", help="trustpilot, reddit, x, …; all when left out.")
    ] = None,
    backfill: Annotated[
        str | None,
        typer.Option("--backfill", metavar="SPAN", help="Read the past instead, for example 30d.", show_default=False),
    ] = None,
) -> int:
    """Read the live sources: only what is new, each source apart from the others."""
    from dashboard.demo import live_sources

    back = duration_of("--backfill", backfill) if backfill is not None else None
    with lease.held(call.ws.store), live_sources(call.ws) as endpoints, progress() as report:
        done = collect_all(call.ws, sources or (), endpoints, report, backfill=back)
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
    call.answer.table(document, ("source", "part", "state", "new", "changed", "gone", ""), rows)
    return 4 if any(s.state is not HealthState.OK for s in done) else 0
