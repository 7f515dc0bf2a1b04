"""The suspension: ``suspension …`` with its protocol and channel, ``hold …``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import Call, JsonOption, WorkspaceOption, answer_of, in_workspace, opened
from dashboard.commands.typed_values import time_of
from data import casework, holds
from data.clock import rfc3339
from recovery_plan import run as recovering
from recovery_plan.desk import channel, suspending

suspension_app = typer.Typer(help="The suspension: its mode and its protocol.", no_args_is_help=True)
step_app = typer.Typer(help="The protocol's steps, closed once and in order.", no_args_is_help=True)
hold_app = typer.Typer(help="Outgoing actions that the suspension stopped.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    suspension_app.add_typer(step_app, name="step")
    root.add_typer(suspension_app, name="suspension")
    root.add_typer(hold_app, name="hold")


@suspension_app.command("declare")
@in_workspace(access.Action.DECLARE)
def declare(
    call: Call,
    reason: Annotated[str, typer.Option(help="What the notice says, such as 'related account'.", show_default=False)],
    owner: Annotated[str, typer.Option(help="Who leads the case: a person's id.", show_default=False)],
    marketplace: Annotated[str, typer.Option(help="Where the account is suspended.")] = "amazon",
    noticed: Annotated[
        str | None, typer.Option(metavar="TIME", help="When the notice came (RFC 3339); now when left out.")
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Rehearse: nothing is frozen, tagged or held.")] = False,
) -> None:
    """Declare a suspension: freezes the order cache, tags Amazon tickets SUSPENDED, opens the protocol."""
    made = recovering.declare_suspension(
        call.ws,
        call.actor,
        reason=reason,
        owner=owner,
        marketplace=marketplace,
        noticed_at=time_of(noticed, "--noticed") or call.ws.store.clock(),
        is_drill=drill,
    )
    kind = "Drill" if drill else "Suspension"
    call.answer.give({"suspension": made}, [f"{kind} {made.id} declared; see 'reinstate suspension status'"])


@suspension_app.command("status")
def status(ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the mode, the suspension and how far its protocol has come."""
    with opened(workspace, ctx) as ws, ws.store.reading() as tx:
        mode = casework.mode(tx)
        drill = casework.open_suspension(tx, is_drill=True)
        found = casework.open_suspension(tx) or drill or casework.last_suspension(tx)
        steps = casework.steps(tx, found.id) if found else []
        tagged = len(casework.tickets(tx, suspended=True))
        on_hold = len(holds.listed(tx, only_open=True))
    document: dict[str, Any] = {
        "mode": mode,
        "drill": drill is not None,
        "suspension": found,
        "steps": [
            {k: step[k] for k in ("position", "name", "owner", "due_at", "closed_at", "closed_by", "note")}
            for step in steps
        ],
        "suspended_tickets": tagged,
        "holds": on_hold,
    }
    lines = [f"mode: {mode.value}; {tagged} tickets tagged SUSPENDED, {on_hold} actions on hold"]
    if found:
        ended = f", ended {rfc3339(found.ended_at)}" if found.ended_at else ""
        lines.append(f"{found.reason} on {found.marketplace}, noticed {rfc3339(found.noticed_at)}{ended}")
    for step in steps:
        closed = (
            f"closed {rfc3339(step['closed_at'])} by {step['closed_by']}" if step["closed_at"] else _open_step(step)
        )
        lines.append(f"  {step['position']:>2} {step['name']}: {closed}")
    answer_of(as_json, ctx).give(document, lines)


def _open_step(step: Mapping[str, Any]) -> str:
    due = f", due {rfc3339(step['due_at'])}" if step["due_at"] else ""
    return f"open, {step['owner']}{due}" if step["owner"] else f"open{due}"


