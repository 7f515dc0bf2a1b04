"""Weights of the evidence for a link, in bits: +1 doubles the odds, 0 says nothing (Fellegi & Sunter 1969).

Each weight is log2(m/u): how often the outcome shows when the mention is about the order (m) over how often it shows
by chance (u). Where chance depends on how common a value is (a name, a town, a product word), u comes from counting
the cached orders, and the table holds log2(m) alone. No label was used: m are judgements of how people write, checked
against invented data; ``corrections`` is where a later fit on people's judgements goes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

_COUNTED: Mapping[str, float] = MappingProxyType(
    {
        # log2(m); chance is counted
        "name.full": -2.8,  # 0.14: first and last name, as far as the field's errors allow
        "name.nick": -5.0,
        "name.fuzzy": -3.3,
        "name.init_last": -2.4,
        "name.first_init": -2.0,
        "name.handle": -3.3,
        "name.first_only": -2.6,
        "name.last_only": -6.5,
        "city.agree": -0.9,
        "postcode.agree": -0.3,
        "country.agree": -1.0,
        "language.agree": -0.5,
        "product.agree": -0.6,
        "asin.agree": 1.5,
        "sku.agree": 1.5,
        "amount.agree": -0.4,
        "amount.rounded": -1.0,
    }
)
_FIXED: Mapping[str, float] = MappingProxyType(
    {
        # log2(m/u)
        "name.differ": -4.0,
        "city.differ": -3.8,
        "postcode.differ": -2.0,
        "country.differ": -1.0,
        "language.differ": -1.5,
        "product.differ": -2.5,
        "brand.differ": -5.0,
        "asin.differ": -2.0,
        "amount.differ": -2.5,
        "stated_date.same": 5.0,
        "stated_date.near": 0.7,
        "stated_date.differ": -4.8,
        "stated_age.same": 5.0,
        "stated_age.near": 2.6,
        "stated_age.differ": -4.0,
        "experience.same": 3.4,
        "experience.week": 1.2,
        "experience.later": -4.0,
        "experience.before": -3.2,
        "delivery.same": 2.0,
        "gap.week": 1.5,
        "gap.month": 1.8,
        "gap.quarter": 0.7,
        "gap.season": 0.2,
        "gap.year": -3.8,
        "gap.before": -20.0,
        "ticket.agree": 3.0,
        "author.agree": 3.5,  # over 1/N: a person said before whose orders this account writes about
        "order_id.agree": 7.0,  # over 1/N: of posted ids that no rule stops, about 2 in 100 are borrowed
        "order_id.near": 18.0,  # one slip among 17 digits by chance: below 1 in a million at a million orders
        "id_fragment.agree": 21.0,  # seven digits of fourteen
        "tracking.agree": 24.0,
    }
)


@dataclass(frozen=True, slots=True)
class Curve:
    """From computed odds to those that were right (Platt 1999): log odds times ``slope`` plus ``offset`` (nats)."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, odds: float) -> float:
        """The probability, 0-1; ``odds`` above 0."""
        x = max(-700.0, min(700.0, self.slope * math.log(odds) + self.offset))
        return 1.0 / (1.0 + math.exp(-x))


SAME = Curve()
NEVER = 1.01  # a threshold that no probability reaches


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the weights. ``bits`` by "field.outcome"; unknown outcomes raise KeyError."""

    version: str
    bits: Mapping[str, float]
    prior: float = 0.26  # share of the mentions that are about an order in the cache
    namesakes: float = 0.05  # share of other mentions whose author bears the name of one of our buyers
    corrections: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    curves: Mapping[str, Curve] = field(default_factory=lambda: MappingProxyType({}))  # by source
    cuts: Mapping[float, float] = field(default_factory=lambda: MappingProxyType({}))  # precision -> probability

    def of(self, outcome: str) -> float:
        """The weight of an outcome, correction included."""
        return self.bits[outcome] + self.corrections.get(outcome, 0.0)

    def correction(self, outcome: str) -> float:
        """What a fit adds to an outcome's weight, 0 where there was none."""
        return self.corrections.get(outcome, 0.0)

    def curve(self, source: str | None) -> Curve:
        """How probabilities of a source are brought to what was right there."""
        return self.curves.get(source or "", self.curves.get("", SAME))

    def cut(self, precision: float) -> float:
        """The probability from which automatic links are right at least as often as ``precision`` (0-1) asks.

        Above 1 when no threshold is known to reach it: nothing then links by resemblance alone.
        """
        return min((at for reached, at in self.cuts.items() if reached >= precision), default=NEVER)

    def corrected(
        self, version: str, corrections: Mapping[str, float], curves: Mapping[str, Curve], cuts: Mapping[float, float]
    ) -> Weights:
        """The same weights with what a fit found; raises KeyError for an outcome that has no weight."""
        for outcome in corrections:
            _ = self.bits[outcome]
        return replace(
            self,
            version=version,
            corrections=MappingProxyType(dict(corrections)),
            curves=MappingProxyType(dict(curves)),
            cuts=MappingProxyType(dict(cuts)),
        )


# fields are not independent and people misremember: raw odds say too much, most so where authors show handles only
_CURVES = {"trustpilot": Curve(0.83, -0.1), "reddit": Curve(0.62, -0.1), "": Curve(0.75, -0.1)}
# measured on the development set, all automatic links counted; docs/linkage.md tells what fresh data gave
_CUTS = {0.99: 0.9, 0.995: 0.95, 0.998: 0.99, 0.999: 0.995}
PRESET = Weights(
    "link-preset-2",
    MappingProxyType({**_COUNTED, **_FIXED}),
    curves=MappingProxyType(_CURVES),
    cuts=MappingProxyType(_CUTS),
)
