"""Tickets: ``ticket list|show|paste|reply|why|send|sent|note|thread|close``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from collectors import paste_ticket
from collectors.paste_ticket import PastedMessage
from dashboard import access
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.typed_values import day_of, text_of, time_of
from data import casework
from data.approvals import Request
from data.clock import rfc3339
from recovery_plan import run as recovering
from recovery_plan.containment.blockers import Blocker
from recovery_plan.containment.sender import ToFile
from recovery_plan.desk import channel, closing, replying, sending
from recovery_plan.desk.replying import Wish

app = typer.Typer(help="Tickets of the help desk: the queue, answers, notes.", no_args_is_help=True)
TicketArgument = Annotated[int, typer.Argument(metavar="TICKET", show_default=False)]
RequestArgument = Annotated[int, typer.Argument(metavar="REQUEST", show_default=False)]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="ticket")


@app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def show_list(call: Call, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50) -> None:
    """List what waits: refunds and A-to-z first, then by harm, urgency and value; with the reason of each place."""
    queue = recovering.ticket_queue(call.ws)[:limit]
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
                "harm": place.harm,
                "urgency": place.urgency,
                "value": place.value,
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
    call.answer.table(document, ("ticket", "tag", "status", "order", "why here"), rows)


@app.command("show")
@in_workspace(access.Action.SEE_TICKETS)
def show(call: Call, ticket: TicketArgument) -> None:
    """Show one ticket with its messages."""
    with call.ws.store.reading() as tx:
        row, messages = casework.get_ticket(tx, ticket)
    told = {name: value for name, value in row._mapping.items() if name not in ("buyer_key", "digest")}
    document = {"ticket": told, "messages": [
        {"direction": m.direction, "sent_at": m.sent_at, "text": m.text} for m in messages]}  # fmt: skip
    lines = [f"{row.tool} {row.native_id}: {row.status}{', SUSPENDED' if row.suspended else ''}", row.subject]
    lines += [f"{rfc3339(m.sent_at)} {m.direction}: {m.text}" for m in messages]
    call.answer.give(document, lines)


@app.command("paste")
@in_workspace(access.Action.NOTE)
def paste(
    call: Call,
    text_file: Annotated[str, typer.Option("--text", metavar="FILE", help="The message; - reads it from stdin.")] = "-",
    subject: Annotated[str, typer.Option()] = "",
    sender: Annotated[str, typer.Option("--from", metavar="ADDRESS", help="The address it came from.")] = "",
    sent_at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it came; now when left out.")
    ] = None,
    language: Annotated[str, typer.Option(help="Two letters; needed to answer with a macro.")] = "",
    channel: Annotated[str, typer.Option(help="amazon, email, …; found out when left out.")] = "",
) -> None:
    """Take a buyer's message in as a ticket; the same message again is the same ticket."""
    from dashboard.wiring import import_options

    said = sys.stdin.read() if text_file == "-" else text_of(Path(text_file))
    pasted = PastedMessage(said, subject, sender, time_of(sent_at, "--at"), language, channel)
    number = paste_ticket.add(call.ws, pasted, call.actor, import_options().classify)
    call.answer.give({"ticket": number}, [f"ticket {number}"])


@app.command("reply")
@in_workspace(access.Action.REPLY)
def reply(
    call: Call,
    ticket: TicketArgument,
    macro: Annotated[str | None, typer.Option(help="Its name; the one for the ticket's issue when left out.")] = None,
    language: Annotated[str | None, typer.Option(help="The ticket's own when left out.")] = None,
    order: Annotated[str | None, typer.Option(metavar="ID", help="The ticket's own when left out.")] = None,
    update_date: Annotated[
        str | None, typer.Option("--update-date", metavar="DAY", help="By when the customer hears again.")
    ] = None,
    text_file: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="Your own words; not while suspended.")
    ] = None,
    replaces: Annotated[
        int | None, typer.Option(metavar="REQUEST", help="The request that this text takes the place of.")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the text and what stands in its way; keep it not.")
    ] = False,
    drill: Annotated[bool, typer.Option("--drill", help="Rehearse: it is never handed over.")] = False,
) -> None:
    """Compose an answer and ask for its approval; nothing is sent."""
    own_words = text_of(text_file) if text_file else None
    wish = Wish(macro, language, order, day_of(update_date, "--update-date"), own_words, drill)
    if preview:
        draft = replying.compose(call.ws, call.actor, ticket, wish)
        shown = {"text": draft.text, "sha256": draft.sha256, "language": draft.language, "guard": draft.seen,
                 "blockers": draft.blockers}  # fmt: skip
        call.answer.give(shown, [draft.text, *blocker_lines(draft.blockers)])
        return
    made = replying.request(call.ws, call.actor, ticket, wish, replaces=replaces)
    lines = [made.text or "", f"request {made.id}: waits for somebody else's approval until {rfc3339(made.expires_at)}"]
    call.answer.give({"request": request_document(made)}, lines)


