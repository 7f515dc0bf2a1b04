"""The tamper-evident log: ``audit verify``."""

from __future__ import annotations

import typer

from dashboard import access
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
from data import trail

app = typer.Typer(help="The tamper-evident log of everything that was done.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="audit")


@app.command("verify")
def verify(
    ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False, by: ActorOption = None
) -> int:
    """Check every entry of the log; exit status 4 and the first faults when something was changed."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_AUDIT)
        with ws.store.reading() as tx:
            found = trail.verify_log(tx)
    document = {
        "intact": found.intact,
        "entries": found.entries,
        "head": found.head,
        "root": found.root,
        "erased_details": found.erased_details,
        "clock_steps_back": found.clock_steps_back,
        "bad": [{"entry": seq, "told": told} for seq, told in found.bad],
    }
    lines = [
        f"{'intact' if found.intact else 'CHANGED'}: {found.entries} entries, head {found.head[:16]}…, "
        f"root {found.root[:16]}…",
        *(f"  entry {seq}: {told}" for seq, told in found.bad[:20]),
    ]
    answer_of(as_json, ctx).give(document, lines)
    return 0 if found.intact else 4


@app.callback()
def _group() -> None:
    """Keeps ``verify`` a subcommand while it is the only one."""
