"""The classifier's workshop: ``train`` and ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.commands.call import JsonOption, answer_of, progress
from data.errors import BadInput

TextOption = Annotated[
    Path | None,
    typer.Option(
        "--text",
        metavar="DIR",
        help="Folder with public sets; our own sentences alone when left out.",
        show_default=False,
    ),
]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.command()(train)
    root.command()(evaluate)


def train(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the new model is written.", show_default=False)],
    text: TextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a classifier from the sentences that ship and the public sets that may; never from X."""
    from models.training import train_base

    _folder(text)
    with progress() as report:
        facts = train_base(text, out, report)
    answer_of(as_json, ctx).give(dict(facts), [f"{out}: model {facts['version']}"])


def evaluate(ctx: typer.Context, text: TextOption = None, as_json: JsonOption = False) -> None:
    """Measure the shipped classifier on sets it never saw, by set and language."""
    from models.evaluation import evaluate as measure
    from models.evaluation import lines_of

    _folder(text)
    with progress() as report:
        found = measure(text, report=report)
    answer_of(as_json, ctx).give(found, lines_of(found))


def _folder(text: Path | None) -> None:
    if text is not None and not text.is_dir():
        raise BadInput(f"--text {text}: is no folder")
