"""One person on several sources gets one contact."""

from __future__ import annotations

from datetime import date

from data.customers import CustomerCase, MentionFact
from data.domain import OutreachTask, Route, RouteChoice, Source
from recovery_plan.outreach.persons import same_person, spread
from recovery_plan.outreach.planner import Agent, PlanPolicy, plan
from tests.builders import NOW

TODAY = date(2026, 11, 24)


def a_case(key: str, *accounts: tuple[Source, int]) -> CustomerCase:
    said = tuple(MentionFact(n, source, NOW, author=number) for n, (source, number) in enumerate(accounts))
    return CustomerCase(key, mentions=said)


ON_TRUSTPILOT, ON_REDDIT = a_case("t", (Source.TRUSTPILOT, 1)), a_case("r", (Source.REDDIT, 2))


def test_accounts_of_one_name_on_two_sources_are_one_person() -> None:
    assert same_person([ON_TRUSTPILOT, ON_REDDIT], {1: "adalampwick", 2: "adalampwick"}) == {
        "t": ("adalampwick",), "r": ("adalampwick",),
    }  # fmt: skip
    assert same_person([ON_TRUSTPILOT, ON_REDDIT], {1: "adalampwick", 2: "reddit:2"}) == {}


def test_a_name_that_two_accounts_of_one_source_bear_is_nobodys() -> None:
    other = a_case("u", (Source.TRUSTPILOT, 3))
    assert same_person([ON_TRUSTPILOT, ON_REDDIT, other], dict.fromkeys((1, 2, 3), "clientdecu")) == {}


def test_accounts_on_x_are_matched_with_nobody() -> None:
    on_x = a_case("x", (Source.X, 2))
    assert same_person([ON_TRUSTPILOT, on_x], {1: "adalampwick", 2: "adalampwick"}) == {}


def test_what_holds_for_one_key_of_a_person_holds_for_the_others() -> None:
    shared = {"t": ("ada",), "r": ("ada",), "z": ("zoe",)}
    assert spread({"t", "other"}, shared) == {"t", "r", "other"}


def test_a_person_gets_one_contact_under_whatever_keys() -> None:
    policy = PlanPolicy((Agent("p:a", frozenset({"fr"}), 60),), persons={"t": ("ada",), "r": ("ada",)})
    choice = RouteChoice(Route.PUBLIC_REPLY, "TP-01", "")
    tasks = [OutreachTask(key, choice, 5_000.0, 6, language="fr") for key in ("t", "r", "z")]
    made = plan(tasks, policy, TODAY)
    assert sorted(t.customer for t in made.placed) == ["r", "z"]
    assert [t.unplaced for t in made.tasks if t.day is None] == [
        "another contact with this person is planned (DESK-ONCE)"
    ]
