"""Order reports: All Orders (every variant), the older order report, unshipped orders and FBA shipments."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import Any

from collectors.amazon_reports.columns import Fields, Row, same_names
from collectors.amazon_reports.rows import ORDER_ID, Told, amount, date_order, dated, moment, warnings
from collectors.amazon_reports.tables import Reject, Sheet, need, read_sheet
from data.domain import Order, OrderItem
from data.errors import BadInput, SkipItem

# Street, phone, tax id and gift text have no field here: they are never read (PRIV-03).
FIELDS: Fields = {
    **same_names("buyer-name", "recipient-name", "sku", "asin", "item-status", "currency", "carrier"),
    "order_id": ("amazon-order-id", "order-id"),
    "purchase_date": ("purchase-date",),
    "updated": ("last-updated-date",),
    "order_status": ("order-status",),
    "fulfilment": ("fulfillment-channel", "fulfilment-channel"),
    "channel": ("sales-channel",),
    "alias": ("buyer-email",),
    "line": ("order-item-id", "amazon-order-item-id"),
    "shipment_line": ("shipment-item-id",),
    "title": ("product-name",),
    "quantity": ("quantity", "quantity-purchased", "quantity-shipped"),
    "price": ("item-price",),
    "city": ("ship-city",),
    "state": ("ship-state",),
    "postcode": ("ship-postal-code",),
    "country": ("ship-country",),
    "promised": ("promise-date",),
    "promised_end": ("delivery-end-date", "estimated-arrival-date"),
    "shipped": ("shipment-date",),
    "tracking": ("tracking-number",),
    "business": ("is-business-order",),
}

_FULFILMENT = {"amazon": "amazon", "afn": "amazon", "merchant": "merchant", "mfn": "merchant"}
_HOME = {
    "US": "amazon.com", "GB": "amazon.co.uk", "UK": "amazon.co.uk", "DE": "amazon.de", "AT": "amazon.de",
    "FR": "amazon.fr", "ES": "amazon.es", "IT": "amazon.it", "JP": "amazon.co.jp", "CA": "amazon.ca",
    "NL": "amazon.nl", "BE": "amazon.com.be", "SE": "amazon.se", "PL": "amazon.pl", "IE": "amazon.ie",
    "AU": "amazon.com.au", "MX": "amazon.com.mx", "IN": "amazon.in",
}  # fmt: skip
_MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What an order file holds. ``rows_read`` counts lines below the header, rejected ones included."""

    format: str  # all_orders, order_report, unshipped_orders, fba_shipments
    encoding: str
    rows_read: int
    orders: tuple[Order, ...]  # in the file's order, one for each order id
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    facts: dict[str, Any]
    items: dict[str, OrderItem] = field(default_factory=dict)


def read_orders(raw: bytes, name: str) -> OrderReport:
    """Read any order or shipment report; raises BadInput when a key column is missing.

    Several lines of one order make one Order, whether they stand together or not; facts of the order come from its
    first usable line, ``total_minor`` is the sum of its item prices (shipping left out). Multi-channel orders
    (``S01-…``, sales channel Non-Amazon) get the marketplace ``non-amazon``. An order without a sales channel takes
    the marketplace of the buyer's alias, else of the ship-to country.
    """
    sheet = read_sheet(raw, name)
    need(sheet, FIELDS, "order_id", "purchase_date")
    if not sheet.has("sku", "asin", "product-name"):
        raise BadInput(f"{name}: no column 'sku', 'asin' or 'product-name': is this an order report?")
    return _read(sheet)


def read_shipments(raw: bytes, name: str) -> OrderReport:
    """As ``read_orders``, for FBA shipments only: raises BadInput when the column ``shipment-id`` is missing."""
    sheet = read_sheet(raw, name)
    need(sheet, {**FIELDS, **same_names("shipment-id")}, "order_id", "shipment-id", "purchase_date")
    return _read(sheet)


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Rows make no reference cycles, and searching a million live ones again and again takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_cycle_search()
def _read(sheet: Sheet) -> OrderReport:
    told: Told = Counter()
    order = date_order(sheet, FIELDS, ("purchase_date", "promised"), told)
    found: dict[str, _Gathered] = {}
    rejects: list[Reject] = []
    read = 0
    for line, row in sheet.rows(FIELDS):
        read += 1
        try:
            _take(found, row, told, order)
        except SkipItem as skipped:
            rejects.append(Reject(line, str(skipped)))
    if not read:
        told["the file has a header and no rows"] = 1
    orders = tuple(_finished(gathered) for gathered in found.values())
    return OrderReport(_format(sheet), sheet.encoding, read, orders, tuple(rejects), warnings(told))


