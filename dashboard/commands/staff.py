"""The people of a workspace: ``user add|list|passwd``."""

from __future__ import annotations

import os
import secrets
import unicodedata
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import (
    ActorOption,
    Call,
    JsonOption,
    WorkspaceOption,
    actor_of,
    answer_of,
    in_workspace,
    opened,
)
from data import people
from data.domain import Actor, Role
from data.errors import BadInput
from data.people import Person
from data.workspace import Workspace

app = typer.Typer(help="The people who work here.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="user")


@app.command("add")
@in_workspace(access.Action.MANAGE_PEOPLE)
def add(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    role: Annotated[Role, typer.Option(help="What the person may see and do.", show_default=False)],
    languages: Annotated[str, typer.Option(help="Languages the person writes, such as fr,en.")] = "",
) -> None:
    """Add a person; the password is read from REINSTATE_PASSWORD or asked for."""
    codes = tuple(code.strip().lower() for code in languages.split(",") if code.strip())
    person = add_person(call.ws, name, role, codes, call.actor)
    call.answer.give({"id": person.id, "role": person.role}, [f"{person.id} may sign in as {person.role}"])


@app.command("list")
def show(ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the people with their roles."""
    with opened(workspace, ctx) as ws, ws.store.reading() as tx:
        found = people.everyone(tx)
    document = {"people": [{"id": p.id, "name": p.name, "role": p.role, "languages": p.languages} for p in found]}
    rows = [(p.id, p.name, p.role.value, " ".join(p.languages), "" if p.active else "left") for p in found]
    answer_of(as_json, ctx).table(document, ("id", "name", "role", "languages", ""), rows)


@app.command("passwd")
def passwd(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.", show_default=False)],
    workspace: WorkspaceOption = None,
    by: ActorOption = None,
) -> None:
    """Set a person's password, read from REINSTATE_PASSWORD or asked for."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        if actor.id != person:
            access.require(actor, access.Action.MANAGE_PEOPLE)
        with ws.store.transaction(actor) as tx:
            people.set_password(tx, person, password_given())
    answer_of(as_json=False, ctx=ctx).give({"id": person}, [f"{person}: the password is set"])


def add_person(
    ws: Workspace, name: str, role: Role, languages: tuple[str, ...] = (), actor: Actor | None = None
) -> Person:
    """Add somebody with a password of their own; the id is made from the name and never tells more than its letters."""
    if not name.strip():
        raise BadInput("NAME: is empty")
    person = Person(new_id(name, taken(ws)), name.strip(), role, languages)
    password = password_given()
    with ws.store.transaction(actor or Actor.system("cli")) as tx:
        people.add(tx, person)
        people.set_password(tx, person.id, password)
    return person


def taken(ws: Workspace) -> set[str]:
    """Ids in use."""
    with ws.store.reading() as tx:
        return {p.id for p in people.everyone(tx)}


def new_id(name: str, used: set[str]) -> str:
    """``p:`` and the first name in plain letters; digits follow when it is taken."""
    plain = unicodedata.normalize("NFKD", name.split()[0].casefold())
    start = "p:" + ("".join(c for c in plain if c.isascii() and c.isalnum()) or secrets.token_hex(3))
    return next(i for i in (start, *(f"{start}{n}" for n in range(2, 10_000))) if i not in used)


def password_given() -> str:
    """The password of an account: REINSTATE_PASSWORD, or asked for twice on a terminal."""
    if given := os.environ.get("REINSTATE_PASSWORD"):
        return given
    try:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    except (EOFError, typer.Abort):
        raise BadInput("password: set REINSTATE_PASSWORD, or run the command on a terminal") from None
