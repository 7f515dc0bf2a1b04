"""The shell of tuning: fits the weights to a seller's judgements, compares on judgements held back, switches.

Every judgement is held back once: five fits each leave out a fifth (by the mention's number), and what is compared is
how well each fifth is told by the fit that did not see it. The kept weights are then fitted to all judgements.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from data import link_judgements, link_weights
from data.domain import Actor
from data.errors import BadInput
from data.link_judgements import JudgedMention
from data.store import Store, Tx
from models.intervals import Interval, drawn
from models.link_fit import Judged, Rival, best, fit, fit_curve
from models.link_in_use import NAME, as_json, named, weights_in_use
from models.link_thresholds import ENOUGH, WANTED, Chance, choose
from models.link_weights import PRESET, Curve, Weights
from models.linkage import caution, rests_on_number
from models.mention_facts import LinkMention
from models.scoring import open_case, resembling
from models.store_index import StoreIndex

LEAST = 100  # judged mentions that teach
LEAST_OF_SOURCE = 40  # judged mentions of one source for a curve of its own
FOLDS = 5
_FLOOR = 1e-6
Report = Callable[[int, int, str], None]
WINDOW_DAYS = 365


@dataclass(frozen=True, slots=True)
class Compared:
    """Old and new weights on judgements held back. ``loss`` is the mean surprise (nats) at what people said, and
    ``change`` its 95 % interval; ``wrong`` counts links at 0.99 or more that people had rejected."""

    judged: int
    loss_old: float
    loss_new: float
    change: Interval
    links_old: int
    wrong_old: int
    links_new: int
    wrong_new: int

    @property
    def is_worse(self) -> bool:
        """Whether the new weights may not be switched to."""
        more_wrong = self.wrong_new / max(self.links_new, 1) > self.wrong_old / max(self.links_old, 1)
        return self.loss_new > self.loss_old or more_wrong


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a tuning did: the weights, how they compare, and whether they link now."""

    weights: Weights
    before: str
    sources: dict[str, int]  # judged mentions that taught, by source
    left_out: int  # judged mentions that cannot teach: the order was no candidate, or a number decided
    compared: Compared
    own_cuts: bool
    is_new: bool
    switched: bool


def tune(store: Store, actor: Actor, *, dry_run: bool = False, report: Report | None = None) -> Tuned:
    """Fit, compare with the weights in use, and switch when the new ones are not worse.

    Raises BadInput that says how many judgements are missing. With ``dry_run`` nothing is kept.
    """
    with store.reading() as tx:
        before = weights_in_use(tx)
        said = link_judgements.usable(tx)
        judged, rules = _cases(tx, said, report)
    if len(judged) < LEAST:
        told = f"{len(judged)} of {len(said)} judged mentions can teach (posts from X and posted numbers do not)"
        raise BadInput(f"link tune: {told}; {LEAST} are wanted: see 'reinstate links review'")
    folds = _folds(judged)
    compared = _compare(judged, rules, before, folds)
    weights, own_cuts = _made(judged, rules, folds)
    is_new = weights.version != before.version
    switched = is_new and not compared.is_worse and not dry_run
    sources = {s: sum(j.source == s for j in judged) for s in sorted({j.source for j in judged})}
    tuned = Tuned(weights, before.version, sources, len(said) - len(judged), compared, own_cuts, is_new, switched)
    if not dry_run and is_new:
        with store.transaction(actor) as tx:
            link_weights.add(tx, weights.version, PRESET.version, facts_of(tuned), as_json(weights, own_cuts=own_cuts))
            if switched:
                link_weights.use(tx, weights.version, "tuned")
    return tuned


def facts_of(tuned: Tuned) -> dict[str, Any]:
    """A tuning as JSON keeps and tells it."""
    return {
        "before": tuned.before,
        "judged": tuned.sources,
        "left_out": tuned.left_out,
        "verdict": "worse" if tuned.compared.is_worse else "not_worse",
        "compared": asdict(tuned.compared),
        "thresholds_from": "judgements" if tuned.own_cuts else "documented",
    }


def use_weights(store: Store, actor: Actor, wanted: str) -> str:
    """Let ``wanted`` (a version, or ``documented``) link from now on; returns its version. Raises BadInput."""
    with store.transaction(actor) as tx:
        version = named(tx, wanted).version
        if weights_in_use(tx).version != version:
            link_weights.use(tx, version, "chosen")
    return version


def _cases(tx: Tx, said: Sequence[JudgedMention], report: Report | None) -> tuple[list[Judged], dict[str, str | None]]:
    """What can teach, and by mention the rule that keeps its best order from linking by itself."""
    index = StoreIndex(tx)
    made: list[Judged] = []
    rules: dict[str, str | None] = {}
    for number, one in enumerate(said, start=1):
        mention = LinkMention.from_row(one.row)
        case = open_case(mention, index, PRESET, WINDOW_DAYS, tx.vault.veil)
        found = {} if rests_on_number(case) else resembling(case)
        weighed = {order_id: case.evidence(order) for order_id, order in found.items()}
        rivals = tuple(
            Rival(order_id, math.log(case.odds(shown)), tuple(s.key for s in shown))
            for order_id, shown in weighed.items()
        )
        judged = _judged(mention, rivals, one)
        if judged is not None:
            made.append(judged)
            top = max(rivals, key=lambda r: r.log_odds)
            rules[judged.mention_id] = caution([s.evidence for s in weighed[top.order_id]])
        if report is not None and number % 100 == 0:
            report(number, len(said), "tune")
    return made, rules


