"""The pages Tickets and Approvals: an answer from the first click to its record, and who is kept from which step."""

from __future__ import annotations

import pytest

from dashboard import desk_words
from dashboard.guard_cards import marked
from data import approvals, attempts, casework, channel, defences, macros, refunds, shipping
from data.approvals import Request, State
from data.workspace import Workspace
from recovery_plan.containment.defence import POINTS
from recovery_plan.containment.macro import shipped
from recovery_plan.desk import due, registers, sending
from tests.dashboard.pages import open_page, shown


def requests(ws: Workspace, *states: State) -> list[Request]:
    with ws.store.reading() as tx:
        return approvals.requests(tx, states=states)


def again(ws: Workspace, number: int) -> Request:
    with ws.store.reading() as tx:
        return approvals.get(tx, number)


def a_ticket_without_request(ws: Workspace) -> int:
    """The most pressing ticket with an order and a language that nobody has asked an answer for."""
    with ws.store.reading() as tx:
        asked = {r.ticket for r in approvals.requests(tx)}
        for duty in due.everything(ws):
            if duty.ticket is not None and duty.ticket not in asked and duty.order_id and duty.place.lane == 1:
                return duty.ticket
    raise AssertionError("the demo has none")


def test_an_answer_is_composed_asked_for_approved_handed_over_and_told(changing_pages: Workspace) -> None:
    ticket = str(a_ticket_without_request(changing_pages))
    at = open_page("tickets", person="p:ines", ticket=ticket)
    at.button(key="ask").click().run()
    assert "Asked for" in at.success[0].value
    made = requests(changing_pages, State.PENDING)[0]
    assert (made.requested_by, str(made.ticket)) == ("p:ines", ticket)
    at = open_page("approvals", person="p:salome", request=str(made.id))
    at.button(key="approve").click().run()
    assert "approved" in at.success[0].value
    at = open_page("tickets", person="p:ines", ticket=ticket)
    at.button(key="hand_over").click().run()
    assert made.text in [c.value for c in at.code]
    at.button(key="was_sent").click().run()
    assert again(changing_pages, made.id).state is State.SENT


def test_nobody_is_offered_to_decide_on_their_own_request(demo_pages: Workspace) -> None:
    number = requests(demo_pages, State.PENDING)[0].id
    at = open_page("approvals", person="p:ines", request=str(number))
    assert not [b for b in at.button if b.key == "approve"]
    assert "You asked for this" in at.info[0].value


@pytest.mark.parametrize("person", ["p:ruggero", "p:alun"])
def test_other_roles_read_what_waits_and_are_told_who_decides(demo_pages: Workspace, person: str) -> None:
    at = open_page("approvals", person=person)
    assert not [b for b in at.button if b.key == "approve"]
    assert "Can decide" in at.info[0].value


def test_a_refusal_needs_its_reason_and_keeps_it(changing_pages: Workspace) -> None:
    number = requests(changing_pages, State.PENDING)[0].id
    at = open_page("approvals", person="p:jonte", request=str(number))
    at.button(key=f"refuse_{number}_do").click().run()
    assert "Say why" in at.error[0].value
    assert again(changing_pages, number).state is State.PENDING
    at.text_area(key=f"refuse_{number}_en_reason").set_value("Call the carrier first.")
    at.button(key=f"refuse_{number}_do").click().run()
    found = again(changing_pages, number)
    assert (found.state, found.note) == (State.REFUSED, "Call the carrier first.")


def test_why_it_cannot_be_sent_names_rule_source_and_who_unlocks(demo_pages: Workspace) -> None:
    held = requests(demo_pages, State.PENDING)[0]
    at = open_page("tickets", person="p:ines", ticket=str(held.ticket))
    told = " ".join(m.value for m in at.markdown).replace("\u2060", "").replace("\\", "")
    assert "DESK-APPROVAL" in told
    assert "compliance or a support lead" in told


def test_while_suspended_there_is_no_field_for_own_words(demo_pages: Workspace) -> None:
    at = open_page("tickets", person="p:ines", ticket=str(a_ticket_without_request(demo_pages)))
    assert not at.text_area
    assert at.button(key="ask")


def test_an_attempt_is_recorded_with_its_picture(changing_pages: Workspace) -> None:
    ticket = a_ticket_without_request(changing_pages)
    at = open_page("tickets", person="p:ines", ticket=str(ticket), part="attempts")
    at.file_uploader[0].set_value([("shot.png", b"\x89PNG\r\n\x1a\n0000", "image/png")])
    at.button(key="record_attempt").click().run()
    with changing_pages.store.reading() as tx:
        kept = attempts.listed(tx, tickets=[ticket])[-1]
    assert (kept.made_by, kept.proof_kind) == ("p:ines", "png")


