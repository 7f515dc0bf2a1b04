"""Pure filters: JSON Lines in, JSON Lines out, order kept. They need no workspace and write nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from collectors.amazon_reports.encoding import read_whole
from collectors.incoming import MAX_PAGE_BYTES
from collectors.trustpilot import parse_page
from collectors.trustpilot.page import contract as page_line
from dashboard.commands.call import print_json
from data.errors import BadInput

InputOption = Annotated[str, typer.Option("--input", metavar="FILE|-", help="JSON Lines; - reads standard input.")]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)]
_BATCH = 512
parse_app = typer.Typer(help="Read files and print what they hold, one JSON line a file.", no_args_is_help=True)
link_app = typer.Typer(help="Say of each mention which order it is about, with probability and evidence.")
assess_app = typer.Typer(help="Say of each text whether its author is a frustrated customer, about what and why.")


def register(root: typer.Typer) -> None:
    """Add the commands; others stand beside the filters (``assess label``, ``link tune`` …)."""
    root.add_typer(parse_app, name="parse")
    root.add_typer(assess_app, name="assess")
    root.add_typer(link_app, name="link")


@parse_app.command("trustpilot")
def parse_trustpilot(files: FilesArgument) -> None:
    """Print outcome, business and reviews of saved Trustpilot pages (HTML or JSON)."""
    for path in files:
        raw = read_whole(path)
        if len(raw) > MAX_PAGE_BYTES:
            raise BadInput(f"{path}: larger than 32 MB: no saved page is")
        print_json(page_line(str(path), parse_page(raw)))


@assess_app.callback(invoke_without_command=True)
def assess(ctx: typer.Context, input_: InputOption = "") -> None:
    """Assess texts: {id, text, title?, rating?, source?, lang?} a line in, the assessment a line out."""
    if ctx.invoked_subcommand:
        return
    if not input_:
        raise BadInput("assess: name a file with --input FILE, or --input - for standard input")
    from models.assess import Assessor, contract, read_input

    assessor = Assessor.shipped()
    rows = json_lines(input_, needs=("id", "text"))
    while batch := list(islice(rows, _BATCH)):
        made = assessor.assess([read_input(row) for row in batch])
        for row, assessment in zip(batch, made, strict=True):
            print_json(contract(row["id"], assessment))


@link_app.callback(invoke_without_command=True)
def link(
    ctx: typer.Context,
    orders: Annotated[
        list[Path] | None,
        typer.Option("--orders", metavar="FILE", help="Order reports; may be given again.", show_default=False),
    ] = None,
    mentions: Annotated[str, typer.Option("--mentions", metavar="FILE|-", help="Mentions as JSON Lines.")] = "",
    tickets: Annotated[
        Path | None, typer.Option("--tickets", metavar="FILE", help="A help-desk export.", show_default=False)
    ] = None,
) -> None:
    """Say of each mention which order it is about, with probability and evidence."""
    if ctx.invoked_subcommand:
        return
    if not orders or not mentions:
        raise BadInput("link: name order reports with --orders FILE, and mentions with --mentions FILE (or -)")
    from dashboard.wiring import orders_in, tickets_in
    from models.link_files import link_lines

    rows = json_lines(mentions, needs=("mention_id", "text"))
    for line in link_lines(orders_in(orders), tickets_in(tickets), rows):
        print_json(line)


def json_lines(name: str, *, needs: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Objects of a JSON Lines file; raises BadInput with the line's number and what is wrong with it."""
    where = "standard input" if name == "-" else name
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            for number, raw in enumerate(stream, start=1):
                if raw.strip():
                    yield _object(raw, f"{where}, line {number}", needs)
    except IsADirectoryError:
        raise BadInput(f"{where}: is a folder; name a JSON Lines file, or - for standard input") from None
    except OSError as error:
        raise BadInput(f"{where}: cannot be read: {error.strerror}") from None


def _object(raw: bytes, where: str, needs: tuple[str, ...]) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadInput(f"{where}: not a JSON object in UTF-8") from None
    if not isinstance(value, dict):
        raise BadInput(f"{where}: not a JSON object")
    for name in needs:
        if value.get(name) is None:
            raise BadInput(f"{where}: field {name!r} is missing")
    return value
