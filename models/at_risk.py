"""Who is at risk: each customer's case as facts for the risk score, and the customers above the policy's line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from data.customers import CustomerCase, MentionFact
from data.domain import AtRisk, Category, Claim, Obligation, Order, RiskPart
from models import risk
from models.risk import ClaimOutlook, CustomerFacts, RefundState, RiskPolicy

Duties = Callable[[CustomerCase, datetime], Obligation]

# what a customer is listed under when several things are said: the one that harms most comes first
GRAVEST = (
    Category.CLAIM_OR_CHARGEBACK_THREAT,
    Category.REFUND_NOT_RECEIVED,
    Category.NOT_DELIVERED,
    Category.WRONG_OR_DAMAGED,
    Category.SCAM_SUSPICION,
    Category.NO_REPLY,
    Category.OTHER_COMPLAINT,
    Category.QUESTION,
)
_MARKET_LANGUAGE = {
    "amazon.fr": "fr", "amazon.com.be": "fr", "amazon.de": "de", "amazon.es": "es", "amazon.com.mx": "es",
    "amazon.it": "it", "amazon.co.uk": "en", "amazon.ie": "en", "amazon.com": "en", "amazon.ca": "en",
    "amazon.com.au": "en", "amazon.nl": "nl", "amazon.se": "sv", "amazon.pl": "pl", "amazon.co.jp": "ja",
}  # fmt: skip


def customers(
    cases: Iterable[CustomerCase], obligations: Duties, line: float, now: datetime, policy: RiskPolicy
) -> list[AtRisk]:
    """Customers whose risk is at or above ``line`` (0-1), highest first, ties by key; ``parts`` are exact reasons."""
    found = []
    for case in cases:
        owed = obligations(case, now)
        score, parts = risk.score(facts_of(case, now, owed), policy)
        if score >= line:
            found.append(_at_risk(case, owed, score, parts))
    return sorted(found, key=lambda c: (-c.risk, c.customer))


def facts_of(case: CustomerCase, now: datetime, obligation: Obligation) -> CustomerFacts:
    """The facts that the score weighs; a calm customer's highest probability counts too: it lowers the risk.

    Without an order the age of the newest mention stands for the order's, which is at least as old.
    """
    said = worst_mention(case)
    angry = [m for m in case.mentions if m.is_frustrated]
    starts = [m.published_at for m in unanswered(case)]
    starts += [obligation.waiting_since] if obligation.waiting_since else []
    order = subject_order(case)
    bought = order.purchased_at if order else max((m.published_at for m in case.mentions), default=None)
    return CustomerFacts(
        frustration=said.probability if said else None,
        severity=max((m.severity or 1 for m in angry), default=None),
        link_probability=said.link_probability if said else 1.0,
        waiting_days=_days(min(starts), now) if starts else None,
        unanswered_contacts=obligation.unanswered + len(unanswered(case)),
        refund=RefundState(obligation.refund_state),
        claim=claim_outlook(case),
        order_value_minor=order.total_minor if order else None,
        order_age_days=_days(bought, now) if bought else None,
    )


def _days(since: datetime, now: datetime) -> float:
    return max((now - since).total_seconds() / 86_400, 0.0)


def worst_mention(case: CustomerCase) -> MentionFact | None:
    """The assessed mention with the highest frustration probability; the newer one of two."""
    assessed = [m for m in case.mentions if m.probability is not None]
    return max(assessed, key=lambda m: (m.probability or 0.0, m.published_at, m.id), default=None)


def unanswered(case: CustomerCase) -> list[MentionFact]:
    """Frustrated mentions without a public reply of ours or a later answer to the customer's ticket."""
    answers = [m.sent_at for t in case.tickets for m in t.ticket.messages if m.direction == "out"]
    answers += [t.ticket.last_out_at for t in case.tickets if t.ticket.last_out_at]
    last = max(answers, default=None)
    return [m for m in case.mentions if m.is_frustrated and not m.has_reply and (last is None or m.published_at > last)]


