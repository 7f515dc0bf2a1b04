"""Wording and approval: ``macro list|show|draft|approve|retire|attest`` and ``approval list|show|grant|refuse|…``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.tickets import RequestArgument, request_document
from dashboard.commands.typed_values import text_of
from data import approvals, macros
from data.approvals import State
from data.clock import rfc3339
from data.errors import BadInput
from data.macros import MacroVersion
from recovery_plan.desk import replying, wording

macro_app = typer.Typer(help="Prepared replies: drafted by one person, approved by another.", no_args_is_help=True)
approval_app = typer.Typer(help="Second persons' answers to exact texts.", no_args_is_help=True)
MacroArgument = Annotated[int, typer.Argument(metavar="MACRO", help="A version's number.", show_default=False)]
NoteOption = Annotated[str, typer.Option("--note", help="In a few words; no names.")]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(macro_app, name="macro")
    root.add_typer(approval_app, name="approval")


@macro_app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_macros(call: Call, language: Annotated[str | None, typer.Option(help="Only this language.")] = None) -> None:
    """List all versions with their state; the shipped ones appear after 'macro draft --shipped'."""
    with call.ws.store.reading() as tx:
        found = macros.versions(tx, language=language)
    rows = [(m.id, m.name, m.language, m.state, m.sha256[:12], m.made_by, m.approved_by or "") for m in found]
    columns = ("macro", "name", "language", "state", "sha256", "by", "approved by")
    call.answer.table({"macros": found}, columns, rows)


@macro_app.command("show")
@in_workspace(access.Action.SEE_TICKETS)
def show_macro(call: Call, macro: MacroArgument) -> None:
    """Show one version with its exact text."""
    with call.ws.store.reading() as tx:
        found = macros.get(tx, macro)
    call.answer.give({"macro": found}, [*_told(found), found.text])


def _told(m: MacroVersion) -> list[str]:
    return [f"macro {m.id} {m.name} {m.language}: {m.state}, sha256 {m.sha256}"]


@macro_app.command("draft")
@in_workspace(access.Action.DRAFT_MACRO)
def draft(
    call: Call,
    name: Annotated[str | None, typer.Option(help="Such as refund_asked.")] = None,
    language: Annotated[str | None, typer.Option(help="en, fr, de, es or it.")] = None,
    file: Annotated[Path | None, typer.Option("--text", metavar="FILE", help="The text, UTF-8.")] = None,
    surface: Annotated[str, typer.Option(help="marketplace or public.")] = "marketplace",
    cause: Annotated[
        bool, typer.Option("--names-a-cause", help="It needs compliance's attestation to be sent.")
    ] = False,
    shipped: Annotated[bool, typer.Option("--shipped", help="Enter the macros that ship with the product.")] = False,
) -> None:
    """Write a new version; it is a draft until somebody else approves it."""
    if shipped:
        new = wording.bring_in_shipped(call.ws, call.actor)
        call.answer.give({"new": new}, [f"{new} shipped macros entered as drafts"])
        return
    if name is None or language is None or file is None:
        raise BadInput("macro draft: give --name, --language and --text, or --shipped")
    made = wording.draft(
        call.ws, call.actor, name=name, language=language, text=text_of(file), surface=surface, needs_attestation=cause
    )
    call.answer.give({"macro": made}, _told(made))


@macro_app.command("approve")
@in_workspace(access.Action.APPROVE_MACRO)
def approve_macro(call: Call, macro: MacroArgument, note: NoteOption = "") -> None:
    """Approve a draft that somebody else wrote (compliance)."""
    done = wording.approve(call.ws, call.actor, macro, note)
    call.answer.give({"macro": done}, _told(done))


@macro_app.command("retire")
@in_workspace(access.Action.APPROVE_MACRO)
def retire_macro(call: Call, macro: MacroArgument, note: NoteOption = "") -> None:
    """Take a version out of use for good (compliance)."""
    done = wording.retire(call.ws, call.actor, macro, note)
    call.answer.give({"macro": done}, _told(done))


@macro_app.command("attest")
@in_workspace(access.Action.APPROVE_MACRO)
def attest(
    call: Call,
    macro: MacroArgument,
    statement: Annotated[str, typer.Option(help="What the cause is and how you know.", show_default=False)],
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the word back instead.")] = False,
) -> None:
    """Vouch that the cause which a macro names is true (compliance); for the present suspension."""
    act = wording.withdraw_attestation if withdraw else wording.attest
    done = act(call.ws, call.actor, macro, statement)
    call.answer.give({"macro": done}, _told(done))


@approval_app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_requests(
    call: Call,
    state: Annotated[State | None, typer.Option(help="Only these; all when left out.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """List requests, newest first."""
    with call.ws.store.reading() as tx:
        found = approvals.requests(tx, states=(state,) if state else (), limit=limit)
    rows = [(r.id, r.state, r.subject, r.requested_by, r.decided_by or "", rfc3339(r.expires_at)) for r in found]
    document = {"requests": [request_document(r) for r in found]}
    call.answer.table(document, ("request", "state", "about", "asked by", "decided by", "until"), rows)


@approval_app.command("show")
@in_workspace(access.Action.SEE_TICKETS)
def show_request(call: Call, request: RequestArgument) -> None:
    """Show the exact text of a request, its SHA-256 and how it stands."""
    with call.ws.store.reading() as tx:
        r = approvals.get(tx, request)
    lines = [f"request {r.id} about {r.subject}: {r.state}", f"sha256 {r.sha256}", r.text or "(erased)"]
    call.answer.give({"request": request_document(r)}, lines)


def _decision(grant: bool, said: str) -> None:
    @in_workspace(access.Action.APPROVE)
    def command(
        call: Call,
        request: RequestArgument,
        sha256: Annotated[
            str,
            typer.Option(
                "--hash",
                metavar="SHA256",
                help="Of the text you looked at; 'approval show' tells it.",
                show_default=False,
            ),
        ],
        note: NoteOption = "",
    ) -> None:
        done = replying.decide(call.ws, call.actor, request, grant=grant, sha256=sha256.strip().lower(), note=note)
        lines = [f"request {request}: {done.state}"]
        lines += [f"valid until {rfc3339(done.valid_until)}"] if done.valid_until else []
        call.answer.give({"request": request_document(done)}, lines)

    command.__doc__ = said
    approval_app.command("grant" if grant else "refuse")(command)


_decision(True, "Say yes to exactly these bytes; never to your own request. It lapses after policy.approval_hours.")
_decision(False, "Say no; whoever asked has to make a new request.")


@approval_app.command("withdraw")
@in_workspace(access.Action.REPLY)
def withdraw(call: Call, request: RequestArgument, note: NoteOption = "") -> None:
    """Take a request, or a given approval, back."""
    done = replying.withdraw(call.ws, call.actor, request, note)
    call.answer.give({"request": request_document(done)}, [f"request {request}: {done.state}"])
