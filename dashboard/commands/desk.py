"""The contained desk: ``suspension …`` and ``ticket list|show``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
from data import casework
from data.clock import parse_rfc3339, rfc3339
from data.errors import BadInput
from recovery_plan import run as recovering

suspension_app = typer.Typer(help="The suspension: its mode and its protocol.", no_args_is_help=True)
step_app = typer.Typer(help="The protocol's steps, closed once and in order.", no_args_is_help=True)
ticket_app = typer.Typer(help="Tickets of the help desk, most pressing first.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    suspension_app.add_typer(step_app, name="step")
    root.add_typer(suspension_app, name="suspension")
    root.add_typer(ticket_app, name="ticket")


@suspension_app.command("declare")
def declare(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="What the notice says, such as 'related account'.", show_default=False)],
    owner: Annotated[str, typer.Option(help="Who leads the case: a person's id.", show_default=False)],
    marketplace: Annotated[str, typer.Option(help="Where the account is suspended.")] = "amazon",
    noticed: Annotated[
        str | None, typer.Option(metavar="TIME", help="When the notice came (RFC 3339); now when left out.")
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Rehearse: nothing is frozen, tagged or held.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Declare a suspension: freezes the order cache, tags Amazon tickets SUSPENDED, opens the protocol."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.DECLARE)
        made = recovering.declare_suspension(
            ws,
            actor,
            reason=reason,
            owner=owner,
            marketplace=marketplace,
            noticed_at=_time(noticed) if noticed else ws.store.clock(),
            is_drill=drill,
        )
    kind = "Drill" if drill else "Suspension"
    answer_of(as_json, ctx).give(
        {"suspension": made}, [f"{kind} {made.id} declared; see 'reinstate suspension status'"]
    )


def _time(text: str) -> datetime:
    try:
        return parse_rfc3339(text).astimezone(UTC)
    except ValueError:
        raise BadInput("--noticed: give a time with its zone such as 2026-11-24T05:42:00Z") from None


@suspension_app.command("status")
def status(ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the mode, the suspension and how far its protocol has come."""
    with opened(workspace, ctx) as ws, ws.store.reading() as tx:
        mode = casework.mode(tx)
        drill = casework.open_suspension(tx, is_drill=True)
        found = casework.open_suspension(tx) or drill or casework.last_suspension(tx)
        steps = casework.steps(tx, found.id) if found else []
        tagged = len(casework.tickets(tx, suspended=True))
    document: dict[str, Any] = {
        "mode": mode,
        "drill": drill is not None,
        "suspension": found,
        "steps": [{k: step[k] for k in ("position", "name", "closed_at", "closed_by", "note")} for step in steps],
        "suspended_tickets": tagged,
    }
    lines = [f"mode: {mode.value}; {tagged} tickets tagged SUSPENDED"]
    if found:
        ended = f", ended {rfc3339(found.ended_at)}" if found.ended_at else ""
        lines.append(f"{found.reason} on {found.marketplace}, noticed {rfc3339(found.noticed_at)}{ended}")
    for step in steps:
        closed = f"closed {rfc3339(step['closed_at'])} by {step['closed_by']}" if step["closed_at"] else "open"
        lines.append(f"  {step['position']:>2} {step['name']}: {closed}")
    answer_of(as_json, ctx).give(document, lines)


@suspension_app.command("reinstate-account")
def reinstate_account(
    ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False, by: ActorOption = None
) -> None:
    """End the suspension: the mode becomes recovery, the tags come off."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.REINSTATE)
        recovering.end_suspension(ws, actor)
        with ws.store.reading() as tx:
            mode = casework.mode(tx)
    answer_of(as_json, ctx).give({"mode": mode}, [f"mode: {mode.value}; release the plan in waves"])


@step_app.command("close")
def close_step(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as freeze_snapshot.", show_default=False)],
    note: Annotated[str, typer.Option(help="What was done.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Close the protocol's next step; needs a person whose role answers for it (--as)."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.CLOSE_STEP)
        recovering.close_step(ws, actor, name, note)
    answer_of(as_json, ctx).give({"step": name, "closed": True}, [f"{name}: closed"])


@ticket_app.command("list")
def list_tickets(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """List what waits: refunds and A-to-z first, then by harm, urgency and value; with the reason of each place."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_TICKETS)
        queue = recovering.ticket_queue(ws)[:limit]
    document = {
        "tickets": [
            {
                "id": row.id,
                "tool": row.tool,
                "native_id": row.native_id,
                "status": row.status,
                "suspended": row.suspended,
                "issue": row.issue,
                "order_id": row.order_id,
                "lane": place.lane.name.lower(),
                "priority": place.priority,
                "due_at": place.next.due_at if place.next else None,
                "rule": place.next.rule if place.next else None,
                "reasons": place.reasons,
            }
            for place, row in queue
        ]
    }
    rows = [
        (row.id, "SUSPENDED" if row.suspended else "", row.status, row.order_id or "", "; ".join(place.reasons))
        for place, row in queue
    ]
    answer_of(as_json, ctx).table(document, ("ticket", "tag", "status", "order", "why here"), rows)


@ticket_app.command("show")
def show_ticket(
    ctx: typer.Context,
    ticket: Annotated[int, typer.Argument(metavar="TICKET", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Show one ticket with its messages."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_TICKETS)
        with ws.store.reading() as tx:
            row, messages = casework.get_ticket(tx, ticket)
    told = {name: value for name, value in row._mapping.items() if name not in ("buyer_key", "digest")}
    document = {"ticket": told, "messages": [
        {"direction": m.direction, "sent_at": m.sent_at, "text": m.text} for m in messages]}  # fmt: skip
    lines = [f"{row.tool} {row.native_id}: {row.status}{', SUSPENDED' if row.suspended else ''}", row.subject]
    lines += [f"{rfc3339(m.sent_at)} {m.direction}: {m.text}" for m in messages]
    answer_of(as_json, ctx).give(document, lines)
