"""What all help desks share: a ticket with its order id, alias and channel found in what was said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.amazon_reports import dates
from collectors.json_records import words
from data.domain import Ticket, TicketMessage
from data.errors import SkipItem

Told = Counter[str]
NAIVE = "time without a zone: taken as UTC"

_EXACT = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])", re.ASCII)
# AMZ-ID-02: spaces, other dashes and missing dashes are accepted; the cache confirms or refutes what was found
_DASH = r"[\s\u2010-\u2015\u2212-]{0,2}"
_NOISY = re.compile(rf"(?<![\w-])(\d{{3}}){_DASH}(\d{{7}}){_DASH}(\d{{7}})(?![\w-])")
_ALIAS = re.compile(r"[\w.+-]{1,64}@marketplace\.amazon(?:\.[a-z]{2,3}){1,2}(?![\w-])", re.IGNORECASE | re.ASCII)
_AMAZON = re.compile(r"(?<![a-z])amazon(?![a-z])", re.IGNORECASE)
_STATUS = {
    "new": "new", "open": "open", "reopened": "open", "pending": "waiting", "hold": "waiting", "on-hold": "waiting",
    "on hold": "waiting", "waiting": "waiting", "waiting on customer": "waiting", "waiting on third party": "waiting",
    "snoozed": "waiting", "resolved": "solved", "solved": "solved", "closed": "closed", "deleted": "closed",
}  # fmt: skip


def made(
    tool: str,
    native_id: object,
    *,
    opened: datetime,
    subject: str = "",
    messages: Sequence[TicketMessage] = (),
    alias: str = "",
    order_id: str = "",
    tags: Sequence[str] = (),
    channel: str | None = None,
    **facts: Any,
) -> Ticket:
    """A ticket with order id, alias and channel found; raises SkipItem when it has no id.

    ``order_id`` and ``alias`` are texts of fields meant for them and count before what subject and messages hold.
    The channel is ``amazon`` when there is an alias or an order id of Amazon's form, or a tag or the tool's own channel
    says so: a suspension holds every answer to an Amazon buyer, whichever way the question came.
    """
    number = words(native_id)
    if not number:
        raise SkipItem("ticket id is empty")
    said = "\n".join((subject, *(m.text for m in messages)))
    found = _ALIAS.search(alias) or _ALIAS.search(said)
    order = order_in(order_id) or order_in(said)
    if found or order or any(_AMAZON.search(text) for text in (channel or "", *tags)):
        channel = "amazon"
    return Ticket(
        tool=tool,
        native_id=number,
        created_at=opened,
        subject=subject,
        order_id=order,
        buyer_email=found.group().lower() if found else None,
        tags=tuple(tags),
        channel=channel,
        messages=tuple(sorted(messages, key=lambda m: m.sent_at)),
        **facts,
    )


def order_in(text: str) -> str | None:
    """The first order id in ``text``, written properly or (AMZ-ID-02) with noise; None when there is none."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if exact := _EXACT.search(plain):
        return exact.group()
    found = _NOISY.search(plain)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else None


def time(value: object, told: Told) -> datetime | None:
    """A time in any spelling, or Unix seconds or milliseconds; None when empty; raises SkipItem."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > 1e11 else value
            return dates.moment(datetime.fromtimestamp(seconds, UTC).isoformat())
        text = words(value)
        if dates.is_naive(text):
            told[NAIVE] += 1
        return dates.moment(text)
    except (ValueError, OverflowError, OSError):
        raise SkipItem("a time cannot be read") from None


def created(value: object, told: Told) -> datetime:
    """As ``time``; raises SkipItem when there is none, too."""
    found = time(value, told)
    if found is None:
        raise SkipItem("creation time is empty")
    return found


def status(value: object) -> str:
    """One of new, open, waiting, solved, closed; anything unknown is open."""
    return _STATUS.get(words(value).lower(), "open")


def ends(messages: Sequence[TicketMessage]) -> dict[str, Any]:
    """When the buyer last wrote and when we last did."""
    return {
        "last_in_at": max((m.sent_at for m in messages if m.direction == "in"), default=None),
        "last_out_at": max((m.sent_at for m in messages if m.direction == "out"), default=None),
    }


def language(value: object) -> str | None:
    """ISO 639-1 of a locale such as ``fr-FR``, or None."""
    text = words(value).lower().replace("_", "-").split("-")[0]
    return text if len(text) == 2 and text.isalpha() else None


def tags(value: object) -> tuple[str, ...]:
    """Tags from a list of names or of objects with a name, or from one text with commas or, failing those, spaces."""
    if isinstance(value, list):
        names = [words(v.get("name") if isinstance(v, dict) else v) for v in value]
    else:
        text = words(value)
        names = re.split(r"[,;]", text) if re.search("[,;]", text) else text.split()
    return tuple(name.strip() for name in names if name.strip())
