"""What the database itself refuses at the desk, whoever writes to it: raw statements on both engines."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data import (
    approvals,
    attempts,
    casework,
    channel,
    defences,
    desk_text,
    legal_holds,
    macros,
    migrate,
    orders,
    people,
    refunds,
)
from data.casework import NewStep
from data.domain import Actor, Role
from data.errors import Refused
from data.people import Person
from data.proofs import Proof
from data.schema.containment import approval_decision, dispatch, macro_event, refund_event
from data.snapshots import SnapshotFacts, close_snapshot, open_snapshot
from data.store import Store
from data.vault import Vault
from tests.builders import NOW, TESTER, a_ticket, an_order, days

AGENT, LEAD = Actor("p:agent", Role.AGENT), Actor("p:lead", Role.SUPPORT_LEAD)
COMPLIANCE, SECOND = Actor("p:comp", Role.COMPLIANCE), Actor("p:second", Role.COMPLIANCE)
FINANCE, BRAND = Actor("p:fin", Role.FINANCE), Actor("p:brand", Role.BRAND_MANAGER)
GONE = Actor("p:gone", Role.COMPLIANCE)
ORDER = "405-1234567-7654321"
WORDS = "Hello, thank you for your message about the order."


@pytest.fixture
def desk(store: Store) -> Store:
    """Everybody, a ticket, an order, an approved macro (1), a request (1) for it, a thread entry, an attempt."""
    with store.transaction(TESTER) as tx:
        for who in (AGENT, LEAD, COMPLIANCE, SECOND, FINANCE, BRAND):
            assert who.role
            people.add(tx, Person(who.id, who.id, who.role))
        people.add(tx, Person("p:gone", "x", Role.COMPLIANCE, active=False))
        casework.add_tickets(tx, [(a_ticket(), None)], suspend_amazon=False)
        facts = SnapshotFacts("orders", "o.tsv", "0" * 64, "all_orders", "utf-8", 1, 0)
        number = open_snapshot(tx, facts)
        close_snapshot(tx, number, facts, orders.add_orders(tx, number, [an_order(ORDER)]))
    with store.transaction(AGENT) as tx:
        macros.add(tx, name="a_macro", language="en", surface="marketplace", text=WORDS, needs_attestation=False)
    with store.transaction(COMPLIANCE) as tx:
        macros.mark(tx, 1, "approved")
    request(store)
    with store.transaction(AGENT) as tx:
        channel.add(tx, "ticket:1", "He called twice.")
        attempts.add(tx, ticket=1, order_id=None, way="buyer_message", result="refused",
                     reason="messaging_disabled", note="grey button", tried_at=NOW)  # fmt: skip
    return store


def request(store: Store, by: Actor = AGENT, **facts: Any) -> int:
    said: dict[str, Any] = {"kind": "reply", "subject": "ticket:1", "ticket": 1, "text": WORDS, "macro_version": 1}
    with store.transaction(by) as tx:
        return approvals.add(tx, **(said | {"expires_at": NOW + days(2)} | facts))


def sha(text_: str = WORDS) -> str:
    return desk_text.sha256(text_)


def decide(store: Store, by: Actor, request: int = 1, **facts: Any) -> None:
    row = {"request": request, "verdict": "granted", "sha256": sha(), "note": "", "decided_by": by.id,
           "decided_at": NOW, "expires_at": NOW + days(1)}  # fmt: skip
    with store.transaction(by) as tx:
        tx.conn.execute(approval_decision.insert().values(**(row | facts)))


def send(store: Store, by: Actor = AGENT, request: int = 1, **facts: Any) -> None:
    row = {"request": request, "sha256": sha(), "sender": "copy", "place": "other", "sent_by": by.id, "sent_at": NOW}
    with store.transaction(by) as tx:
        tx.conn.execute(dispatch.insert().values(**(row | facts)))


def refused(rule: str) -> Any:
    return pytest.raises(Refused, match=rule)


def test_a_full_and_proper_way_goes_through(desk: Store) -> None:
    decide(desk, LEAD)
    send(desk)
    with desk.reading() as tx:
        assert approvals.get(tx, 1).state is approvals.State.CLAIMED


def test_self_approval_is_refused(desk: Store) -> None:
    request(desk, COMPLIANCE)
    with refused("DESK-FOUR-EYES"):
        decide(desk, COMPLIANCE, 2)


@pytest.mark.parametrize("by", [AGENT, FINANCE, BRAND, GONE, Actor("p:stranger"), Actor.system("cli")])
def test_an_approval_by_a_wrong_role_a_stranger_or_somebody_who_left_is_refused(desk: Store, by: Actor) -> None:
    request(desk, SECOND)
    with refused("DESK-ROLES"):
        decide(desk, by, 2)


def test_free_text_is_approved_by_compliance_only(desk: Store) -> None:
    free = request(desk, macro_version=None, text="Other words.")
    with refused("DESK-ROLES"):
        decide(desk, LEAD, free, sha256=sha("Other words."))
    decide(desk, COMPLIANCE, free, sha256=sha("Other words."))


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"sha256": "0" * 64}, "DESK-APPROVAL"),
        ({"expires_at": NOW + days(8)}, "DESK-APPROVAL-EXPIRY"),
        ({"expires_at": None}, "DESK-APPROVAL-EXPIRY"),
        ({"decided_at": NOW + days(3), "expires_at": NOW + days(4)}, "DESK-APPROVAL-EXPIRY"),
        ({"decided_at": NOW - days(1), "expires_at": NOW}, "DESK-APPROVAL-EXPIRY"),
    ],
)
def test_an_approval_of_other_bytes_or_outside_its_time_is_refused(
    desk: Store, facts: dict[str, Any], rule: str
) -> None:
    with refused(rule):
        decide(desk, LEAD, **facts)


def test_a_second_decision_is_refused(desk: Store) -> None:
    decide(desk, LEAD)
    with refused("DESK-APPROVAL"):
        decide(desk, COMPLIANCE)


def test_sending_without_an_approval_is_refused(desk: Store) -> None:
    with refused("DESK-APPROVAL"):
        send(desk)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"sha256": "0" * 64}, "DESK-APPROVAL"),
        ({"sent_at": NOW + days(1)}, "DESK-APPROVAL-EXPIRY"),
        ({"sent_at": NOW - days(1)}, "DESK-APPROVAL-EXPIRY"),
        ({"sent_by": "p:fin"}, "DESK-ROLES"),
        ({"sent_by": "system:cli"}, "DESK-ROLES"),
        ({"sender": "drill"}, "DESK-MODE"),
    ],
)
def test_sending_other_bytes_late_early_or_by_a_wrong_role_is_refused(
    desk: Store, facts: dict[str, Any], rule: str
) -> None:
    decide(desk, LEAD)
    with refused(rule):
        send(desk, **facts)


@pytest.mark.parametrize("verdict", ["withdrawn", "lapsed"])
def test_sending_after_the_approval_was_taken_back_is_refused(desk: Store, verdict: str) -> None:
    decide(desk, LEAD)
    decide(desk, AGENT, verdict=verdict, expires_at=None)
    with refused("DESK-APPROVAL"):
        send(desk)


def test_sending_after_the_text_was_changed_is_refused(desk: Store) -> None:
    decide(desk, LEAD)
    request(desk, replaces=1, text="Other words.")
    with refused("voids"):
        send(desk)


def test_sending_twice_is_refused_and_so_is_the_same_text_under_another_request(desk: Store) -> None:
    decide(desk, LEAD)
    second = request(desk, LEAD)
    decide(desk, COMPLIANCE, second)
    send(desk)
    with refused("DESK-SEND-ONCE"):
        send(desk)
    with refused("DESK-SEND-ONCE"):
        send(desk, LEAD, second)


def test_sending_a_retired_macro_is_refused(desk: Store) -> None:
    decide(desk, LEAD)
    with desk.transaction(COMPLIANCE) as tx:
        macros.mark(tx, 1, "retired")
    with refused("DESK-MACRO"):
        send(desk)


def test_free_text_is_refused_while_suspended_even_when_it_was_approved_before(desk: Store) -> None:
    free = request(desk, macro_version=None, text="Other words.")
    decide(desk, COMPLIANCE, free, sha256=sha("Other words."))
    with desk.transaction(COMPLIANCE) as tx:
        casework.declare(tx, reason="r", owner="p:comp", marketplace="amazon", noticed_at=NOW, steps=(NewStep("one"),))
    with refused("DESK-MACRO"):
        send(desk, request=free, sha256=sha("Other words."))
    with refused("DESK-MACRO"):
        request(desk, macro_version=None, text="More words.")


def test_a_cause_without_attestation_is_refused(desk: Store) -> None:
    with desk.transaction(AGENT) as tx:
        cause = macros.add(tx, name="cause", language="en", surface="marketplace", text=WORDS, needs_attestation=True)
    with desk.transaction(COMPLIANCE) as tx:
        macros.mark(tx, cause, "approved")
    asked = request(desk, macro_version=cause)
    decide(desk, LEAD, asked)
    with refused("DESK-ATTESTATION"):
        send(desk, request=asked)
    with desk.transaction(COMPLIANCE) as tx:
        macros.mark(tx, cause, "attested", "it is true")
    send(desk, request=asked)


def test_a_macro_is_never_approved_by_its_author_nor_by_another_role(desk: Store) -> None:
    with desk.transaction(COMPLIANCE) as tx:
        mine = macros.add(tx, name="mine", language="en", surface="marketplace", text=WORDS, needs_attestation=False)
    row = {"macro_version": mine, "what": "approved", "note": "", "made_at": NOW}
    for by, rule in ((COMPLIANCE, "DESK-FOUR-EYES"), (LEAD, "DESK-ROLES"), (Actor.system("cli"), "DESK-ROLES")):
        with refused(rule), desk.transaction(by) as tx:
            tx.conn.execute(macro_event.insert().values(**row, made_by=by.id))


APPEND_ONLY = (
    *("macro_version", "macro_event", "approval_request", "approval_decision", "dispatch", "thread_entry"),
    *("attempt", "refund_case", "refund_event", "shipping_decision", "defence_entry", "readiness_report"),
)


def fill(desk: Store) -> None:
    """A row in each append-only table that has none yet."""
    from data import readiness, shipping

    decide(desk, LEAD)
    send(desk)
    with desk.transaction(LEAD) as tx:
        refunds.add(tx, order_id=ORDER, ticket=None, amount_minor=100, currency="EUR", method="card",
                    paid_with="card", reason="r")  # fmt: skip
        shipping.decide(tx, ORDER, "stop", "r")
        readiness.keep(tx, 50, {})
        tx.conn.execute(text("INSERT INTO claim (id, order_id, opened_at, status) VALUES (1, 'o', 1, 'open')"))
        defences.add(tx, 1, "order", "have", "")
    with desk.transaction(FINANCE) as tx:
        refunds.mark(tx, 1, "signed")


def test_nothing_on_record_is_changed_or_deleted(desk: Store) -> None:
    fill(desk)
    for table in APPEND_ONLY:
        for attack in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with refused("DESK-RECORD"), desk.transaction(TESTER) as tx:
                assert tx.conn.execute(text(attack)).rowcount == 0, "the table is empty: the attack proves nothing"


def test_a_text_on_record_is_erased_never_exchanged(desk: Store) -> None:
    for attack in (
        "UPDATE desk_text SET text = 'x'",
        "INSERT INTO desk_text (kind, ref, salt, text) VALUES ('request', 99, '', 'x')",
    ):
        with refused("DESK-RECORD"), desk.transaction(TESTER) as tx:
            tx.conn.execute(text(attack))
    for kind in ("request", "thread", "attempt"):
        with desk.transaction(TESTER) as tx:
            desk_text.erase(tx, kind, 1)
        with refused("DESK-RECORD"), desk.transaction(TESTER) as tx:
            salt = "" if kind == "request" else "0" * 64
            desk_text.keep(tx, kind, 1, "He never called.", salt)


@pytest.mark.parametrize("kind", ["request", "thread", "attempt", "defence"])
@pytest.mark.parametrize("subject", ["all", f"order:{ORDER}", "ticket:1"])
def test_a_text_on_hold_is_not_erased(desk: Store, kind: str, subject: str) -> None:
    with desk.transaction(COMPLIANCE) as tx:
        tx.conn.execute(text(f"UPDATE ticket SET order_id = '{ORDER}'"))
        tx.conn.execute(text(f"INSERT INTO claim (id, order_id, opened_at, status) VALUES (1, '{ORDER}', 1, 'open')"))
        defences.add(tx, 1, "order", "have", "as the carrier says")
        legal_holds.place(tx, subject, "A-to-z claim", NOW + days(30))
        legal_holds.place(tx, "order:405-0000000-0000000", "another one", NOW + days(30))
    with pytest.raises(Refused) as refused_by, desk.transaction(TESTER) as tx:
        desk_text.erase(tx, kind, 1)
    assert refused_by.value.rule == "DESK-LEGAL-HOLD"
    with desk.transaction(COMPLIANCE) as tx:
        assert desk_text.read(tx, kind, [1])
        legal_holds.release(tx, 1, "over")
        desk_text.erase(tx, kind, 1)
        assert not desk_text.read(tx, kind, [1])


def test_an_erased_text_cannot_be_sent_any_more(desk: Store) -> None:
    decide(desk, LEAD)
    with desk.transaction(TESTER) as tx:
        desk_text.erase(tx, "request", 1)
    with refused("erased"):
        send(desk)


def test_replace_does_not_get_around_the_record(sqlite_store: Store) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        people.add(tx, Person("p:agent", "x", Role.AGENT))
    with sqlite_store.transaction(AGENT) as tx:
        macros.add(tx, name="a_macro", language="en", surface="marketplace", text=WORDS, needs_attestation=False)
    with refused("DESK-RECORD"), sqlite_store.transaction(AGENT) as tx:
        tx.conn.execute(text("INSERT OR REPLACE INTO macro_version SELECT * FROM macro_version"))


def test_another_program_is_refused_as_well(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        people.add(tx, Person("p:agent", "x", Role.AGENT))
    sqlite_store.close()
    with sqlite3.connect(tmp_path / "store.sqlite3") as foreign, pytest.raises(sqlite3.Error):
        foreign.execute(
            "INSERT INTO dispatch (request, sha256, sender, place, sent_by, sent_at) "
            "VALUES (1, 'x', 'c', 'o', 'p:agent', 1)"
        )


def step(desk: Store, sql: str, by: Actor = TESTER) -> None:
    with desk.transaction(by) as tx:
        tx.conn.execute(text(sql))


def test_steps_are_closed_in_order_by_their_roles_once(desk: Store) -> None:
    closers = (NewStep("one", closers=("compliance", "support_lead")), NewStep("two", closers=("compliance",)))
    with desk.transaction(COMPLIANCE) as tx:
        casework.declare(tx, reason="r", owner="p:comp", marketplace="amazon", noticed_at=NOW, steps=closers)
    close = "UPDATE protocol_step SET closed_at = 5, closed_by = '{0}' WHERE position = {1}"
    for who, position in (("p:comp", 2), ("p:agent", 1), ("system:cli", 1), ("p:gone", 1)):
        with refused("DESK-STEP-ORDER"):
            step(desk, close.format(who, position))
    step(desk, close.format("p:lead", 1))
    for attack in ("UPDATE protocol_step SET note = 'x' WHERE position = 1", "DELETE FROM protocol_step",
                   close.format("p:lead", 2)):  # fmt: skip
        with refused("DESK-STEP-ORDER"):
            step(desk, attack)


def test_a_suspension_is_lifted_by_compliance_once_and_keeps_its_facts(desk: Store) -> None:
    with desk.transaction(COMPLIANCE) as tx:
        casework.declare(tx, reason="r", owner="p:comp", marketplace="amazon", noticed_at=NOW, steps=(NewStep("one"),))
    end = "UPDATE suspension SET ended_at = 5, ended_by = '{0}'"
    for attack, rule in ((end.format("p:lead"), "DESK-ROLES"), ("UPDATE suspension SET reason = 'x'", "DESK-MODE"),
                         ("DELETE FROM suspension", "DESK-MODE")):  # fmt: skip
        with refused(rule):
            step(desk, attack)
    step(desk, end.format("p:comp"))
    with refused("DESK-MODE"):
        step(desk, "UPDATE suspension SET ended_at = NULL")


def open_refund(desk: Store, by: Actor = LEAD, **facts: Any) -> int:
    said: dict[str, Any] = {"order_id": ORDER, "ticket": None, "amount_minor": 5_000, "currency": "EUR",
                            "method": "card", "paid_with": "card", "reason": "r"}  # fmt: skip
    with desk.transaction(by) as tx:
        return refunds.add(tx, **(said | facts))


def test_refunds_of_an_order_never_pass_its_total(desk: Store) -> None:
    open_refund(desk)
    with refused("DESK-REFUND-ONCE"):
        open_refund(desk)
    open_refund(desk, amount_minor=3_995)
    with refused("DESK-REFUND-ONCE"):
        open_refund(desk, amount_minor=1)
    with refused("DESK-REFUND-ONCE"):
        open_refund(desk, order_id="405-0000000-0000000")


def test_a_refund_by_another_means_needs_the_buyers_agreement(desk: Store) -> None:
    with refused("EU-05"):
        open_refund(desk, method="bank_transfer")
    open_refund(desk, method="bank_transfer", agreement="a" * 64)


def mark(desk: Store, by: Actor, what: str, proof: Proof | None = None, refund: int = 1) -> None:
    row = {"refund": refund, "what": what, "note": "", "made_by": by.id, "made_at": NOW,
           "proof": proof.sha256 if proof else None, "proof_kind": proof.kind if proof else None}  # fmt: skip
    with desk.transaction(by) as tx:
        tx.conn.execute(refund_event.insert().values(**row))


def test_a_refund_is_signed_by_finance_then_paid_with_proof_once(desk: Store) -> None:
    proof = Proof("b" * 64, "png")
    open_refund(desk)
    open_refund(desk, FINANCE, amount_minor=100)
    attacks = (
        (COMPLIANCE, "signed", "DESK-REFUND-SIGN", 1),
        (FINANCE, "signed", "DESK-FOUR-EYES", 2),
        (FINANCE, "paid", "DESK-REFUND-SIGN", 1),
    )
    for by, what, rule, number in attacks:
        with refused(rule):
            mark(desk, by, what, proof, number)
    mark(desk, FINANCE, "signed")
    with refused("DESK-REFUND-SIGN"):
        mark(desk, FINANCE, "paid")
    mark(desk, FINANCE, "paid", proof)
    for what in ("paid", "cancelled", "signed"):
        with refused("DESK-REFUND-SIGN"):
            mark(desk, FINANCE, what, proof)


def test_the_suspensions_channel_is_closed_to_agents_and_every_channel_to_the_brand(desk: Store) -> None:
    with desk.transaction(COMPLIANCE) as tx:
        casework.declare(tx, reason="r", owner="p:comp", marketplace="amazon", noticed_at=NOW, steps=(NewStep("one"),))
        channel.add(tx, "suspension:1", "The notice is here.")
    for by, thread in ((AGENT, "suspension:1"), (BRAND, "ticket:1"), (Actor("p:stranger"), "ticket:1")):
        with refused("DESK-ROLES"), desk.transaction(by) as tx:
            channel.add(tx, thread, "Words.")


def test_a_protocol_of_before_goes_on_after_the_upgrade_and_loses_nothing_on_the_way_down(
    database_url: str, vault: Vault
) -> None:
    migrate.upgrade(database_url)
    store = Store(database_url, vault, lambda: NOW)
    with store.transaction(TESTER) as tx:
        number = casework.declare(
            tx, reason="r", owner="p:x", marketplace="amazon", noticed_at=NOW,
            steps=(NewStep("one", "p:x", NOW, ("compliance",)), NewStep("two")),
        )  # fmt: skip
        tx.conn.execute(
            text("INSERT INTO actor (id, name, role, languages, active) VALUES ('p:c', 'C', 'compliance', '[]', true)")
        )
    with store.transaction(Actor("p:c")) as tx:
        casework.close_step(tx, number, 1, "done")
    store.close()
    migrate.to(database_url, "0003")
    migrate.upgrade(database_url)
    store = Store(database_url, vault, lambda: NOW)
    with store.transaction(Actor("p:c")) as tx:
        casework.close_step(tx, number, 2, "done, too")
        kept = [(s["note"], s["owner"], s["closers"]) for s in casework.steps(tx, number)]
    store.close()
    assert kept == [("done", None, None), ("done, too", None, None)]
    assert migrate.missing_triggers(database_url) == ()
