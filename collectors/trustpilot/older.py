"""Layouts before 2023: cards carry ``data-reviewmid``; from 2021 with small JSON islands, before that as plain HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag

from collectors.trustpilot.page import Business, Outcome, ParsedPage, Review, ReviewAuthor, ReviewReply, moment
from collectors.trustpilot.words import flowing, number_in

_COUNT_CLASS = re.compile(r"^count-([1-5])$")


def read_older(soup: BeautifulSoup) -> ParsedPage:
    """Reviews of a page of 2016 to 2022."""
    cards = soup.select("[data-reviewmid]")
    found: dict[str, Review] = {}
    for card in cards:
        review = _island(card) if card.select_one("script[data-initial-state]") else _plain(card)
        if review is not None:
            found.setdefault(review.id, review)
    business = _business(soup, cards)
    if not found:
        return ParsedPage(Outcome.LAYOUT_UNKNOWN, business)
    total = _state(soup, "review-list").get("totalNumberOfReviews")
    return ParsedPage(
        Outcome.OK, business, len(found), total if isinstance(total, int) else None, tuple(found.values())
    )


def _state(node: Tag, name: str) -> Mapping[str, Any]:
    script = node.select_one(f'script[data-initial-state="{name}"]')
    if script is None:
        return {}
    try:
        value = json.loads(script.get_text())
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}


def _island(card: Tag) -> Review | None:
    info, dates = _state(card, "review-info"), _state(card, "review-dates")
    label = _state(card, "verification-level-label")
    rating, review_id = info.get("stars"), str(card.get("data-reviewmid") or "")
    if not review_id or not isinstance(rating, int) or not 1 <= rating <= 5:
        return None
    place = card.select_one(".consumer-information__location span")
    count = card.select_one(".consumer-information__review-count span")
    return Review(
        id=review_id,
        rating=rating,
        title=str(info.get("reviewHeader") or ""),
        text=str(info.get("reviewBody") or ""),
        published_at=moment(dates.get("publishedDate")),
        updated_at=moment(dates.get("updatedDate")),
        author=ReviewAuthor(
            _text(info.get("consumerId")) or _text(card.get("data-review-user-id")),
            _text(info.get("consumerName")),
            flowing(place) if place else None,
            number_in(flowing(count)) if count else None,
        ),
        reply=_island_reply(card),
        verification=_text(label.get("verificationLevel")),
    )


def _island_reply(card: Tag) -> ReviewReply | None:
    content = card.select_one(".brand-company-reply__content")
    if content is None:
        return None
    dates = _state(card, "review-reply-dates")
    return ReviewReply(flowing(content), moment(dates.get("publishedDate")), moment(dates.get("updatedDate")))


def _plain(card: Tag) -> Review | None:
    stars = card.select_one(".star-rating")
    title, body, time = card.select_one(".review-title"), card.select_one(".review-body"), card.select_one("time")
    rating = (
        next((int(m.group(1)) for c in (stars.get("class") or []) if (m := _COUNT_CLASS.match(c))), None)
        if (stars)
        else None
    )
    if rating is None or time is None:
        return None
    name = card.select_one(".user-review-name-link") or card.select_one(".user-review-name")
    heading = flowing(title) if title else ""
    return Review(
        id=str(card["data-reviewmid"]),
        rating=rating,
        title=heading,
        text=flowing(body) if body else heading,
        published_at=moment(str(time.get("datetime") or "")),
        author=ReviewAuthor(_text(card.get("data-review-user-id")), flowing(name) if name else None),
    )


def _business(soup: BeautifulSoup, cards: list[Tag]) -> Business:
    first = cards[0] if cards else None
    info = _state(first, "review-info") if first else {}
    return Business(
        _text(first.get("data-review-domain-id")) if first else None,
        _text(info.get("businessUnitDisplayName")),
        _text(first.get("data-review-domain-name")) if first else None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
