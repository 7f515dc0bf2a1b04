"""Weights of the evidence for a link, in bits: +1 doubles the odds, 0 says nothing (Fellegi & Sunter 1969).

Each weight is log2(m/u): how often the outcome shows when the mention is about the order (m) over how often it shows
by chance (u). Where chance depends on how common a value is (a name, a town, a product word), u comes from counting
the cached orders, and the table holds log2(m) alone. No label was used: m are judgements of how people write, checked
against invented data; ``corrections`` is where a later fit on people's judgements goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

_COUNTED: Mapping[str, float] = MappingProxyType(
    {
        # log2(m); chance is counted
        "name.full": -2.0,  # 0.46 of those who show a name show first and last
        "name.nick": -5.0,
        "name.fuzzy": -3.3,
        "name.init_last": -3.2,
        "name.first_init": -2.3,
        "name.handle": -4.0,
        "name.first_only": -3.0,
        "name.last_only": -6.0,
        "city.agree": -0.6,
        "postcode.agree": -0.3,
        "country.agree": -1.5,
        "language.agree": -0.5,
        "product.agree": -0.6,
        "asin.agree": 0.5,
        "amount.agree": -0.4,
        "amount.rounded": -1.0,
    }
)
_FIXED: Mapping[str, float] = MappingProxyType(
    {
        # log2(m/u)
        "name.differ": -4.0,
        "city.differ": -3.0,
        "postcode.differ": -2.0,
        "country.differ": -1.5,
        "language.differ": -2.0,
        "product.differ": -3.0,
        "brand.differ": -4.0,
        "asin.differ": -2.0,
        "amount.differ": -2.0,
        "stated_date.same": 5.5,
        "stated_date.near": 1.4,
        "stated_date.differ": -4.0,
        "stated_age.same": 5.0,
        "stated_age.near": 3.5,
        "stated_age.differ": -3.5,
        "experience.same": 4.3,
        "experience.week": 2.0,
        "experience.later": -2.5,
        "experience.before": -3.2,
        "gap.week": 1.5,
        "gap.month": 1.8,
        "gap.quarter": 0.7,
        "gap.season": -0.4,
        "gap.year": -4.5,
        "gap.before": -20.0,
        "ticket.agree": 3.0,
        "order_id.agree": 7.0,  # over 1/N: of posted ids that no rule stops, about 2 in 100 are borrowed
        "order_id.near": 18.0,  # one slip among 17 digits by chance: below 1 in a million at a million orders
        "id_fragment.agree": 21.0,  # seven digits of fourteen
        "tracking.agree": 24.0,
    }
)


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the weights. ``bits`` by "field.outcome"; unknown outcomes raise KeyError."""

    version: str
    bits: Mapping[str, float]
    prior: float = 0.26  # share of the mentions that are about an order in the cache
    namesakes: float = 0.05  # share of other mentions whose author bears the name of one of our buyers
    corrections: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, outcome: str) -> float:
        """The weight of an outcome, correction included."""
        return self.bits[outcome] + self.corrections.get(outcome, 0.0)

    def corrected(self, version: str, corrections: Mapping[str, float]) -> Weights:
        """The same weights with corrections from a fit; raises KeyError for an outcome that has no weight."""
        for outcome in corrections:
            _ = self.bits[outcome]
        return replace(self, version=version, corrections=MappingProxyType(dict(corrections)))


PRESET = Weights("link-preset-1", MappingProxyType({**_COUNTED, **_FIXED}))
