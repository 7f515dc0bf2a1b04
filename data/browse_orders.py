"""The order cache by marketplace: how much it holds, how new it is, which weeks it covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from data.schema.intake import orders
from data.store import Tx


@dataclass(frozen=True, slots=True)
class MarketplaceCache:
    """One marketplace; ``weeks`` counts the weeks since the asked time in which an order was bought."""

    marketplace: str
    orders: int
    newest: datetime
    weeks: int


def by_marketplace(tx: Tx, since: datetime) -> list[MarketplaceCache]:
    """Every Amazon marketplace of the cache, by name."""
    held = (
        select(orders.c.marketplace, func.count().label("n"), func.max(orders.c.purchased_at).label("newest"))
        .where(orders.c.marketplace != "non-amazon")
        .group_by(orders.c.marketplace)
        .order_by(orders.c.marketplace)
    )
    recent = select(orders.c.marketplace, orders.c.purchased_at).where(orders.c.purchased_at >= since)
    weeks: dict[str, set[int]] = {}
    for row in tx.conn.execute(recent):
        weeks.setdefault(row.marketplace, set()).add((row.purchased_at - since).days // 7)
    return [
        MarketplaceCache(row.marketplace, row.n, row.newest, len(weeks.get(row.marketplace, ())))
        for row in tx.conn.execute(held)
    ]