def _format(sheet: Sheet) -> str:
    if sheet.has("shipment-id"):
        return "fba_shipments"
    if sheet.has("amazon-order-id"):
        return "all_orders"
    return "unshipped_orders" if sheet.has("days-past-promise") else "order_report"


def _take(found: dict[str, _Gathered], row: Row, told: Told, order: str) -> None:
    order_id = row.get("order_id")
    if order_id is None:
        raise SkipItem("order id is empty")
    held = found.get(order_id)
    item = _item(row, len(held.items) + 1 if held else 1)  # before the order: a bad line leaves no empty order
    if held is None:
        held = found[order_id] = _Gathered(_facts(order_id, row, order))
        _tell(told, order_id, row)
    _add(held.items, item, row, told)


def _tell(told: Told, order_id: str, row: Row) -> None:
    if not ORDER_ID.fullmatch(order_id):
        told["order id of an unusual form: kept, but no link can rest on it"] += 1
    if "?" in row.get("buyer-name", "") + row.get("recipient-name", ""):
        told["name that holds '?': the file was damaged before it came here"] += 1
    if "?" in row.get("city", "") + row.get("state", ""):
        told["place that holds '?': the file was damaged before it came here"] += 1
    if any("\ufffd" in text for text in row.values()):
        told["row with letters that no encoding explains"] += 1


def _facts(order_id: str, row: Row, order: str) -> dict[str, Any]:
    channel, alias = row.get("channel", "").lower(), row.get("alias")
    country = row.get("country", "").upper() or None
    return {
        "order_id": order_id,
        "marketplace": _marketplace(order_id, channel, alias, country),
        "purchased_at": dated(row, "purchase_date", order),
        "status": _shared(row, "order_status"),
        "channel": _FULFILMENT.get(row.get("fulfilment", "").lower()),
        "currency": _currency(row),
        "city": _shared(row, "city"),
        "state": _shared(row, "state"),
        "postcode": _shared(row, "postcode"),
        "country": intern(country) if country else None,
        "buyer_name": row.get("buyer-name"),
        "recipient_name": row.get("recipient-name"),
        "buyer_email": alias,
        "updated_at": moment(row, "updated", order),
        "promised_at": _promised(row, order),
        "shipped_at": moment(row, "shipped", order),
        "carrier": _shared(row, "carrier"),
        "tracking": row.get("tracking"),
        "is_business": row.get("business", "").lower() in ("true", "yes", "y"),
    }


def _promised(row: Row, order: str) -> datetime | None:
    # the arrival that a shipment file states is an estimate: it says what was promised, not what happened
    return moment(row, "promised", order) or moment(row, "promised_end", order)


def _marketplace(order_id: str, channel: str, alias: str | None, country: str | None) -> str:
    if channel.startswith("non-amazon") or (order_id[:1] == "S" and ORDER_ID.fullmatch(order_id)):
        return "non-amazon"
    if channel:
        return intern(channel)
    domain = (alias or "").lower().partition("@marketplace.")[2]
    return intern(domain) if domain else _HOME.get(country or "", "amazon")


def _shared(row: Row, name: str) -> str | None:
    """A text that many rows have in common, held once: a million orders of one shop name few products and towns."""
    text = row.get(name)
    return None if text is None else intern(text)


def _currency(row: Row) -> str | None:
    text = row.get("currency")
    return None if text is None else intern(text.upper())


def _item(row: Row, number: int) -> OrderItem:
    sku = _shared(row, "sku")
    return OrderItem(
        row.get("line") or f"{sku or ''}#{number}",
        sku,
        _shared(row, "asin"),
        _shared(row, "title"),
        _quantity(row),
        amount(row, "price", _currency(row)),
        _shared(row, "item-status"),
    )


def _quantity(row: Row) -> int:
    text = row.get("quantity")
    if text is None:
        return 1
    if not (text.isdecimal() and len(text) <= 7 and int(text) <= _MOST_UNITS):
        raise SkipItem("quantity is not a whole number")
    return int(text)


def _add(items: dict[str, OrderItem], item: OrderItem, row: Row, told: Told) -> None:
    held = items.setdefault(item.line, item)
    if held is item:
        return
    if "shipment_line" not in row:
        told["line that repeats an order item: counted once"] += 1
        return
    # one item sent in two parcels has two lines of its own in a shipment file
    prices = [p for p in (held.price_minor, item.price_minor) if p is not None]
    quantity = held.quantity + item.quantity
    items[item.line] = OrderItem(
        held.line, held.sku, held.asin, held.title, quantity, sum(prices) if prices else None, held.status
    )


def _finished(gathered: _Gathered) -> Order:
    items = tuple(gathered.items.values())
    prices = [item.price_minor for item in items if item.price_minor is not None]
    return Order(items=items, total_minor=sum(prices) if prices else None, **gathered.facts)
