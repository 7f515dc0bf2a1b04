"""From a ticket to a text that left: composed, approved by another person, handed over once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from data import approvals, casework, customers, trail
from data.approvals import State
from data.domain import Actor, Mode
from data.errors import BadInput, Refused
from data.store import Store
from data.workspace import Workspace
from recovery_plan import run
from recovery_plan.containment import deadlines, language_check
from recovery_plan.containment.sender import Letter, NotSent, ToFile
from recovery_plan.desk import replying, sending, suspending, wording
from recovery_plan.desk.replying import Wish
from tests.builders import TESTER, a_ticket
from tests.recovery_plan.desk_builders import (
    AGENT,
    AUDITOR,
    BRAND,
    COMPLIANCE,
    FINANCE,
    LEAD,
    ORDER,
    OTHER,
    SECOND,
    Watch,
    a_desk,
    again,
    approve_macro,
    ask,
    declare,
    grant,
    wish,
)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def ws(sqlite_store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    """A suspended desk with an approved refund macro in French."""
    made = a_desk(sqlite_store, watch, tmp_path / "ws")
    approve_macro(made)
    declare(made)
    return made


@pytest.fixture
def both(store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    """The same on each engine."""
    made = a_desk(store, watch, tmp_path / "ws")
    approve_macro(made)
    declare(made)
    return made


def rules(found: tuple[object, ...]) -> list[str]:
    return [b.rule for b in found]  # type: ignore[attr-defined]


def test_an_answer_is_the_macro_of_the_issue_in_the_tickets_language_with_its_slots(ws: Workspace) -> None:
    asked = ask(ws)
    assert asked.text is not None
    assert ORDER in asked.text and "27 novembre 2026" in asked.text and asked.state is State.PENDING
    assert asked.slots == {"order_id": ORDER, "update_date": "2026-11-27"}


def test_an_approved_answer_is_handed_over_and_told_as_sent(both: Workspace) -> None:
    asked = grant(both, ask(both))
    done = sending.hand_over(both, AGENT, asked.id)
    assert (done.text, done.is_final, done.request.state) == (asked.text, False, State.CLAIMED)
    told = sending.tell(both, AGENT, asked.id, was_sent=True, receipt="accepted")
    assert (told.state, told.sent_by, told.place) == (State.SENT, "p:agent", "amazon_messages")
    with both.store.reading() as tx:
        said = [row.action for row in reversed(trail.entries(tx, subject=f"request:{asked.id}"))]
    assert said == ["approval.requested", "approval.granted", "reply.claimed", "reply.sent"]


def test_a_sent_answer_stops_the_clocks_of_its_ticket(ws: Workspace) -> None:
    asked = grant(ws, ask(ws))
    sending.hand_over(ws, AGENT, asked.id)

    def waits() -> bool:
        with ws.store.reading() as tx:
            (ticket,) = customers.as_tickets(tx, casework.tickets(tx))
        return deadlines.waiting_since(ticket.ticket) is not None

    assert waits()
    sending.tell(ws, AGENT, asked.id, was_sent=True)
    assert not waits()


def test_nothing_is_handed_over_twice(both: Workspace) -> None:
    asked = grant(both, ask(both))
    sending.hand_over(both, AGENT, asked.id)
    for _ in range(2):
        with pytest.raises(Refused, match="DESK-SEND-ONCE"):
            sending.hand_over(both, OTHER, asked.id)
        sending.tell(both, AGENT, asked.id, was_sent=True) if again(both, asked).state is State.CLAIMED else None


def test_the_same_text_never_goes_to_the_same_customer_under_a_second_request(ws: Workspace) -> None:
    first, second = grant(ws, ask(ws)), grant(ws, ask(ws, by=OTHER))
    sending.hand_over(ws, AGENT, first.id)
    with pytest.raises(Refused) as refused:
        sending.hand_over(ws, OTHER, second.id)
    assert refused.value.rule == "DESK-SEND-ONCE"


def test_what_was_told_as_not_sent_may_be_asked_for_again_and_not_handed_over_again(ws: Workspace) -> None:
    asked = grant(ws, ask(ws))
    sending.hand_over(ws, AGENT, asked.id)
    sending.tell(ws, AGENT, asked.id, was_sent=False, receipt="messaging disabled")
    with pytest.raises(Refused):
        sending.hand_over(ws, AGENT, asked.id)
    retry = grant(ws, ask(ws))
    assert sending.hand_over(ws, AGENT, retry.id).request.state is State.CLAIMED


def test_what_became_of_an_answer_is_told_once(ws: Workspace) -> None:
    asked = grant(ws, ask(ws))
    with pytest.raises(BadInput, match="nothing was handed over"):
        sending.tell(ws, AGENT, asked.id, was_sent=True)
    sending.hand_over(ws, AGENT, asked.id)
    sending.tell(ws, AGENT, asked.id, was_sent=True)
    with pytest.raises(Refused):
        sending.tell(ws, AGENT, asked.id, was_sent=False)


@pytest.mark.parametrize("by", [AGENT, OTHER, FINANCE, BRAND, AUDITOR])
def test_who_asked_or_may_not_approve_cannot_grant(ws: Workspace, by: object) -> None:
    asked = ask(ws)
    with pytest.raises(Refused):
        grant(ws, asked, by)  # type: ignore[arg-type]
    assert again(ws, asked).state is State.PENDING


def test_even_compliance_does_not_approve_its_own_request(ws: Workspace) -> None:
    asked = ask(ws, by=COMPLIANCE)
    with pytest.raises(Refused) as refused:
        grant(ws, asked, COMPLIANCE)
    assert refused.value.rule == "DESK-FOUR-EYES"
    assert grant(ws, asked, SECOND).state is State.GRANTED


def test_an_approval_of_other_bytes_is_refused(ws: Workspace) -> None:
    asked = ask(ws)
    with pytest.raises(Refused) as refused:
        replying.decide(ws, LEAD, asked.id, grant=True, sha256="0" * 64)
    assert refused.value.rule == "DESK-APPROVAL"


def test_a_changed_text_voids_the_approval(both: Workspace) -> None:
    asked = grant(both, ask(both))
    changed = replying.request(both, AGENT, 1, wish(both, ahead=5), replaces=asked.id)
    assert again(both, asked).state is State.REPLACED and changed.sha256 != asked.sha256
    with pytest.raises(Refused, match="voids"):
        sending.hand_over(both, AGENT, asked.id)
    with pytest.raises(Refused, match="waits for somebody else"):
        sending.hand_over(both, AGENT, changed.id)


def test_a_refused_or_withdrawn_request_stays_that_way(ws: Workspace) -> None:
    no = ask(ws)
    assert replying.decide(ws, LEAD, no.id, grant=False, sha256=no.sha256, note="too early").state is State.REFUSED
    with pytest.raises(Refused):
        grant(ws, no, COMPLIANCE)
    back = grant(ws, ask(ws, ahead=4))
    assert replying.withdraw(ws, AGENT, back.id).state is State.WITHDRAWN
    with pytest.raises(Refused, match="withdrawn"):
        sending.hand_over(ws, AGENT, back.id)


def test_an_approval_lapses_and_stays_lapsed_when_the_clock_is_set_back(both: Workspace, watch: Watch) -> None:
    asked = grant(both, ask(both))
    watch.on(hours=48)
    with pytest.raises(Refused) as refused:
        sending.hand_over(both, AGENT, asked.id)
    assert refused.value.rule == "DESK-APPROVAL-EXPIRY"
    watch.on(hours=-40)
    with pytest.raises(Refused):
        sending.hand_over(both, AGENT, asked.id)


def test_a_clock_that_stands_before_the_approval_hands_nothing_over(both: Workspace, watch: Watch) -> None:
    asked = grant(both, ask(both))
    watch.on(hours=-2)
    with pytest.raises(Refused, match="clock stands before"):
        sending.hand_over(both, AGENT, asked.id)


def test_a_request_that_nobody_answered_in_time_cannot_be_granted(ws: Workspace, watch: Watch) -> None:
    asked = ask(ws)
    watch.on(hours=49)
    with pytest.raises(Refused, match="lapsed"):
        grant(ws, asked)


def test_while_suspended_nobody_can_even_ask_for_free_text(ws: Workspace) -> None:
    with pytest.raises(Refused) as refused:
        replying.request(ws, COMPLIANCE, 1, Wish(text="Bonjour, nous regardons cela."))
    assert refused.value.rule == "DESK-MACRO"


def test_after_the_reinstatement_free_text_needs_compliance(ws: Workspace) -> None:
    run.end_suspension(ws, COMPLIANCE)
    with ws.store.reading() as tx:
        assert casework.mode(tx) is Mode.RECOVERY
    asked = replying.request(ws, AGENT, 1, Wish(text="Bonjour, merci pour votre message."))
    with pytest.raises(Refused, match="compliance"):
        grant(ws, asked, LEAD)
    assert grant(ws, asked, COMPLIANCE).state is State.GRANTED


def test_a_macro_that_is_no_longer_approved_is_not_sent(ws: Workspace) -> None:
    asked = grant(ws, ask(ws))
    assert asked.macro_version is not None
    wording.retire(ws, COMPLIANCE, asked.macro_version)
    with pytest.raises(Refused) as refused:
        sending.hand_over(ws, AGENT, asked.id)
    assert refused.value.rule == "DESK-MACRO"


def test_without_an_approved_macro_in_the_customers_language_there_is_no_answer(ws: Workspace) -> None:
    with ws.store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("2", language="de"), "refund_not_received")], suspend_amazon=True)
    with pytest.raises(Refused) as refused:
        ask(ws, ticket=2)
    assert refused.value.rule == "DESK-LANGUAGE"
    with pytest.raises(Refused) as other:
        ask(ws, ticket=2, language="fr")
    assert other.value.rule == "DESK-LANGUAGE"


def test_a_question_waits_while_suspended_unless_compliance_approves_it(ws: Workspace) -> None:
    approve_macro(ws, "other_question")
    with ws.store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("2"), "question")], suspend_amazon=True)
    by_lead = grant(ws, ask(ws, ticket=2), LEAD)
    with pytest.raises(Refused) as refused:
        sending.hand_over(ws, AGENT, by_lead.id)
    assert (refused.value.rule, "compliance" in refused.value.unlock) == ("DESK-CRITICAL", True)
    by_compliance = grant(ws, ask(ws, ticket=2, ahead=4), COMPLIANCE)
    assert sending.hand_over(ws, AGENT, by_compliance.id).request.state is State.CLAIMED


def test_the_variant_that_names_a_cause_needs_an_attestation_from_this_suspension(ws: Workspace, watch: Watch) -> None:
    number = approve_macro(ws, "refund_asked_cause")
    with pytest.raises(Refused) as refused:
        ask(ws, macro="refund_asked_cause")
    assert refused.value.rule == "DESK-ATTESTATION"
    with pytest.raises(Refused):
        wording.attest(ws, LEAD, number, "The message interface answers with errors since Monday.")
    wording.attest(ws, COMPLIANCE, number, "The message interface answers with errors since Monday.")
    asked = grant(ws, ask(ws, macro="refund_asked_cause"))
    wording.withdraw_attestation(ws, COMPLIANCE, number, "it works again")
    with pytest.raises(Refused, match="vouches"):
        sending.hand_over(ws, AGENT, asked.id)


def test_declaring_puts_what_waits_on_hold_and_compliance_releases_it(both: Workspace) -> None:
    run.end_suspension(both, COMPLIANCE)
    asked = grant(both, ask(both))
    declare(both)
    with pytest.raises(Refused, match="on hold"):
        sending.hand_over(both, AGENT, asked.id)
    with both.store.reading() as tx:
        from data import holds

        (held,) = holds.listed(tx, only_open=True)
    with pytest.raises(Refused):
        suspending.release_hold(both, LEAD, held.id, "please")
    suspending.release_hold(both, COMPLIANCE, held.id, "checked again")
    assert sending.hand_over(both, AGENT, asked.id).request.state is State.CLAIMED


def test_ending_the_suspension_releases_what_it_held(ws: Workspace) -> None:
    run.end_suspension(ws, COMPLIANCE)
    asked = grant(ws, ask(ws))
    declare(ws)
    run.end_suspension(ws, COMPLIANCE)
    assert sending.why_not(ws, AGENT, request=asked.id) == ()


def test_why_not_names_every_rule_with_its_source_and_who_unlocks(ws: Workspace) -> None:
    asked = ask(ws)
    found = sending.why_not(ws, FINANCE, request=asked.id)
    assert rules(found) == ["DESK-ROLES", "DESK-APPROVAL"]
    assert all(b.source and b.unlock and b.why for b in found)
    assert "not the person who asked" in found[1].unlock
    assert sending.why_not(ws, AGENT, request=grant(ws, asked).id) == ()


def test_why_not_of_a_ticket_tells_what_would_stand_in_the_way(ws: Workspace) -> None:
    assert "DESK-APPROVAL" in rules(sending.why_not_ticket(ws, AGENT, 1))


@pytest.mark.parametrize(("by", "count"), [(AGENT, 0), (BRAND, 1)])
def test_a_preview_keeps_nothing(ws: Workspace, by: object, count: int) -> None:
    draft = replying.compose(ws, by, 1, wish(ws))  # type: ignore[arg-type]
    assert draft.text and len([b for b in draft.blockers if b.rule == "DESK-ROLES"]) == count
    with ws.store.reading() as tx:
        assert approvals.requests(tx) == []


def broken(*_: object, **__: object) -> language_check.Seen:
    raise RuntimeError


def blocking(*_: object, **__: object) -> language_check.Seen:
    return language_check.Seen("block", (("SUSPENSION", "NL-SUSPENSION", "x", "it tells of our account"),))


@pytest.mark.parametrize(("guard", "rule"), [(broken, "NL-UNREADABLE"), (blocking, "NL-SUSPENSION")])
def test_what_the_guard_blocks_or_cannot_read_is_not_sent(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, guard: Callable[..., language_check.Seen], rule: str
) -> None:
    asked = grant(ws, ask(ws))
    monkeypatch.setattr(language_check, "_ask", guard)
    for act in (lambda: sending.hand_over(ws, AGENT, asked.id), lambda: ask(ws, ahead=2)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.rule == rule
    assert again(ws, asked).state is State.GRANTED


def test_a_file_is_written_into_the_outbox_under_a_name_that_never_changes(ws: Workspace, tmp_path: Path) -> None:
    asked = grant(ws, ask(ws))
    done = sending.hand_over(ws, AGENT, asked.id, sender=ToFile(tmp_path / "outbox"))
    assert (tmp_path / "outbox" / done.receipt).read_text(encoding="utf-8") == asked.text
    assert done.receipt == f"{asked.id}-{asked.sha256[:16]}.txt"


class Failing:
    """A sender that says that nothing left, or dies before it can say anything."""

    name, is_final = "failing", True

    def __init__(self, error: Exception) -> None:
        self.error, self.tried = error, 0

    def hand_over(self, letter: Letter) -> str:
        self.tried += 1
        raise self.error


def test_a_sender_that_is_sure_it_failed_is_told_as_not_sent(ws: Workspace) -> None:
    asked = grant(ws, ask(ws))
    with pytest.raises(BadInput, match="was not sent"):
        sending.hand_over(ws, AGENT, asked.id, sender=Failing(NotSent("refused")))
    assert again(ws, asked).state is State.NOT_SENT


def test_a_sender_that_dies_is_never_called_again_for_the_same_letter(ws: Workspace) -> None:
    asked, sender = grant(ws, ask(ws)), Failing(RuntimeError())
    with pytest.raises(RuntimeError):
        sending.hand_over(ws, AGENT, asked.id, sender=sender)
    with pytest.raises(Refused):
        sending.hand_over(ws, AGENT, asked.id, sender=sender)
    assert (sender.tried, again(ws, asked).state) == (1, State.CLAIMED)


def test_the_command_line_without_a_person_neither_asks_nor_approves_nor_sends(ws: Workspace) -> None:
    nobody = Actor.system("cli")
    asked = ask(ws)
    with pytest.raises(Refused, match="person"):
        ask(ws, by=nobody)
    with pytest.raises(Refused, match="person"):
        grant(ws, asked, nobody)
    grant(ws, asked)
    with pytest.raises(Refused):
        sending.hand_over(ws, nobody, asked.id)
