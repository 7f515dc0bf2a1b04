"""The list of one agent as a page to print: typst sets it, and the list comes in as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from importlib.resources import files

import typst

from recovery_plan.outreach.handover import HandRow


def to_pdf(rows: Iterable[HandRow], *, brand: str, agent: str, made_on: date) -> bytes:
    """A4 landscape, a table for each day, a box to tick for each contact; equal input gives equal bytes."""
    days: dict[date, list[HandRow]] = {}
    for row in sorted(rows, key=lambda r: (r.day, r.task)):
        days.setdefault(row.day, []).append(row)
    told = {
        "brand": brand,
        "agent": agent,
        "made_on": made_on.isoformat(),
        "days": [
            {
                "day": day.isoformat(),
                "wave": theirs[0].wave,
                "minutes": sum(r.minutes for r in theirs),
                "rows": [_told(r) for r in theirs],
            }
            for day, theirs in sorted(days.items())
        ],
    }
    page = files("recovery_plan.outreach").joinpath("sheet.typ").read_bytes()
    made = typst.compile(page, format="pdf", sys_inputs={"list": json.dumps(told)}, ignore_system_fonts=True)
    if not isinstance(made, bytes):
        raise TypeError("typst gave several files for one list")
    return made


def _told(row: HandRow) -> dict[str, str]:
    return {
        "task": str(row.task),
        "who": row.customer_name or row.customer,
        "order": row.order_id or "",
        "route": row.route.replace("_", " "),
        "rule": row.rule,
        "until": row.last_day.isoformat() if row.last_day else "no limit",
        "language": row.language or "",
        "minutes": str(row.minutes),
        "status": row.status,
        "about": (row.about or "").replace("_", " "),
        "address": row.address or "",
        "text": row.text,
    }
