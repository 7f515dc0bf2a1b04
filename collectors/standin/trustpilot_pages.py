"""Renders invented reviews as a profile page of the 2026 layout: data block, JSON-LD and cards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from html import escape
from typing import Any

from data.clock import rfc3339
from data.domain import Mention


def render(business: str, domain: str, reviews: Sequence[Mention], *, total: int, page: int = 1) -> bytes:
    """One page of ``reviews`` (20 at most on a real one) of the profile ``domain``; ``total`` counts them all."""
    rows = [_row(m) for m in reviews]
    props = {
        "pageUrl": f"https://www.trustpilot.com/review/{domain}",
        "businessUnit": {
            "id": "5f0000000000000000000001",
            "displayName": business,
            "identifyingName": domain,
            "numberOfReviews": total,
        },
        "reviews": rows,
        "relevantReviews": [],
        "filters": {
            "totalNumberOfReviews": total,
            "pagination": {"currentPage": page, "perPage": 20, "totalCount": total, "totalPages": -(-total // 20)},
            "selected": {"languages": "all", "sort": "recency"},
        },
    }
    block = json.dumps({"props": {"pageProps": props}}, ensure_ascii=False).replace("</", "<\\/")
    linked = json.dumps({"@graph": [_linked(m) for m in reviews]}, ensure_ascii=False).replace("</", "<\\/")
    cards = "".join(_card(m) for m in reviews)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(business)} Reviews | Trustpilot'
        f'</title><link rel="canonical" href="https://www.trustpilot.com/review/{escape(domain)}">'
        f'<script type="application/ld+json">{linked}</script></head><body><h1><span>{escape(business)}</span></h1>'
        f'<main>{cards}</main><script id="__NEXT_DATA__" type="application/json">{block}</script></body></html>'
    ).encode()


def _row(m: Mention) -> dict[str, Any]:
    author = m.author
    return {
        "id": m.native_id,
        "filtered": False,
        "isPending": False,
        "text": m.text,
        "rating": m.rating,
        "labels": {"merged": None, "verification": {"isVerified": False, "verificationLevel": m.verification}},
        "title": m.title or "",
        "likes": m.reach,
        "source": "Organic",
        "dates": {
            "experiencedDate": rfc3339(datetime.combine(m.experienced_at, time(), UTC)) if m.experienced_at else None,
            "publishedDate": rfc3339(m.published_at),
            "updatedDate": rfc3339(m.updated_at) if m.updated_at else None,
            "submittedDate": None,
        },
        "report": None,
        "hasUnhandledReports": False,
        "consumer": {
            "id": author.native_id if author else None,
            "displayName": author.name if author else None,
            "numberOfReviews": 1,
            "countryCode": author.country if author else None,
        },
        "reply": _reply(m),
        "language": m.language,
        "location": None,
    }


def _reply(m: Mention) -> dict[str, Any] | None:
    if m.reply is None:
        return None
    return {
        "message": m.reply.text,
        "publishedDate": rfc3339(m.reply.published_at) if m.reply.published_at else None,
        "updatedDate": rfc3339(m.reply.updated_at) if m.reply.updated_at else None,
    }


def _linked(m: Mention) -> dict[str, Any]:
    return {
        "@type": "Review",
        "@id": f"https://www.trustpilot.com/#/schema/Review/{m.native_id}",
        "datePublished": rfc3339(m.published_at),
        "headline": m.title,
        "reviewBody": " ".join(m.text.split()),
        "reviewRating": {"@type": "Rating", "ratingValue": str(m.rating)},
        "inLanguage": m.language,
    }


def _card(m: Mention) -> str:
    name = escape(m.author.name or "") if m.author else ""
    profile = escape(m.author.native_id) if m.author else ""
    country = escape(m.author.country or "") if m.author else ""
    text = escape(m.text).replace("\n", "<br>")
    answer = ""
    if m.reply is not None:
        day = rfc3339(m.reply.updated_at or m.reply.published_at or m.published_at)
        answer = (
            f'<time dateTime="{day}" data-service-review-business-reply-date-time-ago="true"></time>'
            f'<p data-service-review-business-reply-text-typography="true">'
            f"{escape(m.reply.text)}</p>".replace("\n", "<br>")
        )
    return (
        f'<article data-service-review-card-paper="true"><a href="/users/{profile}" data-consumer-profile-link="true">'
        f'<span data-consumer-name-typography="true">{name}</span><div data-consumer-reviews-count="1">'
        f'<span data-consumer-country-typography="true">{country}</span></div></a>'
        f'<time dateTime="{rfc3339(m.updated_at or m.published_at)}" data-service-review-date-time-ago="true"></time>'
        f'<div data-service-review-rating="{m.rating}"></div><a href="/reviews/{escape(m.native_id)}">'
        f'<h2 data-service-review-title-typography="true">{escape(m.title or "")}</h2></a>'
        f'<p data-service-review-text-typography="true">{text}</p>{answer}</article>'
    )
