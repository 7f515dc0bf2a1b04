"""What the desk keeps about a case: attempts with their proof, refunds by hand, and whether an open order ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, pages, parts, safe
from dashboard.access import Action
from dashboard.acts import Upload
from dashboard.commands.typed_values import minor_of
from dashboard.queries.case_file import CaseFile
from dashboard.queries.tickets import Case, OrderFacts
from dashboard.viewer import Viewer
from data.attempts import REASONS, RESULTS, WAYS, Attempt
from data.refunds import Refund
from data.shipping import DECISIONS
from data.workspace import Workspace
from recovery_plan.desk.registers import METHODS, NewAttempt, NewRefund

PROOFS = ["png", "jpg", "jpeg", "gif", "webp", "pdf", "txt"]


def uploaded(viewer: Viewer, asks: str, key: str) -> Upload | None:
    """A file field for a proof."""
    file = st.file_uploader(asks, PROOFS, key=f"{key}_{viewer.language}", max_upload_size=20)
    return Upload(file.name, file.getvalue()) if file else None


def attempts(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile) -> None:
    """Proof that we tried; missed clocks are excused by nothing else."""
    if file.attempts:
        attempts_table(viewer, file.attempts, file.staff)
    else:
        st.caption(viewer.say("No attempt on record. Whoever tried and was refused notes it here, with a picture."))
    if not viewer.may(Action.RECORD_ATTEMPT):
        return
    with (
        st.expander(viewer.say("Record an attempt"), icon=":material/add_a_photo:"),
        st.form(f"attempt_{case.line.subject}_{viewer.language}", clear_on_submit=True, border=False),
    ):
        way = _choose(viewer, viewer.say("What was tried"), WAYS, desk_words.WAY)
        result = _choose(viewer, viewer.say("What came of it"), RESULTS, desk_words.RESULT)
        reason = _choose(viewer, viewer.say("Technical reason"), REASONS, desk_words.ATTEMPT_REASON)
        note = st.text_area(viewer.say("What the screen said (no names)"), max_chars=2_000, height=80)
        proof = uploaded(viewer, viewer.say("Proof: picture, PDF or text"), "attempt_proof")
        is_drill = file.is_drill and st.checkbox(viewer.say("Rehearse for the drill"))
        order = case.order.order_id if case.order else None
        new = NewAttempt(way, result, reason, case.ticket, order, note, is_drill=is_drill)

        def work() -> str:
            number = desk_acts.record_attempt(ws, viewer, new, proof)
            return viewer.say("Attempt {n} is on record.", n=number)

        if st.form_submit_button(viewer.say("Put on record"), type="primary", key="record_attempt"):
            components.attempt(work)
            st.rerun()


def _choose(viewer: Viewer, asks: str, codes: Sequence[str], names: Mapping[str, str]) -> str:
    chosen: str = st.selectbox(asks, codes, format_func=lambda c: labels.of(names, c, viewer))
    return chosen


def attempts_table(viewer: Viewer, shown: Sequence[Attempt], staff: Mapping[str, str], **picking: Any) -> None:
    """Attempts as rows; ``picking`` goes to the table, whose rows are cases then."""
    rows = [
        {
            "id": str(a.id) if not picking else (f"ticket:{a.ticket}" if a.ticket else f"order:{a.order_id}"),
            "cells": {
                "at": {"text": formats.moment(a.tried_at, viewer), "sub": desk_words.person(a.made_by, staff, viewer)},
                "what": labels.of(desk_words.WAY, a.way, viewer),
                "result": {"text": labels.of(desk_words.RESULT, a.result, viewer)},
                "reason": {
                    "text": labels.of(desk_words.ATTEMPT_REASON, a.reason, viewer),
                    "sub": safe.plain(a.note or "", 300),
                },
                "proof": f"{a.proof_kind} {(a.proof or '')[:10]}" if a.proof else "",
            },
        }
        for a in shown
    ]
    columns = [
        {"key": "at", "label": viewer.say("When")},
        {"key": "what", "label": viewer.say("What was tried")},
        {"key": "result", "label": viewer.say("Result"), "kind": "badge"},
        {"key": "reason", "label": viewer.say("Technical reason"), "kind": "wide"},
        {"key": "proof", "label": viewer.say("Proof"), "kind": "mono"},
    ]
    parts.table(columns, rows, key="attempts", label=viewer.say("Attempts"), **picking)


def refunds_table(viewer: Viewer, shown: Sequence[Refund], staff: Mapping[str, str], **picking: Any) -> None:
    """Refunds by hand as rows; ``picking`` goes to the table, whose rows are cases then."""
    rows = [
        {
            "id": str(r.id) if not picking else (f"ticket:{r.ticket}" if r.ticket else f"order:{r.order_id}"),
            "cells": {
                "amount": {
                    "text": formats.money(r.amount_minor, r.currency, viewer),
                    "sub": labels.of(desk_words.METHOD, r.method, viewer),
                },
                "state": {
                    "text": labels.of(desk_words.REFUND, r.state, viewer),
                    "tone": desk_words.TONES.get(r.state, ""),
                },
                "order": r.order_id,
                "by": {
                    "text": desk_words.person(r.made_by, staff, viewer),
                    "sub": formats.moment(r.made_at, viewer),
                },
                "signed": desk_words.person(r.signed_by, staff, viewer),
                "why": {"text": safe.plain(r.reason, 200), "sub": safe.plain(r.note, 200)},
                "proof": f"{r.proof_kind} {r.proof[:10]}" if r.proof else "",
            },
        }
        for r in shown
    ]
    columns = [
        {"key": "amount", "label": viewer.say("Amount")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        *([{"key": "order", "label": viewer.say("Order"), "kind": "mono"}] if picking else []),
        {"key": "by", "label": viewer.say("Opened by")},
        {"key": "signed", "label": viewer.say("Signed by")},
        {"key": "why", "label": viewer.say("What for"), "kind": "wide"},
        {"key": "proof", "label": viewer.say("Proof"), "kind": "mono"},
    ]
    parts.table(columns, rows, key="refunds", label=viewer.say("Refunds"), **picking)


def refunds(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile) -> None:
    """Refunds by hand of this order: opened here, signed off and paid by finance under Approvals."""
    if file.refunds:
        refunds_table(viewer, file.refunds, file.staff)
    else:
        st.caption(viewer.say("Nothing was refunded by hand. Finance signs off what is opened here, then pays it."))
    for refund in file.refunds:
        if refund.state in ("open", "signed"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(viewer.say("Refund {n}", n=refund.id))
                _cancel(ws, viewer, refund)
                if viewer.may(Action.SIGN_REFUND) and st.button(
                    viewer.say("Sign off or pay"), key=f"to_finance_{refund.id}", type="primary"
                ):
                    st.switch_page(pages.APPROVALS.file, query_params={"view": "refunds"})
    if case.order is not None and viewer.may(Action.OPEN_REFUND):
        with st.expander(viewer.say("Open a refund"), icon=":material/payments:"):
            _open_refund(ws, viewer, case, case.order, is_drill=file.is_drill)


def _cancel(ws: Workspace, viewer: Viewer, refund: Refund) -> None:
    def work(note: str) -> str:
        desk_acts.cancel_refund(ws, viewer, refund.id, note)
        return viewer.say("Taken back: nothing is paid.")

    if viewer.may(Action.OPEN_REFUND):
        components.with_reason(
            viewer, viewer.say("Take back"), viewer.say("Why?"), key=f"cancel_{refund.id}", work=work
        )


def _open_refund(ws: Workspace, viewer: Viewer, case: Case, order: OrderFacts, *, is_drill: bool) -> None:
    left = None if order.total_minor is None else max(order.total_minor - order.refunded_minor, 0)
    if left is not None:
        st.caption(
            viewer.say(
                "The buyer paid {total}; {left} can still go back.",
                total=formats.money(order.total_minor, order.currency, viewer),
                left=formats.money(left, order.currency, viewer),
            )
        )
    with st.form(f"refund_{order.order_id}_{viewer.language}", clear_on_submit=True, border=False):
        first, second = st.columns(2)
        amount = first.text_input(viewer.say("Amount"), placeholder="89.95", key="refund_amount")
        currency = order.currency or second.text_input(viewer.say("Currency"), viewer.currency, max_chars=3)
        total = "" if left is not None else st.text_input(viewer.say("What the buyer paid in all"), placeholder="89.95")
        method = _choose(viewer, viewer.say("Goes back"), METHODS, desk_words.METHOD)
        paid_with = _choose(viewer, viewer.say("Was paid"), METHODS, desk_words.METHOD)
        reason = st.text_input(viewer.say("What for (no names)"), max_chars=300, key="refund_reason")
        agreement = uploaded(viewer, viewer.say("The buyer's agreement, when it goes back another way"), "agreement")
        rehearse = is_drill and st.checkbox(viewer.say("Rehearse for the drill"))

        def work() -> str:
            stated = minor_of(total, viewer.say("What the buyer paid in all")) if total else None
            minor = minor_of(amount, viewer.say("Amount"))
            new = NewRefund(order.order_id, minor, currency, method, paid_with, reason, case.ticket, None, stated,
                            rehearse)  # fmt: skip
            opened = desk_acts.open_refund(ws, viewer, new, agreement)
            return viewer.say("Refund {n} is open: finance signs it off.", n=opened.id)

        if st.form_submit_button(viewer.say("Open the refund"), type="primary", key="open_refund"):
            components.attempt(work)
            st.rerun()


def shipping(ws: Workspace, viewer: Viewer, case: Case) -> None:
    """Ship or stop: the newest decision stands."""
    order = case.order
    if order is None:
        return
    if order.promised_at:
        st.caption(viewer.say("Promised for {when}.", when=formats.moment(order.promised_at, viewer)))
    stands = order.decision
    if stands:
        st.markdown(
            viewer.say(
                "**{decision}**: {reason} ({when})",
                decision=labels.of(desk_words.SHIPPING, stands.decision, viewer),
                reason=safe.label(stands.reason),
                when=formats.moment(stands.made_at, viewer),
            )
        )
    else:
        st.caption(viewer.say("Nobody has decided yet whether this order leaves."))
    if not viewer.may(Action.DECIDE_SHIPPING):
        st.caption(viewer.say("A support lead or compliance decides."))
        return
    with st.form(f"ship_{order.order_id}_{viewer.language}", border=False):
        decision = st.radio(
            viewer.say("Decision"), DECISIONS, horizontal=True,
            format_func=lambda c: labels.of(desk_words.SHIPPING, c, viewer), key=f"ship_choice_{viewer.language}",
        )  # fmt: skip
        reason = st.text_input(viewer.say("Why?"), max_chars=300, key=f"ship_reason_{viewer.language}")

        def work() -> str:
            desk_acts.decide_shipping(ws, viewer, order.order_id, decision, reason)
            return viewer.say("Decision recorded.")

        if st.form_submit_button(viewer.say("Decide"), type="primary", key="decide_shipping"):
            components.attempt(work)
            st.rerun()
