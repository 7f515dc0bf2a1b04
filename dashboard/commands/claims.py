"""A-to-z claims and their defence: ``claim list|show|point``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from data.clock import rfc3339
from recovery_plan.desk import defending
from recovery_plan.desk.defending import ClaimFile

app = typer.Typer(help="A-to-z claims: what is due and what defends us.", no_args_is_help=True)
ClaimArgument = Annotated[int, typer.Argument(metavar="CLAIM", show_default=False)]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="claim")


def _document(found: ClaimFile) -> dict[str, Any]:
    file = found.file
    return {
        "id": found.id,
        "order_id": file.claim.order_id,
        "status": file.claim.status,
        "opened_at": file.claim.opened_at,
        "deadlines": [
            {"kind": d.kind, "rule": d.rule, "due_at": d.due_at, "grace_at": d.grace_at} for d in file.deadlines
        ],
        "missing": file.missing,
        "points": [
            {
                "point": line.point,
                "state": line.state,
                "facts": dict(line.facts),
                "note": line.said.note if line.said else None,
                "proof": line.said.proof if line.said else None,
            }
            for line in file.lines
        ],
    }


@app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_claims(call: Call) -> None:
    """List claims, what is due first, with what their defence still lacks."""
    found = defending.claim_files(call.ws)
    rows = [
        (
            f.id,
            f.file.claim.order_id,
            f.file.claim.status,
            "; ".join(f"{d.kind} by {rfc3339(d.due_at)} ({d.rule})" for d in f.file.deadlines),
            ", ".join(f.file.missing),
        )
        for f in found
    ]
    document = {"claims": [_document(f) for f in found]}
    call.answer.table(document, ("claim", "order", "status", "due", "missing"), rows)


@app.command("show")
@in_workspace(access.Action.SEE_TICKETS)
def show(call: Call, claim: ClaimArgument) -> None:
    """Show the defence file of one claim: the checklist with facts from the cache."""
    found = defending.claim_file(call.ws, claim)
    lines = [f"claim {found.id} on {found.file.claim.order_id}: {found.file.claim.status}"]
    lines += [f"  {d.kind} by {rfc3339(d.due_at)} ({d.rule})" for d in found.file.deadlines]
    for line in found.file.lines:
        facts = ", ".join(f"{name} {value}" for name, value in line.facts)
        said = f" - {line.said.note}" if line.said and line.said.note else ""
        lines.append(f"  {line.state:<10} {line.point}: {facts}{said}")
    call.answer.give({"claim": _document(found)}, lines)


@app.command("point")
@in_workspace(access.Action.DEFEND)
def point(
    call: Call,
    claim: ClaimArgument,
    name: Annotated[str, typer.Argument(metavar="POINT", help="Such as proof_sent_by_message.", show_default=False)],
    state: Annotated[str, typer.Option(help="have, missing or not_needed.", show_default=False)],
    note: Annotated[str, typer.Option("--note", help="What is there, or why not.")] = "",
    proof: Annotated[Path | None, typer.Option(metavar="FILE", help="Copied into the workspace.")] = None,
) -> None:
    """Say how one point of the checklist stands; the newest word counts, all of them stay."""
    defending.say(call.ws, call.actor, claim, name, state, note, proof)
    call.answer.give({"claim": claim, "point": name, "state": state}, [f"{name}: {state}"])
