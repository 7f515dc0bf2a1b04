"""Probabilities for candidate orders: prior odds 1/N, evidence in bits, normalised with "none of them", and brought to
the shares that were right on the mention's source."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.domain import Candidate
from models.blocking import OrderIndex, searches
from models.compare import compare
from models.evidence import Shown, shown, total_bits
from models.link_weights import SAME, Weights
from models.mention_facts import LinkMention, MentionFacts, read_mention
from models.order_facts import OrderFacts, Veil
from models.shares import Shares, shares_for

MOST = 60
"""Orders compared with a mention at most, those with the rarest keys first: beyond them none was ever right."""
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
    veil: Veil | None = None
    never: frozenset[str] = frozenset()  # order ids that a person rejected for this mention
    known: frozenset[str] = frozenset()  # order ids of the customer whom a person saw behind this author

    def allowed(self, orders: Iterable[OrderFacts]) -> list[OrderFacts]:
        """``orders`` without those that a person rejected."""
        return [o for o in orders if o.order_id not in self.never]

    def evidence(self, order: OrderFacts, extra: Iterable[Shown] = ()) -> tuple[Shown, ...]:
        """Everything that speaks for and against ``order``, strongest first."""
        found = [*extra, *compare(self.facts, order, self.shares, self.weights, self.veil)]
        if order.order_id in self.known:
            bits = self.weights.of("author.agree") + max(0.0, self.surprise() - math.log2(len(self.known)))
            found.append(shown("author.agree", "agree", bits))
        return tuple(sorted(found, key=lambda s: -abs(s.evidence.weight)))

    def prior(self) -> float:
        """Odds before any evidence that the mention is about one given order rather than about none of ours."""
        return self.weights.prior / (1 - self.weights.prior) / max(self.in_window, 1)

    def odds(self, found: tuple[Shown, ...]) -> float:
        """Odds that the mention is about this one order rather than about none of ours."""
        return float(self.prior() * 2.0 ** max(-_MAX_BITS, min(_MAX_BITS, total_bits(found))))

    def surprise(self) -> float:
        """log2 of the number of orders in the window: what naming one of them is worth."""
        return math.log2(max(self.in_window, 1))


def open_case(
    mention: LinkMention,
    index: OrderIndex,
    weights: Weights,
    window_days: int,
    veil: Veil | None = None,
    never: frozenset[str] = frozenset(),
    known: frozenset[str] = frozenset(),
) -> Case:
    """Read the mention and count how common its values are among the orders."""
    facts = read_mention(mention)
    last = facts.day + 1 if facts.day is not None else None
    size = index.total if last is None else index.bought_between(last - window_days - 1, last)
    known = known if not facts.is_x else frozenset()  # nothing but a posted id ties an account there
    return Case(mention, facts, index, shares_for(facts, index), weights, size, window_days, veil, never, known)


def resembling(case: Case) -> dict[str, OrderFacts]:
    """Orders that share a key with the mention in its window, or belong to its author's customer, by order id."""
    alike = case.index.candidates(searches(case.facts, case.window_days), MOST)
    found = {o.order_id: o for o in case.allowed(alike)}
    theirs = (case.index.by_id(order_id) for order_id in sorted(case.known))
    return found | {o.order_id: o for o in case.allowed(o for o in theirs if o is not None)}


Weighed = Sequence[tuple[str, tuple[Shown, ...]]]
"""Order ids with what speaks for and against each."""


def weigh(case: Case, weighed: Weighed, *, as_source: bool = True) -> tuple[Candidate, ...]:
    """Probabilities of rival candidates, most probable first; what is missing to one is "none of them".

    ``as_source`` brings them to what was right on the mention's source; numbers that were posted need no such thing.
    """
    odds = [case.odds(found) for _, found in weighed]
    total = sum(odds)
    if not total:
        return ()
    curve = case.weights.curve(case.mention.source) if as_source else SAME
    one = curve(total)
    made = [
        Candidate(order_id, one * o / total, tuple(s.evidence for s in found))
        for (order_id, found), o in zip(weighed, odds, strict=True)
    ]
    return tuple(sorted(made, key=lambda c: (-c.probability, c.order_id)))


def weigh_alone(case: Case, order_id: str, found: tuple[Shown, ...]) -> Candidate:
    """Probability of one order that no other contends with, such as one of several posted ids."""
    return Candidate(order_id, SAME(case.odds(found)), tuple(s.evidence for s in found))
