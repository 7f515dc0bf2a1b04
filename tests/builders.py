"""Builders with defaults: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from data.domain import (
    Actor,
    Assessment,
    Author,
    Band,
    Category,
    Cursor,
    Mention,
    Order,
    OrderItem,
    Page,
    Reason,
    Source,
    Ticket,
    TicketMessage,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TESTER = Actor("p:tester")


def days(n: float) -> timedelta:
    return timedelta(days=n)


def a_mention(native_id: str = "m1", **facts: Any) -> Mention:
    defaults: dict[str, Any] = {
        "source": Source.TRUSTPILOT,
        "text": "My lamp never came and nobody answers.",
        "published_at": NOW - days(3),
        "author": Author(Source.TRUSTPILOT, f"a-{native_id}", "Ada Lampwick", None, "FR"),
        "rating": 1,
        "country": "FR",
        "language": "en",
    }
    return Mention(native_id=native_id, **(defaults | facts))


def a_page(*mentions: Mention, state: Mapping[str, Any] | None = None, gone: tuple[str, ...] = ()) -> Page:
    source = mentions[0].source if mentions else Source.TRUSTPILOT
    return Page(mentions, Cursor(source, "acme:search", state or {"seen": len(mentions)}), gone)


def an_order(order_id: str = "405-1234567-7654321", **facts: Any) -> Order:
    defaults: dict[str, Any] = {
        "marketplace": "amazon.fr",
        "purchased_at": NOW - days(20),
        "items": (OrderItem("1", "LMP-1", "B0TEST0001", "Brass lamp", 1, 8995, "Shipped"),),
        "status": "Shipped",
        "channel": "merchant",
        "currency": "EUR",
        "total_minor": 8995,
        "city": "Lyon",
        "postcode": "69001",
        "country": "FR",
        "buyer_name": "Ada Lampwick",
        "buyer_email": "abc123@marketplace.amazon.fr",
    }
    return Order(order_id=order_id, **(defaults | facts))


def an_assessment(**facts: Any) -> Assessment:
    defaults: dict[str, Any] = {
        "probability": 0.9,
        "band": Band.FRUSTRATED,
        "categories": ((Category.NOT_DELIVERED, 0.8),),
        "severity": 2,
        "language": "en",
        "reasons": (Reason("never", 1.5),),
        "model": "test-1",
    }
    return Assessment(**(defaults | facts))


def a_ticket(native_id: str = "1001", **facts: Any) -> Ticket:
    defaults: dict[str, Any] = {
        "tool": "zendesk",
        "created_at": NOW - days(2),
        "subject": "Where is my refund",
        "status": "open",
        "order_id": "405-1234567-7654321",
        "buyer_email": "abc123@marketplace.amazon.fr",
        "channel": "amazon",
        "language": "fr",
        "last_in_at": NOW - days(2),
        "messages": (TicketMessage("in", NOW - days(2), "Where is my refund?"),),
    }
    return Ticket(native_id=native_id, **(defaults | facts))