def _judged(mention: LinkMention, rivals: tuple[Rival, ...], one: JudgedMention) -> Judged | None:
    known = {r.order_id for r in rivals}
    right = one.confirmed if one.confirmed in known else None
    wrong = frozenset(one.rejected & known)
    if right is None and (one.confirmed is not None or not wrong):
        return None  # the order that was named is no candidate: nothing can be learnt of its evidence
    return Judged(mention.mention_id, mention.source or "", rivals, right, wrong)


def _folds(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """The corrections of each fit that leaves out one part."""
    return [fit([j for j in judged if _part(j) != part]) for part in range(FOLDS)]


def _part(one: Judged) -> int:
    return hashlib.sha256(one.mention_id.encode()).digest()[0] % FOLDS


def _curves(judged: Sequence[Judged], corrections: Sequence[dict[str, float]]) -> dict[str, Curve]:
    """Curves by source from log odds that did not see the mention; where few were judged, the documented ones."""
    made = dict(PRESET.curves)
    for source in sorted({j.source for j in judged}):
        told = [t for j in judged if j.source == source and (t := _told(j, corrections[_part(j)])) is not None]
        if len(told) >= LEAST_OF_SOURCE:
            made[source] = fit_curve([x for x, _ in told], [y for _, y in told])
    return made


def _told(one: Judged, corrections: dict[str, float]) -> tuple[float, float] | None:
    """(log odds that a candidate is right, 1 or 0 as the person said); None where the best one was not judged."""
    order_id, log_odds, _ = best(one, corrections)
    if one.right is not None:
        return log_odds, 1.0
    return (log_odds, 0.0) if order_id in one.wrong else None


def _made(
    judged: Sequence[Judged], rules: dict[str, str | None], folds: Sequence[dict[str, float]]
) -> tuple[Weights, bool]:
    corrections, curves = fit(judged), _curves(judged, folds)
    chances = [c for j in judged if (c := _chance(j, folds[_part(j)], curves, rules[j.mention_id])) is not None]
    cuts = choose(chances)
    digest = json.dumps([corrections, {s: [c.slope, c.offset] for s, c in curves.items()}, sorted(cuts.items())])
    version = f"{NAME}-{hashlib.sha256(digest.encode()).hexdigest()[:8]}"
    return PRESET.corrected(version, corrections, curves, cuts or PRESET.cuts), bool(cuts)


def _chance(one: Judged, corrections: dict[str, float], curves: dict[str, Curve], rule: str | None) -> Chance | None:
    order_id, log_odds, part = best(one, corrections)
    if one.right is None and order_id not in one.wrong:
        return None
    curve = curves.get(one.source, curves.get("", Curve()))
    return Chance(curve(math.exp(min(log_odds, 700.0))) * part, rule is None, order_id == one.right)


def _compare(
    judged: Sequence[Judged], rules: dict[str, str | None], before: Weights, folds: Sequence[dict[str, float]]
) -> Compared:
    curves = [_curves([j for j in judged if _part(j) != part], [folds[part]] * FOLDS) for part in range(FOLDS)]
    old = [_chance(j, dict(before.corrections), dict(before.curves), rules[j.mention_id]) for j in judged]
    new = [_chance(j, folds[_part(j)], curves[_part(j)], rules[j.mention_id]) for j in judged]
    both = [(a, b) for a, b in zip(old, new, strict=True) if a is not None and b is not None]
    lost = np.array([(_lost(a), _lost(b)) for a, b in both])
    difference = lost[:, 1] - lost[:, 0]
    at = PRESET.cut(WANTED[2])
    links = [[c for c in side if c.may_link and c.probability >= at] for side in zip(*both, strict=True)]
    wrong = [sum(not c.was_right for c in side) for side in links]
    return Compared(
        judged=len(both),
        loss_old=round(float(lost[:, 0].mean()), 5),
        loss_new=round(float(lost[:, 1].mean()), 5),
        change=drawn(len(both), lambda n: float((difference * n).sum() / n.sum())),
        links_old=len(links[0]),
        wrong_old=wrong[0],
        links_new=len(links[1]),
        wrong_new=wrong[1],
    )


def _lost(c: Chance) -> float:
    said = c.probability if c.was_right else 1.0 - c.probability
    return -math.log(min(max(said, _FLOOR), 1.0))


__all__ = ["ENOUGH", "LEAST", "Compared", "Tuned", "facts_of", "tune", "use_weights"]
