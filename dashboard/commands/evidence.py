"""Evidence packs: ``evidence pack|verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Call, JsonOption, answer_of, in_workspace
from data.errors import BadInput
from data.standalone import verify as standalone
from recovery_plan.evidence.document import Kind, Redact, Scope

app = typer.Typer(help="Packs for an appeal, an order or a ticket, fit to hand to a third party.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="evidence")


@app.command("pack")
@in_workspace(access.Action.MAKE_EVIDENCE)
def pack(
    call: Call,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder.", show_default=False)],
    appeal: Annotated[bool, typer.Option("--appeal", help="On the last suspension as a whole.")] = False,
    order: Annotated[
        str | None, typer.Option("--order", metavar="ID", help="On one order.", show_default=False)
    ] = None,
    ticket: Annotated[
        int | None, typer.Option("--ticket", metavar="TICKET", help="On one ticket.", show_default=False)
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="LANG", help="en or fr; the brand's when left out.")
    ] = None,
    redact: Annotated[
        str, typer.Option("--redact", metavar="WHAT", help="Leave out names, texts, attachments (with commas).")
    ] = "",
) -> None:
    """Make a pack: PDF/A, CSV and JSON, log entries with inclusion proofs, a manifest of hashes and a verifier."""
    from recovery_plan.evidence.making import make_pack  # typst takes a moment to load

    scope = _scope(appeal, order, ticket)
    left_out = _redaction(redact)
    made = make_pack(call.ws, call.actor, scope, out, language=language, redact=left_out)
    call.answer.give(
        {"folder": made.folder, "entries": made.entries, "manifest": made.manifest, "entry": made.entry},
        [
            f"{made.folder / made.pages_of}: {made.entries} log entries with proofs; manifest {made.manifest[:16]}…",
            f"The making is entry {made.entry} of the log. Whoever gets the folder runs: python3 verify.py",
        ],
    )


def _scope(appeal: bool, order: str | None, ticket: int | None) -> Scope:
    if appeal + (order is not None) + (ticket is not None) != 1:
        raise BadInput("evidence pack: give one of --appeal, --order ID and --ticket TICKET")
    if order is not None:
        return Scope(Kind.ORDER, order.strip())
    return Scope(Kind.TICKET, str(ticket)) if ticket is not None else Scope(Kind.APPEAL)


def _redaction(given: str) -> set[Redact]:
    try:
        return {Redact(word.strip()) for word in given.split(",") if word.strip()}
    except ValueError:
        raise BadInput(f"--redact: choose from {', '.join(Redact)}") from None


@app.command("verify")
def verify(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="PATH", help="A pack or an exported log.", show_default=False)],
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="The public key you were told.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Check a pack or an exported log as its own verifier does; exit status 4 when anything was changed."""
    found = standalone.check(folder, [key] if key else None)
    if not found["kind"]:
        raise BadInput(f"{folder}: holds no manifest.json: name the folder of a pack or of an exported log")
    told = {**found, "bad": [{"entry": n, "told": what} for n, what in found["bad"]]}
    answer_of(as_json, ctx).give(told, standalone.told(found))
    return 0 if found["intact"] else 4