def test_a_refund_is_opened_at_the_desk_and_signed_by_finance(changing_pages: Workspace) -> None:
    at = open_page("tickets", person="p:ines", ticket=str(a_ticket_without_request(changing_pages)), part="refunds")
    at.text_input(key="refund_amount").set_value("1,50")
    at.text_input(key="refund_reason").set_value("Broken shade.")
    at.button(key="open_refund").click().run()
    with changing_pages.store.reading() as tx:
        opened = refunds.listed(tx)[0]
    assert (opened.amount_minor, opened.state, opened.made_by) == (150, "open", "p:ines")
    at = open_page("approvals", person="p:ruggero", view="refunds")
    at.button(key=f"sign_{opened.id}").click().run()
    with changing_pages.store.reading() as tx:
        assert refunds.get(tx, opened.id).state == "signed"


def test_a_note_is_added_and_a_ticket_is_closed_with_its_reason(changing_pages: Workspace) -> None:
    ticket = a_ticket_without_request(changing_pages)
    at = open_page("tickets", person="p:ines", ticket=str(ticket), part="notes")
    at.text_area[0].set_value("The carrier was called.")
    next(b for b in at.button if b.label == "Add").click().run()
    at.text_area(key=f"close_{ticket}_en_reason").set_value("Settled.")
    at.button(key=f"close_{ticket}_do").click().run()
    with changing_pages.store.reading() as tx:
        said = [e.text for e in channel.entries(tx, [f"ticket:{ticket}"])][-2:]
        row, _ = casework.get_ticket(tx, ticket)
    assert said == ["The carrier was called.", "Settled."]
    assert row.status == "closed"


def test_ship_or_stop_is_decided_with_a_reason(changing_pages: Workspace) -> None:
    order = next(row.order_id for row, decision in registers.open_shipments(changing_pages) if decision is None)
    at = open_page("tickets", person="p:jonte", view="shipments", order=order, part="shipping")
    at.text_input(key="ship_reason_en").set_value("Packed before the notice.")
    at.button(key="decide_shipping").click().run()
    with changing_pages.store.reading() as tx:
        assert shipping.standing(tx, [order])[order].decision == "ship"


def test_compliance_approves_a_draft_and_the_agent_is_not_offered_to(changing_pages: Workspace) -> None:
    with changing_pages.store.reading() as tx:
        draft = next(m for m in macros.versions(tx) if m.state == "draft" and not m.needs_attestation)
    agent = open_page("approvals", person="p:ines", view="macros", macro=str(draft.id))
    assert not [b for b in agent.button if b.key == "approve_macro"]
    at = open_page("approvals", person="p:salome", view="macros", macro=str(draft.id))
    at.button(key="approve_macro").click().run()
    with changing_pages.store.reading() as tx:
        assert macros.get(tx, draft.id).is_approved


def test_the_guards_words_are_marked_and_the_text_stays_whole() -> None:
    pieces = marked("Our account is suspended. Our account!", ["Our account", "Our account is suspended"])
    assert pieces == [("Our account is suspended", 1.0), (". ", 0.0), ("Our account", 1.0), ("!", 0.0)]


def test_every_code_of_the_desk_has_a_name() -> None:
    assert {s.value for s in State} == set(desk_words.REQUEST)
    assert set(attempts.WAYS) == set(desk_words.WAY)
    assert set(attempts.RESULTS) == set(desk_words.RESULT)
    assert set(attempts.REASONS) == set(desk_words.ATTEMPT_REASON)
    assert set(registers.METHODS) == set(desk_words.METHOD)
    assert set(sending.PLACES) == set(desk_words.PLACE)
    assert set(POINTS) == set(desk_words.POINT)
    assert set(defences.STATES) == set(desk_words.POINT_STATE)
    assert {name for name, _ in shipped()} == set(desk_words.MACRO)


def test_the_pages_are_whole_in_french(demo_pages: Workspace) -> None:
    ticket = str(a_ticket_without_request(demo_pages))
    assert "Demander l’approbation" in shown(open_page("tickets", person="p:ines", language="fr", ticket=ticket))
    assert "Approuver" in shown(open_page("approvals", person="p:salome", language="fr"))
