"""The shell of recovery_plan on both engines: suspension, queue, plan, export, metrics."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from data import aftersales, casework, defects, judged, mentions, orders, people, plans, snapshots, trail
from data.config import parse
from data.domain import (
    Actor,
    AtRisk,
    Author,
    Category,
    Claim,
    Decision,
    LinkDecision,
    Mode,
    Order,
    RiskPart,
    Role,
    Route,
    Source,
)
from data.errors import BadInput, Refused
from data.people import Person
from data.snapshots import SnapshotFacts
from data.store import Store, Tx
from data.workspace import Workspace
from recovery_plan import run
from recovery_plan.containment.mode import Step
from recovery_plan.exports import Format, from_csv
from recovery_plan.weeks import Week
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_assessment, an_order, days

ORDER, OTHER = "405-1234567-7654321", "405-1111111-2222222"
CANARY = "Ada Lampwick"
LEAD, COMPLIANCE = Actor("p:lead", Role.SUPPORT_LEAD), Actor("p:comp", Role.COMPLIANCE)
BRAND = Actor("p:brand", Role.BRAND_MANAGER)
SYSTEM = Actor.system("run")
SETTINGS = b'[brand]\nname = "B"\ntime_zone = "UTC"\n[policy]\ndaily_contacts = 2\n'


class Watch:
    """A clock that a test may set."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def a_workspace(store: Store, watch: Watch, folder: Path) -> Workspace:
    store.clock = watch
    with store.transaction(TESTER) as tx:
        people.add(tx, Person("p:lead", "Lee", Role.SUPPORT_LEAD, ("fr", "en")))
        people.add(tx, Person("p:comp", "Kim", Role.COMPLIANCE, ("fr",)))
    return Workspace(folder, parse(SETTINGS, "test"), store)


@pytest.fixture
def ws(sqlite_store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    """For tests that are not about the engine."""
    return a_workspace(sqlite_store, watch, tmp_path / "ws")


@pytest.fixture
def both(store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    """On each engine."""
    return a_workspace(store, watch, tmp_path / "ws")


def declare(ws: Workspace, actor: Actor = COMPLIANCE, **facts: Any) -> None:
    defaults: dict[str, Any] = {
        "reason": "related account",
        "owner": "p:comp",
        "marketplace": "amazon.fr",
        "noticed_at": NOW - timedelta(hours=1),
    }
    run.declare_suspension(ws, actor, **(defaults | facts))


def keep_orders(tx: Tx, *batch: Order) -> None:
    facts = SnapshotFacts("orders", "orders.tsv", "0" * 64, "all_orders", "utf-8", len(batch), 0)
    number = snapshots.open_snapshot(tx, facts)
    snapshots.close_snapshot(tx, number, facts, orders.add_orders(tx, number, batch))


def keep_mention(tx: Tx, number: int, source: Source = Source.TRUSTPILOT, link: str | None = None) -> None:
    """The mention with row id ``number``, by an author of its own, linked by order number when ``link`` is given."""
    told = a_mention(f"m{number}", source=source, author=Author(source, f"a{number}", "Somebody"), language="fr")
    mentions.add(tx, [told])
    judged.add_assessments(tx, [(number, 1, an_assessment(language="fr"))])
    if link:
        judged.add_links(tx, [(number, LinkDecision(Decision.LINK, 0.99, link, rule="LNK-ID"))])


def at_risk(customer: str, risk: float = 0.6, **facts: Any) -> AtRisk:
    defaults: dict[str, Any] = {
        "parts": (RiskPart("base", 0.4),),
        "order_id": None,
        "language": "fr",
        "currency": "EUR",
        "category": Category.NOT_DELIVERED,
    }
    return AtRisk(customer, risk, **(defaults | facts))


def keep_at_risk(ws: Workspace, *customers: AtRisk) -> None:
    with ws.store.transaction(SYSTEM) as tx:
        plans.replace_at_risk(tx, customers)


def buyer_key(ws: Workspace, number: int = 1) -> str:
    return ws.store.vault.blind(f"alias:buyer{number}@marketplace.amazon.fr")


def actions(ws: Workspace, prefix: str) -> list[str]:
    with ws.store.reading() as tx:
        return [row.action for row in trail.entries(tx, action=prefix)]


# suspension ---------------------------------------------------------------------------------------------------------


def test_declaring_freezes_tags_and_opens_the_protocol_together(both: Workspace) -> None:
    with both.store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        casework.add_tickets(tx, [(a_ticket(), None), (a_ticket("2", channel="email"), None)], suspend_amazon=False)
    declare(both)
    with both.store.reading() as tx:
        assert casework.mode(tx) is Mode.SUSPENDED
        assert [row["frozen_at"] for row in snapshots.snapshots(tx)] == [NOW]
        assert {row.native_id: row.suspended for row in casework.tickets(tx)} == {"1001": True, "2": False}
    opened = run.protocol(both)
    assert opened is not None and opened.next_step is Step.FREEZE_SNAPSHOT
    assert {"suspension.declared", "snapshot.frozen", "ticket.tagged"} <= set(actions(both, ""))


def test_a_frozen_snapshot_refuses_change(both: Workspace) -> None:
    with both.store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
    declare(both)
    with pytest.raises(Refused), both.store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE orders SET digest = 'other'"))


def test_declaring_twice_is_refused_and_changes_nothing(both: Workspace) -> None:
    declare(both)
    before = actions(both, "")
    with pytest.raises(Refused, match="declared already"):
        declare(both)
    assert actions(both, "") == before


def test_a_drill_freezes_and_tags_nothing(ws: Workspace) -> None:
    with ws.store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        casework.add_tickets(tx, [(a_ticket(), None)], suspend_amazon=False)
    declare(ws, is_drill=True)
    with ws.store.reading() as tx:
        assert casework.mode(tx) is Mode.NORMAL
        assert [row["frozen_at"] for row in snapshots.snapshots(tx)] == [None]
        assert [row.suspended for row in casework.tickets(tx)] == [False]


@pytest.mark.parametrize("actor", [BRAND, Actor("p:agent", Role.AGENT), Actor("p:nobody")])
def test_a_role_that_does_not_answer_for_it_may_not_declare(ws: Workspace, actor: Actor) -> None:
    with pytest.raises(Refused, match="DESK-ROLES"):
        declare(ws, actor)


@pytest.mark.parametrize("wrong", [{"owner": "p:stranger"}, {"reason": " "}, {"noticed_at": NOW + days(1)}])
def test_a_declaration_without_owner_or_reason_or_from_the_future_is_refused(
    ws: Workspace, wrong: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        declare(ws, **wrong)
    assert run.protocol(ws) is None


def test_the_reinstatement_takes_the_tags_off_and_begins_the_recovery(both: Workspace) -> None:
    with both.store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket(), None)], suspend_amazon=False)
    declare(both)
    assert run.end_suspension(both, COMPLIANCE).ended_at == NOW
    with both.store.reading() as tx:
        assert casework.mode(tx) is Mode.RECOVERY
        assert [row.suspended for row in casework.tickets(tx)] == [False]


