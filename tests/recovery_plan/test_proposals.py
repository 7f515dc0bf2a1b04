"""From a customer at risk to a proposed contact: route, worth, macro."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from data.customers import CaseTicket, CustomerCase, MentionFact
from data.domain import AtRisk, Band, Category, Claim, Mode, OutreachTask, Route, Source, Ticket, TicketMessage
from data.errors import BadInput
from recovery_plan import rules
from recovery_plan.outreach import worth
from recovery_plan.outreach.proposals import Outlook, proposals, propose
from tests.builders import NOW, an_order, days

TODAY = date(2026, 11, 24)
ORDER = "405-1234567-7654321"
OUTLOOK = Outlook(TODAY, TODAY, Mode.RECOVERY, UTC, "EUR", rules.load(), worth.load())
WORTH = worth.load()


def a_customer(**facts: Any) -> AtRisk:
    defaults: dict[str, Any] = {"risk": 0.6, "parts": (), "order_id": ORDER, "language": "fr", "value_minor": 6_000}
    return AtRisk("key", **(defaults | {"currency": "EUR", "category": Category.NOT_DELIVERED} | facts))


def said(number: int = 1, **facts: Any) -> MentionFact:
    defaults: dict[str, Any] = {
        "source": Source.TRUSTPILOT,
        "published_at": NOW - days(5),
        "band": Band.FRUSTRATED,
        "probability": 0.9,
        "order_id": ORDER,
    }
    return MentionFact(number, **(defaults | facts))


def asked(**facts: Any) -> CaseTicket:
    issue = facts.pop("issue", Category.NOT_DELIVERED)
    message = TicketMessage(facts.pop("direction", "in"), NOW - days(1), "")
    defaults: dict[str, Any] = {"created_at": NOW - days(1), "order_id": ORDER, "messages": (message,)}
    return CaseTicket(1, Ticket("generic", "1", **(defaults | facts)), issue)


def proposed(
    *parts: MentionFact | CaseTicket | Claim, customer: AtRisk | None = None, outlook: Outlook = OUTLOOK
) -> OutreachTask:
    case = CustomerCase(
        "key",
        (an_order(ORDER),),
        tuple(p for p in parts if isinstance(p, MentionFact)),
        tuple(p for p in parts if isinstance(p, CaseTicket)),
        (),
        tuple(p for p in parts if isinstance(p, Claim)),
    )
    return propose(customer or a_customer(), case, outlook)


def test_a_proven_link_is_written_about_with_the_prepared_text_in_the_customers_language() -> None:
    task = proposed(said(is_proven=True))
    assert (task.choice.route, task.choice.rule) == (Route.BUYER_MESSAGE, "AMZ-MSG-05")
    assert (task.macro, task.language, task.order_id, task.effort_min) == ("open_problem", "fr", ORDER, 8)


def test_a_guess_is_answered_in_public_only() -> None:
    task = proposed(said(is_proven=False))
    assert (task.choice.route, task.macro) == (Route.PUBLIC_REPLY, "public_reply")


def test_our_own_open_record_proves_the_order_without_any_mention() -> None:
    for record in (asked(direction="out"), Claim(ORDER, NOW - days(2))):
        assert proposed(record).choice.route is Route.BUYER_MESSAGE


def test_a_solved_ticket_proves_nothing_for_a_doubtful_mention() -> None:
    assert proposed(said(), asked(status="solved")).choice.route is Route.PUBLIC_REPLY


def test_a_waiting_buyer_gets_an_answer_with_the_macro_of_the_matter() -> None:
    task = proposed(asked())
    assert (task.choice.rule, task.macro) == ("AMZ-MSG-02", "where_is_my_order")


def test_while_suspended_a_critical_answer_may_go_now_and_another_waits_for_the_first_day() -> None:
    outlook = replace(OUTLOOK, mode=Mode.SUSPENDED, starts_on=date(2026, 12, 1))
    refund = proposed(asked(issue=Category.REFUND_NOT_RECEIVED), outlook=outlook)
    late_parcel = proposed(asked(), outlook=outlook)
    assert (refund.choice.rule, refund.choice.not_before) == ("AMZ-MSG-02", TODAY)
    assert (late_parcel.choice.rule, late_parcel.choice.not_before) == ("DESK-CRITICAL", date(2026, 12, 1))


@pytest.mark.parametrize("is_linked", [True, False])
def test_whoever_complained_on_x_only_is_never_approached(is_linked: bool) -> None:
    tweet = said(source=Source.X, is_proven=is_linked, order_id=ORDER if is_linked else None)
    task = proposed(tweet, customer=a_customer(order_id=tweet.order_id))
    assert task.choice.route in (Route.NONE, Route.WAIT_FOR_CONTACT)
    assert (task.choice.rule, task.value, task.macro) == ("X-03", 0.0, None)


def test_a_complaint_elsewhere_is_answered_there_even_when_x_has_a_newer_one() -> None:
    task = proposed(said(1), said(2, source=Source.X, published_at=NOW))
    assert task.choice.route is Route.PUBLIC_REPLY


def test_an_invited_review_is_not_sought_with_find_reviewer() -> None:
    old: dict[str, Any] = {"published_at": NOW - days(100), "order_id": None}
    sought, invited = (
        proposed(said(verification=level, **old), customer=a_customer(order_id=None)).choice.route
        for level in (None, "invited")
    )
    assert (sought, invited) == (Route.FIND_REVIEWER, Route.WAIT_FOR_CONTACT)


@pytest.mark.parametrize("key", ["key", ORDER])
def test_a_customer_or_an_order_that_was_approached_before_waits(key: str) -> None:
    task = proposed(said(is_proven=True), outlook=replace(OUTLOOK, contacted=frozenset({key})))
    assert task.choice.rule == "DESK-ONCE"


@pytest.mark.parametrize("part", [said(is_proven=True), said(), asked()])
def test_without_a_prepared_text_in_the_language_nothing_is_sent(part: MentionFact | CaseTicket) -> None:
    task = proposed(part, customer=a_customer(language="sv"))
    assert (task.choice.route, task.choice.rule, task.macro) == (Route.NONE, "DESK-LANGUAGE", None)


def test_a_customer_without_a_case_any_more_is_left_out() -> None:
    assert proposals([a_customer()], {}, OUTLOOK) == ()


def test_the_worth_is_risk_times_effect_times_harm() -> None:
    assert worth.value_of(a_customer(), Route.BUYER_MESSAGE, "EUR", WORTH) == pytest.approx(0.6 * 0.5 * 10_000)
    assert worth.value_of(a_customer(), Route.NONE, "EUR", WORTH) == 0.0


def test_other_currencies_are_told_in_the_policys_and_unknown_ones_as_a_usual_order() -> None:
    def told(minor: int | None, currency: str | None) -> float:
        return worth.order_minor(a_customer(value_minor=minor, currency=currency), "EUR", WORTH)

    assert told(10_000, "GBP") == pytest.approx(11_500)
    assert told(10_000, "JPY") == pytest.approx(5_600)
    assert told(10_000, "XXX") == told(None, None) == 5_000


def test_a_file_of_worth_with_a_wrong_share_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"mine\.toml: effect\.public_reply"):
        worth.parse(
            b'version="1"\nharm={beside_the_order_minor=1,usual_order_minor=1}\n'
            b"effect={public_reply=2.0}\nminutes={}\nrates={}",
            "mine.toml",
        )
