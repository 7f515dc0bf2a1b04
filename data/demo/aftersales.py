"""Invented returns and A-to-z claims: handled in time before the suspension, left open after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from data.demo import story
from data.demo.catalogue import MARKET
from data.demo.orders import Sale
from data.demo.phrases import phrasebook
from data.domain import Claim, Return

_REASONS = ("DEFECTIVE", "NOT_AS_DESCRIBED", "UNWANTED_ITEM", "DAMAGED_BY_CARRIER", "ORDERED_WRONG_ITEM")


def midnight(today: date, day: int) -> datetime:
    """The start of ``day`` in UTC: all that the marketplace's returns and feedback files tell."""
    return datetime.combine(today + timedelta(days=day), time(), UTC)


def returns(
    rng: Random, today: date, sales: Sequence[Sale], *, merchant: int, fba: int
) -> tuple[tuple[Return, Sale], ...]:
    """So many returns of each kind with their sales; comments only on FBA's, as in the marketplace's files."""
    made: list[tuple[Return, Sale]] = []
    for kind, count in (("merchant", merchant), ("fba", fba)):
        channel = "merchant" if kind == "merchant" else "amazon"
        fit = [s for s in sales if s.delivered is not None and s.order.channel == channel and s.day >= -135]
        fit = [s for s in fit if s.order.marketplace != "non-amazon"]
        # late orders weigh more: their buyers had reasons to give up
        for sale in _drawn(rng, fit, [3.0 if s.day >= -60 else 1.0 for s in fit], count):
            made.append((_returned(rng, today, sale, kind), sale))
    return tuple(made)


def _drawn(rng: Random, sales: Sequence[Sale], weights: Sequence[float], count: int) -> list[Sale]:
    keyed = sorted(range(len(sales)), key=lambda n: rng.random() ** (1 / weights[n]), reverse=True)
    return [sales[n] for n in sorted(keyed[:count])]


def _returned(rng: Random, today: date, sale: Sale, kind: str) -> Return:
    day = min((sale.delivered or sale.day) + rng.randint(2, 14), story.LAST_DAY)
    back = day + rng.randint(4, 9) if kind == "merchant" else day
    # the first refunds after the promise go to every third of those whose parcel is back
    paid = kind == "fba" or back + 2 < story.SUSPENDED or (back < story.PROMISED and rng.random() < 0.33)
    item, order = sale.order.items[0], sale.order
    return Return(
        order_id=order.order_id,
        returned_at=midnight(today, day),
        sku=item.sku,
        asin=item.asin,
        reason=rng.choice(_REASONS),
        status=("Unit returned to inventory" if kind == "fba" else "Completed" if paid else "Approved"),
        comment=_comment(rng, sale) if kind == "fba" else None,
        delivered_back_at=midnight(today, back) if back <= story.LAST_DAY else None,
        refunded_minor=item.price_minor if kind == "merchant" and paid else None,
        currency=order.currency,
        has_claim=kind == "merchant" and not paid and rng.random() < 0.15,
        kind=kind,
    )


def is_frustrated(comment: str, country: str) -> bool:
    """Whether a return comment is one of the angry ones."""
    angry = phrasebook(MARKET[country].language).lines("return_comment", "frustrated")
    return any(comment.startswith(line) for line in angry)


def _comment(rng: Random, sale: Sale) -> str:
    book = phrasebook(MARKET[sale.customer.country].language)
    mood = "frustrated" if rng.random() < 0.45 else "calm"
    said = rng.choice(book.lines("return_comment", mood))
    name = sale.product.names[book.language]
    return rng.choice((said, f"{said} ({name})", f"{said}. {sale.customer.city}", f"{said}; {name}"))


def claims(rng: Random, today: date, sales: Sequence[Sale], count: int) -> tuple[Claim, ...]:
    """``count`` claims, oldest first: a few of normal times are decided, those of the suspension pile up."""
    old = [s for s in sales if s.day < -60 and s.order.channel == "merchant"]
    late = [s for s in sales if s.day >= -60 and s.delivered is None and not s.is_cancelled]
    chosen = rng.sample(old, count // 8) + rng.sample(late, count - count // 8)
    return tuple(sorted((_claim(rng, today, s) for s in chosen), key=lambda c: (c.opened_at, c.order_id)))


def _claim(rng: Random, today: date, sale: Sale) -> Claim:
    opened_on = min(sale.day + rng.randint(14, 38), story.LAST_DAY)
    opened = story.moment(today, opened_on, rng)
    status = _status(rng, opened_on)
    asked = opened + timedelta(hours=rng.randint(1, 20)) if status == "open" and opened_on >= -4 else None
    decided = opened + timedelta(days=3, hours=rng.randint(1, 9)) if status != "open" else None
    return Claim(
        order_id=sale.order.order_id,
        opened_at=opened,
        reason="item not received" if sale.delivered is None else "item not as described",
        amount_minor=sale.order.total_minor,
        currency=sale.order.currency,
        status=status,
        info_requested_at=asked if asked and asked < midnight(today, 0) else None,
        decided_at=decided,
        appeal_until=decided + timedelta(days=30) if decided and status == "granted" else None,
    )


def _status(rng: Random, opened_on: int) -> str:
    if opened_on >= -4:
        return "open"  # not decided yet
    if opened_on < story.SUSPENDED - 4:
        return rng.choice(("denied", "denied", "withdrawn", "granted"))
    return rng.choices(("granted", "denied", "appealed", "open"), (5, 1, 1, 2))[0]
