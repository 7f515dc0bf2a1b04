"""Reads a help-desk export: finds the tool and the form, keeps the good rows, tells the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.amazon_reports.encoding import decode
from collectors.amazon_reports.tables import Reject, read_sheet
from collectors.helpdesk.generic import ZENDESK_VIEW, generic
from collectors.helpdesk.tools import chatwoot, freshdesk, gorgias, zendesk
from data.domain import Ticket
from data.errors import BadInput

TOOLS = ("zendesk", "gorgias", "freshdesk", "chatwoot", "generic")
FIELDS = (
    "ticket_id", "order_id", "alias", "requester", "subject", "body", "status", "tags", "priority", "channel",
    "created_at", "last_in_at", "last_out_at", "language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicketReport:
    """What a help-desk file holds."""

    format: str
    encoding: str
    rows_read: int
    tickets: tuple[Ticket, ...]
    rejects: tuple[Reject, ...]


def read_tickets(
    raw: bytes, name: str, tool: str | None = None, columns: Mapping[str, str] | None = None
) -> TicketReport:
    """Read an export of ``tool`` (found out when None); ``columns`` maps our FIELDS to the file's own columns."""
    if tool is not None and tool not in TOOLS:
        raise BadInput(f"--tool {tool}: choose one of {', '.join(TOOLS)}")
    if columns and (wrong := sorted(set(columns) - set(FIELDS))):
        raise BadInput(f"column map: {wrong[0]!r} is not one of our fields ({', '.join(FIELDS)})")
    text, encoding = decode(raw)
    if text.lstrip()[:1] in ("{", "["):
        return _json_export(text, encoding, name, tool, columns)
    return _table_export(raw, name, tool, columns)


def _json_export(
    text: str, encoding: str, name: str, tool: str | None, columns: Mapping[str, str] | None
) -> TicketReport:
    rows = _json_rows(text, name)
    first = rows[0] if rows and isinstance(rows[0], Mapping) else {}
    kind = "generic" if columns else tool or _sniff(first)
    make: Callable[[Mapping[str, Any]], Ticket] = {
        "zendesk": zendesk,
        "freshdesk": freshdesk,
        "gorgias": gorgias,
        "chatwoot": chatwoot,
    }.get(kind) or (lambda row: generic({k: _flat(v) for k, v in row.items()}, kind, columns or {}))
    tickets: list[Ticket] = []
    rejects: list[Reject] = []
    for number, row in enumerate(rows, start=1):
        try:
            if not isinstance(row, Mapping):
                raise ValueError("not an object")
            tickets.append(make(row))
        except (ValueError, KeyError, TypeError) as error:
            rejects.append(Reject(number, str(error) if type(error) is ValueError else "a field has an unknown form"))
    return TicketReport(f"{kind}_json", encoding, len(rows), tuple(tickets), tuple(rejects))


def _json_rows(text: str, name: str) -> Sequence[Any]:
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        try:
            return [json.loads(line) for line in text.lstrip("\ufeff").splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise BadInput(f"{name}: not valid JSON; is the download complete?") from None
    if isinstance(document, list):
        return document
    held = document.get("data") if isinstance(document.get("data"), Mapping) else document
    for key in ("tickets", "results", "data", "payload"):
        if isinstance(held.get(key), list):
            rows: list[Any] = held[key]
            return rows
    return [document]


def _sniff(row: Mapping[str, Any]) -> str:
    if "description_text" in row or "fr_escalated" in row or ("requester_id" in row and "cc_emails" in row):
        return "freshdesk"
    if "last_received_message_datetime" in row or "created_datetime" in row or "from_agent" in row:
        return "gorgias"
    if "inbox_id" in row or "can_reply" in row:
        return "chatwoot"
    return "zendesk" if "via" in row or "requester_id" in row else "generic"


def _flat(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _table_export(raw: bytes, name: str, tool: str | None, columns: Mapping[str, str] | None) -> TicketReport:
    sheet = read_sheet(raw, name)
    is_zendesk = tool == "zendesk" or (tool is None and "summation-column" in sheet.columns)
    kind = "zendesk" if is_zendesk else tool or "generic"
    mapped = dict(columns or (ZENDESK_VIEW if is_zendesk else {}))
    tickets: list[Ticket] = []
    rejects: list[Reject] = []
    read = 0
    for line, row in sheet.rows():
        read += 1
        try:
            tickets.append(generic(row, kind, mapped))
        except ValueError as error:
            rejects.append(Reject(line, str(error)))
    return TicketReport(f"{kind}_csv", sheet.encoding, read, tuple(tickets), tuple(rejects))
