"""The readable half of pages since 2023: review cards, with the JSON-LD block for exact times.

Used when the data block is missing (a browser that saved without scripts). Precedence as measured on 783 reviews:
card over JSON-LD for text (JSON-LD glues lines together), JSON-LD over card for the published time (a card shows the
time of the last edit).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag

from collectors.trustpilot.page import Business, Outcome, ParsedPage, Review, ReviewAuthor, ReviewReply, moment
from collectors.trustpilot.words import lines_of, number_in


def read_cards(soup: BeautifulSoup) -> ParsedPage:
    """Reviews of the cards that link to a review; carousel cards do not and are left out."""
    linked = _linked_data(soup)
    found: dict[str, Review] = {}
    for card in soup.select("article[data-service-review-card-paper]"):
        review = _review(card, linked)
        if review is not None:
            found.setdefault(review.id, review)
    business = _business(soup)
    if not found:
        return ParsedPage(Outcome.LAYOUT_UNKNOWN, business)
    return ParsedPage(Outcome.OK, business, len(found), None, tuple(found.values()))


def _review(card: Tag, linked: Mapping[str, Mapping[str, Any]]) -> Review | None:
    link = card.select_one('a[href*="/reviews/"]')
    stars = card.select_one("[data-service-review-rating]")
    if link is None or stars is None:
        return None
    review_id = str(link["href"]).rstrip("/").rsplit("/", 1)[-1].split("?")[0].removesuffix(".html")
    rating = number_in(str(stars["data-service-review-rating"]))
    if not review_id or rating not in (1, 2, 3, 4, 5):
        return None
    exact = linked.get(review_id, {})
    time = card.select_one("time[data-service-review-date-time-ago]")
    shown = moment(str(time.get("datetime") or "")) if time else None
    published = moment(exact.get("datePublished")) or shown
    title, text = _typed(card, "title"), _typed(card, "text")
    return Review(
        id=review_id,
        rating=rating,
        title=title,
        text=text or title,
        published_at=published,
        language=exact.get("inLanguage") if isinstance(exact.get("inLanguage"), str) else None,
        updated_at=shown if shown and published and shown > published else None,
        author=_author(card),
        reply=_reply(card),
    )


def _typed(card: Tag, what: str) -> str:
    node = card.select_one(f"[data-service-review-{what}-typography]")
    return lines_of(node) if node else ""


def _author(card: Tag) -> ReviewAuthor:
    profile = card.select_one("a[data-consumer-profile-link]")
    name = card.select_one("[data-consumer-name-typography]")
    country = card.select_one("[data-consumer-country-typography]")
    count = card.select_one("[data-consumer-reviews-count]")
    return ReviewAuthor(
        str(profile["href"]).rstrip("/").rsplit("/", 1)[-1] if profile else None,
        lines_of(name) if name else None,
        lines_of(country) if country else None,
        number_in(str(count["data-consumer-reviews-count"])) if count else None,
    )


def _reply(card: Tag) -> ReviewReply | None:
    text = card.select_one("[data-service-review-business-reply-text-typography]")
    time = card.select_one("time[data-service-review-business-reply-date-time-ago]")
    if text is None:
        return None
    return ReviewReply(lines_of(text), moment(str(time.get("datetime") or "")) if time else None)


def linked_ratings(soup: BeautifulSoup) -> dict[str, int]:
    """Rating by review id, as the linked data says it."""
    found = {}
    for review_id, node in _linked_data(soup).items():
        rating = node.get("reviewRating")
        value = number_in(str(rating.get("ratingValue"))) if isinstance(rating, Mapping) else None
        if value is not None:
            found[review_id] = value
    return found


def _linked_data(soup: BeautifulSoup) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for script in soup.select('script[type="application/ld+json"]'):
        try:
            document = json.loads(script.get_text())
        except ValueError:
            continue
        for node in _nodes(document):
            if node.get("@type") == "Review" and isinstance(node.get("@id"), str):
                found[node["@id"].rstrip("/").rsplit("/", 1)[-1]] = node
    return found


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _business(soup: BeautifulSoup) -> Business:
    canonical = soup.select_one('link[rel="canonical"]')
    address = str(canonical.get("href") or "") if canonical else ""
    domain = address.partition("/review/")[2].split("?")[0] or None
    name = soup.select_one("h1 span")
    return Business(None, lines_of(name) if name else None, domain)