def test_only_compliance_ends_a_suspension_and_only_one_that_is_on(ws: Workspace) -> None:
    with pytest.raises(Refused, match="no suspension is on"):
        run.end_suspension(ws, COMPLIANCE)
    declare(ws)
    with pytest.raises(Refused, match="compliance"):
        run.end_suspension(ws, LEAD)


def test_steps_are_closed_in_order_by_the_right_role_and_stay_closed(both: Workspace) -> None:
    declare(both)
    with pytest.raises(Refused, match="comes before"):
        run.close_step(both, LEAD, "tag_tickets", "")
    with pytest.raises(Refused, match="is closed by"):
        run.close_step(both, Actor("p:agent", Role.AGENT), "freeze_snapshot", "")
    run.close_step(both, LEAD, "freeze-snapshot", "4 files frozen")
    kept = run.protocol(both)
    assert kept is not None and kept.next_step is Step.TAG_TICKETS
    assert [(s.step, s.by, s.note) for s in kept.closed] == [(Step.FREEZE_SNAPSHOT, "p:lead", "4 files frozen")]


# queue --------------------------------------------------------------------------------------------------------------


def test_refunds_and_claims_stand_first_then_harm_urgency_and_value(both: Workspace) -> None:
    with both.store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER), an_order(OTHER, total_minor=80_000))
        for number, issue, facts in (
            ("question", "question", {}),
            ("parcel", "not_delivered", {"order_id": OTHER}),
            ("refund", "refund_not_received", {}),
            ("solved", "refund_not_received", {"status": "solved"}),
            ("ignore", "question", {"tags": ("no-response-needed",)}),
        ):
            casework.add_tickets(tx, [(a_ticket(number, **({"order_id": None} | facts)), issue)], suspend_amazon=False)
    queue = run.ticket_queue(both)
    assert [row.native_id for _, row in queue] == ["refund", "parcel", "question"]
    assert queue[1][0].value > queue[2][0].value and queue[0][0].next is not None