@suspension_app.command("note")
@in_workspace(access.Action.SEE_CHANNEL)
def note(
    call: Call,
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False)],
    corrects: Annotated[int | None, typer.Option(metavar="ENTRY", help="The entry that this one corrects.")] = None,
) -> None:
    """Add to the suspension's compliance channel; what stands there is never changed."""
    number = channel.write(call.ws, call.actor, suspending.channel_of(call.ws), text, corrects=corrects)
    call.answer.give({"entry": number}, [f"entry {number}"])


@suspension_app.command("thread")
@in_workspace(access.Action.SEE_CHANNEL)
def thread(call: Call) -> None:
    """Show the compliance channel of the suspension, oldest entry first."""
    found = channel.read(call.ws, call.actor, suspending.channel_of(call.ws))
    lines = [
        f"{e.id} {rfc3339(e.made_at)} {e.made_by}{f' (corrects {e.about})' if e.about else ''}: {e.text or '(erased)'}"
        for e in found
    ]
    call.answer.give({"entries": found}, lines or ["nothing was written yet"])


@suspension_app.command("reinstate-account")
@in_workspace(access.Action.REINSTATE)
def reinstate_account(call: Call) -> None:
    """End the suspension: the mode becomes recovery, the tags come off."""
    recovering.end_suspension(call.ws, call.actor)
    with call.ws.store.reading() as tx:
        mode = casework.mode(tx)
    call.answer.give({"mode": mode}, [f"mode: {mode.value}; release the plan in waves"])


@step_app.command("close")
@in_workspace(access.Action.CLOSE_STEP)
def close_step(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as freeze_snapshot.", show_default=False)],
    note: Annotated[str, typer.Option(help="What was done.", show_default=False)],
) -> None:
    """Close the protocol's next step; needs a person whose role answers for it (--as)."""
    recovering.close_step(call.ws, call.actor, name, note)
    call.answer.give({"step": name, "closed": True}, [f"{name}: closed"])


@step_app.command("assign")
@in_workspace(access.Action.ASSIGN_STEP)
def assign_step(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    owner: Annotated[str, typer.Option(help="Who sees to it: a person's id.", show_default=False)],
    due: Annotated[str | None, typer.Option(metavar="TIME", help="Until when (RFC 3339).")] = None,
) -> None:
    """Name who sees to an open step, and until when."""
    suspending.assign_step(call.ws, call.actor, name, owner, time_of(due, "--due"))
    call.answer.give({"step": name, "owner": owner}, [f"{name}: {owner}"])


@step_app.command("correct")
@in_workspace(access.Action.CLOSE_STEP)
def correct_step(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    note: Annotated[str, typer.Option(help="What the step's note should have said.", show_default=False)],
) -> None:
    """Correct a closed step by a new entry in the channel; the step stays as it was closed."""
    number = suspending.correct_step(call.ws, call.actor, name, note)
    call.answer.give({"step": name, "entry": number}, [f"{name}: corrected by entry {number}"])


@hold_app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_holds(call: Call, every: Annotated[bool, typer.Option("--all", help="Released ones, too.")] = False) -> None:
    """List what is on hold, with the rule and who can release it."""
    with call.ws.store.reading() as tx:
        found = holds.listed(tx, only_open=not every)
    rows = [(h.id, h.subject, h.rule, h.reason, h.unlock, h.released_at and rfc3339(h.released_at)) for h in found]
    call.answer.table({"holds": found}, ("hold", "what", "rule", "why", "released by", "released"), rows)


@hold_app.command("release")
@in_workspace(access.Action.RELEASE_HOLD)
def release_hold(
    call: Call,
    hold: Annotated[int, typer.Argument(metavar="HOLD", show_default=False)],
    note: Annotated[str, typer.Option(help="Why it may go now.", show_default=False)],
) -> None:
    """Release one action before the reinstatement (compliance); every other rule still stands."""
    suspending.release_hold(call.ws, call.actor, hold, note)
    call.answer.give({"hold": hold, "released": True}, [f"hold {hold}: released"])
