"""Bytes in, page out: finds the layout, tells a wall from an empty profile, and prefers the exact data block."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer

from collectors.trustpilot.api_rows import api_review
from collectors.trustpilot.cards import read_cards
from collectors.trustpilot.next_data import read_document, review_of
from collectors.trustpilot.older import read_older
from collectors.trustpilot.page import Business, Outcome, ParsedPage, Review

_BLOCK_STATUS = {202, 401, 403, 405, 429}
_WALL = re.compile(
    rb"awsWafCookieDomainList|AwsWafIntegration|challenge-container|identified as coming from a bot"
    rb"|<Code>AccessDenied</Code>|Verifying your connection|Verifying Connection</title>|px-captcha|cf-challenge",
)
_GATE = re.compile(rb"/users/connect\?redirect|__N_REDIRECT")
_DATA_BLOCK = SoupStrainer("script", id="__NEXT_DATA__")


def parse_page(raw: bytes, *, status: int | None = None) -> ParsedPage:
    """Read a saved or fetched page (HTML) or an answer of the official API (JSON).

    ``status`` is the HTTP status when there was one. OK needs positive evidence: a business and at least one review.
    A half-downloaded page is LAYOUT_UNKNOWN, never EMPTY.
    """
    if status in _BLOCK_STATUS:
        return ParsedPage(Outcome.BLOCKED)
    start = raw.lstrip()[:1]
    if start in (b"{", b"["):
        return _json_page(raw)
    if b"__NEXT_DATA__" in raw:
        page = _data_block(raw)
        if page.outcome is not Outcome.LAYOUT_UNKNOWN or b"data-service-review-card-paper" not in raw:
            return page
    if b"data-service-review-card-paper" in raw or b"data-reviewmid" in raw:
        if _broke_off(raw):
            return ParsedPage(Outcome.LAYOUT_UNKNOWN)
        return read_older(_soup(raw)) if b"data-reviewmid" in raw else read_cards(_soup(raw))
    if _WALL.search(raw):
        return ParsedPage(Outcome.BLOCKED)
    if _GATE.search(raw):
        return ParsedPage(Outcome.GATED)
    return ParsedPage(Outcome.NOT_A_PROFILE if _is_whole(raw) else Outcome.LAYOUT_UNKNOWN)


def _soup(raw: bytes) -> BeautifulSoup:
    return BeautifulSoup(raw, "lxml")


def _is_whole(raw: bytes) -> bool:
    return b"</html>" in raw[-4096:].lower() and b"rustpilot" in raw


def _broke_off(raw: bytes) -> bool:
    """Whether the end of the page is missing: the last card may then be cut in the middle of a sentence."""
    folded = raw.lower()
    return b"<html" in folded and b"</html" not in folded


def _data_block(raw: bytes) -> ParsedPage:
    # only the block is handed to the parser: the tree of the whole page costs three times as much
    start = raw.rfind(b"<script", 0, raw.find(b"__NEXT_DATA__"))
    end = raw.find(b"</script>", start)
    if start < 0 or end < 0:
        return ParsedPage(Outcome.LAYOUT_UNKNOWN)
    block = BeautifulSoup(raw[start : end + 9], "lxml", parse_only=_DATA_BLOCK, from_encoding="utf-8").script
    try:
        document = json.loads(block.get_text() if block else "")
    except (ValueError, RecursionError):
        return ParsedPage(Outcome.LAYOUT_UNKNOWN)
    return read_document(document) if isinstance(document, Mapping) else ParsedPage(Outcome.LAYOUT_UNKNOWN)


def _json_page(raw: bytes) -> ParsedPage:
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ParsedPage(Outcome.LAYOUT_UNKNOWN)
    if isinstance(document, Mapping):
        if "props" in document:
            return read_document(document)
        if document.get("error") is True or "bot" in str(document.get("message", "")):
            return ParsedPage(Outcome.BLOCKED)
    rows = document.get("reviews") if isinstance(document, Mapping) else document
    if not isinstance(rows, list):
        return ParsedPage(Outcome.LAYOUT_UNKNOWN)
    reviews = tuple(r for row in rows if isinstance(row, Mapping) and (r := _either(row)) is not None)
    if rows and not reviews:
        return ParsedPage(Outcome.LAYOUT_UNKNOWN)
    return ParsedPage(Outcome.OK if reviews else Outcome.EMPTY, Business(), len(reviews), None, reviews)


def _either(row: Mapping[str, Any]) -> Review | None:
    """A review object of a page's data block, or of the official API (``stars``, ``createdAt``)."""
    return review_of(row) if "dates" in row else api_review(row)
