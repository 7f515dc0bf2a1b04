"""The lawful route to one customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain import Mode, Route, RouteChoice, Source
from recovery_plan import rules
from recovery_plan.outreach.routes import RouteFacts, message_window, route_for

TODAY = date(2026, 11, 24)
BOOK = rules.load()
DAYS = st.none() | st.integers(0, 500).map(lambda n: TODAY - timedelta(days=n))
FLAGS = {
    name: st.booleans()
    for name in (
        "has_confirmed_link", "has_open_issue", "ticket_waiting", "is_critical", "was_invited", "has_public_reply",
        "was_sought", "community_allows", "messaging_works", "has_opted_out", "was_contacted",
    )
}  # fmt: skip
FACTS = st.builds(
    RouteFacts,
    source=st.none() | st.sampled_from(Source),
    order_id=st.sampled_from([None, "405-1234567-7654321", "S01-1234567-7654321"]),
    ordered_on=DAYS, shipped_on=DAYS, delivered_on=DAYS, mentioned_on=DAYS, experienced_on=DAYS,
    **FLAGS,
)  # fmt: skip


def days_ago(n: int) -> date:
    return TODAY - timedelta(days=n)


def linked(**facts: Any) -> RouteFacts:
    defaults: dict[str, Any] = {
        "source": Source.TRUSTPILOT,
        "order_id": "405-1234567-7654321",
        "has_confirmed_link": True,
        "ordered_on": days_ago(20),
        "delivered_on": days_ago(15),
        "mentioned_on": days_ago(5),
    }
    return RouteFacts(**(defaults | facts))


def unlinked(**facts: Any) -> RouteFacts:
    return linked(**({"order_id": None, "has_confirmed_link": False} | facts))


def route(facts: RouteFacts, mode: Mode = Mode.RECOVERY, starts_on: date | None = None) -> RouteChoice:
    return route_for(facts, TODAY, starts_on=starts_on, mode=mode)


def test_a_linked_open_problem_is_written_about_until_thirty_days_after_the_earliest_date() -> None:
    choice = route(linked())
    assert (choice.route, choice.rule) == (Route.BUYER_MESSAGE, "AMZ-MSG-05")
    assert (choice.not_before, choice.last_day) == (TODAY, days_ago(20) + timedelta(days=30))
    assert "from the order" in choice.reason


def test_the_last_day_of_the_window_is_in_and_the_next_is_out() -> None:
    assert route(linked(ordered_on=days_ago(30))).route is Route.BUYER_MESSAGE
    assert route(linked(ordered_on=days_ago(31))).route is Route.PUBLIC_REPLY


def test_a_buyer_who_wrote_is_answered_without_limit_even_after_an_opt_out() -> None:
    choice = route(linked(ticket_waiting=True, ordered_on=days_ago(300), has_opted_out=True, was_contacted=True))
    assert (choice.route, choice.rule, choice.last_day) == (Route.BUYER_MESSAGE, "AMZ-MSG-02", None)


def test_during_a_suspension_only_a_critical_ticket_is_answered_before_the_reinstatement() -> None:
    back = TODAY + timedelta(days=9)
    critical = route(RouteFacts(ticket_waiting=True, is_critical=True), Mode.SUSPENDED, back)
    other = route(RouteFacts(ticket_waiting=True), Mode.SUSPENDED, back)
    assert (critical.not_before, other.not_before) == (TODAY, back)


def test_a_window_that_closes_before_the_reinstatement_is_no_window() -> None:
    choice = route(linked(), Mode.SUSPENDED, TODAY + timedelta(days=11))
    assert choice.route is Route.PUBLIC_REPLY


def test_nobody_who_merely_complained_on_x_is_approached() -> None:
    assert route(unlinked(source=Source.X)) == RouteChoice(
        Route.NONE, "X-03", "complained on X and did not write to us: never approached"
    )
    assert route(linked(source=Source.X)).route is Route.WAIT_FOR_CONTACT


def test_opt_outs_and_customers_contacted_before_are_left_alone() -> None:
    assert route(linked(has_opted_out=True)).rule == "DESK-OPT-OUT"
    assert route(linked(was_contacted=True)).rule == "DESK-ONCE"


def test_an_unlinked_review_gets_a_public_reply_while_buyers_can_write_to_us() -> None:
    assert route(unlinked()).route is Route.PUBLIC_REPLY


def test_find_reviewer_is_used_when_a_public_reply_is_not_possible() -> None:
    for facts in (unlinked(messaging_works=False), unlinked(has_public_reply=True)):
        choice = route(facts)
        assert (choice.route, choice.rule, choice.last_day) == (Route.FIND_REVIEWER, "TP-04", date(2027, 11, 19))


@pytest.mark.parametrize("reason", [{"was_invited": True}, {"was_sought": True}, {"experienced_on": days_ago(366)}])
def test_find_reviewer_needs_an_uninvited_recent_review_and_is_used_once(reason: dict[str, Any]) -> None:
    assert route(replace(unlinked(messaging_works=False), **reason)).route is Route.WAIT_FOR_CONTACT


def test_an_old_review_is_not_woken() -> None:
    assert route(unlinked(mentioned_on=days_ago(91), was_invited=True)).rule == "DESK-ARCHIVE"


def test_reddit_is_answered_only_where_the_community_allows_it() -> None:
    assert route(unlinked(source=Source.REDDIT, community_allows=True)).route is Route.PUBLIC_REPLY
    assert route(unlinked(source=Source.REDDIT)).route is Route.WAIT_FOR_CONTACT


def test_the_receiver_of_a_multi_channel_order_is_no_amazon_buyer() -> None:
    assert route(linked(source=Source.FEED, order_id="S01-1234567-7654321")).rule == "AMZ-ID-01"


def test_a_guess_is_never_enough_for_a_message() -> None:
    assert route(linked(source=Source.PASTE, has_confirmed_link=False)).rule == "DESK-LINK"


@settings(max_examples=600)
@given(FACTS, st.sampled_from(Mode), st.integers(0, 60))
def test_no_facts_ever_lead_to_a_forbidden_contact(facts: RouteFacts, mode: Mode, ahead: int) -> None:
    starts_on = TODAY + timedelta(days=ahead)
    choice = route_for(facts, TODAY, starts_on=starts_on, mode=mode, book=BOOK)
    assert choice.rule in BOOK
    contact = choice.route in (Route.BUYER_MESSAGE, Route.PUBLIC_REPLY, Route.FIND_REVIEWER)
    assert contact == (choice.not_before is not None)
    if not contact or facts.ticket_waiting:
        return
    assert not facts.has_opted_out and not facts.was_contacted and facts.source is not Source.X
    assert choice.not_before == (TODAY if mode is Mode.NORMAL else starts_on)
    assert choice.last_day is None or choice.not_before <= choice.last_day
    if choice.route is Route.BUYER_MESSAGE:
        assert facts.has_confirmed_link and facts.order_id == "405-1234567-7654321"
        assert (window := message_window(facts, BOOK)) is not None and choice.last_day == window[0]
