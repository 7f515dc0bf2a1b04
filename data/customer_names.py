"""Names of customers by their key, opened from the vault: for callers that may show them, and only for those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from data import orders
from data.customers import CustomerCase
from data.schema.intake import author
from data.schema.intake import orders as order_table
from data.store import Tx
from data.upsert import chunks


def names_of(tx: Tx, customers: Sequence[str]) -> dict[str, str]:
    """Customer key -> name: the buyer's of the newest order that has one, or an account's public name or handle."""
    return _accounts(tx, customers) | _buyers(tx, customers)


def _buyers(tx: Tx, customers: Sequence[str]) -> dict[str, str]:
    wanted = set(customers)
    numbers = [key.removeprefix("order:") for key in customers if key.startswith("order:")]
    hashes = [key for key in customers if ":" not in key]
    columns = select(order_table.c.id, order_table.c.order_id, order_table.c.buyer_key)
    keys: dict[int, str] = {}
    for column, values in ((order_table.c.order_id, numbers), (order_table.c.buyer_key, hashes)):
        for part in chunks(sorted(values)):
            for row in tx.conn.execute(columns.where(column.in_(part))):
                keys[row.id] = row.buyer_key if row.buyer_key in wanted else f"order:{row.order_id}"
    ids = sorted(keys)
    loaded = sorted(zip(ids, orders.load(tx, ids), strict=True), key=lambda pair: (pair[1].purchased_at, pair[0]))
    return {keys[i]: name for i, order in loaded if (name := order.buyer_name or order.recipient_name)}


def _accounts(tx: Tx, customers: Sequence[str]) -> dict[str, str]:
    keys = {int(key.rpartition(":")[2]): key for key in customers if key.startswith("author:")}
    found: dict[str, str] = {}
    for part in chunks(sorted(keys)):
        for row in tx.conn.execute(select(author.c.id, author.c.name, author.c.handle).where(author.c.id.in_(part))):
            if shown := row.name or row.handle:
                found[keys[row.id]] = shown
    return found


def persons_of(tx: Tx, cases: Iterable[CustomerCase]) -> dict[int, str]:
    """Author row -> the name that accounts of one person on several sources share (see data.duplicates)."""
    wanted = sorted({m.author for case in cases for m in case.mentions if m.author is not None})
    found: dict[int, str] = {}
    for part in chunks(wanted):
        query = select(author.c.id, author.c.person).where(author.c.id.in_(part), author.c.person.is_not(None))
        found.update({row.id: row.person for row in tx.conn.execute(query)})
    return found
