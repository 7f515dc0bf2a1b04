"""What all help desks share: a ticket with its order id, alias and channel found in what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.amazon_reports import values
from data.domain import Ticket, TicketMessage

# AMZ-ID-02: spaces, other dashes and missing dashes are accepted
_DASH = r"[\s\u2010-\u2015-]{0,2}"
_ORDER = re.compile(rf"(?<![\w-])(\d{{3}}){_DASH}(\d{{7}}){_DASH}(\d{{7}})(?![\w-])")
_ALIAS = re.compile(r"[\w.+-]{1,64}@marketplace\.amazon\.[a-z.]{2,8}", re.IGNORECASE)
_STATUS = {
    "new": "new", "open": "open", "pending": "waiting", "hold": "waiting", "on-hold": "waiting", "waiting": "waiting",
    "snoozed": "waiting", "resolved": "solved", "solved": "solved", "closed": "closed", "deleted": "closed",
}  # fmt: skip


def made(
    tool: str, native_id: object, said: str, *, alias: str | None, order_id: str | None = None, **facts: Any
) -> Ticket:
    """A ticket with order id, alias and channel found in what was said."""
    if native_id in (None, ""):
        raise ValueError("no ticket id")
    found = _ALIAS.search(alias or "") or _ALIAS.search(said)
    is_amazon = found is not None or "amazon" in str(facts.get("channel") or "").lower()
    is_amazon = is_amazon or any("amazon" in str(tag).lower() for tag in facts.get("tags", ()))
    facts["channel"] = "amazon" if is_amazon else facts.get("channel")
    return Ticket(
        tool=tool,
        native_id=str(native_id),
        order_id=order_in(order_id or "") or order_in(said),
        buyer_email=found.group().lower() if found else None,
        **facts,
    )


def order_in(text: str) -> str | None:
    """The first order id in ``text``, with its dashes set right; None when there is none."""
    found = _ORDER.search(text)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else None


def time(value: object) -> datetime | None:
    """A time in any spelling, or Unix seconds; None when empty; raises ValueError."""
    if value in (None, ""):
        return None
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    try:
        return values.moment(str(value))
    except ValueError:
        raise ValueError("a time cannot be read") from None


def created(value: object) -> datetime:
    """As ``time``; raises ValueError when there is none."""
    found = time(value)
    if found is None:
        raise ValueError("no creation time")
    return found


def status(value: object) -> str:
    """One of new, open, waiting, solved, closed; anything unknown is open."""
    return _STATUS.get(str(value or "open").strip().lower(), "open")


def ends(messages: Sequence[TicketMessage]) -> dict[str, Any]:
    """When the buyer last wrote and when we last did."""
    return {
        "last_in_at": max((m.sent_at for m in messages if m.direction == "in"), default=None),
        "last_out_at": max((m.sent_at for m in messages if m.direction == "out"), default=None),
    }


def language(value: object) -> str | None:
    """ISO 639-1 of a locale, or None."""
    text = str(value or "").lower().replace("_", "-").split("-")[0]
    return text if len(text) == 2 else None