def test_an_open_claim_puts_its_orders_ticket_first_with_amazons_question_as_deadline(ws: Workspace) -> None:
    with ws.store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("refund", order_id=None), "refund_not_received")], suspend_amazon=False)
        fresh = {"order_id": ORDER, "messages": (), "last_in_at": NOW - timedelta(hours=1), "last_out_at": NOW}
        casework.add_tickets(tx, [(a_ticket("claimed", **fresh), "question")], suspend_amazon=False)
        aftersales.add_claims(tx, [Claim(ORDER, NOW - days(3), info_requested_at=NOW - days(2))])
    (first, row), *_ = run.ticket_queue(ws)
    assert row.native_id == "claimed" and first.next is not None and first.next.rule == "AMZ-AZ-04"


# plan ---------------------------------------------------------------------------------------------------------------


def keep_case(ws: Workspace) -> None:
    """Buyer 1 with two mentions of one order, buyer 2 on X, an unknown reviewer; all are at risk."""
    with ws.store.transaction(TESTER) as tx:
        keep_orders(
            tx,
            an_order(ORDER, buyer_email="buyer1@marketplace.amazon.fr", purchased_at=NOW - days(25)),
            an_order(OTHER, buyer_email="buyer2@marketplace.amazon.fr"),
        )
        keep_mention(tx, 1, link=ORDER)
        keep_mention(tx, 2, link=ORDER)
        keep_mention(tx, 3, Source.X, link=OTHER)
        keep_mention(tx, 4)
    keep_at_risk(
        ws,
        at_risk(buyer_key(ws, 1), order_id=ORDER, value_minor=8_995),
        at_risk(buyer_key(ws, 2), order_id=OTHER, value_minor=8_995),
        at_risk("author:trustpilot:4"),
    )


def test_a_plan_keeps_windows_contacts_each_once_and_never_approaches_x(ws: Workspace) -> None:
    keep_case(ws)
    made = run.build_plan(ws, LEAD)
    routes = {t.customer: (t.choice.route, t.day is not None) for t in made.tasks}
    assert routes == {
        buyer_key(ws, 1): (Route.BUYER_MESSAGE, True),
        buyer_key(ws, 2): (Route.WAIT_FOR_CONTACT, False),
        "author:trustpilot:4": (Route.PUBLIC_REPLY, True),
    }
    assert all(
        t.day and (t.choice.not_before or t.day) <= t.day <= (t.choice.last_day or t.day) and t.owner == "p:lead"
        for t in made.placed
    )


def test_a_plan_whose_first_day_lies_beyond_a_window_takes_the_public_way(ws: Workspace) -> None:
    keep_case(ws)
    made = run.simulate(ws, date(2026, 12, 2))  # the message window of the order ends on November 29th
    (task,) = (t for t in made.tasks if t.customer == buyer_key(ws, 1))
    assert (task.choice.route, task.choice.not_before) == (Route.PUBLIC_REPLY, date(2026, 12, 2))


def test_a_plan_is_kept_with_its_policy_and_an_equal_one_is_not_kept_twice(both: Workspace) -> None:
    keep_case(both)
    made = run.build_plan(both, LEAD)
    run.build_plan(both, SYSTEM)
    with both.store.reading() as tx:
        kept = plans.newest_plan(tx)
    assert kept is not None and (kept[0].id, kept[0].made_by, kept[0].starts_on) == (1, "p:lead", NOW.date())
    assert kept[0].policy["daily_contacts"] == 2 and [plans.as_task(r).customer for r in kept[1]] == [
        t.customer for t in made.tasks
    ]
    assert actions(both, "plan.") == ["plan.made"]


def test_a_simulation_keeps_nothing(ws: Workspace) -> None:
    keep_case(ws)
    assert run.simulate(ws, date(2026, 11, 25)).starts_on == date(2026, 11, 25)
    with ws.store.reading() as tx:
        assert plans.newest_plan(tx) is None


def test_while_suspended_a_plan_starts_tomorrow_unless_a_day_is_known(ws: Workspace) -> None:
    keep_case(ws)
    declare(ws)
    assert run.build_plan(ws, LEAD).starts_on == date(2026, 11, 25)
    assert run.build_plan(ws, LEAD, starts_on=date(2026, 11, 28)).starts_on == date(2026, 11, 28)
    with pytest.raises(BadInput, match="has passed"):
        run.build_plan(ws, LEAD, starts_on=date(2026, 11, 23))


