"""What the invented brand sells, and to whom: products, markets, customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from data.demo import phrases


@dataclass(frozen=True, slots=True)
class Product:
    """One lamp. ``price_minor`` is in the market's currency; ``names`` is by language."""

    sku: str
    asin: str
    price_minor: int
    is_merchant: bool  # sent from our own workshop; the others lie in the marketplace's warehouses
    weight: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Market:
    """One marketplace; ``share`` is its part of all orders, ``merchant`` its part of merchant-fulfilled lines."""

    country: str
    domain: str
    language: str
    currency: str
    share: float
    merchant: float
    prefixes: tuple[str, ...]  # first block of its order ids
    carrier: str


@dataclass(frozen=True, slots=True)
class Customer:
    """An invented buyer; ``alias`` is the marketplace's anonymised address."""

    first: str
    last: str
    country: str
    city: str
    postcode: str
    alias: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


MARKETS = (
    Market("FR", "amazon.fr", "fr", "EUR", 0.33, 0.72, ("402", "403", "405", "407"), "Colirapide"),
    Market("DE", "amazon.de", "de", "EUR", 0.29, 0.70, ("302", "303", "304", "306"), "Paketflink"),
    Market("GB", "amazon.co.uk", "en", "GBP", 0.14, 0.35, ("202", "203", "204", "206"), "Parcelwell"),
    Market("IT", "amazon.it", "it", "EUR", 0.13, 0.35, ("404", "406", "408"), "Spedibene"),
    Market("ES", "amazon.es", "es", "EUR", 0.11, 0.35, ("404", "405", "407"), "Envialisto"),
)
MARKET = {m.country: m for m in MARKETS}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


@cache
def brand() -> Mapping[str, Any]:
    """The brand's facts: name, domain, handle, reddit, misspellings."""
    facts: Mapping[str, Any] = phrases.table("catalogue")["brand"]
    return facts


@cache
def products() -> tuple[Product, ...]:
    """The range, with invented ASINs that every build shares."""
    rng = Random("asins")
    made = []
    for row in phrases.table("catalogue")["product"]:
        asin = "B0" + "".join(rng.choices("BCDFGHJKLMNPQRSTVWXYZ0123456789", k=8))
        names = {code: row[code] for code in phrases.LANGUAGES}
        made.append(Product(row["sku"], asin, row["price"], row["merchant"], row["weight"], names))
    return tuple(made)


@cache
def people_of(country: str) -> Mapping[str, list[str]]:
    """First and last names, towns, pseudonyms and handle words of one country."""
    held: Mapping[str, list[str]] = phrases.table("names")[country]
    return held


def customer(rng: Random, market: Market) -> Customer:
    """A new buyer of ``market``."""
    pool = people_of(market.country)
    city, _, start = rng.choice(pool["cities"]).rpartition(" ")
    alias = "".join(rng.choices(_ALPHABET, k=14))
    return Customer(
        rng.choice(pool["first"]),
        rng.choice(pool["last"]),
        market.country,
        city,
        _postcode(rng, market.country, start),
        f"{alias}@marketplace.{market.domain}",
    )


def _postcode(rng: Random, country: str, start: str) -> str:
    if country == "GB":
        return f"{start}{rng.randint(1, 19)} {rng.randint(1, 9)}{''.join(rng.choices('ABDEFGHJLNPQRSTUWXYZ', k=2))}"
    return start + "".join(rng.choices("0123456789", k=3))
