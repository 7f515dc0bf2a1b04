"""A mention as linkage sees it, and the facts read from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.errors import BadInput
from models.brands import BrandSuspect, brand_suspects
from models.identifiers import Identifiers, find_identifiers
from models.names import PersonName, parse_author
from models.product_words import places, plain, postcodes, product_words, stock_numbers
from models.stated_amounts import StatedAmount, stated_amounts
from models.stated_dates import StatedDay, day_number, stated_days

_X = frozenset({"x", "twitter"})
_LANGUAGE_MARKETS: dict[str, tuple[str, ...]] = {
    "fr": ("FR", "BE", "CH", "LU", "CA"),
    "de": ("DE", "AT", "CH"),
    "en": ("GB", "IE", "US", "CA", "AU"),
    "es": ("ES", "MX"),
    "it": ("IT", "CH"),
}


@dataclass(frozen=True, slots=True)
class LinkMention:
    """One mention to be linked; the fields of the ``link`` command's contract, of which all but two may be None."""

    mention_id: str
    text: str
    source: str | None = None
    author_name: str | None = None
    author_handle: str | None = None
    country: str | None = None
    lang: str | None = None
    date: dt.date | None = None
    experience_date: dt.date | None = None
    rating: int | None = None
    url: str | None = None
    title: str | None = None
    reference: str | None = None  # the source's reference-number field

    @classmethod
    def from_contract(cls, raw: Mapping[str, object]) -> LinkMention:
        """Read one line of the ``link`` command; raises BadInput with the name of the unusable field."""
        rating = raw.get("rating")
        if rating is not None and (isinstance(rating, bool) or not isinstance(rating, int | float)):
            raise BadInput("field rating: give a number of stars or null")
        return cls(
            mention_id=_required(raw, "mention_id"),
            text=_required(raw, "text"),
            rating=None if rating is None else int(rating),
            source=_text(raw, "source"),
            author_name=_text(raw, "author_name"),
            author_handle=_text(raw, "author_handle"),
            country=_text(raw, "country"),
            lang=_text(raw, "lang"),
            date=_date(raw, "date"),
            experience_date=_date(raw, "experience_date"),
            url=_text(raw, "url"),
            title=_text(raw, "title"),
            reference=_text(raw, "reference"),
        )

    @classmethod
    def from_row(cls, row: Any) -> LinkMention:
        """A stored mention, as ``data.linking`` reads it, under its row id."""
        return cls(
            mention_id=str(row.id),
            text=row.text,
            source=row.source,
            author_name=row.author_name,
            author_handle=row.author_handle,
            country=row.country or row.author_country,
            lang=row.language or row.declared_language,
            date=row.published_at.date(),
            experience_date=row.experienced_at,
            rating=row.rating,
            url=row.url,
            title=row.title,
            reference=row.reference,
        )


@dataclass(frozen=True, slots=True)
class MentionFacts:
    """What a mention says that an order can agree or disagree with; days since 1970-01-01."""

    authors: tuple[PersonName, ...] = ()
    is_x: bool = False
    country: str = ""
    markets: tuple[str, ...] = ()  # countries where the mention's language is at home
    day: int | None = None
    experience_day: int | None = None
    ids: Identifiers = field(default_factory=Identifiers)
    words: tuple[str, ...] = ()  # stems of telling words
    days: tuple[StatedDay, ...] = ()
    amounts: tuple[StatedAmount, ...] = ()
    brands: tuple[BrandSuspect, ...] = ()
    places: tuple[str, ...] = ()  # capitalised runs: towns are among them
    postcodes: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()  # what looks like a stock number, in capitals


def read_mention(mention: LinkMention) -> MentionFacts:
    """Read the facts from one mention; never fails, whatever the text is."""
    text = f"{mention.title}\n{mention.text}" if mention.title else mention.text
    written_on = mention.date or mention.experience_date
    return MentionFacts(
        authors=parse_author(mention.author_name, mention.author_handle),
        is_x=(mention.source or "").lower() in _X,
        country=(mention.country or "").upper(),
        markets=_LANGUAGE_MARKETS.get((mention.lang or "").lower()[:2], ()),
        day=day_number(mention.date) if mention.date else None,
        experience_day=day_number(mention.experience_date) if mention.experience_date else None,
        ids=find_identifiers(text, mention.reference),
        words=product_words((text,)),
        brands=brand_suspects(text, mention.lang),
        days=stated_days(plain(text), written_on) if written_on else (),
        amounts=stated_amounts(text),
        places=places(text),
        postcodes=postcodes(text),
        skus=stock_numbers(text),
    )


def _required(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and name == "mention_id":
        return str(value)
    if not isinstance(value, str) or (name == "mention_id" and not value):
        raise BadInput(f"field {name}: give a text")
    return value


def _text(raw: Mapping[str, object], name: str) -> str | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"field {name}: give a text or null")
    return value or None


def _date(raw: Mapping[str, object], name: str) -> dt.date | None:
    value = _text(raw, name)
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value) if len(value) == 10 else dt.datetime.fromisoformat(value).date()
    except ValueError:
        raise BadInput(f"field {name}: give a date such as 2026-11-24 or an RFC 3339 time") from None
