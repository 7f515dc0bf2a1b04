"""Whose order is it? One mention in, one decision out: link, review, none or not our order, with the rule it rests on.

Deterministic evidence comes first: an order id, a parcel number. Without it, orders that share a key with the mention
are weighed. The rules:

LNK-ID         an id of ours that nothing contradicts          LNK-NAME     resemblance of two kinds, 0.99 or more
LNK-PARCEL     the same with a parcel number                   LNK-LIKELY   resemblance, 0.65 or more: review
LNK-ID-DATE    id posted before the purchase: review           LNK-ONE-KIND one kind of evidence only: review
LNK-ID-NAME    id of another person's order: review            LNK-HOUSE    same surname, other first name: review
LNK-ID-BORROWED id that somebody else showed first: review     LNK-NONE     nothing resembles enough
LNK-ID-WEAK    id with too little beside it: review            LNK-NEAR     id one slip away from ours: review
LNK-NEVER      the author is on the never-link list            X-02         on X only a posted order id links
LNK-FOREIGN    id of no order of ours: not our order
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from data.domain import Candidate, Decision, Evidence, LinkDecision, Source
from models.blocking import EVER, OrderIndex, Search, id_keys, stable_key
from models.evidence import Shown, shown
from models.identifiers import id_groups, is_near, is_order_id, swapped_across_groups
from models.link_weights import PRESET, Weights
from models.mention_facts import LinkMention
from models.names import NameLevel
from models.order_facts import OrderFacts, Veil
from models.postings import NO_POSTINGS, Postings, was_posted_before
from models.scoring import MOST, Case, open_case, resembling, weigh, weigh_alone

__all__ = ["DEFAULT", "LinkMention", "LinkPolicy", "caution", "contract", "findable", "link", "rests_on_number"]

_DOUBT = 1.7
"""Bits that all else must add up to when something speaks against a posted id: else it may be somebody else's."""
_KINDS = {
    "name": "person",
    "author": "person",
    "city": "place",
    "postcode": "place",
    "product": "product",
    "asin": "product",
    "sku": "product",
    "amount": "money",
    "stated_date": "time",
    "stated_age": "time",
    "ticket": "contact",
    "id_fragment": "id",
}
OWN_REPORTS = frozenset({Source.SELLER_FEEDBACK.value, Source.RETURN_COMMENT.value, Source.CLAIM.value})  # not public


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """Where the decision is cut (probabilities 0-1), how far back an order may lie, how many candidates are shown.

    ``link_at`` cuts by the best order, ``review_at`` by what a person may find: ``findable``.
    """

    link_at: float = 0.99
    review_at: float = 0.65
    doubt_at: float = 0.97  # a posted id of ours below it waits for a person
    window_days: int = 365
    shown: int = 5


DEFAULT = LinkPolicy()


def link(
    mention: LinkMention,
    index: OrderIndex,
    weights: Weights = PRESET,
    policy: LinkPolicy = DEFAULT,
    postings: Postings = NO_POSTINGS,
    veil: Veil | None = None,
    never: Collection[str] = (),
    known: Collection[str] = (),
    *,
    may_link: bool = True,
) -> LinkDecision:
    """Decide which order a mention is about.

    ``postings`` tells who posted which order id when: an id that somebody else showed first goes to review.
    ``veil`` compares authors with the keyed hashes of names that were purged. ``never`` are the order ids that a person
    has rejected for this mention, ``known`` those of the customer whom a person saw behind its author. ``may_link`` is
    False for an author on the never-link list.
    """
    if not may_link:
        return LinkDecision(Decision.NONE, 0.0, rule="LNK-NEVER", weights=weights.version)
    case = open_case(mention, index, weights, policy.window_days, veil, frozenset(never), frozenset(known))
    stated = (mention.reference or "").strip()
    if (mention.source or "") in OWN_REPORTS and is_order_id(stated) and stated not in case.never:
        return _by_report(case, stated, policy)
    ids = case.facts.ids
    written = {i: index.by_id(i) for i in (*ids.order_ids, *ids.doubtful_ids) if i not in case.never}
    foreign = [_foreign(i) for i in ids.order_ids if i in written and written[i] is None]
    if own := [order for order in written.values() if order is not None]:
        return _by_number(case, own, "order_id", policy, postings, foreign)
    if foreign:
        return _by_foreign_id(case, foreign, policy)
    around = (
        case.allowed(index.candidates([Search(id_keys(case.facts), *EVER)], MOST))
        if ids.tracking or ids.fragments
        else ()
    )
    parcels = [o for o in around if o.tracking and o.tracking.upper() in map(str.upper, ids.tracking)]
    if parcels and not case.facts.is_x:
        return _by_number(case, parcels, "tracking", policy, postings, [])
    return _by_resemblance(case, around, policy)


