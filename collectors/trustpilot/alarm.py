"""The layout alarm: a page says everything three times, so a change of layout shows as a disagreement.

Measured on 783 reviews of 2023 to 2026: ids, order, ratings, titles and reply texts agree between the data block and
the cards without exception; the linked data agrees on ids and ratings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bs4 import BeautifulSoup

from collectors.trustpilot.cards import linked_ratings, read_cards
from collectors.trustpilot.page import Outcome, ParsedPage, Review

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def disagreements(raw: bytes, page: ParsedPage) -> tuple[str, ...]:
    """What the readers of ``raw`` do not agree on; empty when all is well. ``page`` is what ``parse_page`` read.

    Only pages with a data block can disagree: older layouts and JSON say everything once.
    """
    if page.outcome is not Outcome.OK or b"__NEXT_DATA__" not in raw or raw.lstrip()[:1] in (b"{", b"["):
        return ()
    soup = BeautifulSoup(raw, "lxml")
    cards = read_cards(soup)
    found = []
    if not cards.reviews:
        if b"</html" in raw[-4_096:].lower():  # a page cut off behind its data block may lack them
            found.append("the cards cannot be read any more")
    elif [r.id for r in cards.reviews] != [r.id for r in page.reviews]:
        found.append("data block and cards show other reviews")
    else:
        pairs = list(zip(page.reviews, cards.reviews, strict=True))
        for what, differs in _COMPARED.items():
            if count := sum(differs(block, card) for block, card in pairs):
                found.append(f"{what} of {count} reviews")
    linked = linked_ratings(soup)
    ours = {r.id: r.rating for r in page.reviews}
    if linked and any(ours.get(review_id, rating) != rating for review_id, rating in linked.items()):
        found.append("the ratings of the linked data")
    return tuple(found)


def changed_layout(raw: bytes, page: ParsedPage) -> str | None:
    """One line for a person when the readers disagree, so that no single one can be trusted; else None."""
    differ = disagreements(raw, page)
    return f"Trustpilot has changed its layout: {', '.join(differ)}" if differ else None


def new_fields(page: ParsedPage) -> str | None:
    """One line when reviews have fields that none has had before; what is known of them can be read all the same."""
    names = sorted(name for name in page.unknown_fields if _FIELD.fullmatch(name))
    return f"Trustpilot's pages have new fields ({', '.join(names[:5])}): what we know of was read" if names else None


def _folded(text: str) -> str:
    return " ".join(text.split())


def _replies_differ(block: Review, card: Review) -> bool:
    return _folded(block.reply.text if block.reply else "") != _folded(card.reply.text if card.reply else "")


_COMPARED: Mapping[str, Callable[[Review, Review], bool]] = {
    "the ratings": lambda block, card: block.rating != card.rating,
    "the titles": lambda block, card: _folded(block.title) != _folded(card.title),
    "the replies": _replies_differ,
}
