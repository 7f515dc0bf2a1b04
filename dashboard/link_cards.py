"""The orders that a mention may be about: evidence side by side, and a person's yes or no."""

from __future__ import annotations

import streamlit as st

from dashboard import acts, components, formats, labels, parts, safe
from dashboard.access import Action
from dashboard.queries.mentions import MentionDetail, PossibleOrder
from dashboard.viewer import Viewer
from data.domain import Evidence, Verdict
from data.workspace import Workspace

SURE = 0.6  # below, "Confirm" is not the button that stands out


def show(ws: Workspace, viewer: Viewer, seen: MentionDetail) -> None:
    """Draw the cards."""
    st.markdown(f"**{viewer.say('Possible orders')}**")
    if not seen.orders:
        st.caption(_nothing(viewer, seen))
        return
    st.caption(viewer.say("Ranked by evidence. Nobody is contacted because of a link."))
    for number, order in enumerate(seen.orders):
        with st.container(border=True, key=f"order_{number}"):
            _card(ws, viewer, seen, order, number)
    if seen.judgements:
        last = seen.judgements[0]
        st.caption(
            viewer.say(
                "{verdict} by {name}, {when}.",
                verdict=labels.of(labels.VERDICT, last.verdict, viewer),
                name=safe.label(last.by, 60),
                when=formats.ago(last.at, viewer),
            )
        )


def _nothing(viewer: Viewer, seen: MentionDetail) -> str:
    if seen.rule.startswith("X-"):
        return viewer.say("On X a mention is linked only by an order number that its author posted (rule X-02).")
    if seen.decision == "not_our_order":
        return viewer.say("The order number in the text is not one of ours.")
    if seen.decision == "":
        return viewer.say("Not searched yet: 'reinstate run' does it.")
    return viewer.say("No order of ours fits.")


def _card(ws: Workspace, viewer: Viewer, seen: MentionDetail, order: PossibleOrder, number: int) -> None:
    name = safe.label(order.order_id) if order.order_id else viewer.say("Order {n}", n=number + 1)
    tone = "green" if order.probability >= SURE else "gray"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{name}**", width="content")
        st.badge(viewer.say("{share} likely", share=formats.chance(order.probability, viewer)), color=tone)  # type: ignore[arg-type]
        if order.verdict in ("confirmed", "rejected"):
            st.badge(
                labels.of(labels.VERDICT, order.verdict, viewer),
                color="green" if order.verdict == "confirmed" else "gray",
            )
    if facts := _facts(order, viewer):
        st.caption(facts)
    if not order.is_known:
        st.caption(viewer.say("This order is not in the cached copy."))
    if order.evidence:
        _evidence(order.evidence, viewer, number, is_open=number == 0)
    if viewer.may(Action.JUDGE_LINK) and order.order_id:
        _buttons(ws, viewer, seen, order, number)


def _facts(order: PossibleOrder, viewer: Viewer) -> str:
    told = [
        safe.label(order.product or ""),
        safe.label(order.marketplace or ""),
        formats.day(order.purchased_at, viewer),
        formats.money(order.total_minor, order.currency, viewer),
        safe.label(order.buyer or ""),
    ]
    return " · ".join(part for part in told if part)


def _evidence(evidence: tuple[Evidence, ...], viewer: Viewer, number: int, *, is_open: bool) -> None:
    rows = [
        {
            "id": str(n),
            "cells": {
                "field": labels.of(labels.FIELD, e.field, viewer),
                "outcome": {
                    "text": labels.of(labels.OUTCOME, e.outcome, viewer),
                    "tone": {"agree": "good", "partial": "info", "differ": "bad"}.get(e.outcome, ""),
                },
                "ours": safe.plain(e.ours or "", 80),
                "theirs": _theirs(e, viewer),
                "weight": formats.signed(e.weight, viewer, 1),
            },
        }
        for n, e in enumerate(evidence[:10])
    ]
    columns = [
        {"key": "field", "label": viewer.say("Compared")},
        {"key": "outcome", "label": viewer.say("Result"), "kind": "badge"},
        {"key": "ours", "label": viewer.say("Order says")},
        {"key": "theirs", "label": viewer.say("Mention says")},
        {"key": "weight", "label": viewer.say("Weight (bits)"), "align": "end"},
    ]
    count = viewer.say_n("{n} comparison", "{n} comparisons", len(rows))
    with st.expander(f"{viewer.say('Evidence')} · {count}", expanded=is_open):
        parts.table(columns, rows, key=f"evidence_{number}", label=viewer.say("Evidence"))


def _theirs(e: Evidence, viewer: Viewer) -> str:
    if e.field == "name" and e.theirs:
        return labels.of(labels.NAME_LEVEL, e.theirs, viewer)
    return safe.plain(e.theirs or "", 80)


def _buttons(ws: Workspace, viewer: Viewer, seen: MentionDetail, order: PossibleOrder, number: int) -> None:
    stands_out = order.probability >= SURE and order.verdict is None and number == 0
    with st.container(horizontal=True, gap="small"):
        st.button(
            viewer.say("Confirm"),
            key=f"confirm_{number}",
            icon=":material/check:",
            type="primary" if stands_out else "secondary",
            shortcut="A" if number == 0 else None,
            disabled=order.verdict == "confirmed",
            on_click=lambda: _judge(ws, viewer, seen, order, Verdict.CONFIRMED),
        )
        st.button(
            viewer.say("Not this one"),
            key=f"reject_{number}",
            icon=":material/close:",
            shortcut="X" if number == 0 else None,
            disabled=order.verdict == "rejected",
            on_click=lambda: _judge(ws, viewer, seen, order, Verdict.REJECTED),
        )


def _judge(ws: Workspace, viewer: Viewer, seen: MentionDetail, order: PossibleOrder, verdict: Verdict) -> None:
    """In the click's own moment; the mention stays open until its reader moves on, even when it leaves the list."""

    def work() -> str:
        acts.judge_link(ws, viewer, seen.line.id, order.order_id or "", verdict, seen=len(seen.judgements))
        is_yes = verdict is Verdict.CONFIRMED
        return viewer.say("Link confirmed.") if is_yes else viewer.say("Marked as not this order.")

    components.attempt(work)
    st.query_params["mention"] = str(seen.line.id)
