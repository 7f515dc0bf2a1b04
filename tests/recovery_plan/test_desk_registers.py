"""Attempts, refunds, shipping, defence files, missed clocks, the channel, and how ready the house is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data import aftersales, attempts, casework, channel, orders, proofs, readiness, refunds, trail
from data.clock import rfc3339
from data.domain import Actor, Claim, Return, TicketMessage
from data.errors import BadInput, Refused
from data.store import Store
from data.workspace import Workspace
from recovery_plan import run
from recovery_plan.containment.mode import Step
from recovery_plan.containment.readiness import NEEDED_MACROS, WEIGHTS, printable, told_lines
from recovery_plan.desk import channel as desk_channel
from recovery_plan.desk import closing, defending, ready, registers, replying, sending, suspending
from recovery_plan.desk.registers import NewAttempt, NewRefund
from tests.builders import NOW, TESTER, a_ticket, an_order, days
from tests.recovery_plan.desk_builders import (
    AGENT,
    AUDITOR,
    BRAND,
    COMPLIANCE,
    FINANCE,
    LEAD,
    ORDER,
    Watch,
    a_desk,
    approve_macro,
    ask,
    declare,
    grant,
    keep_order,
    wish,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def ws(sqlite_store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    return a_desk(sqlite_store, watch, tmp_path / "ws")


@pytest.fixture
def screenshot(tmp_path: Path) -> Path:
    (tmp_path / "shot.png").write_bytes(PNG)
    return tmp_path / "shot.png"


# attempts -----------------------------------------------------------------------------------------------------------


def tried(**facts: Any) -> NewAttempt:
    said: dict[str, Any] = {"way": "buyer_message", "result": "refused", "reason": "messaging_disabled", "ticket": 1}
    return NewAttempt(**(said | facts))


def test_an_attempt_keeps_its_proof_under_its_hash(ws: Workspace, screenshot: Path) -> None:
    registers.record_attempt(ws, AGENT, tried(proof=screenshot, note="the button is grey"))
    with ws.store.reading() as tx:
        (kept,) = attempts.listed(tx)
    assert kept.proof is not None and (kept.order_id, kept.note) == (ORDER, "the button is grey")
    assert proofs.path_of(ws, kept.proof, "png").read_bytes() == PNG
    assert registers.broken_proofs(ws) == []
    proofs.path_of(ws, kept.proof, "png").write_bytes(PNG + b"!")
    assert registers.broken_proofs(ws) == [("attempt:1", kept.proof)]


@pytest.mark.parametrize(
    "facts",
    [
        {"way": "pigeon"},
        {"reason": "bad luck"},
        {"result": "maybe"},
        {"ticket": None},
        {"tried_at": NOW + timedelta(minutes=1)},
        {"ticket": 99},
    ],
)
def test_an_attempt_without_a_subject_with_unknown_words_or_from_the_future_is_refused(
    ws: Workspace, facts: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        registers.record_attempt(ws, AGENT, tried(**facts))


@pytest.mark.parametrize("raw", [b"", b"MZ\x90\x00\x03", b"\xff\xfe\x00"])
def test_a_proof_that_is_no_picture_pdf_or_text_is_refused(ws: Workspace, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "p.bin").write_bytes(raw)
    with pytest.raises(BadInput):
        registers.record_attempt(ws, AGENT, tried(proof=tmp_path / "p.bin"))


def test_an_attempts_words_never_stand_in_the_log(ws: Workspace) -> None:
    registers.record_attempt(ws, AGENT, tried(note="Ada Lampwick shouted"))
    with ws.store.reading() as tx:
        assert not [row for row in trail.entries(tx) if "Lampwick" in f"{row.line}{row.detail}"]


# refunds ------------------------------------------------------------------------------------------------------------


def back(**facts: Any) -> NewRefund:
    said: dict[str, Any] = {
        "order_id": ORDER,
        "amount_minor": 8_995,
        "currency": "EUR",
        "method": "card",
        "paid_with": "card",
    }
    return NewRefund(**(said | {"reason": "not delivered"} | facts))


@pytest.fixture
def sold(ws: Workspace) -> Workspace:
    keep_order(ws, an_order(ORDER))
    return ws


def test_a_refund_is_opened_signed_by_finance_and_paid_with_proof(sold: Workspace, screenshot: Path) -> None:
    opened = registers.open_refund(sold, AGENT, back())
    assert registers.sign_refund(sold, FINANCE, opened.id).state == "signed"
    done = registers.pay_refund(sold, FINANCE, opened.id, screenshot)
    assert (done.state, done.signed_by, done.proof_kind) == ("paid", "p:fin", "png")


@pytest.mark.parametrize("by", [AGENT, LEAD, COMPLIANCE, AUDITOR])
def test_only_finance_signs(sold: Workspace, by: Actor) -> None:
    opened = registers.open_refund(sold, LEAD, back())
    with pytest.raises(Refused, match="finance"):
        registers.sign_refund(sold, by, opened.id)


def test_a_refund_may_be_promised_once_finance_has_signed_it(sold: Workspace) -> None:
    promise = wish(sold, text="We will refund you in full by Friday.", language="en")
    opened = registers.open_refund(sold, AGENT, back())
    assert "UNCONFIRMED_PROMISE" in {hit[0] for hit in replying.compose(sold, AGENT, 1, promise).seen.hits}
    registers.sign_refund(sold, FINANCE, opened.id)
    assert replying.compose(sold, AGENT, 1, promise).seen.hits == ()


def test_finance_does_not_sign_its_own_refund(sold: Workspace) -> None:
    opened = registers.open_refund(sold, FINANCE, back())
    with pytest.raises(Refused) as refused:
        registers.sign_refund(sold, FINANCE, opened.id)
    assert refused.value.rule == "DESK-FOUR-EYES"


def test_what_amazon_refunded_counts_and_what_was_refused_or_cancelled_does_not(sold: Workspace) -> None:
    with sold.store.transaction(TESTER) as tx:
        aftersales.add_returns(tx, [Return(ORDER, NOW, "LMP-1", refunded_minor=4_000, currency="EUR")])
    with pytest.raises(Refused, match=r"40\.00 has gone back, 49\.95 is left"):
        registers.open_refund(sold, AGENT, back())
    first = registers.open_refund(sold, AGENT, back(amount_minor=4_995))
    with pytest.raises(Refused, match="DESK-REFUND-ONCE"):
        registers.open_refund(sold, AGENT, back(amount_minor=1))
    registers.cancel_refund(sold, AGENT, first.id, "wrong order")
    assert registers.open_refund(sold, AGENT, back(amount_minor=4_995)).state == "open"


def test_other_means_need_an_agreement_and_other_money_is_refused(sold: Workspace, screenshot: Path) -> None:
    with pytest.raises(Refused) as refused:
        registers.open_refund(sold, AGENT, back(method="bank_transfer"))
    assert refused.value.rule == "EU-05"
    with pytest.raises(BadInput, match="EUR"):
        registers.open_refund(sold, AGENT, back(currency="USD"))
    assert registers.open_refund(sold, AGENT, back(method="bank_transfer", agreement=screenshot)).agreement


def test_agreements_and_the_proofs_of_claims_are_looked_after_like_every_other(
    sold: Workspace, screenshot: Path
) -> None:
    made = registers.open_refund(sold, AGENT, back(method="bank_transfer", agreement=screenshot))
    with sold.store.transaction(TESTER) as tx:
        aftersales.add_claims(tx, [Claim(ORDER, NOW - days(2))])
    (found,) = defending.claim_files(sold)
    defending.say(sold, AGENT, found.id, "tracking", "have", "label", screenshot)
    assert registers.broken_proofs(sold) == []
    proofs.path_of(sold, made.agreement or "", "png").write_bytes(PNG + b"!")
    assert registers.broken_proofs(sold) == [("refund:1", made.agreement), (f"claim:{found.id}", made.agreement)]


def test_an_order_without_a_known_total_needs_a_stated_one(ws: Workspace) -> None:
    with pytest.raises(BadInput, match="total"):
        registers.open_refund(ws, AGENT, back())
    assert registers.open_refund(ws, AGENT, back(stated_total_minor=9_000)).state == "open"


# shipping -----------------------------------------------------------------------------------------------------------


def test_the_newest_decision_of_an_order_stands_and_amazons_parcels_are_not_ours(ws: Workspace) -> None:
    keep_order(ws, an_order(ORDER, status="Unshipped"))
    assert [d for _, d in registers.open_shipments(ws)] == [None]
    registers.decide_shipping(ws, COMPLIANCE, ORDER, "stop", "funds are held")
    registers.decide_shipping(ws, LEAD, ORDER, "ship", "it is packed")
    ((row, decision),) = registers.open_shipments(ws)
    assert decision is not None and (row.order_id, decision.decision, decision.made_by) == (ORDER, "ship", "p:lead")
    with pytest.raises(Refused):
        registers.decide_shipping(ws, AGENT, ORDER, "stop", "no")
    keep_order(ws, an_order("405-0000000-0000001", channel="amazon"))
    with pytest.raises(Refused, match="shipped by Amazon"):
        registers.decide_shipping(ws, LEAD, "405-0000000-0000001", "stop", "no")


# missed clocks ------------------------------------------------------------------------------------------------------


def test_a_missed_clock_is_told_with_the_reason_and_the_attempts(ws: Workspace) -> None:
    declare(ws, noticed_h=72)
    registers.record_attempt(ws, AGENT, tried(tried_at=NOW - days(1)))
    registers.record_attempt(ws, AGENT, tried(tried_at=NOW - days(5), reason="order_hidden"))  # before the buyer wrote
    (found,) = registers.missed_clocks(ws)
    assert (found.ticket, found.reasons, len(found.attempts)) == (1, ("messaging_disabled",), 1)
    assert found.during_suspension and found.is_explained and found.answered_at is None


def test_a_clock_in_time_another_channel_and_a_ticket_without_need_are_no_missed_clocks(ws: Workspace) -> None:
    asked, soon = NOW - days(4), NOW - days(4) + timedelta(hours=24)
    in_time = (TicketMessage("in", asked, "?"), TicketMessage("out", soon, "!"))
    late = (TicketMessage("in", asked, "?"), TicketMessage("out", soon + timedelta(seconds=1), "!"))
    with ws.store.transaction(TESTER) as tx:
        for number, facts in (
            ("in time", {"messages": in_time}),
            ("mail", {"channel": "email"}),
            ("thanks", {"tags": ("no-response-needed",)}),
            ("late", {"messages": late}),
        ):
            casework.add_tickets(tx, [(a_ticket(number, **facts), None)], suspend_amazon=False)
        names = {row.id: row.native_id for row in casework.tickets(tx)}
    found = registers.missed_clocks(ws, NOW - days(3.5))
    assert [(names[m.ticket], m.answered_at is not None, m.is_explained) for m in found] == [
        ("late", True, False),
        ("1001", False, False),
    ]


# claims -------------------------------------------------------------------------------------------------------------


def test_a_defence_file_is_filled_from_the_cache_and_a_persons_word_stands_above_it(
    sold: Workspace, screenshot: Path
) -> None:
    with sold.store.transaction(TESTER) as tx:
        aftersales.add_claims(tx, [Claim(ORDER, NOW - days(2), info_requested_at=NOW - days(1))])
    (found,) = defending.claim_files(sold)
    states = {line.point: line.state for line in found.file.lines}
    assert states["order"] == "have" and states["tracking"] == "missing" and states["attempts"] == "not_needed"
    assert [d.rule for d in found.file.deadlines] == ["AMZ-AZ-04"]
    defending.say(sold, AGENT, found.id, "tracking", "have", "label in the carrier's portal", screenshot)
    again = defending.claim_file(sold, found.id).file
    line = next(line for line in again.lines if line.point == "tracking")
    assert line.said is not None and (line.state, line.said.note) == ("have", "label in the carrier's portal")
    with pytest.raises(BadInput, match="point"):
        defending.say(sold, AGENT, found.id, "luck", "have")
    with pytest.raises(Refused):
        defending.say(sold, BRAND, found.id, "order", "have")


# channel and protocol -----------------------------------------------------------------------------------------------


def test_the_channel_is_open_to_its_roles_and_corrected_by_a_new_entry(ws: Workspace) -> None:
    declare(ws)
    first = desk_channel.write(ws, COMPLIANCE, "suspension:1", "The notice names section 3.")
    desk_channel.write(ws, LEAD, "suspension:1", "It names no section.", corrects=first)
    assert [(e.about, e.text) for e in desk_channel.read(ws, AUDITOR, "suspension:1")] == [
        (None, "The notice names section 3."),
        (f"entry:{first}", "It names no section."),
    ]
    for by in (AGENT, BRAND, Actor("p:x")):
        with pytest.raises(Refused):
            desk_channel.read(ws, by, "suspension:1")
    for by in (AGENT, BRAND, AUDITOR, Actor.system("cli")):
        with pytest.raises(Refused):
            desk_channel.write(ws, by, "suspension:1", "Words.")
    desk_channel.write(ws, AGENT, "ticket:1", "Asked the carrier.")
    assert [e.text for e in desk_channel.read(ws, AGENT, "ticket:1")] == ["Asked the carrier."]
    with pytest.raises(Refused):
        desk_channel.read(ws, BRAND, "ticket:1")


@pytest.mark.parametrize("thread", ["ticket:99", "suspension:7", "order:1", "ticket:x"])
def test_a_channel_of_nothing_is_refused(ws: Workspace, thread: str) -> None:
    with pytest.raises((BadInput, Refused)):
        desk_channel.write(ws, COMPLIANCE, thread, "Words.")


def test_every_step_has_an_owner_who_may_close_it_and_a_due_time(ws: Workspace) -> None:
    declare(ws)
    with ws.store.reading() as tx:
        steps = casework.steps(tx, 1)
    assert [s["owner"] for s in steps if s["name"] == "open_refund_method"] == ["p:comp"]
    assert all(s["owner"] and s["due_at"] > NOW and s["closers"] for s in steps)


def test_an_open_step_is_assigned_and_a_closed_one_corrected(ws: Workspace) -> None:
    declare(ws)
    suspending.assign_step(ws, LEAD, "open-refund-method", "p:fin", NOW + days(2))
    with pytest.raises(Refused, match="name one of them"):
        suspending.assign_step(ws, LEAD, "decide-shipping", "p:agent")
    with pytest.raises(Refused, match="not closed"):
        suspending.correct_step(ws, LEAD, "freeze_snapshot", "four files")
    run.close_step(ws, LEAD, "freeze_snapshot", "three files")
    number = suspending.correct_step(ws, LEAD, "freeze_snapshot", "four files")
    with ws.store.reading() as tx:
        steps = {s["name"]: s for s in casework.steps(tx, 1)}
        entry = channel.entry(tx, number)
    assert (steps["freeze_snapshot"]["note"], entry.about, entry.text) == ("three files", "step:1", "four files")
    assert steps["open_refund_method"]["owner"] == "p:fin"
    with pytest.raises(Refused):
        suspending.assign_step(ws, LEAD, "freeze_snapshot", "p:lead")


def test_a_ticket_is_closed_once_with_its_reason(ws: Workspace) -> None:
    closing.close_ticket(ws, AGENT, 1, "solved by phone")
    with pytest.raises(Refused):
        closing.close_ticket(ws, AGENT, 1, "again")
    assert run.ticket_queue(ws) == ()
    assert [e.text for e in desk_channel.read(ws, AGENT, "ticket:1")] == ["solved by phone"]


# drill and readiness ------------------------------------------------------------------------------------------------


def test_a_drill_rehearses_everything_touches_nothing_and_ends_with_a_report(sold: Workspace, screenshot: Path) -> None:
    approve_macro(sold)
    declare(sold, is_drill=True)
    for step in Step:
        run.close_step(sold, COMPLIANCE, step.value, "rehearsed")
    asked = grant(sold, ask(sold, is_drill=True))
    done = sending.hand_over(sold, AGENT, asked.id)
    registers.record_attempt(sold, AGENT, tried(is_drill=True, proof=screenshot))
    registers.open_refund(sold, AGENT, back(is_drill=True))
    run.end_suspension(sold, COMPLIANCE)
    with sold.store.reading() as tx:
        (report,) = readiness.listed(tx)
        held = orders.get(tx, ORDER)
        assert (attempts.listed(tx), refunds.listed(tx), refunds.paid(tx, ORDER).refunded_minor) == ([], [], 0)
    drill = report.document["drill"]
    assert done.is_final and report.suspension == 1 and held is not None
    assert (drill["steps_closed"], drill["rehearsed"], drill["attempts"], drill["refunds"]) == (10, 1, 1, 1)
    assert drill["would_tag"] == 0 and drill["would_freeze"] == 1  # the ticket carries the tag of this test's desk
    assert "10 of 10 steps" in "\n".join(told_lines(report.document))


def test_what_is_rehearsed_follows_the_rules_of_a_suspension(ws: Workspace) -> None:
    approve_macro(ws)
    with pytest.raises(Refused, match="no drill is on"):
        ask(ws, is_drill=True)
    declare(ws, is_drill=True)
    with pytest.raises(Refused) as refused:
        replying.request(ws, AGENT, 1, replying.Wish(text="Bonjour.", is_drill=True))
    assert refused.value.rule == "DESK-MACRO"
    assert replying.request(ws, AGENT, 1, replying.Wish(text="Bonjour, merci.")).is_drill is False


def test_the_score_is_full_when_nothing_is_missing_and_every_gap_says_what_to_do(ws: Workspace, watch: Watch) -> None:
    empty = ready.now(ws)
    assert empty.score < 50 and all(gap.todo for gap in empty.gaps)
    assert {c.check for c in empty.checks} == set(WEIGHTS)
    for week in range(13):
        keep_order(ws, an_order(f"405-0000000-{week:07d}", purchased_at=NOW - days(7 * week)))
    for name in NEEDED_MACROS:
        approve_macro(ws, name)
    ready.backed_up(ws, LEAD)
    with ws.store.transaction(TESTER) as tx:
        from data.domain import HealthState, Source

        trail.set_health(tx, Source.REDDIT, "p", HealthState.OK, "")
    declare(ws, is_drill=True)
    run.end_suspension(ws, COMPLIANCE)
    full = ready.now(ws)
    assert ([c for c in full.checks if c.todo], full.score) == ([], 100)
    watch.on(days=5)
    later = ready.now(ws)
    assert {c.check for c in later.gaps} >= {"cache_age", "backup"} and later.score < full.score


def test_a_report_is_kept_and_printed_without_a_live_tag(ws: Workspace) -> None:
    number = ready.keep(ws, LEAD)
    with ws.store.reading() as tx:
        (kept,) = readiness.listed(tx)
    assert kept.id == number and kept.made_at == NOW
    hostile = {"score": 1, "checks": [{"check": "<script>", "part": "&", "told": "<b>", "todo": "'"}]}
    page = printable(hostile, f"Readiness {rfc3339(NOW)}")
    assert "<script>" not in page and "&lt;script&gt;" in page
