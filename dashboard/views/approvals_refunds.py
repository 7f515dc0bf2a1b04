"""Refunds by hand as finance sees them: signed off by somebody who did not open them, then paid with a proof."""

from __future__ import annotations

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, pages, safe
from dashboard.access import Action
from dashboard.queries.approvals import Waiting
from dashboard.viewer import Viewer
from dashboard.views.ticket_records import uploaded
from data.errors import BadInput
from data.refunds import Refund
from data.workspace import Workspace


def show(ws: Workspace, viewer: Viewer, waiting: Waiting) -> None:
    """Draw a card a refund, the oldest first."""
    if not waiting.refunds:
        components.empty(
            viewer,
            viewer.say("No refund waits for finance."),
            viewer.say("The desk opens refunds at a ticket or an order; they then stand here."),
        )
    elif not viewer.may(Action.SIGN_REFUND):
        st.info(viewer.say("Finance signs off and pays. You see what waits."), icon=":material/lock:")
    for refund in waiting.refunds:
        with st.container(border=True, key=f"refund_{refund.id}"):
            _card(ws, viewer, waiting, refund)


def _card(ws: Workspace, viewer: Viewer, waiting: Waiting, r: Refund) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(formats.money(r.amount_minor, r.currency, viewer), anchor=False)
        st.badge(labels.of(desk_words.REFUND, r.state, viewer), color="green" if r.state == "signed" else "blue")
        if st.button(
            viewer.say("Order {number}", number=safe.label(r.order_id)), key=f"to_order_{r.id}", type="tertiary"
        ):
            about = {"ticket": str(r.ticket)} if r.ticket is not None else {"order": r.order_id}
            st.switch_page(pages.TICKETS.file, query_params={**about, "part": "refunds"})
    st.text(r.reason)
    way = labels.of(desk_words.METHOD, r.method, viewer)
    paid_with = labels.of(desk_words.METHOD, r.paid_with, viewer)
    told = viewer.say("Goes back {way}, as it was paid.", way=way) if r.method == r.paid_with else viewer.say(
        "Goes back {way}, but was paid {paid}. The buyer's agreement is kept.", way=way, paid=paid_with
    )  # fmt: skip
    opened = viewer.say(
        "Opened by {who}, {when}.",
        who=safe.label(desk_words.person(r.made_by, waiting.staff, viewer)),
        when=formats.moment(r.made_at, viewer),
    )
    st.caption(f"{told} {opened}")
    if not viewer.may(Action.SIGN_REFUND):
        return
    if r.state == "signed":
        _pay(ws, viewer, r)
    elif r.made_by == viewer.actor.id:
        st.info(viewer.say("You opened this: somebody else of finance has to sign it off."), icon=":material/lock:")
    else:
        _sign(ws, viewer, r)


def _sign(ws: Workspace, viewer: Viewer, r: Refund) -> None:
    def yes() -> str:
        desk_acts.sign_refund(ws, viewer, r.id, grant=True)
        return viewer.say("Refund {n} is signed off. Pay it, then keep the proof here.", n=r.id)

    def no(note: str) -> str:
        desk_acts.sign_refund(ws, viewer, r.id, grant=False, note=note)
        return viewer.say("Refund {n} is refused.", n=r.id)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            viewer.say("Sign off"),
            key=f"sign_{r.id}",
            icon=":material/signature:",
            type="primary",
            on_click=lambda: components.attempt(yes),
        )
        components.with_reason(
            viewer, viewer.say("Refuse"), viewer.say("Why?"), key=f"no_{r.id}", icon=":material/close:", work=no
        )


def _pay(ws: Workspace, viewer: Viewer, r: Refund) -> None:
    with (
        st.expander(viewer.say("Paid: keep the proof"), icon=":material/receipt_long:"),
        st.form(f"pay_{r.id}_{viewer.language}", border=False),
    ):
        proof = uploaded(viewer, viewer.say("Receipt or screenshot"), f"pay_proof_{r.id}")
        note = st.text_input(viewer.say("Note (no names)"), max_chars=300, key=f"pay_note_{r.id}_{viewer.language}")

        def work() -> str:
            if proof is None:
                raise BadInput(viewer.say("Choose the receipt or a screenshot first."))
            desk_acts.pay_refund(ws, viewer, r.id, proof, note)
            return viewer.say("Refund {n} is paid.", n=r.id)

        if st.form_submit_button(viewer.say("Put on record"), type="primary", key=f"paid_{r.id}"):
            components.attempt(work)
            st.rerun()
