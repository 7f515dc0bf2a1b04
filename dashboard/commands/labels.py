"""``labels suggest|export``: which mentions to label next, and what people have said so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard import access, label_export, safe
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
from data import browse, labelling
from data.domain import Actor
from data.labelling import LabelledText
from data.workspace import write_whole

app = typer.Typer(help="People's labels of mentions, which train the classifier.", no_args_is_help=True)
_EXCERPT = 90


class Form(StrEnum):
    """File formats of the export."""

    CSV = "csv"
    JSONL = "jsonl"


_ENCODE: Mapping[Form, Callable[[Sequence[LabelledText]], bytes]] = {
    Form.CSV: label_export.to_csv,
    Form.JSONL: label_export.to_json_lines,
}


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="labels")


@app.command("suggest")
def suggest(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """List the mentions whose labels would teach most: doubtful ones of every language and source, some by lot."""
    from models.vigil import suggest as chosen

    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.LABEL)
        with ws.store.reading() as tx:
            found = chosen(tx, limit)
            texts = {row.id: row.text for row in browse.many(tx, tuple(s.mention for s in found))}
    rows = [
        (s.mention, s.source, s.language, f"{s.probability:.2f}", s.why, _excerpt(texts.get(s.mention, ""), actor))
        for s in found
    ]
    document = {"suggestions": [asdict(s) for s in found]}
    answer_of(as_json, ctx).table(document, ("mention", "source", "lang", "p", "why", "text"), rows)


def _excerpt(text: str, actor: Actor) -> str:
    """The beginning of a text, for those who may see what it may name."""
    sees = actor.role is None or access.may(actor.role, access.Action.SEE_NAMES)
    return safe.plain(text, _EXCERPT) if sees else ""


@app.command("export")
def export(
    ctx: typer.Context,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: the workspace's exports.", show_default=False)
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="csv or jsonl.")] = Form.CSV,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Write every label with its text; 'reinstate evaluate FILE' reads the file again."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.TRAIN)
        path = out or ws.exports / f"labels-{ws.store.clock().date().isoformat()}.{form.value}"
        with ws.store.transaction(actor) as tx:
            found = labelling.everything(tx)
            tx.audit("labels.exported", "", {"labels": len(found)})
        write_whole(path, _ENCODE[form](found))
    answer_of(as_json, ctx).give({"file": str(path), "labels": len(found)}, [f"{path}: {len(found)} labels"])