def test_a_customer_with_an_outcome_is_not_approached_again(both: Workspace) -> None:
    keep_case(both)
    run.build_plan(both, LEAD)
    with both.store.reading() as tx:
        _, (first, *_) = plans.newest_plan(tx) or (None, [])
    run.record_outcome(both, LEAD, first.id, "answered", "wrote back")
    again = {t.customer: t.choice.rule for t in run.build_plan(both, LEAD).tasks}
    assert again[first.customer] == "DESK-ONCE" and actions(both, "task.") == ["task.outcome"]


def test_without_anybody_to_write_every_contact_says_so(ws: Workspace) -> None:
    keep_case(ws)
    with ws.store.transaction(TESTER) as tx:
        people.add(tx, Person("p:lead", "Lee", Role.SUPPORT_LEAD, ("fr", "en"), active=False))
    made = run.build_plan(ws, SYSTEM)
    assert made.placed == () and sum("DESK-CAPACITY" in (t.unplaced or "") for t in made.tasks) == 2


@pytest.mark.parametrize(("task", "result"), [(99, "answered"), (1, "great")])
def test_an_outcome_of_no_task_or_no_kind_is_refused(ws: Workspace, task: int, result: str) -> None:
    keep_case(ws)
    run.build_plan(ws, LEAD)
    with pytest.raises(BadInput):
        run.record_outcome(ws, LEAD, task, result, "")


# export -------------------------------------------------------------------------------------------------------------


def exported(ws: Workspace, actor: Actor = LEAD, form: Format = Format.CSV, **facts: Any) -> bytes:
    assert actor.role is not None
    return run.export_at_risk(ws, actor, actor.role, form=form, **facts).read_bytes()


def statuses(raw: bytes) -> Sequence[tuple[float | None, str]]:
    return [(row.risk if row.risk is not None else row.risk_last_week, row.status) for row in from_csv(raw)]


def test_two_weeks_tell_new_worse_better_same_and_gone(both: Workspace, watch: Watch) -> None:
    keep_at_risk(both, *(at_risk(name, 0.5) for name in ("worse", "better", "same")), at_risk("gone", 0.45))
    exported(both)
    watch.now = NOW + days(7)
    risks = {"worse": 0.7, "better": 0.4, "same": 0.52, "new": 0.6}
    keep_at_risk(both, *(at_risk(name, risk) for name, risk in risks.items()))
    assert statuses(exported(both)) == [(0.7, "worse"), (0.6, "new"), (0.52, "same"), (0.4, "better"), (0.45, "gone")]


def test_an_export_of_last_week_leaves_what_was_told_then(ws: Workspace, watch: Watch) -> None:
    keep_at_risk(ws, at_risk("a", 0.5))
    exported(ws)
    watch.now = NOW + days(7)
    keep_at_risk(ws, at_risk("a", 0.9))
    exported(ws, week=Week(2026, 48))
    with ws.store.reading() as tx:
        assert plans.week_risks(tx, "2026-W48") == {"a": 0.5}
    with pytest.raises(BadInput, match="has not begun"):
        exported(ws, week=Week(2026, 50))


def named_case(ws: Workspace) -> None:
    keep_case(ws)
    run.build_plan(ws, LEAD)


@pytest.mark.parametrize("form", list(Format))
def test_a_brand_managers_bytes_never_hold_a_name_an_order_or_a_colleague(ws: Workspace, form: Format) -> None:
    named_case(ws)
    raw = exported(ws, BRAND, form)
    if form is Format.XLSX:
        raw = repr([[c.value for c in r] for s in load_workbook(io.BytesIO(raw)) for r in s.iter_rows()]).encode()
    for secret in (CANARY, "Somebody", ORDER, OTHER, "p:lead", buyer_key(ws, 1), "author:"):
        assert secret.encode() not in raw


def test_a_support_lead_sees_names_orders_and_the_plan(ws: Workspace) -> None:
    named_case(ws)
    shown = {row.order_id: row for row in from_csv(exported(ws))}
    assert (shown[ORDER].customer_name, shown[ORDER].owner, shown[ORDER].route) == (CANARY, "p:lead", "buyer_message")
    assert shown[None].customer_name == "Somebody"


def test_names_are_not_opened_for_finance(ws: Workspace) -> None:
    named_case(ws)
    shown = from_csv(exported(ws, Actor("p:money", Role.FINANCE)))
    assert {row.customer_name for row in shown} == {None} and ORDER in {row.order_id for row in shown}


