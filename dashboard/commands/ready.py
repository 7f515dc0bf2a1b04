"""``readiness``: how ready the house is, before a suspension comes; and the reports of drills."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from data import readiness as reports
from data.clock import rfc3339
from data.errors import BadInput
from data.workspace import write_whole
from recovery_plan.containment.readiness import printable, told_lines
from recovery_plan.desk import ready


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("readiness")(readiness)


@in_workspace(access.Action.SEE_TICKETS)
def readiness(
    call: Call,
    keep: Annotated[bool, typer.Option("--keep", help="Keep this report.")] = False,
    backed_up: Annotated[bool, typer.Option("--backed-up", help="Note that a backup was made just now.")] = False,
    report: Annotated[int | None, typer.Option(metavar="REPORT", help="Show a kept report, such as a drill's.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page to print (HTML).")] = None,
) -> None:
    """Score how ready you are for a suspension, out of 100, with what to do for each gap."""
    if keep or backed_up:
        access.require(call.actor, access.Action.DECLARE)
    if backed_up:
        ready.backed_up(call.ws, call.actor)
    if keep:
        report = ready.keep(call.ws, call.actor)
    with call.ws.store.reading() as tx:
        kept = reports.listed(tx)
    if report is None:
        document, when = ready.now(call.ws).document, call.ws.store.clock()
    else:
        found = next((k for k in kept if k.id == report), None)
        if found is None:
            raise BadInput(f"report {report} does not exist; there are {', '.join(str(k.id) for k in kept) or 'none'}")
        document, when = dict(found.document), found.made_at
    title = f"Readiness {rfc3339(when)}" + (f" (report {report})" if report else "")
    if out is not None:
        write_whole(out, printable(document, title).encode("utf-8"))
    lines = [title, *told_lines(document), *([str(out)] if out else [])]
    call.answer.give({"report": report, "made_at": when, **document}, lines)
