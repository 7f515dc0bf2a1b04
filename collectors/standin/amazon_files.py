"""Writes invented orders, returns, feedback, claims and tickets in the shape of the real files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from collectors.amazon_reports.aftersales import claims_template
from collectors.amazon_reports.money import exponent
from data.clock import rfc3339
from data.domain import Claim, Mention, Order, OrderItem, Return, Ticket

ALL_ORDERS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin",
    "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "cpf", "is-business-order",
    "purchase-order-number", "price-designation",
)  # fmt: skip
ORDER_REPORT = (
    "order-id", "order-item-id", "purchase-date", "payments-date", "buyer-email", "buyer-name", "buyer-phone-number",
    "sku", "product-name", "quantity-purchased", "currency", "item-price", "item-tax", "shipping-price",
    "shipping-tax", "ship-service-level", "recipient-name", "ship-address-1", "ship-address-2", "ship-address-3",
    "ship-city", "ship-state", "ship-postal-code", "ship-country", "ship-phone-number", "delivery-start-date",
    "delivery-end-date", "delivery-time-zone", "delivery-Instructions", "sales-channel",
)  # fmt: skip
SHIPMENTS = (
    "amazon-order-id", "merchant-order-id", "shipment-id", "shipment-item-id", "amazon-order-item-id",
    "purchase-date", "payments-date", "shipment-date", "reporting-date", "buyer-email", "sku", "product-name",
    "quantity-shipped", "currency", "item-price", "item-tax", "recipient-name", "ship-city", "ship-state",
    "ship-postal-code", "ship-country", "carrier", "tracking-number", "estimated-arrival-date",
    "fulfillment-center-id", "fulfillment-channel", "sales-channel",
)  # fmt: skip
FBA_RETURNS = (
    "return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id",
    "detailed-disposition", "reason", "status", "license-plate-number", "customer-comments",
)  # fmt: skip
MERCHANT_RETURNS = (
    "Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Label type",
    "Currency code", "A-to-Z Claim", "Is prime", "ASIN", "Merchant SKU", "Item Name", "Return quantity",
    "Return Reason", "In policy", "Return type", "Resolution", "Return delivery date", "Order Amount",
    "Order quantity", "Refunded Amount", "Customer comments",
)  # fmt: skip
FEEDBACK = (
    "Date", "Rating", "Comments", "Your Response", "Arrived on Time", "Item as Described", "Customer Service",
    "Order ID", "Rater Email", "Rater Role",
)  # fmt: skip
_FULFILMENT = {"amazon": "Amazon", "merchant": "Merchant", None: ""}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _slashed(day: datetime) -> str:
    return f"{day:%d/%m/%y}"


_DAY: dict[str, Callable[[datetime], str]] = {
    "amazon.com": lambda d: f"{d.month}/{d.day}/{d:%y}",
    "amazon.de": lambda d: f"{d:%d.%m.%y}",
    "amazon.co.jp": lambda d: f"{d:%Y/%m/%d}",
}


def orders_tsv(orders: Sequence[Order], *, encoding: str = "utf-8", legacy: bool = False) -> bytes:
    """The All Orders report (no names, no alias), or with ``legacy`` the older report with both.

    One line for each item; letters that ``encoding`` cannot write become ``?``, as they do in real files.
    """
    header = ORDER_REPORT if legacy else ALL_ORDERS
    return _tsv(header, (_order_line(o, item) for o in orders for item in o.items), encoding)


def shipments_tsv(orders: Sequence[Order], *, encoding: str = "utf-8") -> bytes:
    """The FBA shipments of those orders that were shipped."""
    lines = (_order_line(o, item) for o in orders if o.shipped_at for item in o.items)
    return _tsv(SHIPMENTS, lines, encoding)


def returns_tsv(returns: Sequence[Return], *, encoding: str = "utf-8", kind: str = "merchant") -> bytes:
    """The returns of one ``kind``, merchant or fba, in its layout; a merchant's days lose their clock."""
    chosen = [r for r in returns if r.kind == kind]
    if kind == "fba":
        return _tsv(FBA_RETURNS, map(_fba_line, chosen), encoding)
    return _tsv(MERCHANT_RETURNS, map(_merchant_line, chosen), encoding)


def feedback_tsv(feedback: Sequence[Mention], *, encoding: str = "utf-8", marketplace: str = "amazon.fr") -> bytes:
    """Seller feedback of one marketplace with its way of writing days; ``reference`` is the order id."""
    day = _DAY.get(marketplace, _slashed)
    lines = (
        {
            "Date": day(m.published_at),
            "Rating": str(m.rating),
            "Comments": m.text,
            "Your Response": m.reply.text if m.reply else "",
            "Order ID": m.reference or m.native_id,
            "Rater Email": f"{hashlib.sha256(m.native_id.encode()).hexdigest()[:14]}@marketplace.{marketplace}",
        }
        for m in feedback
    )
    return _tsv(FEEDBACK, lines, encoding)


