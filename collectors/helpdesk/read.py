"""Reads a help-desk export: finds the tool and the form, keeps the good rows, tells the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.amazon_reports.columns import Fields, Row, canonical, pick
from collectors.amazon_reports.encoding import decode
from collectors.amazon_reports.rows import warnings
from collectors.amazon_reports.tables import Reject, need, read_sheet
from collectors.helpdesk.common import Told
from collectors.helpdesk.generic import GUESSES, ZENDESK_VIEW, fields, generic
from collectors.helpdesk.tools import chatwoot, freshdesk, gorgias, sniff, zendesk
from collectors.json_records import records, words
from data.domain import Ticket
from data.errors import BadInput, SkipItem

TOOLS = ("zendesk", "gorgias", "freshdesk", "chatwoot", "generic")
FIELDS = tuple(GUESSES)
_READERS: Mapping[str, Callable[[Mapping[str, Any], Told], Ticket]] = {
    "zendesk": zendesk, "freshdesk": freshdesk, "gorgias": gorgias, "chatwoot": chatwoot,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicketReport:
    """What a help-desk file holds; a reject's line is its line in tables and JSON Lines, its position elsewhere."""

    format: str  # <tool>_json or <tool>_csv
    encoding: str
    rows_read: int
    tickets: tuple[Ticket, ...]
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[str, ...] = ()


def read_tickets(
    raw: bytes, name: str, tool: str | None = None, columns: Mapping[str, str] | None = None
) -> TicketReport:
    """Read an export of ``tool`` (found out when None); ``columns`` maps our FIELDS to the file's own columns.

    Raises BadInput for an unknown tool or field, for a file that is neither JSON nor a table, and for a table
    without a column for the ticket's id or its creation time.
    """
    if tool is not None and tool not in TOOLS:
        raise BadInput(f"--tool {tool}: choose one of {', '.join(TOOLS)}")
    wanted = fields(columns or {})
    start = raw[:64].lstrip(b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n")[:1]
    if start in (b"{", b"["):
        return _json_export(raw, name, tool, wanted if columns else None)
    return _table_export(raw, name, tool, wanted, is_mapped=bool(columns))


def _json_export(raw: bytes, name: str, tool: str | None, mapped: Fields | None) -> TicketReport:
    text, encoding = decode(raw, name)
    rows = list(records(text, name))
    first = next((row for _, row in rows if isinstance(row, Mapping)), {})
    kind = tool or ("generic" if mapped else sniff(first))
    read = _READERS.get(kind) if mapped is None else None
    wanted = mapped or GUESSES

    def make(row: Any, told: Told) -> Ticket:
        if not isinstance(row, Mapping):
            raise SkipItem("not a JSON object")
        return read(row, told) if read else generic(_cells(row, wanted), kind, told)

    return _gathered(f"{kind}_json", encoding, rows, make)


def _cells(row: Mapping[str, Any], wanted: Fields) -> Row:
    flat = {
        canonical(key): ",".join(map(words, value)) if isinstance(value, list) else words(value)
        for key, value in row.items()
    }
    return pick(flat, wanted)


def _table_export(raw: bytes, name: str, tool: str | None, wanted: Fields, *, is_mapped: bool) -> TicketReport:
    sheet = read_sheet(raw, name)
    kind = tool or ("zendesk" if sheet.has("summation-column") else "generic")
    if kind == "zendesk" and not is_mapped:
        wanted = fields(ZENDESK_VIEW)
    need(sheet, wanted, "ticket_id", "created_at")
    return _gathered(f"{kind}_csv", sheet.encoding, sheet.rows(wanted), lambda row, told: generic(row, kind, told))


def _gathered(
    form: str, encoding: str, rows: Iterable[tuple[int, Any]], make: Callable[[Any, Told], Ticket]
) -> TicketReport:
    told: Told = Counter()
    tickets: list[Ticket] = []
    rejects: list[Reject] = []
    for line, row in rows:
        try:
            tickets.append(make(row, told))
        except SkipItem as skipped:
            rejects.append(Reject(line, str(skipped)))
    if not tickets and not rejects:
        told["the file holds no tickets"] = 1
    return TicketReport(form, encoding, len(tickets) + len(rejects), tuple(tickets), tuple(rejects), warnings(told))
