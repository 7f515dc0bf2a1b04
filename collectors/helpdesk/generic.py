"""Any table or object, by a column map: ours where the tool is known, the seller's own, or guessed from the names."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.amazon_reports.tables import canonical, cell
from collectors.helpdesk.common import created, language, made, status, time
from data.domain import Ticket, TicketMessage

ZENDESK_VIEW = {
    "ticket_id": "Id", "requester": "Requester", "alias": "Requester email", "subject": "Subject", "tags": "Tags",
    "status": "Status", "priority": "Priority", "channel": "Via", "created_at": "Created at",
}  # fmt: skip
_GUESSES: dict[str, tuple[str, ...]] = {
    "ticket_id": ("ticket-id", "id", "ticket"),
    "order_id": ("order-id", "order", "amazon-order-id"),
    "alias": ("alias", "requester-email", "email", "customer-email"),
    "requester": ("requester", "customer", "name"),
    "subject": ("subject", "title"),
    "body": ("body", "message", "description", "text"),
    "status": ("status", "state"),
    "tags": ("tags", "labels"),
    "priority": ("priority",),
    "channel": ("channel", "via", "source"),
    "created_at": ("created-at", "created", "date", "created-time"),
    "last_in_at": ("last-in-at", "last-customer-message-at"),
    "last_out_at": ("last-out-at", "last-agent-message-at"),
    "language": ("language", "lang", "locale"),
}


def generic(row: Mapping[str, str], tool: str, columns: Mapping[str, str]) -> Ticket:
    """One ticket from named cells; raises ValueError."""
    plain = {canonical(key): value for key, value in row.items()}

    def get(name: str) -> str | None:
        return cell(plain, canonical(columns[name])) if name in columns else cell(plain, *_GUESSES[name])

    opened = created(get("created_at"))
    body, subject = get("body") or "", get("subject") or ""
    messages = (TicketMessage("in", time(get("last_in_at")) or opened, body),) if body else ()
    return made(
        tool,
        get("ticket_id"),
        f"{subject}\n{body}",
        alias=get("alias"),
        order_id=get("order_id"),
        created_at=opened,
        requester=get("requester"),
        subject=subject,
        status=status(get("status")),
        tags=tuple(t.strip() for t in (get("tags") or "").replace(" ", ",").split(",") if t.strip()),
        priority=get("priority"),
        channel=get("channel"),
        language=language(get("language")),
        last_in_at=time(get("last_in_at")) or opened,
        last_out_at=time(get("last_out_at")),
        messages=messages,
    )
