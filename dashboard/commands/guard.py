"""``reinstate guard``: the check of outgoing language as a filter. It needs no workspace and writes nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dashboard.commands.call import print_json
from dashboard.commands.filters import InputOption, json_lines
from recovery_plan.guard.lines import verdict_line


class Mode(StrEnum):
    """The states of a seller account, as the guard knows them."""

    NORMAL = "normal"
    SUSPENDED = "suspended"
    RECOVERY = "recovery"


def register(root: typer.Typer) -> None:
    """Add the command."""
    root.command("guard")(guard)


def guard(
    mode: Annotated[Mode, typer.Option("--mode", help="The state of the seller account.", show_default=False)],
    input_: InputOption,
    lang: Annotated[
        str | None, typer.Option("--lang", help="The language of lines that name none.", show_default=False)
    ] = None,
) -> None:
    """Say of each text whether it may leave: {id, lang, text, surface} a line in, verdict and hits a line out."""
    for number, row in enumerate(json_lines(input_, needs=("id", "text")), start=1):
        print_json(verdict_line(row, mode.value, lang, f"guard: text {number}"))
