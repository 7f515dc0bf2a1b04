"""What a threshold would do: how many mentions link by themselves, wait for a person or are left, and how sure it is.

Two answers to "how sure": what the probabilities themselves promise for all mentions, and what people said of those
they judged. Links that rest on a posted number do not depend on the threshold and are not counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data import linking
from data.domain import Verdict
from data.linking import Resembling
from data.store import Tx
from models.intervals import Interval, share
from models.linkage import caution, findable

GRID = (0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999)
WANTED = (0.99, 0.995, 0.998, 0.999)
ENOUGH = 1_000
"""Judged mentions from which thresholds are chosen on them: with 300 the choice fell to a precision of 0.965."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One mention's best order by resemblance: its probability, whether a rule keeps it from linking by itself, what a
    person said of it (None where nobody did), and how probably it or the two next are right (0 when not known)."""

    probability: float
    may_link: bool
    was_right: bool | None = None
    findable: float = 0.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What one threshold would do. ``promised`` is the mean probability of the links (None without any), ``right`` of
    ``judged`` links were confirmed, ``sure`` is Wilson's 95 % interval of that share."""

    link_at: float
    links: int
    reviews: int
    none: int
    promised: float | None
    judged: int
    right: int
    sure: Interval


RESEMBLING = ("LNK-NAME", "LNK-LIKELY", "LNK-NONE", "LNK-ONE-KIND", "LNK-HOUSE")
_LEAST = 0.05  # below it no threshold that may be chosen reaches


def stored_effects(tx: Tx, review_at: float, grid: Sequence[float] = GRID) -> list[Effect]:
    """What each threshold would do with the links that are stored now, by the weights that made them."""
    chances = [_stored(one) for one in linking.by_resemblance(tx, RESEMBLING, _LEAST)]
    rest = max(0, linking.count_by_resemblance(tx) - len(chances))
    return [replace(e, none=e.none + rest) for e in effects(chances, review_at, grid)]


def _stored(one: Resembling) -> Chance:
    best = one.decision.candidates[0] if one.decision.candidates else None
    said = {Verdict.CONFIRMED.value: True, Verdict.REJECTED.value: False}.get(one.verdict or "")
    may_link = best is not None and caution(best.evidence) is None
    return Chance(one.decision.probability, may_link, said, findable(one.decision.candidates))


def effects(chances: Sequence[Chance], review_at: float, grid: Sequence[float] = GRID) -> list[Effect]:
    """The effect of every threshold in ``grid``, lowest first."""
    return [_effect(chances, review_at, at) for at in grid]


def _effect(chances: Sequence[Chance], review_at: float, at: float) -> Effect:
    links = [c for c in chances if c.may_link and c.probability >= at]
    reviews = sum(max(c.probability, c.findable) >= review_at for c in chances) - len(links)
    said = [c.was_right for c in links if c.was_right is not None]
    promised = sum(c.probability for c in links) / len(links) if links else None
    none = len(chances) - len(links) - reviews
    return Effect(at, len(links), reviews, none, promised, len(said), sum(said), share(sum(said), len(said)))


def choose(judged: Sequence[Chance], wanted: Sequence[float] = WANTED) -> dict[float, float]:
    """Precision -> the lowest threshold from which the judged links were right that often, at every higher one too.

    Empty with fewer than ENOUGH judged mentions. A precision that no threshold reaches is left out.
    """
    if len(judged) < ENOUGH:
        return {}
    found: dict[float, float] = {}
    for precision in wanted:
        reached = None
        for effect in reversed(effects(judged, 0.0)):
            if effect.judged and effect.right / effect.judged < precision:
                break
            if effect.judged:
                reached = effect.link_at
        if reached is not None:
            found[precision] = reached
    return found
