"""JSON exports of the four help desks whose form is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.helpdesk.common import created, ends, language, made, status, time
from data.domain import Ticket, TicketMessage

_FRESHDESK_STATUS = {2: "open", 3: "waiting", 4: "solved", 5: "closed"}
_FRESHDESK_PRIORITY = {1: "low", 2: "normal", 3: "high", 4: "urgent"}


def zendesk(row: Mapping[str, Any]) -> Ticket:
    """One ticket of a Zendesk export; raises ValueError."""
    requester = row.get("requester_id")
    said = [c for c in row.get("comments") or () if isinstance(c, Mapping)]
    opened = created(row.get("created_at"))
    messages = [
        TicketMessage(
            "note" if c.get("public") is False else "in" if c.get("author_id") == requester else "out",
            time(c.get("created_at")) or opened,
            str(c.get("plain_body") or c.get("body") or ""),
        )
        for c in said
    ]
    first = str(row.get("description") or "")
    if not messages and first:
        messages = [TicketMessage("in", opened, first)]
    via = row.get("via")
    source = via.get("source", {}).get("from", {}).get("address") if isinstance(via, Mapping) else None
    subject = str(row.get("subject") or row.get("raw_subject") or "")
    return made(
        "zendesk",
        row.get("id"),
        f"{subject}\n{first}\n" + "\n".join(m.text for m in messages),
        alias=str(source or row.get("recipient") or ""),
        created_at=opened,
        subject=subject,
        status=status(row.get("status")),
        tags=tuple(map(str, row.get("tags") or ())),
        priority=row.get("priority"),
        channel=via.get("channel") if isinstance(via, Mapping) else None,
        language=language(row.get("locale") or row.get("language")),
        messages=tuple(messages),
        **(ends(messages)),
    )


def freshdesk(row: Mapping[str, Any]) -> Ticket:
    """One ticket of a Freshdesk export; raises ValueError."""
    body, subject = str(row.get("description_text") or ""), str(row.get("subject") or "")
    opened = created(row.get("created_at"))
    messages = [TicketMessage("in", opened, body)] if body else []
    for talk in row.get("conversations") or ():
        direction = "note" if talk.get("private") else "in" if talk.get("incoming") else "out"
        messages.append(
            TicketMessage(direction, time(talk.get("created_at")) or opened, str(talk.get("body_text") or ""))
        )
    requester = row.get("requester")
    email = row.get("email") or (requester.get("email") if isinstance(requester, Mapping) else None)
    code, priority = row.get("status"), row.get("priority")
    return made(
        "freshdesk",
        row.get("id"),
        f"{subject}\n{body}",
        alias=str(email or ""),
        created_at=opened,
        subject=subject,
        status=_FRESHDESK_STATUS.get(code, "open") if isinstance(code, int) else status(code),
        tags=tuple(map(str, row.get("tags") or ())),
        priority=_FRESHDESK_PRIORITY.get(priority) if isinstance(priority, int) else None,
        channel="email",
        messages=tuple(messages),
        **ends(messages),
    )


def gorgias(row: Mapping[str, Any]) -> Ticket:
    """One ticket of a Gorgias export; raises ValueError."""
    opened = created(row.get("created_datetime"))
    messages = [
        TicketMessage(
            "out" if m.get("from_agent") else "in",
            time(m.get("sent_datetime") or m.get("created_datetime")) or opened,
            str(m.get("body_text") or m.get("stripped_text") or ""),
        )
        for m in row.get("messages") or ()
        if isinstance(m, Mapping)
    ]
    customer = row.get("customer")
    both = ends(messages)
    both["last_in_at"] = both["last_in_at"] or time(row.get("last_received_message_datetime"))
    subject = str(row.get("subject") or "")
    return made(
        "gorgias",
        row.get("id"),
        subject + "\n" + "\n".join(m.text for m in messages),
        alias=str(customer.get("email") or "") if isinstance(customer, Mapping) else None,
        created_at=opened,
        subject=subject,
        status=status(row.get("status")),
        tags=tuple(str(t.get("name") if isinstance(t, Mapping) else t) for t in row.get("tags") or ()),
        priority=row.get("priority"),
        channel=row.get("channel"),
        language=language(row.get("language")),
        messages=tuple(messages),
        **both,
    )


def chatwoot(row: Mapping[str, Any]) -> Ticket:
    """One ticket of a Chatwoot export; raises ValueError."""
    opened = created(row.get("created_at") or row.get("timestamp"))
    directions = {0: "in", 1: "out", "incoming": "in", "outgoing": "out"}
    messages = [
        TicketMessage(
            "note" if m.get("private") else directions.get(m.get("message_type"), "note"),
            time(m.get("created_at")) or opened,
            str(m.get("content") or ""),
        )
        for m in row.get("messages") or ()
        if isinstance(m, Mapping)
    ]
    sender = (row.get("meta") or {}).get("sender") or {}
    return made(
        "chatwoot",
        row.get("id"),
        "\n".join(m.text for m in messages),
        alias=str(sender.get("email") or ""),
        created_at=opened,
        subject=str((row.get("additional_attributes") or {}).get("mail_subject") or ""),
        status=status(row.get("status")),
        tags=tuple(map(str, row.get("labels") or ())),
        priority=row.get("priority"),
        channel=(row.get("meta") or {}).get("channel"),
        messages=tuple(messages),
        **ends(messages),
    )
