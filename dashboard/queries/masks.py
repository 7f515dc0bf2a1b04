"""What a role may not see is taken out here, before anything reaches a page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashboard.access import Action
from dashboard.viewer import Viewer
from data.domain import Order
from data.store import Tx
from recovery_plan.at_risk_rows import alias

HIDDEN = "▒▒▒"
_NUMBERS = re.compile(r"(?<!\w)(?:[SD]\d\d|[0-9OoIl])(?:[\s\-./_‐‑‒–—―*#]{0,3}[0-9OoIl]){6,24}(?!\w)")
_WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)


def pseudonym(tx: Tx, customer: str) -> str:
    """The customer's pseudonym: the one that the weekly export uses."""
    return alias(customer, tx.vault.blind)


def order_id(value: str | None, viewer: Viewer) -> str | None:
    """The order id for roles that may see it."""
    return value if viewer.may(Action.SEE_ORDER_IDS) else None


def text(words: str | None, viewer: Viewer, names: Iterable[str | None] = ()) -> str:
    """``words`` without order numbers and without ``names``, as far as the role may not see them."""
    shown = words or ""
    if not viewer.may(Action.SEE_ORDER_IDS):
        shown = _NUMBERS.sub(_long_number, shown)
    if not viewer.may(Action.SEE_NAMES):
        shown = _without(shown, names)
    return shown


def _long_number(found: re.Match[str]) -> str:
    """Hides what may be an order or parcel number, and leaves dates and prices alone."""
    digits = sum(c.isdigit() for c in found.group())
    has_run = re.search(r"\d{7}", found.group()) is not None
    return HIDDEN if digits >= 5 and (has_run or digits > 8) else found.group()


def _without(shown: str, names: Iterable[str | None]) -> str:
    parts = {part.casefold() for name in names if name for part in _WORD.findall(name)}
    if not parts:
        return shown
    return _WORD.sub(lambda found: HIDDEN if found.group().casefold() in parts else found.group(), shown)


def author(name: str | None, handle: str | None, viewer: Viewer) -> str | None:
    """What the author calls themselves, for roles that may see names."""
    return (name or handle) if viewer.may(Action.SEE_NAMES) else None


def buyer(order: Order | None, viewer: Viewer) -> str | None:
    """The buyer's name, for roles that may see it."""
    if order is None or not viewer.may(Action.SEE_NAMES):
        return None
    return order.buyer_name or order.recipient_name


def link_to(url: str | None, source: str, native_id: str, viewer: Viewer) -> str | None:
    """Where the mention stands; an address that carries its author's name is replaced by the one that does not."""
    if url is None or viewer.may(Action.SEE_NAMES):
        return url
    return f"https://x.com/i/web/status/{native_id}" if source == "x" else url