@pytest.mark.parametrize("actor", [BRAND, Actor("p:nobody")])
def test_nobody_exports_with_the_eyes_of_a_role_that_sees_more(ws: Workspace, actor: Actor) -> None:
    with pytest.raises(Refused, match="DESK-ROLES"):
        run.export_at_risk(ws, actor, Role.AGENT, form=Format.CSV)
    assert not ws.exports.exists()


def test_a_name_cannot_become_a_formula(ws: Workspace) -> None:
    with ws.store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER, buyer_name="=HYPERLINK(1)", buyer_email="buyer1@marketplace.amazon.fr"))
    keep_at_risk(ws, at_risk(buyer_key(ws, 1), order_id=ORDER))
    assert b'"\'=HYPERLINK(1)"' in exported(ws)


def test_equal_data_give_equal_bytes_and_the_log_tells_their_hash(ws: Workspace, watch: Watch) -> None:
    named_case(ws)
    first = exported(ws, form=Format.XLSX)
    watch.now = NOW + timedelta(hours=2)
    assert exported(ws, form=Format.XLSX) == first
    with ws.store.reading() as tx:
        newest = trail.entries(tx, action="export.", limit=1)[0]
    told = json.loads(newest.detail)
    assert (newest.subject, newest.actor) == ("at-risk:2026-W48", "p:lead")
    assert told["sha256"] == hashlib.sha256(first).hexdigest() and told["rows"] == 3


def test_an_export_that_cannot_be_written_leaves_no_trace(ws: Workspace, tmp_path: Path) -> None:
    keep_at_risk(ws, at_risk("a"))
    (tmp_path / "file").write_text("here")
    with pytest.raises(BadInput, match="cannot be written"):
        exported(ws, out=tmp_path / "file" / "below.csv")
    with ws.store.reading() as tx:
        assert plans.weeks(tx) == []
    assert actions(ws, "export.") == []


# metrics ------------------------------------------------------------------------------------------------------------


def keep_defects(ws: Workspace) -> None:
    """Ten orders of the window on amazon.fr: one with bad feedback, one with a claim; one old, one multi-channel."""
    ids = [f"405-0000000-000000{n}" for n in range(10)]
    with ws.store.transaction(TESTER) as tx:
        keep_orders(
            tx,
            *(an_order(i) for i in ids),
            an_order("405-9999999-0000000", purchased_at=NOW - days(61)),
            an_order("S01-9999999-0000001", marketplace="non-amazon"),
        )
        bad = {"source": Source.SELLER_FEEDBACK, "author": None, "reference": ids[0]}
        good = bad | {"reference": ids[1], "rating": 5}
        mentions.add(tx, [a_mention("f1", rating=1, **bad), a_mention("f2", **good)])
        won = Claim(ids[3], NOW - days(2), status="denied")
        aftersales.add_claims(tx, [Claim(ids[2], NOW - days(2)), won])
    keep_at_risk(ws, at_risk("a", 0.5, order_id=ids[4]), at_risk("b", 0.9, order_id=ids[2]))


def test_the_defect_rate_counts_feedback_and_claims_of_the_windows_orders(both: Workspace) -> None:
    keep_defects(both)
    (rate,) = run.defect_rates(both).values()
    assert (rate.marketplace, rate.orders, rate.defects, rate.is_over) == ("amazon.fr", 10, 2, True)


def test_a_chargeback_is_a_defect_of_its_own_and_counts_once_beside_a_claim(both: Workspace) -> None:
    ids = [f"405-0000000-000000{n}" for n in range(3)]
    with both.store.transaction(TESTER) as tx:
        keep_orders(tx, *(an_order(i) for i in ids))
        back = Claim(ids[0], NOW - days(2), kind="chargeback")
        aftersales.add_claims(tx, [back, Claim(ids[1], NOW - days(3)), Claim(ids[1], NOW - days(2), kind="chargeback")])
    with both.store.reading() as tx:
        told = {f.order_id: (f.has_claim, f.has_chargeback) for f in defects.fates(tx, NOW - days(60))}
    assert told == {ids[0]: (False, True), ids[1]: (True, True), ids[2]: (False, False)}
    assert run.defect_rates(both)["amazon.fr"].defects == 2


def test_the_projection_adds_the_orders_at_risk_that_are_no_defect_yet(ws: Workspace) -> None:
    keep_defects(ws)
    found = run.projection(ws)["amazon.fr"]
    assert (found.open_orders, found.expected, found.probabilities) == (1, 0.5, (0.5, 0.5))


def test_without_orders_there_is_neither_rate_nor_projection(ws: Workspace) -> None:
    assert (run.defect_rates(ws), run.projection(ws)) == ({}, {})