def contract(mention_id: str, decision: LinkDecision) -> dict[str, object]:
    """The decision as one line of the ``link`` command."""
    return {
        "mention_id": mention_id,
        "decision": decision.decision.value,
        "order_id": decision.order_id,
        "probability": round(decision.probability, 4),
        "evidence": [
            {"field": e.field, "outcome": e.outcome, "weight": round(e.weight, 2), "ours": e.ours, "theirs": e.theirs}
            for e in decision.evidence
        ],
        "candidates": [{"order_id": c.order_id, "probability": round(c.probability, 4)} for c in decision.candidates],
        "rule": decision.rule,
        "weights": decision.weights,
    }


def _by_report(case: Case, order_id: str, policy: LinkPolicy) -> LinkDecision:
    """Feedback, a return or a claim in a report of our own account: its order is certain, cached or not."""
    ours = order_id if case.index.by_id(order_id) else None
    bits = case.weights.of("order_id.agree") + case.surprise()
    certain = Candidate(order_id, 1.0, (Evidence("order_id", "agree", bits, ours, order_id),))
    return _decide(case, Decision.LINK, "LNK-FILE", (certain,), policy, ())


def _foreign(order_id: str) -> Evidence:
    return Evidence("order_id", "differ", 0.0, None, order_id)


def _decide(
    case: Case,
    decision: Decision,
    rule: str,
    ranked: Sequence[Candidate],
    policy: LinkPolicy,
    extra: Sequence[Evidence],
) -> LinkDecision:
    best = ranked[0] if ranked else None
    named = best if decision in (Decision.LINK, Decision.REVIEW) else None
    return LinkDecision(
        decision=decision,
        probability=best.probability if best else 0.0,
        order_id=named.order_id if named else None,
        evidence=(*(named.evidence if named else ()), *extra),
        candidates=tuple(c for c in ranked[: policy.shown] if c.probability >= 0.001),
        rule=rule,
        weights=case.weights.version,
    )


def _by_number(
    case: Case,
    orders: Sequence[OrderFacts],
    kind: str,
    policy: LinkPolicy,
    postings: Postings,
    foreign: Sequence[Evidence],
) -> LinkDecision:
    """Orders of ours that the mention names by id or parcel number; each stands for itself."""
    judged = []
    for order in orders:
        number = order.order_id if kind == "order_id" else order.tracking
        bits = case.weights.of(f"{kind}.agree") + (case.surprise() if kind == "order_id" else 0.0)
        evidence = case.evidence(order, [shown(f"{kind}.agree", "agree", bits, number, number)])
        candidate = weigh_alone(case, order.order_id, evidence)
        judged.append((_objection(case, order, candidate, policy, postings), candidate))
    judged.sort(key=lambda j: (j[0] is not None, -j[1].probability))
    objection, _ = judged[0]
    ranked = [c for _, c in judged]
    if objection is not None:
        return _decide(case, Decision.REVIEW, objection, ranked, policy, foreign)
    return _decide(case, Decision.LINK, "LNK-ID" if kind == "order_id" else "LNK-PARCEL", ranked, policy, foreign)


def _objection(
    case: Case, order: OrderFacts, candidate: Candidate, policy: LinkPolicy, postings: Postings
) -> str | None:
    """The rule that keeps a posted id from linking by itself: it proves the order, not who wrote."""
    if case.facts.day is not None and case.facts.day < order.day - 1:
        return "LNK-ID-DATE"
    if any(e.field == "name" and e.outcome == "differ" for e in candidate.evidence):
        return "LNK-ID-NAME"
    if was_posted_before(order.order_id, case.mention, postings):
        return "LNK-ID-BORROWED"
    others = [e for e in candidate.evidence if e.field != "order_id"]
    if any(e.outcome == "differ" for e in others) and sum(e.weight for e in others) < _DOUBT:
        return "LNK-ID-WEAK"
    return "LNK-ID-WEAK" if candidate.probability < policy.doubt_at else None


