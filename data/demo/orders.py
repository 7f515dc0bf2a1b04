"""Invented orders of the 150 days before the build; trade ends with the suspension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from data.demo import catalogue, story
from data.demo.catalogue import Customer, Market, Product
from data.demo.phrases import phrasebook
from data.domain import Order, OrderItem

OLDEST = -150
_STUCK_FROM = story.SUSPENDED - 13  # merchant orders bought later were mostly never handed over
_MULTICHANNEL = 8


@dataclass(frozen=True, slots=True)
class Sale:
    """One order with the facts behind it. Days are offsets as in ``story``; None means it never happened."""

    order: Order
    customer: Customer
    product: Product  # of the first line
    day: int
    delivered: int | None
    is_cancelled: bool = False
    recipient: Customer | None = None  # when it was a gift
    partner: Customer | None = None  # somebody of the same household, who may write in the buyer's place


def build(rng: Random, today: date, count: int) -> tuple[Sale, ...]:
    """``count`` sales, oldest first: a gift and a household pair in every market, some multi-channel orders."""
    days = sorted(rng.choices(range(OLDEST, story.SUSPENDED), k=count))
    markets = rng.choices(catalogue.MARKETS, [m.share for m in catalogue.MARKETS], k=count)
    used: set[str] = set()
    known: list[Customer] = []
    made: list[Sale] = []
    for number, (day, market) in enumerate(zip(days, markets, strict=True)):
        again = [c for c in known[-80:] if c.country == market.country]
        buyer = rng.choice(again) if again and rng.random() < 0.1 else catalogue.customer(rng, market)
        known.append(buyer)
        multichannel = number % (count // _MULTICHANNEL) == 7
        made.append(_sale(rng, today, day, market, buyer, _order_id(rng, market, used, multichannel=multichannel)))
    return _with_families(rng, made)


def _order_id(rng: Random, market: Market, used: set[str], *, multichannel: bool = False) -> str:
    while True:
        first = "S01" if multichannel else rng.choice(market.prefixes)
        made = f"{first}-{rng.randrange(10**7):07d}-{rng.randrange(10**7):07d}"
        if made not in used:
            used.add(made)
            return made


def foreign_id(rng: Random, market: Market, ours: set[str]) -> str:
    """A valid order id of the same market that is not one of ``ours``."""
    return _order_id(rng, market, set(ours))


def _sale(rng: Random, today: date, day: int, market: Market, buyer: Customer, order_id: str) -> Sale:
    merchant = rng.random() < market.merchant and not order_id.startswith("S")
    bought = story.moment(today, day, rng)
    lines = 1 if rng.random() < 0.86 else rng.choice((2, 2, 3))
    chosen = _chosen(rng, merchant, lines)
    cancelled = rng.random() < 0.05
    stuck = merchant and day >= _STUCK_FROM and rng.random() < 0.62
    shipped = None if cancelled or (stuck and rng.random() < 0.5) else day + (rng.randint(1, 3) if merchant else 1)
    delivered = None if shipped is None or stuck else shipped + rng.randint(1, 4)
    status = "Cancelled" if cancelled else "Unshipped" if shipped is None else "Shipped"
    items = tuple(_item(rng, p, market, n, status) for n, p in enumerate(chosen, start=1))
    order = Order(
        order_id=order_id,
        marketplace="non-amazon" if order_id.startswith("S") else market.domain,
        purchased_at=bought,
        items=items,
        status=status,
        channel="merchant" if merchant else "amazon",
        currency=market.currency,
        total_minor=sum(i.price_minor or 0 for i in items),
        city=buyer.city,
        postcode=buyer.postcode,
        country=market.country,
        buyer_name=buyer.name if merchant else None,  # only merchant-fulfilled orders come with names
        recipient_name=buyer.name if merchant else None,
        buyer_email=buyer.alias if merchant else None,
        updated_at=bought + timedelta(days=(delivered or shipped or day) - day, hours=1),
        promised_at=bought + timedelta(days=7) if merchant else None,
        shipped_at=bought + timedelta(days=shipped - day) if shipped is not None else None,
        delivered_at=bought + timedelta(days=delivered - day) if delivered is not None else None,
        carrier=market.carrier if merchant and shipped is not None else None,
        tracking=f"{market.country}{rng.randrange(10**9):09d}OR" if merchant and shipped is not None else None,
        is_business=rng.random() < 0.04,
    )
    return Sale(order, buyer, chosen[0], day, delivered, cancelled)


def _chosen(rng: Random, merchant: bool, lines: int) -> list[Product]:
    range_ = [p for p in catalogue.products() if p.is_merchant == merchant]
    chosen = [rng.choices(range_, [p.weight for p in range_])[0] for _ in range(lines)]
    return list({p.sku: p for p in chosen}.values())  # the same lamp twice would be one line of two pieces


def _item(rng: Random, product: Product, market: Market, number: int, status: str) -> OrderItem:
    book = phrasebook(market.language)
    colours = book.lines("words", "colours")
    index = rng.randrange(len(colours))
    quantity = rng.choices((1, 2, 3), (88, 10, 2))[0]
    sku = f"{product.sku}-{index + 1:02d}"
    return OrderItem(
        line=f"{sku}#{number}",
        sku=sku,
        asin=product.asin,
        title=f"{catalogue.brand()['name']} {product.names[market.language]}, {colours[index]}",
        quantity=quantity,
        price_minor=product.price_minor * quantity,
        status=status,
    )


def _with_families(rng: Random, sales: Sequence[Sale]) -> tuple[Sale, ...]:
    """Turn two late merchant orders of each market into a gift and a household's order."""
    made = list(sales)
    for market in catalogue.MARKETS:
        fit = [n for n, s in enumerate(made) if _is_late_merchant(s, market.country)]
        gift, shared = rng.sample(fit, 2)
        made[gift] = _as_gift(made[gift], catalogue.customer(rng, market))
        firsts = [f for f in catalogue.people_of(market.country)["first"] if f != made[shared].customer.first]
        made[shared] = replace(made[shared], partner=replace(made[shared].customer, first=rng.choice(firsts)))
    return tuple(made)


def _is_late_merchant(sale: Sale, country: str) -> bool:
    order = sale.order
    return order.country == country and order.channel == "merchant" and sale.day >= -60 and not sale.is_cancelled


def _as_gift(sale: Sale, recipient: Customer) -> Sale:
    order = replace(
        sale.order, recipient_name=recipient.name, city=recipient.city, postcode=recipient.postcode
    )  # the marketplace shows the address of the recipient and the name of the buyer
    return replace(sale, order=order, recipient=recipient)
