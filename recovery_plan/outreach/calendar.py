"""A calendar file (RFC 5545) with one all-day entry for each day of an agent's list.

Calendars are shared and synchronised through other companies: an entry holds task numbers, routes and minutes, and
never a name, an order number or a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from recovery_plan.outreach.handover import HandRow

_LINE_OCTETS = 75


def to_ics(rows: Iterable[HandRow], stamp: datetime) -> bytes:
    """The file; ``stamp`` (aware) says when the list was made. The same rows and stamp give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reinstate//outreach plan//EN", "CALSCALE:GREGORIAN"]
    ordered = sorted(rows, key=lambda r: (r.agent, r.day, r.task))
    for (agent, day), group in groupby(ordered, key=lambda r: (r.agent, r.day)):
        lines += _entry(agent, day, list(group), stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode("utf-8")


def _entry(agent: str, day: date, rows: list[HandRow], stamp: datetime) -> list[str]:
    minutes = sum(r.minutes for r in rows)
    number = hashlib.sha256(f"{agent}|{day.isoformat()}".encode()).hexdigest()[:24]
    told = [_told(row) for row in rows]
    return [
        "BEGIN:VEVENT",
        f"UID:{number}@reinstate.invalid",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'Outreach: {len(rows)} contacts, {minutes} min')}",
        f"DESCRIPTION:{_escaped(chr(10).join(told))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _told(row: HandRow) -> str:
    until = f", by {row.last_day.isoformat()}" if row.last_day else ""
    return f"task {row.task}: {row.route.replace('_', ' ')}, {row.language or '?'}, {row.minutes} min{until}"


def _escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    told = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return told.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, the following ones begun with a space; no character is cut in two (3.1)."""
    parts: list[str] = []
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode("utf-8"))
        if size + octets > _LINE_OCTETS:
            parts.append(part)
            part, size = "", 1  # the space counts
        part += letter
        size += octets
    return "\r\n ".join([*parts, part])