def _by_foreign_id(case: Case, foreign: Sequence[Evidence], policy: LinkPolicy) -> LinkDecision:
    """An id that is no order's of ours, unless it is one slip from ours or stands beside a part of one of ours."""
    near = case.weights.of("order_id.near")
    weighed = {
        o.order_id: case.evidence(o, [shown("order_id.near", "partial", near, o.order_id, written)])
        for written in case.facts.ids.order_ids
        for o in _near_orders(case, written)
    }
    parts = _in_part(case, _around(case))
    weighed |= {i: case.evidence(o, [_part(case)]) for i, o in parts.items() if i not in weighed}
    ranked = weigh(case, list(weighed.items()), as_source=False)
    if findable(ranked) >= policy.review_at:
        return _decide(case, Decision.REVIEW, "LNK-NEAR", ranked, policy, ())
    return _decide(case, Decision.NOT_OUR_ORDER, "LNK-FOREIGN", (), policy, foreign)


def _around(case: Case) -> list[OrderFacts]:
    """Orders that share a parcel number or a group of digits with the mention."""
    return case.allowed(case.index.candidates([Search(id_keys(case.facts), *EVER)], MOST))


def _in_part(case: Case, around: Sequence[OrderFacts]) -> dict[str, OrderFacts]:
    """Those of ``around`` that a written part of an id fits, by order id."""
    return {o.order_id: o for o in around if any(f.fits(o.order_id) for f in case.facts.ids.fragments)}


def _part(case: Case) -> Shown:
    return shown("id_fragment.agree", "partial", case.weights.of("id_fragment.agree"))


def _near_orders(case: Case, written: str) -> list[OrderFacts]:
    keys = [stable_key("digits", group) for group in id_groups(written)]
    around = [o for o in case.index.candidates([Search(tuple(keys), *EVER)], MOST) if is_near(written, o.order_id)]
    swapped = [case.index.by_id(other) for other in swapped_across_groups(written)]
    return case.allowed([*around, *(o for o in swapped if o is not None)])


def _by_resemblance(case: Case, around: Sequence[OrderFacts], policy: LinkPolicy) -> LinkDecision:
    """No number decides: weigh what else agrees. On X only a part of a posted id counts (X-02)."""
    found, part = _in_part(case, around), _part(case)
    if case.facts.is_x:
        ranked = weigh(case, [(order_id, (part,)) for order_id in found], as_source=False)
    else:
        extra = dict.fromkeys(found, (part,))
        found = resembling(case) | found
        ranked = weigh(case, [(i, case.evidence(o, extra.get(i, ()))) for i, o in found.items()])
    best = ranked[0] if ranked else None
    if best is None or findable(ranked) < policy.review_at:
        return _decide(case, Decision.NONE, "X-02" if case.facts.is_x else "LNK-NONE", ranked, policy, ())
    if case.facts.is_x:
        rule: str | None = "X-02"
    else:
        rule = "LNK-LIKELY" if best.probability < policy.link_at else caution(best.evidence)
    return _decide(case, Decision.REVIEW if rule else Decision.LINK, rule or "LNK-NAME", ranked, policy, ())


def findable(ranked: Sequence[Candidate]) -> float:
    """Probability that the right order is among the first three: of two equal ones it is surely one."""
    return sum(c.probability for c in ranked[:3])


def caution(found: Sequence[Evidence]) -> str | None:
    """The rule that keeps an order of this evidence from linking by resemblance alone, however probable it is."""
    if any(e.field == "name" and e.theirs == NameLevel.LAST_ONLY.value for e in found):
        return "LNK-HOUSE"
    kinds = {_KINDS[e.field] for e in found if e.field in _KINDS and e.weight >= 1.0}
    return None if kinds & {"person", "id"} and len(kinds) >= 2 else "LNK-ONE-KIND"


def rests_on_number(case: Case) -> bool:
    """Whether a number that the mention states decides, and not resemblance."""
    ids = case.facts.ids
    return bool(ids.order_ids or ids.fragments or any(case.index.by_id(i) for i in ids.doubtful_ids))
