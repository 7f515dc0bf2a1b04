"""JSON exports of the four help desks whose form is known. A field of another form than expected counts as missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collectors.helpdesk.common import Told, created, ends, language, made, status, tags, time
from collectors.json_records import dig, objects, words
from data.domain import Ticket, TicketMessage

_FRESHDESK_STATUS = {2: "open", 3: "waiting", 4: "solved", 5: "closed", 6: "waiting", 7: "waiting"}
_FRESHDESK_PRIORITY = {1: "low", 2: "normal", 3: "high", 4: "urgent"}
_FRESHDESK_SOURCE = {1: "email", 2: "portal", 3: "phone", 7: "chat"}
_CHATWOOT_DIRECTION = {0: "in", 1: "out", "incoming": "in", "outgoing": "out"}  # others are activity and templates

Record = Mapping[str, Any]


def sniff(row: Record) -> str:
    """The tool that a record comes from, by fields that only it has; else generic."""
    if "description_text" in row or "fr_escalated" in row:
        return "freshdesk"
    if "created_datetime" in row:
        return "gorgias"
    if "inbox_id" in row or "can_reply" in row or "last_non_activity_message" in row:
        return "chatwoot"
    return "zendesk" if "via" in row or ("requester_id" in row and "subject" in row) else "generic"


def zendesk(row: Record, told: Told) -> Ticket:
    """One ticket of a Zendesk export, with its comments where they were exported; raises SkipItem."""
    opened = created(row.get("created_at"), told)
    requester, requester_id = row.get("requester"), row.get("requester_id") or dig(row, "requester", "id")
    messages = [
        _message(
            "note" if said.get("public") is False else "in" if _writer(said) == requester_id else "out",
            time(said.get("created_at"), told) or opened,
            said.get("plain_body") or said.get("body"),
            _writer(said),
        )
        for said in objects(row.get("comments") or row.get("messages"))
    ]
    if not messages and words(row.get("description")):
        messages = [_message("in", opened, row.get("description"))]
    aliases = (dig(requester, "email"), dig(row, "via", "source", "from", "address"), row.get("recipient"))
    return made(
        "zendesk",
        row.get("id"),
        opened=opened,
        subject=words(row.get("subject") or row.get("raw_subject")),
        messages=messages,
        alias=" ".join(map(words, aliases)),
        order_id=" ".join(words(f.get("value")) for f in objects(row.get("custom_fields"))),
        tags=tags(row.get("tags")),
        channel=words(dig(row, "via", "channel")) or None,
        status=status(row.get("status")),
        priority=words(row.get("priority")) or None,
        requester=words(dig(requester, "name")) or None,
        language=language(row.get("locale") or dig(requester, "locale")),
        **ends(messages),
    )


def freshdesk(row: Record, told: Told) -> Ticket:
    """One ticket of a Freshdesk export, with its conversations where they were exported; raises SkipItem."""
    opened = created(row.get("created_at"), told)
    body = words(row.get("description_text"))
    messages = [_message("in", opened, body)] if body else []
    messages += [
        _message(
            "note" if said.get("private") else "in" if said.get("incoming") else "out",
            time(said.get("created_at"), told) or opened,
            said.get("body_text") or said.get("body"),
            said.get("user_id"),
        )
        for said in objects(row.get("conversations"))
    ]
    code, custom = row.get("status"), row.get("custom_fields")
    return made(
        "freshdesk",
        row.get("id"),
        opened=opened,
        subject=words(row.get("subject")),
        messages=messages,
        alias=words(row.get("email") or dig(row, "requester", "email")),
        order_id=" ".join(map(words, custom.values())) if isinstance(custom, Mapping) else "",
        tags=tags(row.get("tags")),
        channel=_coded(_FRESHDESK_SOURCE, row.get("source")),
        status=_coded(_FRESHDESK_STATUS, code) or status(code),
        priority=_coded(_FRESHDESK_PRIORITY, row.get("priority")),
        requester=words(dig(row, "requester", "name")) or None,
        **ends(messages),
    )


def gorgias(row: Record, told: Told) -> Ticket:
    """One ticket of a Gorgias export; raises SkipItem."""
    opened = created(row.get("created_datetime"), told)
    messages = [
        _message(
            "note" if said.get("public") is False else "out" if said.get("from_agent") else "in",
            time(said.get("sent_datetime") or said.get("created_datetime"), told) or opened,
            said.get("body_text") or said.get("stripped_text"),
            dig(said, "sender", "id"),
        )
        for said in objects(row.get("messages"))
    ]
    last = ends(messages)
    last["last_in_at"] = last["last_in_at"] or time(row.get("last_received_message_datetime"), told)
    return made(
        "gorgias",
        row.get("id"),
        opened=opened,
        subject=words(row.get("subject")),
        messages=messages,
        alias=words(dig(row, "customer", "email")),
        tags=tags(row.get("tags")),
        channel=words(row.get("channel")) or None,
        status="waiting" if row.get("snooze_datetime") and row.get("status") == "open" else status(row.get("status")),
        priority=words(row.get("priority")) or None,
        requester=words(dig(row, "customer", "name")) or None,
        language=language(row.get("language")),
        **last,
    )


def chatwoot(row: Record, told: Told) -> Ticket:
    """One conversation of Chatwoot's API; raises SkipItem."""
    opened = created(row.get("created_at") or row.get("timestamp"), told)
    messages = [
        _message(
            "note" if said.get("private") else _coded(_CHATWOOT_DIRECTION, said.get("message_type")) or "note",
            time(said.get("created_at"), told) or opened,
            said.get("content"),
            said.get("sender_id"),
        )
        for said in objects(row.get("messages"))
    ]
    custom = row.get("custom_attributes")
    return made(
        "chatwoot",
        row.get("id"),
        opened=opened,
        subject=words(dig(row, "additional_attributes", "mail_subject")),
        messages=messages,
        alias=words(dig(row, "meta", "sender", "email")),
        order_id=" ".join(map(words, custom.values())) if isinstance(custom, Mapping) else "",
        tags=tags(row.get("labels")),
        channel=words(dig(row, "meta", "channel")).lower().removeprefix("channel::") or None,
        status=status(row.get("status")),
        priority=words(row.get("priority")) or None,
        requester=words(dig(row, "meta", "sender", "name")) or None,
        language=language(dig(row, "additional_attributes", "browser_language")),
        **ends(messages),
    )


def _writer(said: Record) -> object:
    return said.get("author_id") or dig(said, "author", "id")


def _message(direction: str, sent_at: datetime, text: object, writer: object = None) -> TicketMessage:
    author = words(writer) or None
    return TicketMessage(direction, sent_at, words(text), None if direction == "in" else author)


def _coded(names: Mapping[Any, str], value: object) -> str | None:
    return names.get(value) if isinstance(value, int | str) else None
