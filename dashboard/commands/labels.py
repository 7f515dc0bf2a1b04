"""``labels suggest|export``: which mentions to label next, and what people have said so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard import access, label_export, safe
from dashboard.commands.call import Call, in_workspace
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
@in_workspace(access.Action.LABEL)
def suggest(call: Call, limit: Annotated[int, typer.Option(min=1, max=200)] = 10) -> None:
    """List the mentions whose labels would teach most: doubtful ones of every language and source, some by lot."""
    from models.vigil import suggest as chosen

    with call.ws.store.reading() as tx:
        found = chosen(tx, limit)
        texts = {row.id: row.text for row in browse.many(tx, tuple(s.mention for s in found))}
    rows = [
        (s.mention, s.source, s.language, f"{s.probability:.2f}", s.why, _excerpt(texts.get(s.mention, ""), call.actor))
        for s in found
    ]
    document = {"suggestions": [asdict(s) for s in found]}
    call.answer.table(document, ("mention", "source", "lang", "p", "why", "text"), rows)


def _excerpt(text: str, actor: Actor) -> str:
    """The beginning of a text, for those who may see what it may name."""
    sees = actor.role is None or access.may(actor.role, access.Action.SEE_NAMES)
    return safe.plain(text, _EXCERPT) if sees else ""


@app.command("export")
@in_workspace(access.Action.TRAIN)
def export(
    call: Call,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: the workspace's exports.", show_default=False)
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="csv or jsonl.")] = Form.CSV,
) -> None:
    """Write every label with its text; 'reinstate evaluate FILE' reads the file again."""
    path = out or call.ws.exports / f"labels-{call.ws.store.clock().date().isoformat()}.{form.value}"
    with call.ws.store.transaction(call.actor) as tx:
        found = labelling.everything(tx)
        tx.audit("labels.exported", "", {"labels": len(found)})
    write_whole(path, _ENCODE[form](found))
    call.answer.give({"file": str(path), "labels": len(found)}, [f"{path}: {len(found)} labels"])
