"""Probabilities for candidate orders: prior odds 1/N, evidence in bits, normalised with "none of them"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.domain import Candidate, Evidence
from models.blocking import OrderIndex, searches
from models.compare import compare, total_bits
from models.link_weights import Weights
from models.mention_facts import LinkMention, MentionFacts, read_mention
from models.order_facts import Blind, OrderFacts
from models.shares import Shares, shares_for

_MAX_BITS = 300.0  # 2**300 is far beyond any evidence and far below overflow


@dataclass(frozen=True, slots=True)
class Case:
    """One mention before the order index, with all that weighing needs."""

    mention: LinkMention
    facts: MentionFacts
    index: OrderIndex
    shares: Shares
    weights: Weights
    in_window: int  # orders that were bought in the window before the mention
    window_days: int
    blind: Blind | None = None
    never: frozenset[str] = frozenset()  # order ids that a person rejected for this mention

    def allowed(self, orders: Iterable[OrderFacts]) -> list[OrderFacts]:
        """``orders`` without those that a person rejected."""
        return [o for o in orders if o.order_id not in self.never]

    def evidence(self, order: OrderFacts, extra: Iterable[Evidence] = ()) -> tuple[Evidence, ...]:
        """Everything that speaks for and against ``order``, strongest first."""
        found = (*extra, *compare(self.facts, order, self.shares, self.weights, self.blind))
        return tuple(sorted(found, key=lambda e: -abs(e.weight)))

    def odds(self, evidence: tuple[Evidence, ...]) -> float:
        """Odds that the mention is about this one order rather than about none of ours."""
        prior = self.weights.prior / (1 - self.weights.prior) / max(self.in_window, 1)
        return float(prior * 2.0 ** max(-_MAX_BITS, min(_MAX_BITS, total_bits(evidence))))

    def surprise(self) -> float:
        """log2 of the number of orders in the window: what naming one of them is worth."""
        return math.log2(max(self.in_window, 1))


def open_case(
    mention: LinkMention,
    index: OrderIndex,
    weights: Weights,
    window_days: int,
    blind: Blind | None = None,
    never: frozenset[str] = frozenset(),
) -> Case:
    """Read the mention and count how common its values are among the orders."""
    facts = read_mention(mention)
    last = facts.day + 1 if facts.day is not None else None
    size = index.total if last is None else index.bought_between(last - window_days - 1, last)
    return Case(mention, facts, index, shares_for(facts, index), weights, size, window_days, blind, never)


def resembling(case: Case) -> dict[str, OrderFacts]:
    """Orders that share a key with the mention in its window, by order id."""
    found: dict[str, OrderFacts] = {}
    for search in searches(case.facts, case.window_days):
        for order in case.allowed(case.index.candidates(search.keys, search.first_day, search.last_day)):
            found[order.order_id] = order
    return found


def weigh(case: Case, weighed: Sequence[tuple[str, tuple[Evidence, ...]]]) -> tuple[Candidate, ...]:
    """Probabilities of rival candidates, most probable first; what is missing to one is "none of them"."""
    odds = [case.odds(evidence) for _, evidence in weighed]
    mass = 1.0 + sum(odds)
    made = [Candidate(order_id, o / mass, evidence) for (order_id, evidence), o in zip(weighed, odds, strict=True)]
    return tuple(sorted(made, key=lambda c: (-c.probability, c.order_id)))


def weigh_alone(case: Case, order_id: str, evidence: tuple[Evidence, ...]) -> Candidate:
    """Probability of one order that no other contends with, such as one of several posted ids."""
    odds = case.odds(evidence)
    return Candidate(order_id, odds / (1.0 + odds), evidence)
