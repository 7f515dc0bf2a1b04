"""A buyer's message that a person pasted, as a ticket of the tool ``paste``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collectors.helpdesk.common import made
from collectors.incoming import no_issue
from data import casework
from data.clean import clean
from data.domain import Actor, Mode, Ticket, TicketMessage
from data.errors import BadInput
from data.workspace import Workspace

MAX_TEXT = 20_000  # characters


@dataclass(frozen=True, slots=True)
class PastedMessage:
    """What the form holds, as typed. ``sent_at`` None means now; ``sender`` is the address it came from, if known."""

    text: str
    subject: str = ""
    sender: str = ""
    sent_at: datetime | None = None
    language: str = ""
    channel: str = ""


def as_ticket(pasted: PastedMessage, now: datetime) -> Ticket:
    """The ticket; known by its own words, so that pasting it twice stores it once. Order id and alias are found.

    Raises BadInput, naming the field, for an empty or endless text, a time to come or an unknown language.
    """
    text, subject = clean(pasted.text).strip(), " ".join(clean(pasted.subject).split())
    if not text:
        raise BadInput("text: is empty; paste what the buyer wrote")
    if len(text) > MAX_TEXT:
        raise BadInput(f"text: longer than {MAX_TEXT} characters; paste one message at a time")
    if pasted.sent_at is not None and pasted.sent_at > now:
        raise BadInput("time: the message cannot have come in the future")
    language = pasted.language.strip().lower()
    if language and not (len(language) == 2 and language.isalpha()):
        raise BadInput("language: two letters such as fr, or none")
    at = pasted.sent_at or now
    spelled = "\x1f".join((pasted.sender.strip().casefold(), subject, " ".join(text.split())))
    return made(
        "paste",
        hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()[:24],
        opened=at,
        subject=subject,
        messages=(TicketMessage("in", at, text),),
        alias=pasted.sender,
        channel=pasted.channel.strip().lower() or None,
        status="new",
        language=language or None,
        last_in_at=at,
    )


def add(ws: Workspace, pasted: PastedMessage, actor: Actor, classify: Callable[[str], str | None] = no_issue) -> int:
    """Store a pasted message as a ticket; returns its number. The same message again is the same ticket.

    While the account is suspended an Amazon buyer's ticket is tagged SUSPENDED. Without a time, a message that is
    known keeps the time at which it was first pasted.
    """
    with ws.store.transaction(actor) as tx:
        ticket = as_ticket(pasted, tx.now)
        known = next(
            (t for t in casework.tickets(tx) if (t.tool, t.native_id) == (ticket.tool, ticket.native_id)), None
        )
        if known is not None:
            return int(known.id)
        issue = classify(f"{ticket.subject}\n{ticket.messages[0].text}")
        casework.add_tickets(tx, [(ticket, issue)], suspend_amazon=casework.mode(tx) is Mode.SUSPENDED)
        number = max(t.id for t in casework.tickets(tx) if t.native_id == ticket.native_id)
        tx.audit("ticket.pasted", f"ticket:{number}")
    return int(number)
