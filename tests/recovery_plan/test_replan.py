"""Planning again: promises are kept, skills and lines respected, the difference is told; small plans are optimal."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain import OutreachTask, Route, RouteChoice
from recovery_plan.outreach.assignment import assign
from recovery_plan.outreach.board import Job
from recovery_plan.outreach.cost import costs
from recovery_plan.outreach.difference import difference
from recovery_plan.outreach.planner import Agent, PlanPolicy, plan

TODAY = date(2026, 11, 24)
TEAM = (Agent("p:anna", frozenset({"fr", "en"}), 60), Agent("p:ben", frozenset({"en", "de"}), 60))
POLICY = PlanPolicy(TEAM, daily_contacts=3, horizon_days=8)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def a_task(customer: str = "c1", **facts: Any) -> OutreachTask:
    window = (facts.pop("first", 0), facts.pop("last", 6))
    route, rule = facts.pop("route", Route.BUYER_MESSAGE), facts.pop("rule", "AMZ-MSG-05")
    choice = RouteChoice(route, rule, "open problem", day(window[0]), day(window[1]))
    defaults: dict[str, Any] = {"value": 4_000.0, "effort_min": 10, "order_id": f"o-{customer}", "language": "en"}
    return OutreachTask(customer, choice, **(defaults | facts))


def promised(task: OutreachTask, on: int, owner: str = "p:ben", number: int = 7) -> OutreachTask:
    return replace(task, day=day(on), owner=owner, wave=1, promised=number)


# brute force --------------------------------------------------------------------------------------------------------


def best_of(jobs: list[Job], minutes: list[list[int]], caps: list[int]) -> float:
    """The best sum of weights over every placement there is."""
    best = 0.0
    for cells in itertools.product(*([None, *job.cells()] for job in jobs)):
        used: Counter[tuple[int, int]] = Counter()
        days: Counter[int] = Counter()
        groups: Counter[str] = Counter()
        weight = 0.0
        for job, cell in zip(jobs, cells, strict=True):
            if cell is not None:
                used[cell] += job.minutes
                days[cell[0]] += 1
                groups.update(job.groups)
                weight += job.weight
        fits = all(n <= minutes[worker][on] for (on, worker), n in used.items())
        if fits and all(n <= caps[on] for on, n in days.items()) and all(n == 1 for n in groups.values()):
            best = max(best, weight)
    return best


JOBS = st.lists(
    st.builds(
        lambda weight, minutes, first, length, workers, group: Job(
            float(weight), minutes, first, min(first + length, 1), workers, (f"g{group}",)
        ),
        st.integers(1, 50), st.integers(1, 9), st.integers(0, 1), st.integers(0, 1),
        st.sampled_from([(0,), (1,), (0, 1)]), st.integers(0, 5),
    ),
    max_size=5,
)  # fmt: skip


@settings(max_examples=60)
@given(JOBS, st.lists(st.integers(0, 12), min_size=4, max_size=4), st.lists(st.integers(0, 3), min_size=2, max_size=2))
def test_a_small_plan_is_the_best_of_all_that_there_are(jobs: list[Job], room: list[int], caps: list[int]) -> None:
    minutes = [room[:2], room[2:]]
    places, bound = assign(jobs, minutes, caps)
    reached = sum(jobs[number].weight for number in places)
    assert reached == pytest.approx(best_of(jobs, minutes, caps))
    assert reached <= bound + 1e-6


# promises -----------------------------------------------------------------------------------------------------------


def test_a_promised_contact_keeps_its_day_and_its_owner_though_another_place_would_be_better() -> None:
    (task,) = plan([a_task()], POLICY, TODAY, promised=[promised(a_task(), 4)]).placed
    assert (task.day, task.owner, task.promised, task.wave) == (day(4), "p:ben", 7, 2)


def test_a_promise_takes_its_minutes_and_its_place_under_the_cap_first() -> None:
    policy = replace(POLICY, daily_contacts=1, horizon_days=1)
    rich = a_task("rich", value=90_000.0)
    made = plan([rich, a_task()], policy, TODAY, promised=[promised(a_task(), 0)])
    assert [t.customer for t in made.placed] == ["c1"]


@pytest.mark.parametrize(
    ("now", "promise", "told"),
    [
        (a_task(route=Route.PUBLIC_REPLY), promised(a_task(), 4), "route or the order"),
        (a_task(order_id="other"), promised(a_task(), 4), "route or the order"),
        (a_task(last=2), promised(a_task(), 4), "not lawful"),
        (a_task(first=5), promised(a_task(), 4), "not lawful"),
        (a_task(language="fr"), promised(a_task(), 4), "owner"),
        (a_task(), promised(a_task(), 4, owner="p:gone"), "owner"),
        (a_task(), promised(a_task(), -1), "has passed"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_planned_anew(now: OutreachTask, promise: OutreachTask, told: str) -> None:
    from recovery_plan.outreach.promises import why_broken

    (task,) = plan([now], POLICY, TODAY, promised=[promise]).placed
    assert task.promised is None
    assert told in (why_broken(promise, now, {a.id: a for a in TEAM}, TODAY, POLICY.horizon_days) or "")


def test_a_customer_who_is_not_at_risk_any_more_is_not_contacted_because_of_a_promise() -> None:
    assert plan([], POLICY, TODAY, promised=[promised(a_task(), 2)]).tasks == ()


def test_a_promise_to_somebody_who_was_contacted_meanwhile_is_dropped() -> None:
    policy = replace(POLICY, contacted=frozenset({"c1"}))
    (task,) = plan([a_task()], policy, TODAY, promised=[promised(a_task(), 2)]).tasks
    assert task.day is None and "approached before" in (task.unplaced or "")


def test_another_contact_about_a_promised_order_is_left_out() -> None:
    made = plan([a_task("c1"), a_task("c2", order_id="o-c1")], POLICY, TODAY, promised=[promised(a_task(), 2)])
    assert [(t.customer, t.unplaced) for t in made.tasks if t.day is None] == [
        ("c2", "another contact with this order is planned (DESK-ONCE)")
    ]


TASKS = st.lists(
    st.builds(
        lambda c, v, e, first, length, language: a_task(
            f"c{c}", value=float(v), effort_min=e, first=first, last=first + length, language=language
        ),
        st.integers(0, 9), st.integers(1_500, 20_000), st.integers(1, 40), st.integers(0, 5), st.integers(0, 6),
        st.sampled_from(["fr", "en", "de", None]),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=60)
@given(TASKS, TASKS, st.integers(1, 4), st.integers(0, 3))
def test_planning_again_keeps_every_promise_that_still_can_be_kept(
    first: list[OutreachTask], more: list[OutreachTask], cap: int, later: int
) -> None:
    policy = replace(POLICY, daily_contacts=cap)
    one = plan({t.customer: t for t in first}.values(), policy, TODAY)
    made = [replace(t, promised=n) for n, t in enumerate(one.placed)]
    known = {t.customer: t for t in (*more, *first)}
    again = plan(known.values(), policy, day(later), promised=made)
    placed = {t.customer: t for t in again.placed}
    for promise in made:
        if promise.day is not None and promise.day >= day(later):
            kept = placed[promise.customer]
            assert (kept.day, kept.owner, kept.promised) == (promise.day, promise.owner, promise.promised)
    contacts = Counter(t.day for t in again.placed)
    minutes = Counter[tuple[str | None, date | None]]()
    for t in again.placed:
        minutes[t.owner, t.day] += t.effort_min
    assert all(n <= cap for n in contacts.values()) and all(n <= 60 for n in minutes.values())


def test_promises_beyond_a_line_that_was_drawn_narrower_are_free_again() -> None:
    tasks = [a_task("c1"), a_task("c2")]
    made = plan(tasks, replace(POLICY, daily_contacts=1), TODAY, promised=[promised(t, 2) for t in tasks])
    assert sorted(t.day for t in made.placed if t.day) == [day(0), day(2)]


# skills, waves, difference, cost ------------------------------------------------------------------------------------


def test_an_agent_is_given_only_routes_they_work_by() -> None:
    team = (replace(TEAM[0], routes=frozenset({Route.BUYER_MESSAGE})), TEAM[1])
    tasks = [a_task(f"c{n}", route=Route.PUBLIC_REPLY) for n in range(3)]
    assert {t.owner for t in plan(tasks, PlanPolicy(team), TODAY).placed} == {"p:ben"}
    (left,) = plan([a_task(route=Route.PUBLIC_REPLY)], PlanPolicy(team[:1]), TODAY).tasks
    assert left.unplaced == "nobody in the plan works by this route in this language (DESK-CAPACITY)"


def test_waves_are_counted_from_the_reinstatement() -> None:
    (task,) = plan([a_task(first=1)], POLICY, TODAY, waves_from=day(-5)).placed
    assert (task.day, task.wave) == (day(1), 3)


def test_the_difference_tells_what_is_kept_new_moved_and_dropped_and_why() -> None:
    before = [promised(a_task("a"), 1), promised(a_task("b"), 1), replace(a_task("c"), day=day(0), owner="p:ben"),
              replace(a_task("d"), day=day(0), owner="p:ben")]  # fmt: skip
    after = [promised(a_task("a"), 1), replace(a_task("b"), unplaced="asked to be left alone"),
             replace(a_task("c"), day=day(2), owner="p:ben"),
             replace(a_task("e"), day=day(0), owner="p:anna")]  # fmt: skip
    found = difference(before, after)
    assert (found.kept, found.promised_kept) == (1, 1)
    assert [c.customer for c in found.added] == ["e"]
    assert [(c.customer, c.why) for c in found.dropped] == [
        ("b", "asked to be left alone"), ("d", "not at risk any more"),
    ]  # fmt: skip
    assert [(c.customer, c.day_before, c.day_after) for c in found.moved] == [("c", day(0), day(2))]
    assert [c.customer for c in found.broken] == ["b"]


def test_a_plan_costs_its_minutes_and_the_waves_add_up() -> None:
    policy = replace(POLICY, hourly_cost_minor=3_000.0, daily_contacts=1)
    whole, *waves = costs(plan([a_task(f"c{n}", effort_min=30) for n in range(5)], policy, TODAY), 3_000.0)
    assert (whole.contacts, whole.hours, whole.cost_minor, whole.value_minor) == (5, 2.5, 7_500, 20_000)
    assert [(c.wave, c.contacts) for c in waves] == [(1, 3), (2, 2)]
    assert sum(c.cost_minor for c in waves) == whole.cost_minor and whole.net_minor == 12_500
