"""Which tickets carry the tag SUSPENDED: every Amazon ticket that is not closed, while the mode is suspended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from data.domain import Mode, Ticket

TAG = "SUSPENDED"
AMAZON_ALIAS = re.compile(r"@(?:[a-z0-9-]+\.)?marketplace\.amazon\.[a-z.]{2,6}", re.IGNORECASE)
AMAZON_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)  # S01 orders have no Amazon buyer (rule AMZ-ID-01)


@dataclass(frozen=True, slots=True)
class TagChanges:
    """Tickets, as ``(tool, native id)``, to put the tag on and to take it off."""

    put: tuple[tuple[str, str], ...]
    take: tuple[tuple[str, str], ...]


def is_amazon(ticket: Ticket) -> bool:
    """Whether the ticket came through Amazon: by its channel, the buyer's marketplace alias, or the order number."""
    return (
        (ticket.channel or "").strip().lower() == "amazon"
        or AMAZON_ALIAS.search(ticket.buyer_email or "") is not None
        or AMAZON_ORDER.fullmatch((ticket.order_id or "").strip()) is not None
    )


def wants_tag(ticket: Ticket, mode: Mode) -> bool:
    """Whether the ticket is to carry the tag in ``mode``; a solved ticket may open again, a closed one cannot."""
    return mode is Mode.SUSPENDED and ticket.status != "closed" and is_amazon(ticket)


def changes(tickets: Iterable[Ticket], mode: Mode) -> TagChanges:
    """What to change so that exactly the right tickets carry the tag.

    A ticket that was closed during the suspension keeps its tag as a trace until the suspension is over.
    """
    put: list[tuple[str, str]] = []
    take: list[tuple[str, str]] = []
    for ticket in tickets:
        key = (ticket.tool, ticket.native_id)
        if wants_tag(ticket, mode):
            if TAG not in ticket.tags:
                put.append(key)
        elif TAG in ticket.tags and mode is not Mode.SUSPENDED:
            take.append(key)
    return TagChanges(tuple(put), tuple(take))
