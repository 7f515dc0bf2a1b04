"""One list of everything that is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from data.domain import Category, Claim, Return, Suspension
from recovery_plan import rules
from recovery_plan.containment.deadlines import Deadline, Kind
from recovery_plan.containment.duties import Owed, Parcel, in_one_list
from recovery_plan.containment.queue import QueueTicket
from tests.builders import NOW, an_order, days

BOOK = rules.load()
ORDER, OTHER, THIRD = "405-1234567-7654321", "405-1111111-2222222", "405-3333333-4444444"


def a_ticket(number: int, hours_left: float, **facts: Any) -> QueueTicket:
    due = Deadline(Kind.REPLY, f"ticket:{number}", "AMZ-MSG-02", NOW, NOW + timedelta(hours=hours_left))
    return QueueTicket(number, NOW - days(1), deadlines=(due,), **facts)


def subjects(owed: Owed) -> list[str]:
    return [d.subject for d in in_one_list(owed, BOOK, NOW)]


def test_tickets_claims_refunds_parcels_and_the_plan_stand_in_one_list_with_claims_and_refunds_first() -> None:
    owed = Owed(
        tickets=[(a_ticket(7, 2, category=Category.QUESTION), None)],
        claims=[Claim(ORDER, NOW - days(3), info_requested_at=NOW - days(1))],
        returns=[Return(OTHER, NOW - days(5), delivered_back_at=NOW - days(1))],
        orders={ORDER: an_order(ORDER), OTHER: an_order(OTHER)},
        parcels=[Parcel(an_order(THIRD, promised_at=NOW + days(1)))],
        suspension=Suspension(1, "r", "p:x", "amazon.fr", NOW - days(1), NOW),
    )
    told = in_one_list(owed, BOOK, NOW)
    assert {d.subject: d.place.next.kind for d in told if d.place.next} == {
        f"order:{ORDER}": Kind.CLAIM_INFORMATION,
        f"order:{OTHER}": Kind.RETURN_REFUND,
        "suspension:1": Kind.PLAN_OF_ACTION,
        "ticket:7": Kind.REPLY,
        f"order:{THIRD}": Kind.SHIP_OR_STOP,
    }
    assert [d.place.lane for d in told] == sorted(d.place.lane for d in told)
    assert all(d.place.reasons for d in told)


def test_a_claim_that_a_ticket_is_about_has_no_line_of_its_own() -> None:
    claims = [Claim(ORDER, NOW - days(3), info_requested_at=NOW)]
    assert subjects(Owed([(a_ticket(7, 2), ORDER)], claims=claims)) == ["ticket:7"]


def test_a_stopped_parcel_a_missed_appeal_and_a_drill_ask_for_nothing() -> None:
    owed = Owed(
        tickets=[],
        claims=[Claim(ORDER, NOW - days(90), status="granted", decided_at=NOW - days(31))],
        parcels=[Parcel(an_order(OTHER, promised_at=NOW), is_stopped=True)],
        suspension=Suspension(1, "r", "p:x", "amazon.fr", NOW, NOW, is_drill=True),
    )
    assert subjects(owed) == []


def test_the_same_duties_always_stand_in_the_same_order() -> None:
    tickets = [(a_ticket(n, 5), None) for n in (3, 1, 2)]
    assert subjects(Owed(tickets)) == subjects(Owed(tickets[::-1])) == ["ticket:1", "ticket:2", "ticket:3"]
