"""The defence of a claim: what is at hand, what is missing, until when; a person's word stands above the cache's."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, parts, safe
from dashboard.access import Action
from dashboard.queries.tickets import Case
from dashboard.viewer import Viewer
from dashboard.views.ticket_records import uploaded
from data.defences import STATES
from data.workspace import Workspace
from recovery_plan.containment.defence import POINTS, Line
from recovery_plan.desk import defending
from recovery_plan.desk.defending import ClaimFile


def show(ws: Workspace, viewer: Viewer, case: Case) -> None:
    """Draw the file of each claim on the order."""
    for number in case.order.claims if case.order else ():
        _file(ws, viewer, defending.claim_file(ws, number))


def _file(ws: Workspace, viewer: Viewer, found: ClaimFile) -> None:
    claim = found.file.claim
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.badge(
            labels.of(desk_words.CLAIM, claim.status, viewer), color="orange" if claim.status == "open" else "gray"
        )
        st.caption(
            " · ".join(
                p
                for p in (
                    viewer.say("opened {day}", day=formats.day(claim.opened_at, viewer)),
                    formats.money(claim.amount_minor, claim.currency, viewer),
                    safe.label(claim.reason or "", 120),
                )
                if p
            )
        )
    for d in found.file.deadlines:
        st.caption(
            f"{labels.of(labels.DEADLINE, d.kind, viewer)} · {formats.moment(d.due_at, viewer)} "
            f"({formats.left(d.due_at, viewer)}, {safe.label(d.rule)})"
        )
    columns = [
        {"key": "point", "label": viewer.say("Point")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "facts", "label": viewer.say("What we hold"), "kind": "wide"},
    ]
    rows = [{"id": line.point, "cells": _cells(line, claim.currency, viewer)} for line in found.file.lines]
    parts.table(columns, rows, key=f"claim_{found.id}", label=viewer.say("Defence of the claim"))
    if viewer.may(Action.DEFEND):
        with st.expander(viewer.say("Say how a point stands"), icon=":material/gavel:"):
            _say(ws, viewer, found.id)


def _cells(line: Line, currency: str | None, viewer: Viewer) -> dict[str, Any]:
    said = line.said
    facts = ", ".join(_fact(name, value, currency, viewer) for name, value in line.facts)
    proof = f"{said.proof_kind} {said.proof[:10]}" if said and said.proof else ""
    return {
        "point": labels.of(desk_words.POINT, line.point, viewer),
        "state": {
            "text": labels.of(desk_words.POINT_STATE, line.state, viewer),
            "tone": desk_words.TONES.get(line.state, ""),
        },
        "facts": {"text": safe.plain((said.note if said else "") or facts, 300), "sub": proof},
    }


def _fact(name: str, value: str, currency: str | None, viewer: Viewer) -> str:
    """A fact of the cache: times and money as the reader writes them."""
    if name == "refunded_minor":
        shown = formats.money(int(value), currency, viewer) or value
    elif name == "by_hand":
        shown = ", ".join(labels.of(desk_words.REFUND, state, viewer) for state in value.split(", "))
    else:
        with suppress(ValueError):
            value = formats.moment(datetime.fromisoformat(value), viewer)
        shown = value
    return f"{labels.of(desk_words.FACT, name, viewer)} {shown}"


def _say(ws: Workspace, viewer: Viewer, number: int) -> None:
    with st.form(f"claim_form_{number}_{viewer.language}", clear_on_submit=True, border=False):
        point = st.selectbox(
            viewer.say("Point"), POINTS, format_func=lambda c: labels.of(desk_words.POINT, c, viewer),
            key=f"claim_point_{viewer.language}",
        )  # fmt: skip
        state = st.radio(
            viewer.say("State"), STATES, horizontal=True,
            format_func=lambda c: labels.of(desk_words.POINT_STATE, c, viewer), key=f"claim_state_{viewer.language}",
        )  # fmt: skip
        note = st.text_input(viewer.say("What is there, or why not"), max_chars=500)
        proof = uploaded(viewer, viewer.say("Proof: picture, PDF or text"), "claim_proof")

        def work() -> str:
            desk_acts.say_of_claim(ws, viewer, number, point, state, note, proof)
            return viewer.say("On record.")

        if st.form_submit_button(viewer.say("Put on record"), type="primary", key="say_of_claim"):
            components.attempt(work)
            st.rerun()