def claims_csv(claims: Sequence[Claim]) -> bytes:
    """The claims template, filled in."""
    out = io.StringIO(newline="")
    out.write(claims_template())
    writer = csv.writer(out)
    for c in claims:
        amount = _amount(c.amount_minor, c.currency)
        days = (_iso(c.info_requested_at), _iso(c.decided_at), _iso(c.appeal_until))
        writer.writerow((c.order_id, _iso(c.opened_at), c.reason, amount, c.currency, c.status, *days, c.kind))
    return out.getvalue().encode()


def zendesk_json(tickets: Sequence[Ticket]) -> bytes:
    """A Zendesk incremental export with comments and the people beside the tickets."""
    users = [
        {"id": 5000 + n, "name": t.requester, "email": t.buyer_email, "locale": t.language}
        for n, t in enumerate(tickets)
    ]
    rows = [_zendesk_row(t, 5000 + n) for n, t in enumerate(tickets)]
    document = {"after_cursor": None, "end_of_stream": True, "tickets": rows, "users": users}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _zendesk_row(t: Ticket, requester: int) -> dict[str, object]:
    status = {"waiting": "pending"}.get(t.status, t.status)
    comments = [
        {
            "author_id": requester if m.direction == "in" else m.author or "agent",
            "public": m.direction != "note",
            "created_at": rfc3339(m.sent_at),
            "plain_body": m.text,
        }
        for m in t.messages
    ]
    return {
        "id": int(t.native_id) if t.native_id.isdecimal() else t.native_id,
        "created_at": rfc3339(t.created_at),
        "updated_at": rfc3339(max((t.created_at, *(m.sent_at for m in t.messages)))),
        "subject": t.subject,
        "description": t.messages[0].text if t.messages else "",
        "status": status,
        "priority": t.priority,
        "requester_id": requester,
        "tags": list(t.tags),
        "custom_fields": [{"id": 27642, "value": t.order_id}],
        "via": {"channel": "email" if t.channel == "amazon" else t.channel},
        "comments": comments,
    }


def _order_line(o: Order, item: OrderItem) -> dict[str, str | None]:
    units = str(item.quantity)
    return {
        "amazon-order-id": o.order_id,
        "order-id": o.order_id,
        "order-item-id": item.line,
        "amazon-order-item-id": item.line,
        "shipment-id": f"D{o.order_id[-7:]}",
        "shipment-item-id": f"D{o.order_id[-7:]}{item.line}",
        "purchase-date": _iso(o.purchased_at),
        "payments-date": _iso(o.purchased_at),
        "last-updated-date": _iso(o.updated_at),
        "shipment-date": _iso(o.shipped_at),
        "estimated-arrival-date": _iso(o.promised_at),
        "delivery-end-date": _iso(o.promised_at),
        "order-status": o.status,
        "fulfillment-channel": _FULFILMENT.get(o.channel, ""),
        "sales-channel": o.marketplace.replace("non-amazon", "Non-Amazon").replace("amazon.", "Amazon."),
        "product-name": item.title,
        "sku": item.sku,
        "asin": item.asin,
        "item-status": item.status,
        "quantity": units,
        "quantity-purchased": units,
        "quantity-shipped": units,
        "currency": o.currency,
        "item-price": _amount(item.price_minor, o.currency),
        "ship-city": o.city,
        "ship-state": o.state,
        "ship-postal-code": o.postcode,
        "ship-country": o.country,
        "is-business-order": str(o.is_business).lower(),
        "buyer-email": o.buyer_email,
        "buyer-name": o.buyer_name,
        "recipient-name": o.recipient_name,
        "carrier": o.carrier,
        "tracking-number": o.tracking,
    }


def _fba_line(r: Return) -> dict[str, str | None]:
    return {
        "return-date": _iso(r.returned_at),
        "order-id": r.order_id,
        "sku": r.sku,
        "asin": r.asin,
        "quantity": "1",
        "reason": r.reason,
        "status": r.status,
        "customer-comments": r.comment,
    }


def _merchant_line(r: Return) -> dict[str, str | None]:
    return {
        "Order ID": r.order_id,
        "Return request date": _named_day(r.returned_at),
        "Return request status": r.status,
        "Currency code": r.currency,
        "A-to-Z Claim": "Y" if r.has_claim else "N",
        "ASIN": r.asin,
        "Merchant SKU": r.sku,
        "Return quantity": "1",
        "Return Reason": r.reason,
        "Return delivery date": _named_day(r.delivered_back_at),
        "Refunded Amount": _amount(r.refunded_minor, r.currency),
        "Customer comments": r.comment,
    }


def _named_day(moment: datetime | None) -> str:
    return f"{moment.day:02d}-{_MONTHS[moment.month - 1]}-{moment.year}" if moment else ""


def _iso(moment: datetime | None) -> str:
    return rfc3339(moment).replace("Z", "+00:00") if moment else ""


def _amount(minor: int | None, currency: str | None) -> str:
    places = exponent(currency)
    return "" if minor is None else f"{minor / 10**places:.{places}f}"


def _tsv(header: Sequence[str], lines: Iterable[Mapping[str, str | None]], encoding: str) -> bytes:
    rows = ["\t".join(header)]
    for line in lines:
        rows.append("\t".join(" ".join((line.get(name) or "").split()) for name in header))
    return ("\r\n".join(rows) + "\r\n").encode(encoding, "replace")