def claim_outlook(case: CustomerCase) -> ClaimOutlook:
    """How near a claim is. An appeal of ours leaves a granted claim what it is until it is decided."""
    states = {c.status for c in case.claims}
    if "open" in states:
        return ClaimOutlook.OPEN
    said = [m.category for m in case.mentions if m.is_frustrated] + [t.issue for t in case.tickets if not t.is_done]
    if Category.CLAIM_OR_CHARGEBACK_THREAT in said:
        return ClaimOutlook.ANNOUNCED
    if states & {"granted", "appealed"}:
        return ClaimOutlook.CLOSED_AGAINST_US
    return ClaimOutlook.CLOSED_FOR_US if states else ClaimOutlook.NONE


def subject_order(case: CustomerCase) -> Order | None:
    """The order that the case is about: with an open claim, an open ticket, a mention, a return, else the newest."""
    by_id = {o.order_id: o for o in case.orders}
    return next((by_id[i] for i in _order_ids(case) if i in by_id), case.orders[0] if case.orders else None)


def _order_ids(case: CustomerCase) -> list[str]:
    """Order ids that the case names, the most pressing first; they need not be in the cache."""
    told: list[str | None] = [c.order_id for c in _newest_first(case.claims) if c.status == "open"]
    told += [t.ticket.order_id for t in reversed(case.tickets) if not t.is_done]
    told += [m.order_id for m in reversed(case.mentions) if m.is_frustrated]
    told += [r.order_id for r in reversed(case.returns)]
    told += [c.order_id for c in _newest_first(case.claims)]
    told += [t.ticket.order_id for t in reversed(case.tickets)] + [m.order_id for m in reversed(case.mentions)]
    return [i for i in told if i]


def _newest_first(claims: tuple[Claim, ...]) -> list[Claim]:
    return sorted(claims, key=lambda c: c.opened_at, reverse=True)


def _at_risk(case: CustomerCase, owed: Obligation, score: float, parts: tuple[RiskPart, ...]) -> AtRisk:
    order = subject_order(case)
    angry = [m for m in case.mentions if m.is_frustrated]
    named = _order_ids(case)
    return AtRisk(
        customer=case.customer,
        risk=score,
        parts=parts,
        order_id=order.order_id if order else (named[0] if named else None),
        marketplace=order.marketplace if order else None,
        country=(order.country if order else None) or next((m.country for m in reversed(angry) if m.country), None),
        language=_language(case, order),
        value_minor=order.total_minor if order else None,
        currency=order.currency if order else None,
        mention_ids=tuple(m.id for m in case.mentions),
        ticket_ids=tuple(t.id for t in case.tickets),
        category=_category(case, owed),
        severity=max((m.severity or 1 for m in angry), default=1),
        since=_since(case, angry),
        deadline_at=owed.due_at,
        deadline_rule=owed.rule,
    )


def _language(case: CustomerCase, order: Order | None) -> str | None:
    """What the customer wrote to us in, else in public, else the language of the marketplace (rule AMZ-MSG-06)."""
    told = [t.ticket.language for t in reversed(case.tickets)] + [m.language for m in reversed(case.mentions)]
    market = _MARKET_LANGUAGE.get(order.marketplace) if order else None
    return next((language for language in told if language), market)


def _category(case: CustomerCase, owed: Obligation) -> Category | None:
    """The gravest of what is said in public and asked in open tickets; a claim or an owed refund speaks for itself."""
    said = {m.category for m in case.mentions if m.is_frustrated} | {t.issue for t in case.tickets if not t.is_done}
    if any(c.status == "open" for c in case.claims):
        said.add(Category.CLAIM_OR_CHARGEBACK_THREAT)
    if owed.refund_state in (RefundState.ASKED, RefundState.LATE):
        said.add(Category.REFUND_NOT_RECEIVED)
    return next((category for category in GRAVEST if category in said), None)


def _since(case: CustomerCase, angry: list[MentionFact]) -> datetime | None:
    starts = [m.published_at for m in angry]
    starts += [t.ticket.created_at for t in case.tickets if not t.is_done]
    starts += [c.opened_at for c in case.claims if c.status == "open"]
    return min(starts, default=None)
