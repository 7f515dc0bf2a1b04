"""What became of orders, as the order defect rate counts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from data.domain import Source
from data.schema.desk import at_risk
from data.schema.intake import claim, mention, orders
from data.store import Tx

IN_OUR_FAVOUR = ("denied", "withdrawn")
NEGATIVE_STARS = 2  # rule AMZ-ODR-02


@dataclass(frozen=True, slots=True)
class OrderFate:
    """One Amazon order: stars of its seller feedback, claims and chargebacks that count, the risk of its customer."""

    order_id: str
    marketplace: str
    purchased_at: datetime
    stars: int | None = None
    has_claim: bool = False
    risk: float = 0.0
    has_chargeback: bool = False


def fates(tx: Tx, since: datetime) -> list[OrderFate]:
    """Every Amazon order placed since then, oldest first; multi-channel orders have no defect rate."""
    feedback = select(mention.c.reference, mention.c.rating).where(
        mention.c.source == Source.SELLER_FEEDBACK.value,
        mention.c.published_at >= since,
        mention.c.gone_at.is_(None),
        mention.c.rating.is_not(None),
    )
    stars = {row.reference: row.rating for row in tx.conn.execute(feedback)}
    counted = select(claim.c.order_id, claim.c.kind).where(
        claim.c.opened_at >= since, claim.c.status.not_in(IN_OUR_FAVOUR)
    )
    kinds: dict[str, set[str]] = {}
    for row in tx.conn.execute(counted):
        kinds.setdefault(row.order_id, set()).add(row.kind)
    risky = select(at_risk.c.order_id, at_risk.c.risk).where(at_risk.c.order_id.is_not(None))
    risks = {row.order_id: row.risk for row in tx.conn.execute(risky)}
    query = (
        select(orders.c.order_id, orders.c.marketplace, orders.c.purchased_at)
        .where(orders.c.purchased_at >= since, orders.c.marketplace != "non-amazon")
        .order_by(orders.c.purchased_at, orders.c.order_id)
    )
    return [
        OrderFate(
            row.order_id,
            row.marketplace,
            row.purchased_at,
            stars.get(row.order_id),
            bool(kinds.get(row.order_id, set()) - {"chargeback"}),
            risks.get(row.order_id, 0.0),
            "chargeback" in kinds.get(row.order_id, ()),
        )
        for row in tx.conn.execute(query)
    ]
