"""What the plan avoids, against enumeration; and the rates beside the order defect rate."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain import OutreachTask, Route, RouteChoice
from data.exposures import BuyerMessage, OwnShipment
from recovery_plan import rules
from recovery_plan.exposure import cancellations, late_responses, late_shipments
from recovery_plan.metrics import OrderFacts
from recovery_plan.relief import relief, relieved
from tests.builders import NOW, days

TODAY = date(2026, 11, 24)
EFFECT = {Route.BUYER_MESSAGE: 0.5, Route.PUBLIC_REPLY: 0.2}
BOOK = rules.load()


def an_order(number: int, chance: float = 0.0, **facts: Any) -> OrderFacts:
    defaults: dict[str, Any] = {"marketplace": "amazon.fr", "ordered_on": TODAY - timedelta(days=10)}
    return OrderFacts(f"o{number}", defect_probability=chance, **(defaults | facts))


def a_contact(number: int, route: Route = Route.BUYER_MESSAGE, day: date | None = TODAY) -> OutreachTask:
    return OutreachTask(f"c{number}", RouteChoice(route, "AMZ-MSG-05", ""), 1.0, 5, day=day, order_id=f"o{number}")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=8))
def test_the_defects_avoided_are_those_of_all_outcomes_enumerated(open_orders: list[tuple[float, bool]]) -> None:
    orders = [an_order(n, chance) for n, (chance, _) in enumerate(open_orders)] + [an_order(n) for n in range(100, 190)]
    tasks = [a_contact(n) for n, (_, is_helped) in enumerate(open_orders) if is_helped]
    found = relief(orders, tasks, EFFECT, TODAY, marketplace="amazon.fr")
    assert found is not None
    for projection, factor in ((found.without, 1.0), (found.with_plan, 0.5)):
        chances = [chance * (factor if helped else 1.0) for chance, helped in open_orders]
        expected = over = 0.0
        for outcome in itertools.product((0, 1), repeat=len(chances)):
            weight = math.prod(p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True))
            expected += weight * sum(outcome)
            over += weight * (sum(outcome) >= projection.now.first_over)
        assert (projection.expected, projection.over_probability) == pytest.approx((expected, over))
    assert found.avoided == pytest.approx(sum(chance / 2 for chance, helped in open_orders if helped))


def test_a_task_without_a_day_or_without_an_order_avoids_nothing() -> None:
    orders = [an_order(1, 0.6)]
    nothing = [a_contact(1, day=None), replace(a_contact(1), order_id=None), a_contact(1, Route.FIND_REVIEWER)]
    assert relieved(orders, nothing, EFFECT) == tuple(orders)


def test_two_contacts_about_one_order_count_as_the_better_one() -> None:
    (order,) = relieved([an_order(1, 0.6)], [a_contact(1, Route.PUBLIC_REPLY), a_contact(1)], EFFECT)
    assert order.defect_probability == pytest.approx(0.3)


def test_help_for_an_order_that_is_a_defect_already_is_not_counted() -> None:
    orders = [an_order(1, 0.9, has_chargeback=True), an_order(2, 0.5), an_order(3, 0.5, marketplace="amazon.de")]
    found = relief(orders, [a_contact(n) for n in (1, 2, 3)], EFFECT, TODAY, marketplace="amazon.fr")
    assert found is not None
    assert (found.helped, found.without.now.defects) == (1, 1) and found.avoided == pytest.approx(0.25)


# the other rates ----------------------------------------------------------------------------------------------------


def a_shipment(number: int, **facts: Any) -> OwnShipment:
    defaults: dict[str, Any] = {"purchased_at": NOW - days(5), "promised_at": NOW - days(2)}
    return OwnShipment(f"o{number}", "amazon.fr", **(defaults | facts))


def test_late_is_what_was_shipped_after_the_promised_day_or_is_still_here() -> None:
    shipments = [
        a_shipment(1, is_shipped=True, shipped_at=NOW - days(3)),
        a_shipment(2, is_shipped=True, shipped_at=NOW - days(1)),
        a_shipment(3),
        a_shipment(4, is_cancelled=True),
        a_shipment(5, promised_at=NOW - days(31), is_shipped=True, shipped_at=NOW),
        a_shipment(6, promised_at=NOW + days(3)),
        a_shipment(7, promised_at=None),
        a_shipment(8, is_shipped=True),
    ]
    (found,) = late_shipments(shipments, NOW, BOOK)
    assert (found.counted, found.bad, found.rate) == (4, 2, 0.5)
    assert (found.open_all, found.open_bad, found.unknown) == (1, 1, 1)
    assert found.rate_if_nothing_happens == pytest.approx(3 / 5) and found.is_over


def test_cancellations_count_by_the_day_of_the_order_and_open_orders_may_follow() -> None:
    shipments = [
        a_shipment(1, is_cancelled=True),
        a_shipment(2, is_shipped=True),
        a_shipment(3),
        a_shipment(4, purchased_at=NOW - days(8), is_cancelled=True),
    ]
    (found,) = cancellations(shipments, NOW, BOOK)
    assert (found.counted, found.bad, found.open_bad, found.limit) == (3, 1, 1, 0.025)
    assert found.rate_if_nothing_happens == pytest.approx(2 / 3)


def test_a_message_is_late_after_24_hours_and_needs_no_response_when_so_marked() -> None:
    messages = [
        BuyerMessage(1, (), NOW - days(3), NOW - days(2)),  # at the very hour
        BuyerMessage(2, (), NOW - days(3), NOW - days(1)),
        BuyerMessage(3, (), NOW - days(2)),
        BuyerMessage(4, (), NOW - timedelta(hours=5)),
        BuyerMessage(5, ("no-response-needed",), NOW - days(4)),
        BuyerMessage(6, (), NOW - days(4), is_closed=True),
        BuyerMessage(7, (), NOW - days(20), NOW - days(19)),
    ]
    week, month, _ = late_responses(messages, NOW, BOOK)
    assert (week.counted, week.bad, week.open_all, week.limit) == (3, 2, 1, 0.1)
    assert (month.counted, month.bad) == (4, 2)
    assert week.rate_if_nothing_happens == pytest.approx(3 / 4)
