"""``reinstate erase``: data that has to go."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from data import browse, erasure
from data.browse import Filter
from data.domain import Source
from data.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(erase)


@in_workspace(access.Action.ERASE)
def erase(
    call: Call,
    source: Annotated[Source, typer.Option("--source", help="Everything from this source.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; it cannot be undone.")] = False,
) -> None:
    """Remove everything of one source: for the day on which access to it ends."""
    if not yes:
        with call.ws.store.reading() as tx:
            n = browse.count(tx, Filter(sources=(source.value,)))
        raise BadInput(f"erase --source {source}: {n} mentions would go for good: add --yes to do it")
    with call.ws.store.transaction(call.actor) as tx:
        gone = erasure.purge(tx, source)
    call.answer.give(
        {"source": source, "erased": gone},
        [
            f"{gone} mentions of {source} are gone, with their authors, judgements and positions",
            f"Set enabled = false for {source} in reinstate.toml, or the next run reads it again; delete old backups",
        ],
    )
