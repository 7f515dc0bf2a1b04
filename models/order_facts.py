"""What comparing needs of a cached order, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from data.domain import Order
from models.names import PersonName, parse_name
from models.product_words import fold_place, fold_postcode, product_words
from models.stated_dates import day_number

MAX_NAMES = 4
Veil = Callable[[int], int]
"""Keyed hash of a blocking key: ``data.vault.Vault.veil``."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order, ready to be compared: folded, stemmed, days as numbers since 1970-01-01 (UTC)."""

    order_id: str
    day: int  # of the purchase
    country: str = ""  # ISO 3166-1 alpha-2, or ""
    city: str = ""
    postcode: str = ""
    words: tuple[str, ...] = ()  # stems of the product titles
    skus: tuple[str, ...] = ()
    asins: tuple[str, ...] = ()
    amounts: tuple[int, ...] = ()  # total and line prices, in hundredths
    currency: str = ""
    names: tuple[PersonName, ...] = ()  # buyer, then recipient when it is another
    marks: frozenset[int] = frozenset()  # veiled blocking keys, when the names are purged
    tracking: str = ""
    delivered_day: int | None = None
    ticket_days: tuple[int, ...] = ()  # when the buyer contacted us about this order


def facts_of(
    order: Order, contacts: Iterable[datetime] = (), known_as: Iterable[str] = (), marks: Iterable[int] = ()
) -> OrderFacts:
    """Reduce an order to what comparing needs.

    ``contacts`` are the times when tickets about this order were opened, ``known_as`` the names on other orders of the
    same buyer (a report without names still carries the buyer's alias), ``marks`` the veiled keys that outlived purged
    names.
    """
    items = order.items
    written = (order.buyer_name, order.recipient_name, *known_as)
    names = list(dict.fromkeys(n for n in map(parse_name, written) if n.tokens))
    amounts = [order.total_minor, *(i.price_minor for i in items)]
    return OrderFacts(
        order_id=order.order_id,
        day=day_number(order.purchased_at.date()),
        country=(order.country or "").upper(),
        city=fold_place(order.city) if order.city else "",
        postcode=fold_postcode(order.postcode) if order.postcode else "",
        words=product_words(i.title for i in items if i.title),
        skus=_unique(i.sku for i in items),
        asins=_unique(i.asin for i in items),
        amounts=tuple(dict.fromkeys(a for a in amounts if a)),
        currency=order.currency or "",
        names=tuple(names[:MAX_NAMES]),
        marks=frozenset(marks),
        tracking=order.tracking or "",
        delivered_day=day_number(order.delivered_at.date()) if order.delivered_at else None,
        ticket_days=tuple(sorted({day_number(at.date()) for at in contacts})),
    )


def names_of_buyer(theirs: Iterable[Order]) -> list[str]:
    """What one buyer is called on these orders: buyer names, or recipients where no other is known."""
    buyers, recipients = [], []
    for order in theirs:
        if order.buyer_name:
            buyers.append(order.buyer_name)
        elif order.recipient_name:
            recipients.append(order.recipient_name)
    return list(dict.fromkeys(buyers or recipients))


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in values if v))
