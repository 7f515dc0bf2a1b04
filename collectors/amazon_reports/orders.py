"""Order reports: All Orders (every variant), the older order report, unshipped orders and FBA shipments."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from collectors.amazon_reports import values
from collectors.amazon_reports.tables import Reject, Row, Sheet, cell, need, read_sheet
from data.domain import Order, OrderItem
from data.errors import BadInput

ORDER_ID = re.compile(r"(?:\d{3}|[SD]\d{2})-\d{7}-\d{7}")  # AMZ-ID-01
_ID_COLUMNS = ("amazon-order-id", "order-id")
_CHANNELS = {"amazon": "amazon", "afn": "amazon", "merchant": "merchant", "mfn": "merchant"}
_DOMAINS = {
    "US": "amazon.com", "GB": "amazon.co.uk", "DE": "amazon.de", "FR": "amazon.fr", "ES": "amazon.es",
    "IT": "amazon.it", "JP": "amazon.co.jp", "CA": "amazon.ca", "NL": "amazon.nl", "BE": "amazon.com.be",
    "SE": "amazon.se", "PL": "amazon.pl", "IE": "amazon.ie", "AU": "amazon.com.au", "MX": "amazon.com.mx",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What an order file holds. ``rows_read`` counts lines below the header, rejected ones included."""

    format: str
    encoding: str
    rows_read: int
    orders: tuple[Order, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    order: Order
    items: list[OrderItem] = field(default_factory=list)


def read_orders(raw: bytes, name: str) -> OrderReport:
    """Read any order or shipment report; raises BadInput when a key column is missing.

    Several lines of one order make one Order, whether they stand together or not. Street, phone and tax columns are
    not read at all (PRIV-03). Multi-channel orders (``S01-…``, sales channel Non-Amazon) get the marketplace
    ``non-amazon``.
    """
    sheet = read_sheet(raw, name)
    need(sheet, _ID_COLUMNS, ("purchase-date",))
    if not {"sku", "asin", "product-name"} & set(sheet.columns):
        raise BadInput(f"{name}: no column 'sku', 'asin' or 'product-name': is this an order report?")
    found: dict[str, _Gathered] = {}
    rejects: list[Reject] = []
    told: Counter[str] = Counter()
    read = 0
    for line, row in sheet.rows():
        read += 1
        try:
            _take(found, row, told)
        except ValueError as error:
            rejects.append(Reject(line, str(error)))
    orders = tuple(_finished(g) for g in found.values())
    if not read:
        told["the file has a header and no rows"] = 1
    warnings = tuple(f"{n} × {what}" if n > 1 else what for what, n in sorted(told.items()))
    return OrderReport(_format(sheet), sheet.encoding, read, orders, tuple(rejects), warnings)


def _format(sheet: Sheet) -> str:
    columns = set(sheet.columns)
    if "shipment-id" in columns:
        return "fba_shipments"
    if "amazon-order-id" in columns:
        return "all_orders"
    return "unshipped_orders" if "days-past-promise" in columns else "order_report"


def _take(found: dict[str, _Gathered], row: Row, told: Counter[str]) -> None:
    order_id = cell(row, *_ID_COLUMNS)
    if order_id is None:
        raise ValueError("no order id")
    currency = cell(row, "currency")
    held = found.get(order_id)
    if held is None:
        held = found[order_id] = _Gathered(_order(order_id, row, currency))
        if not ORDER_ID.fullmatch(order_id):
            told["order id of an unusual form"] += 1
        if "?" in (held.order.buyer_name or "") + (held.order.recipient_name or ""):
            told["name that holds '?': the file was damaged before it came here"] += 1
    held.items.append(_item(row, currency, len(held.items) + 1))


def _order(order_id: str, row: Row, currency: str | None) -> Order:
    channel = (cell(row, "sales-channel") or "").lower()
    country = cell(row, "ship-country")
    alias = cell(row, "buyer-email")
    return Order(
        order_id=order_id,
        marketplace=_marketplace(order_id, channel, alias, country),
        purchased_at=_moment(row, "purchase-date") or _refuse("purchase-date is empty"),
        items=(),
        status=cell(row, "order-status"),
        channel=_CHANNELS.get((cell(row, "fulfillment-channel") or "").lower()),
        currency=currency,
        city=cell(row, "ship-city"),
        state=cell(row, "ship-state"),
        postcode=cell(row, "ship-postal-code"),
        country=country,
        buyer_name=cell(row, "buyer-name"),
        recipient_name=cell(row, "recipient-name"),
        buyer_email=alias,
        updated_at=_moment(row, "last-updated-date"),
        promised_at=_moment(row, "promise-date") or _moment(row, "delivery-end-date"),
        shipped_at=_moment(row, "shipment-date") or _moment(row, "ship-date"),
        delivered_at=_moment(row, "estimated-arrival-date") if "shipment-id" in row else _moment(row, "delivery-date"),
        carrier=cell(row, "carrier"),
        tracking=cell(row, "tracking-number"),
        is_business=(cell(row, "is-business-order") or "").lower() == "true",
    )


def _refuse(reason: str) -> datetime:
    raise ValueError(reason)


def _marketplace(order_id: str, channel: str, alias: str | None, country: str | None) -> str:
    if order_id.startswith("S") or channel == "non-amazon":
        return "non-amazon"
    if channel:
        return channel
    domain = (alias or "").partition("@marketplace.")[2].lower()
    return domain or _DOMAINS.get((country or "").upper(), "amazon")


def _moment(row: Row, name: str) -> datetime | None:
    text = cell(row, name)
    if text is None:
        return None
    try:
        return values.moment(text)
    except ValueError:
        raise ValueError(f"{name} is not a date") from None


def _item(row: Row, currency: str | None, number: int) -> OrderItem:
    sku = cell(row, "sku")
    return OrderItem(
        line=cell(row, "order-item-id", "amazon-order-item-id") or f"{sku or ''}#{number}",
        sku=sku,
        asin=cell(row, "asin"),
        title=cell(row, "product-name"),
        quantity=_quantity(row),
        price_minor=_amount(row, "item-price", currency),
        status=cell(row, "item-status"),
    )


def _quantity(row: Row) -> int:
    text = cell(row, "quantity", "quantity-purchased", "quantity-shipped")
    try:
        return int(text) if text else 1
    except ValueError:
        raise ValueError("quantity is not a whole number") from None


def _amount(row: Row, name: str, currency: str | None) -> int | None:
    text = cell(row, name)
    try:
        return None if text is None else values.minor(text, currency)
    except ValueError:
        raise ValueError(f"{name} is not an amount") from None


def _finished(gathered: _Gathered) -> Order:
    prices = [i.price_minor for i in gathered.items if i.price_minor is not None]
    return replace(gathered.order, items=tuple(gathered.items), total_minor=sum(prices) if prices else None)
