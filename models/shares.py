"""How common the values that a mention shows are among our orders: what their agreement is worth depends on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.blocking import OrderIndex, mention_keys, stable_key
from models.brands import other_brand
from models.mention_facts import MentionFacts
from models.product_words import stem

POOL = 300
"""Orders of an average shop counted beside the cache: a value is not common because the cache is small."""
_TYPICAL: Mapping[str, float] = MappingProxyType(
    {  # share of an average shop's orders that carry one value of a kind
        "name1": 0.004,
        "initial": 0.001,
        "start": 0.001,
        "end": 0.001,
        "handle": 0.0001,
        "city": 0.01,
        "postcode": 0.001,
        "country": 0.3,
        "asin": 0.01,
        "sku": 0.01,
        "amount": 0.01,
        "units": 0.03,
        "word": 0.02,
    }
)


@dataclass(frozen=True, slots=True)
class Shares:
    """How common the mention's values are among our orders."""

    total: int
    counts: Mapping[int, int]  # key -> orders that carry it
    vocabulary: Mapping[str, float]  # the mention's product words that our titles know -> bits of surprise
    other_brand: str | None = None  # a brand that none of our titles knows

    def count(self, kind: str, value: str) -> int:
        """Orders that carry the value."""
        return self.counts.get(stable_key(kind, value), 0)

    def share(self, kind: str, value: str) -> float:
        """Share of orders that carry the value, 0-1, the average shop counted in: never quite 0."""
        return _share(kind, self.count(kind, value), self.total)

    def rarity(self, kind: str, value: str) -> float:
        """log2 of one over the share."""
        return -math.log2(self.share(kind, value))


def _share(kind: str, count: int, total: int) -> float:
    return (count + POOL * _TYPICAL[kind]) / (total + POOL)


def shares_for(facts: MentionFacts, index: OrderIndex) -> Shares:
    """Count the mention's values among the orders, in one look-up."""
    words = {w: (stable_key("word", w), stable_key("tail", w[-5:])) for w in facts.words}
    keys = list(mention_keys(facts))
    keys += [key for pair in words.values() for key in pair]
    keys += [stable_key("amount", str(a.minor)) for a in facts.amounts]
    keys += [stable_key("units", str(a.minor // 100)) for a in facts.amounts]
    keys += [stable_key("country", c) for c in {facts.country, *facts.markets} if c]
    counts = dict(zip(keys, index.counts(keys), strict=True))
    total = index.total
    known = {w: max(counts[a], counts[b] if len(w) >= 5 else 0) for w, (a, b) in words.items()}
    vocabulary = {w: -math.log2(_share("word", n, total)) for w, n in known.items() if n}
    towns = {w for p in facts.places if counts[stable_key("city", p)] for w in p.split()}
    brand = other_brand(facts.brands, vocabulary.keys() | {stem(t) for t in towns}, vocabulary.keys())
    return Shares(total, counts, vocabulary, brand)