def request_document(r: Request) -> Mapping[str, Any]:
    """A request as programs read it."""
    return {name: getattr(r, name) for name in Request.__slots__}


def blocker_lines(found: Sequence[Blocker]) -> list[str]:
    """Reasons for people: the rule, its source, who can unlock."""
    return [f"  {b.rule}: {b.why} (source: {b.source}; unlock: {b.unlock})" for b in found]


@app.command("why")
@in_workspace(access.Action.SEE_TICKETS)
def why(
    call: Call,
    ticket: TicketArgument,
    request: Annotated[int | None, typer.Option(metavar="REQUEST", help="One request; else the newest.")] = None,
) -> None:
    """Why can't I send? Every rule in the way, its source, and who can unlock it."""
    found = (
        sending.why_not(call.ws, call.actor, request=request)
        if request is not None
        else sending.why_not_ticket(call.ws, call.actor, ticket)
    )
    lines = blocker_lines(found) or ["nothing stands in the way: 'reinstate ticket send REQUEST'"]
    call.answer.give({"blockers": found}, lines)


@app.command("send")
@in_workspace(access.Action.REPLY)
def send(
    call: Call,
    request: RequestArgument,
    to: Annotated[str, typer.Option("--to", metavar="PLACE", help="Where it goes.")] = "amazon_messages",
    file: Annotated[
        bool, typer.Option("--file", help="Write it into the workspace's outbox instead of showing it.")
    ] = False,
) -> None:
    """Hand an approved text over, once: you send it where it belongs, then tell with 'ticket sent'."""
    done = sending.hand_over(
        call.ws, call.actor, request, sender=ToFile(call.ws.folder / "outbox") if file else None, place=to
    )
    document = {"request": request, "text": done.text, "sha256": done.request.sha256, "receipt": done.receipt,
                "state": done.request.state}  # fmt: skip
    shown = f"outbox/{done.receipt}" if file and done.receipt else done.text
    tail = "rehearsed" if done.is_final else f"send it, then: reinstate ticket sent {request}"
    call.answer.give(document, [shown, tail])


@app.command("sent")
@in_workspace(access.Action.REPLY)
def sent(
    call: Call,
    request: RequestArgument,
    failed: Annotated[bool, typer.Option("--not-sent", help="It did not leave; a new request is needed.")] = False,
    receipt: Annotated[str, typer.Option(help="What the platform answered, in a few words; no names.")] = "",
) -> None:
    """Tell what became of a text that was handed over."""
    told = sending.tell(call.ws, call.actor, request, was_sent=not failed, receipt=receipt)
    call.answer.give({"request": request, "state": told.state}, [f"request {request}: {told.state}"])


@app.command("note")
@in_workspace(access.Action.NOTE)
def note(
    call: Call,
    ticket: TicketArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False)],
    corrects: Annotated[int | None, typer.Option(metavar="ENTRY", help="The entry that this one corrects.")] = None,
) -> None:
    """Add to the ticket's internal channel; what stands there is never changed."""
    number = channel.write(call.ws, call.actor, f"ticket:{ticket}", text, corrects=corrects)
    call.answer.give({"entry": number}, [f"entry {number}"])


@app.command("thread")
@in_workspace(access.Action.SEE_TICKETS)
def thread(call: Call, ticket: TicketArgument) -> None:
    """Show the ticket's internal channel, oldest entry first."""
    found = channel.read(call.ws, call.actor, f"ticket:{ticket}")
    lines = [f"{e.id} {rfc3339(e.made_at)} {e.made_by}: {e.text or '(erased)'}" for e in found]
    call.answer.give({"entries": found}, lines or ["nothing was written yet"])


@app.command("close")
@in_workspace(access.Action.REPLY)
def close(
    call: Call,
    ticket: TicketArgument,
    why_closed: Annotated[str, typer.Option("--note", help="Why it is done.", show_default=False)],
) -> None:
    """Close a ticket here, with the reason in its channel; close it in your help desk, too."""
    closing.close_ticket(call.ws, call.actor, ticket, why_closed)
    call.answer.give({"ticket": ticket, "status": "closed"}, [f"ticket {ticket}: closed"])
