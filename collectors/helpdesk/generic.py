"""Any table or object, by a column map: ours where the tool is known, the seller's own, or guessed from the names."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.amazon_reports.columns import Fields, Row, canonical
from collectors.helpdesk.common import Told, created, language, made, status, tags, time
from data.domain import Ticket, TicketMessage
from data.errors import BadInput

ZENDESK_VIEW = {
    "ticket_id": "Id", "requester": "Requester", "alias": "Requester email", "subject": "Subject", "tags": "Tags",
    "status": "Status", "priority": "Priority", "channel": "Via", "created_at": "Created at",
}  # fmt: skip
GUESSES: Fields = {
    "ticket_id": ("ticket-id", "id", "ticket", "conversation-id", "number"),
    "order_id": ("order-id", "order", "amazon-order-id", "order-number"),
    "alias": ("alias", "requester-email", "customer-email", "contact-email", "email", "from"),
    "requester": ("requester", "requester-name", "customer", "customer-name", "full-name", "name"),
    "subject": ("subject", "title"),
    "body": ("body", "message", "description", "text", "content"),
    "status": ("status", "state"),
    "tags": ("tags", "labels"),
    "priority": ("priority",),
    "channel": ("channel", "via", "source"),
    "created_at": ("created-at", "created-time", "created", "created-datetime", "date", "opened-at"),
    "last_in_at": ("last-in-at", "last-customer-message-at", "last-received-message-datetime"),
    "last_out_at": ("last-out-at", "last-agent-message-at"),
    "language": ("language", "lang", "locale"),
}


def fields(columns: Mapping[str, str]) -> Fields:
    """Where each of our fields is found: the mapped column where one is named, else the usual names.

    Raises BadInput for a field that is not ours.
    """
    wrong = sorted(set(columns) - set(GUESSES))
    if wrong:
        raise BadInput(f"column map: {wrong[0]!r} is not one of our fields ({', '.join(GUESSES)})")
    return {**GUESSES, **{field: (canonical(column),) for field, column in columns.items()}}


def generic(row: Row, tool: str, told: Told) -> Ticket:
    """One ticket of named cells; raises SkipItem.

    A file without the time of the last message counts the ticket's opening as the buyer's: a clock that starts too
    early costs a look, one that never starts costs a claim.
    """
    opened = created(row.get("created_at"), told)
    asked = time(row.get("last_in_at"), told) or opened
    body = row.get("body", "")
    return made(
        tool,
        row.get("ticket_id"),
        opened=opened,
        subject=row.get("subject", ""),
        messages=(TicketMessage("in", asked, body),) if body else (),
        alias=row.get("alias", ""),
        order_id=row.get("order_id", ""),
        tags=tags(row.get("tags")),
        channel=row.get("channel"),
        requester=row.get("requester"),
        status=status(row.get("status")),
        priority=row.get("priority"),
        language=language(row.get("language")),
        last_in_at=asked,
        last_out_at=time(row.get("last_out_at"), told),
    )
