"""How fast a large All Orders report becomes orders."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from collectors.amazon_reports import read_orders
from collectors.standin.amazon_files import orders_tsv
from data.domain import Order, OrderItem

ROWS = 200_000


def invented(rows: int, seed: int = 1) -> bytes:
    """An All Orders report of ``rows`` lines in cp1252, every fourth order with two items."""
    dice = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made: list[Order] = []
    lines = 0
    while lines < rows:
        items = tuple(
            OrderItem(str(n), f"SKU-{dice.randrange(300)}", f"B0{dice.randrange(300):08d}", "Lampe Étoile", 1, 8995)
            for n in range(1 if len(made) % 4 or lines + 2 > rows else 2)
        )
        lines += len(items)
        bought = start + timedelta(seconds=dice.randrange(300 * 86_400))
        made.append(
            Order(
                order_id=f"405-{len(made):07d}-{dice.randrange(10**7):07d}",
                marketplace="amazon.fr",
                purchased_at=bought,
                items=items,
                status="Shipped",
                channel="merchant",
                currency="EUR",
                city=f"Town {dice.randrange(5000)}",
                postcode=f"{dice.randrange(10**5):05d}",
                country="FR",
                updated_at=bought + timedelta(days=1),
            )
        )
    return orders_tsv(made, encoding="cp1252")


def measure() -> dict[str, float | str]:
    """Rows a second of ``read_orders`` on one core, from bytes to Order values."""
    raw = invented(ROWS)
    begun = time.perf_counter()
    report = read_orders(raw, "orders.tsv")
    took = time.perf_counter() - begun
    if report.rows_read != ROWS or report.rejects:
        raise AssertionError("the invented report was not read whole")
    return {
        "rows": ROWS,
        "orders": len(report.orders),
        "megabytes": round(len(raw) / 1e6, 1),
        "seconds": round(took, 2),
        "rows a second": round(ROWS / took),
    }


if __name__ == "__main__":
    print(measure())  # noqa: T201
