"""What every command shares: the workspace, ``--json``, the actor, and how answers and progress are printed."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dashboard import access
from data import people
from data.clock import rfc3339
from data.domain import Actor
from data.errors import BadInput
from data.workspace import Workspace, open_at

R = TypeVar("R")

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="DIR", help="The seller's folder. [default: ./workspace]", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
ActorOption = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="PERSON", help="Who does it: a person's id. [env: REINSTATE_ACTOR]", show_default=False
    ),
]

_SHARED: Mapping[str, tuple[Any, Any]] = {
    "workspace": (WorkspaceOption, None),
    "as_json": (JsonOption, False),
    "by": (ActorOption, None),
}

Progressed = Any  # a callable (done, total, label); models and collectors call it, they never print


_WIDE = 200  # characters


class Answer:
    """Prints one answer: JSON for programs, a few lines for people."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._console = Console(soft_wrap=True, highlight=False)
        if not self._console.is_terminal:
            self._console.width = _WIDE  # a file or a pipe has no width to fit

    def give(self, document: Mapping[str, Any], lines: Iterable[str] = ()) -> None:
        """Print ``document`` as JSON, or ``lines`` as text."""
        if self.as_json:
            print_json(document)
        else:
            for line in lines:
                self._console.print(line, markup=False)
        sys.stdout.flush()  # a command that goes on for days gives many answers, and a pipe would keep them back

    def table(self, document: Mapping[str, Any], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print ``document`` as JSON, or ``rows`` as a table."""
        if self.as_json:
            print_json(document)
            return
        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*("" if cell is None else str(cell) for cell in row))
        self._console.print(table, markup=False)


def folder_of(given: Path | None, ctx: typer.Context) -> Path:
    """``--workspace`` after the command, before it, ``REINSTATE_WORKSPACE``, or ``./workspace``."""
    before = (ctx.find_root().obj or {}).get("workspace")
    return given or before or Path(os.environ.get("REINSTATE_WORKSPACE") or "workspace")


def answer_of(as_json: bool, ctx: typer.Context) -> Answer:
    """How to answer; ``--json`` may stand before or after the command."""
    return Answer(as_json or bool((ctx.find_root().obj or {}).get("json")))


@contextmanager
def opened(given: Path | None, ctx: typer.Context) -> Iterator[Workspace]:
    """The workspace, closed again when the command ends."""
    workspace = open_at(folder_of(given, ctx))
    try:
        yield workspace
    finally:
        workspace.store.close()


def actor_of(workspace: Workspace, given: str | None) -> Actor:
    """The person named by ``--as`` or ``REINSTATE_ACTOR``; without either, the command line itself."""
    wanted = given or os.environ.get("REINSTATE_ACTOR")
    if not wanted:
        return Actor.system("cli")
    with workspace.store.reading() as tx:
        found = [p for p in people.everyone(tx) if p.id == wanted and p.active]
    if not found:
        raise BadInput(f"--as {wanted}: no such person in this workspace")
    return Actor(found[0].id, found[0].role)


@dataclass(frozen=True, slots=True)
class Call:
    """One run of a command in a workspace: where, by whom, and how to answer."""

    ws: Workspace
    actor: Actor
    answer: Answer


def in_workspace(needs: access.Action | None = None) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a command of a function whose first parameter is a ``Call``: ``--workspace``, ``--json`` and ``--as`` come
    by themselves, the workspace is closed in the end, and nothing happens unless the actor may do ``needs``.

    With None the function asks the access module itself, because what it needs depends on what it is told.
    """

    def made(body: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(body)
        def command(**given: Any) -> R:
            ctx, workspace, as_json, by = (given.pop(name) for name in ("ctx", *_SHARED))
            with opened(workspace, ctx) as ws:
                call = Call(ws, actor_of(ws, by), answer_of(as_json, ctx))
                if needs is not None:
                    access.require(call.actor, needs)
                return body(call, **given)

        hints = get_type_hints(body, include_extras=True)
        own = list(inspect.signature(body).parameters.values())[1:]
        named = [("ctx", typer.Context, inspect.Parameter.empty), *((p.name, hints[p.name], p.default) for p in own)]
        shown = [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=hint, default=default)
            for name, hint, default in (*named, *((n, hint, default) for n, (hint, default) in _SHARED.items()))
        ]
        # typer reads both
        command.__annotations__ = {p.name: p.annotation for p in shown} | {"return": hints.get("return")}
        command.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        return command

    return made


def print_json(document: object) -> None:
    """One compact JSON document on a line of stdout."""
    sys.stdout.write(json.dumps(document, default=plain, ensure_ascii=False) + "\n")


def plain(value: object) -> object:
    """How values that JSON does not know are spelled: times as RFC 3339, enums by value, dataclasses as objects."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def progress() -> Iterator[Progressed]:
    """A progress bar on stderr when it is a terminal; yields ``report(done, total, label)``."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, label: None
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as bar:
        tasks: dict[str, Any] = {}

        def report(done: int, total: int, label: str) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, total=total)
            bar.update(tasks[label], completed=done, total=total)

        yield report


def tell(line: str) -> None:
    """One line on stderr."""
    sys.stderr.write(f"reinstate: {' '.join(line.split())}\n")
