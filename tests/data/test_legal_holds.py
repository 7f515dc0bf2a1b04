"""Legal holds: what they stop, until when, and what they do not stop."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from data import erasure, legal_holds, mentions, trail
from data.domain import Source
from data.errors import BadInput, Refused
from data.schema.intake import mention
from data.store import Store
from tests.builders import NOW, TESTER, a_mention, days

ORDER = "405-1234567-7654321"


def held(store: Store, subject: str) -> int:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1"), a_mention("m2", source=Source.REDDIT)])
        tx.conn.execute(update(mention).where(mention.c.native_id == "m1").values(link_order=ORDER))
        return legal_holds.place(tx, subject, "A-to-z claim", NOW + days(30))


@pytest.mark.parametrize("subject", ["all", "source:trustpilot", f"order:{ORDER}", "mention:1"])
def test_a_source_with_anything_on_hold_is_not_erased_and_the_rule_is_named(store: Store, subject: str) -> None:
    number = held(store, subject)
    told = rf"2026-12-24.*legal hold {number}.*DESK-LEGAL-HOLD"
    with pytest.raises(Refused, match=told) as refused, store.transaction(TESTER) as tx:
        erasure.purge(tx, Source.TRUSTPILOT)
    assert refused.value.rule == "DESK-LEGAL-HOLD" and refused.value.unlock == "compliance"


@pytest.mark.parametrize("subject", ["source:reddit", "order:405-0000000-0000000", "mention:2"])
def test_a_hold_on_something_else_stops_nothing(store: Store, subject: str) -> None:
    held(store, subject)
    with store.transaction(TESTER) as tx:
        assert erasure.purge(tx, Source.TRUSTPILOT) == 1


def test_a_released_hold_stops_nothing(store: Store) -> None:
    number = held(store, "all")
    with store.transaction(TESTER) as tx:
        legal_holds.release(tx, number, "the claim is closed")
        assert erasure.purge(tx, Source.TRUSTPILOT) == 1


def test_a_hold_ends_by_itself_on_its_day(store: Store) -> None:
    held(store, "all")
    store.clock = lambda: NOW + days(30)
    with store.transaction(TESTER) as tx:
        assert legal_holds.standing(tx) == [] and erasure.purge(tx, Source.TRUSTPILOT) == 1


def test_what_its_author_deleted_at_the_source_goes_all_the_same(store: Store) -> None:
    held(store, "all")
    with store.transaction(TESTER) as tx:
        assert erasure.mark_gone(tx, Source.REDDIT, ["m2"]) == 1


def test_an_audit_detail_on_hold_stays(store: Store) -> None:
    held(store, "entry:1")
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        trail.erase_detail(tx, 1, "asked for")


def test_placing_and_releasing_stand_on_the_audit_log_without_the_reason(store: Store) -> None:
    number = held(store, "ticket:12")
    with store.transaction(TESTER) as tx:
        legal_holds.release(tx, number, "over")
        rows = trail.entries(tx, action="legal_hold.")
    assert [r.action for r in rows] == ["legal_hold.released", "legal_hold.placed"]
    assert {r.subject for r in rows} == {"ticket:12"}
    assert not any("A-to-z" in r.detail for r in rows)


@pytest.mark.parametrize(
    ("subject", "reason", "in_days"),
    [("buyer:ada", "x", 3), ("all", " ", 3), ("all", "x", 0), ("all", "x", -1), ("all", "x", 4000), ("order:", "x", 3)],
)
def test_a_hold_needs_a_known_subject_a_reason_and_a_day_to_come(
    store: Store, subject: str, reason: str, in_days: int
) -> None:
    with pytest.raises(BadInput), store.transaction(TESTER) as tx:
        legal_holds.place(tx, subject, reason, NOW + days(in_days))


def test_a_hold_is_released_once(store: Store) -> None:
    number = held(store, "all")
    with store.transaction(TESTER) as tx:
        legal_holds.release(tx, number, "over")
    with pytest.raises(BadInput), store.transaction(TESTER) as tx:
        legal_holds.release(tx, number, "over again")
