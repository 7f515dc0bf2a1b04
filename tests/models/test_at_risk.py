"""Customers at risk: facts from a case, exact reasons, nobody's words."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from data import casework, judged, labelling, mentions, plans, trail
from data.config import parse
from data.customers import CaseTicket, CustomerCase, MentionFact
from data.domain import AtRisk, Band, Category, Claim, Obligation, Source, Ticket, TicketMessage
from data.store import Store
from data.workspace import Workspace
from models import at_risk, run
from models.risk import ClaimOutlook, CustomerFacts, RefundState, load_policy
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_assessment, an_order, days

POLICY = load_policy()
ORDER, OTHER = "405-1234567-7654321", "405-1111111-2222222"
NOTHING_OWED = Obligation()


def said(number: int = 1, **facts: Any) -> MentionFact:
    defaults: dict[str, Any] = {
        "source": Source.TRUSTPILOT,
        "published_at": NOW - days(10),
        "band": Band.FRUSTRATED,
        "probability": 0.9,
        "category": Category.NOT_DELIVERED,
        "severity": 2,
        "language": "fr",
        "order_id": ORDER,
    }
    return MentionFact(number, **(defaults | facts))


def asked(number: int = 1, **facts: Any) -> CaseTicket:
    issue = facts.pop("issue", Category.REFUND_NOT_RECEIVED)
    defaults: dict[str, Any] = {"created_at": NOW - days(4), "order_id": ORDER, "language": "de"}
    return CaseTicket(number, Ticket("generic", str(number), **(defaults | facts)), issue)


def a_case(*parts: MentionFact | CaseTicket | Claim, **facts: Any) -> CustomerCase:
    defaults: dict[str, Any] = {
        "orders": (an_order(ORDER),),
        "mentions": tuple(p for p in parts if isinstance(p, MentionFact)),
        "tickets": tuple(p for p in parts if isinstance(p, CaseTicket)),
        "claims": tuple(p for p in parts if isinstance(p, Claim)),
    }
    return CustomerCase("key", **(defaults | facts))


def facts(case: CustomerCase, owed: Obligation = NOTHING_OWED) -> CustomerFacts:
    return at_risk.facts_of(case, NOW, owed)


def listed(*cases: CustomerCase, line: float = 0.0, owed: Obligation = NOTHING_OWED) -> list[AtRisk]:
    return at_risk.customers(cases, lambda _case, _now: owed, line, NOW, POLICY)


def test_the_most_frustrated_mention_speaks_with_the_belief_that_it_is_theirs() -> None:
    case = a_case(said(1, probability=0.7), said(2, probability=0.95, link_probability=0.98))
    found = facts(case)
    assert (found.frustration, found.link_probability, found.severity) == (0.95, 0.98, 2)


def test_a_calm_word_lowers_the_risk_of_a_customer_who_waits() -> None:
    owed = Obligation(waiting_since=NOW - days(5), unanswered=1)
    calm = said(band=Band.NOT_FRUSTRATED, probability=0.05, severity=1)
    ((worried,), (soothed,)) = (listed(case, owed=owed) for case in (a_case(asked()), a_case(asked(), calm)))
    assert soothed.risk < worried.risk


def test_the_wait_counts_from_the_oldest_word_without_an_answer_in_public_or_by_ticket() -> None:
    assert facts(a_case(said())).waiting_days == pytest.approx(10)
    assert facts(a_case(said()), Obligation(waiting_since=NOW - days(12), unanswered=2)) == replace(
        facts(a_case(said())), waiting_days=12.0, unanswered_contacts=3
    )


def test_a_public_reply_or_a_later_answer_to_the_ticket_ends_the_wait() -> None:
    answer = TicketMessage("out", NOW - days(9), "")
    for case in (a_case(said(has_reply=True)), a_case(said(), asked(messages=(answer,)))):
        assert (facts(case).waiting_days, facts(case).unanswered_contacts) == (None, 0)


def test_value_and_age_come_from_the_order_the_case_is_about() -> None:
    dear = an_order(OTHER, total_minor=90_000, purchased_at=NOW - days(40))
    found = facts(a_case(said(), Claim(OTHER, NOW - days(2)), orders=(an_order(ORDER), dear)))
    assert (found.order_value_minor, found.order_age_days) == (90_000, 40.0)


def test_without_an_order_the_mentions_own_age_stands_for_the_orders() -> None:
    assert facts(a_case(said(order_id=None), orders=())).order_age_days == pytest.approx(10)


@pytest.mark.parametrize(
    ("case", "outlook"),
    [
        (a_case(), ClaimOutlook.NONE),
        (a_case(Claim(ORDER, NOW)), ClaimOutlook.OPEN),
        (a_case(asked(issue=Category.CLAIM_OR_CHARGEBACK_THREAT)), ClaimOutlook.ANNOUNCED),
        (a_case(asked(issue=Category.CLAIM_OR_CHARGEBACK_THREAT, status="solved")), ClaimOutlook.NONE),
        (a_case(said(category=Category.CLAIM_OR_CHARGEBACK_THREAT)), ClaimOutlook.ANNOUNCED),
        (a_case(Claim(ORDER, NOW, status="granted")), ClaimOutlook.CLOSED_AGAINST_US),
        (a_case(Claim(ORDER, NOW, status="appealed")), ClaimOutlook.CLOSED_AGAINST_US),
        (a_case(Claim(ORDER, NOW, status="denied")), ClaimOutlook.CLOSED_FOR_US),
    ],
)
def test_the_claims_outlook_follows_claims_and_threats(case: CustomerCase, outlook: ClaimOutlook) -> None:
    assert facts(case).claim is outlook


def test_the_refund_state_is_what_we_owe() -> None:
    assert facts(a_case(), Obligation(refund_state="late")).refund is RefundState.LATE


def test_the_reasons_are_exact_and_only_figures() -> None:
    (found,) = listed(a_case(said(), asked()))
    assert math.log(found.risk / (1 - found.risk)) == pytest.approx(math.fsum(p.weight for p in found.parts))
    assert not any("lamp" in p.detail.lower() for p in found.parts)


def test_the_next_deadline_and_its_rule_are_shown() -> None:
    due = NOW + timedelta(hours=5)
    (found,) = listed(a_case(said()), owed=Obligation(due_at=due, rule="AMZ-AZ-04"))
    assert (found.deadline_at, found.deadline_rule) == (due, "AMZ-AZ-04")


def test_only_customers_at_or_above_the_line_are_listed_highest_first() -> None:
    calm = replace(a_case(said(band=Band.UNSURE, probability=0.5)), customer="calm")
    angry, twin = (replace(a_case(said(severity=3)), customer=name) for name in ("b", "a"))
    assert [c.customer for c in listed(calm, angry, twin, line=0.3)] == ["a", "b"]
    assert [c.customer for c in listed(angry, line=listed(angry)[0].risk)] == ["b"]


def test_the_gravest_trouble_names_the_case_and_solved_tickets_are_silent() -> None:
    (found,) = listed(a_case(said(), asked(), asked(2, issue=Category.CLAIM_OR_CHARGEBACK_THREAT, status="closed")))
    assert found.category is Category.REFUND_NOT_RECEIVED


def test_the_language_is_the_tickets_then_the_mentions_then_the_marketplaces() -> None:
    cases = (a_case(said(), asked()), a_case(said()), a_case(said(language=None)), a_case(orders=()))
    assert [listed(case)[0].language for case in cases] == ["de", "fr", "fr", None]


def test_a_complaint_on_x_only_is_at_risk_all_the_same() -> None:
    case = CustomerCase("author:x:1", mentions=(said(source=Source.X, order_id=None, severity=3),))
    assert [c.customer for c in listed(case, line=0.3)] == ["author:x:1"]


def test_scoring_keeps_who_is_at_risk_and_records_the_run(store: Store, tmp_path: Any) -> None:
    ws = Workspace(tmp_path, parse(b'[brand]\nname = "B"', "t"), store)
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention()])
        judged.add_assessments(tx, [(1, 1, an_assessment(severity=3))])
        casework.add_tickets(tx, [(a_ticket(), "question")], suspend_amazon=False)
    owed = Obligation(due_at=NOW, rule="AMZ-MSG-02")
    assert run.score_customers(ws, lambda _case, _now: owed) == 1
    with store.reading() as tx:
        (found,), last = plans.at_risk_customers(tx), trail.last_run(tx, "score")
    assert (found.mention_ids, found.deadline_rule, found.severity) == ((1,), "AMZ-MSG-02", 3)
    assert last is not None and last.counts == {"customers": 2, "at_risk": 1}


def test_scoring_again_replaces_the_answer_before(store: Store, tmp_path: Any) -> None:
    ws = Workspace(tmp_path, parse(b'[brand]\nname = "B"', "t"), store)
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention()])
        judged.add_assessments(tx, [(1, 1, an_assessment(severity=3))])
    counts = [run.score_customers(ws, lambda _case, _now: NOTHING_OWED)]
    with store.transaction(TESTER) as tx:
        labelling.add(tx, 1, frustrated=False)
    counts.append(run.score_customers(ws, lambda _case, _now: NOTHING_OWED))
    assert counts == [1, 0]
