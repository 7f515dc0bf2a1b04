"""Pure filters: JSON Lines in, JSON Lines out, order kept. They need no workspace and write nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from data.errors import BadInput

InputOption = Annotated[str, typer.Option("--input", metavar="FILE|-", help="JSON Lines; - reads standard input.")]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)]


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
