"""Prepared replies: drafts that wait for compliance, what is in use, causes that are vouched for, and new drafts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, guard_cards, labels, paging, parts, safe
from dashboard.access import Action
from dashboard.queries.approvals import Waiting
from dashboard.viewer import Viewer
from data import macros
from data.errors import ReinstateError
from data.macros import MacroVersion
from data.workspace import Workspace
from recovery_plan.containment.macro import LANGUAGES
from recovery_plan.desk import wording

OPEN = "macro"
STATES = ("draft", "approved", "retired")


def show(ws: Workspace, viewer: Viewer, waiting: Waiting) -> None:
    """Draw the list of one state, and one version beside it."""
    with ws.store.reading() as tx:
        known = macros.versions(tx)
    counts = {state: sum(m.state == state for m in known) for state in STATES}
    names = {s: f"{labels.of(desk_words.MACRO_STATE, s, viewer)} ({counts[s]})" for s in STATES}
    state = paging.segments("state", viewer.say("State"), names, viewer, drop=(OPEN,))
    shown = [m for m in known if m.state == state]
    asked = paging.param(OPEN)
    chosen = next((m for m in known if str(m.id) == asked), shown[0] if shown else None)
    if not known:
        components.empty(
            viewer,
            viewer.say("No prepared reply yet."),
            viewer.say("'reinstate macro draft --shipped' enters the ones that come with the program, as drafts."),
        )
    elif chosen is None:
        components.empty(viewer, viewer.say("Nothing here."), viewer.say("Choose another state above."))
    else:
        left, right = st.columns([0.7, 1], gap="medium")
        with left:
            _list(viewer, waiting, shown, chosen)
        with right, st.container(border=True, key="reader"):
            _reader(ws, viewer, waiting, chosen)
    if viewer.may(Action.DRAFT_MACRO):
        with st.expander(viewer.say("Draft a reply"), icon=":material/edit_note:"):
            _editor(ws, viewer, chosen, sorted({m.name for m in known}))


def _list(viewer: Viewer, waiting: Waiting, shown: Sequence[MacroVersion], chosen: MacroVersion) -> None:
    columns = [
        {"key": "name", "label": viewer.say("Prepared reply"), "kind": "wide"},
        {"key": "language", "label": viewer.say("Language")},
        {"key": "by", "label": viewer.say("Written by")},
    ]
    rows = [
        {
            "id": str(m.id),
            "cells": {
                "name": {
                    "text": labels.of(desk_words.MACRO, m.name, viewer),
                    "sub": labels.of(desk_words.SURFACE, m.surface, viewer),
                },
                "language": formats.language_name(m.language, viewer),
                "by": {
                    "text": desk_words.person(m.made_by, waiting.staff, viewer),
                    "sub": formats.short_day(m.made_at, viewer),
                },
            },
        }
        for m in shown
    ]
    parts.table(
        columns,
        rows,
        key="macros",
        label=viewer.say("Prepared replies"),
        selected=str(chosen.id),
        on_pick=lambda number: paging.put(OPEN, number),
    )


def _reader(ws: Workspace, viewer: Viewer, waiting: Waiting, m: MacroVersion) -> None:
    _, seen = wording.check_draft(
        ws, name=m.name, language=m.language, text=m.text, surface=m.surface, needs_attestation=m.needs_attestation
    )
    name = labels.of(desk_words.MACRO, m.name, viewer)
    st.subheader(f"{safe.label(name)} · {safe.label(formats.language_name(m.language, viewer))}", anchor=False)
    guard_cards.text(viewer, m.text, seen, key="macro", language=m.language)
    st.caption(
        viewer.say(
            "Version {n}, {state}. Written by {who}, {when}. SHA-256 {hash}…",
            n=m.id,
            state=labels.of(desk_words.MACRO_STATE, m.state, viewer),
            who=safe.label(desk_words.person(m.made_by, waiting.staff, viewer)),
            when=formats.day(m.made_at, viewer),
            hash=m.sha256[:12],
        )
    )
    if m.approved_by:
        who = safe.label(desk_words.person(m.approved_by, waiting.staff, viewer))
        st.caption(viewer.say("Approved by {who}, {when}.", who=who, when=formats.day(m.approved_at, viewer)))
    if m.needs_attestation:
        _attested(viewer, waiting, m)
    if m.state == "retired":
        return
    if not viewer.may(Action.APPROVE_MACRO):
        st.info(viewer.say("Compliance approves prepared replies and takes them out of use."), icon=":material/lock:")
        return
    _acts(ws, viewer, m, is_blocked=seen.is_blocked)


def _attested(viewer: Viewer, waiting: Waiting, m: MacroVersion) -> None:
    if m.attested_at is None:
        st.warning(
            viewer.say("It names a cause: it cannot be sent until compliance vouches that the cause is true now."),
            icon=":material/warning:",
        )
        return
    who = safe.label(desk_words.person(m.attested_by, waiting.staff, viewer))
    st.caption(
        viewer.say("{who} vouches for the cause, since {when}.", who=who, when=formats.day(m.attested_at, viewer))
    )


def _acts(ws: Workspace, viewer: Viewer, m: MacroVersion, *, is_blocked: bool) -> None:
    def approve() -> str:
        desk_acts.approve_macro(ws, viewer, m.id)
        st.query_params.pop(OPEN, None)
        return viewer.say("Approved: it can be filled in from now on.")

    def retire(note: str) -> str:
        desk_acts.retire_macro(ws, viewer, m.id, note)
        return viewer.say("Out of use: nothing is written with it any more.")

    with st.container(horizontal=True, vertical_alignment="center"):
        if m.state == "draft" and m.made_by == viewer.actor.id:
            st.info(
                viewer.say("You wrote this: somebody else of compliance has to approve it."), icon=":material/lock:"
            )
        elif m.state == "draft":
            st.button(
                viewer.say("Approve"),
                key="approve_macro",
                icon=":material/check:",
                type="primary",
                disabled=is_blocked,
                on_click=lambda: components.attempt(approve),
            )
        components.with_reason(
            viewer,
            viewer.say("Take out of use"),
            viewer.say("Why?"),
            key=f"retire_{m.id}",
            icon=":material/archive:",
            work=retire,
        )
        if m.needs_attestation:
            _vouch(ws, viewer, m)


def _vouch(ws: Workspace, viewer: Viewer, m: MacroVersion) -> None:
    is_on = m.attested_at is not None

    def work(said: str) -> str:
        desk_acts.attest(ws, viewer, m.id, said, withdraw=is_on)
        return (
            viewer.say("The word is taken back.")
            if is_on
            else viewer.say("On record: it counts until you take it back.")
        )

    components.with_reason(
        viewer,
        viewer.say("Take the word back") if is_on else viewer.say("Vouch for the cause"),
        viewer.say("What changed?") if is_on else viewer.say("What is the cause, and how do you know?"),
        key=f"vouch_{m.id}",
        icon=":material/verified:",
        work=work,
    )


@st.fragment
def _editor(ws: Workspace, viewer: Viewer, start: MacroVersion | None, known: list[str]) -> None:
    """A new version: what the guard says of it stands beside it; somebody else approves it."""
    key = f"{start.id if start else 0}_{viewer.language}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            viewer.say("Name"),
            known,
            index=known.index(start.name) if start else None,
            format_func=lambda n: labels.of(desk_words.MACRO, n, viewer),
            accept_new_options=True,
            placeholder=viewer.say("Small letters and _"),
            key=f"draft_name_{key}",
            width=260,
        )
        language = st.selectbox(
            viewer.say("Language"),
            LANGUAGES,
            index=LANGUAGES.index(start.language) if start else 0,
            format_func=lambda code: formats.language_name(code, viewer),
            key=f"draft_language_{key}",
            width=150,
        )
        surface = st.selectbox(
            viewer.say("For"),
            list(desk_words.SURFACE),
            index=list(desk_words.SURFACE).index(start.surface) if start else 0,
            format_func=lambda c: labels.of(desk_words.SURFACE, c, viewer),
            key=f"draft_surface_{key}",
            width=200,
        )
    text = st.text_area(
        viewer.say("Text; it may hold {open}order_id{close} and {open}update_date{close}", open="{", close="}"),
        start.text if start else "",
        max_chars=1_900,
        height=140,
        key=f"draft_text_{key}",
    )
    cause = st.checkbox(
        viewer.say("It names a cause (compliance has to vouch for it)"),
        start.needs_attestation if start else False,
        key=f"draft_cause_{key}",
    )
    if not name or not text.strip():
        return
    try:
        _, seen = wording.check_draft(
            ws, name=name, language=language, text=text, surface=surface, needs_attestation=cause
        )
    except ReinstateError as error:
        st.info(safe.label(str(error), 300), icon=":material/info:")
        return
    guard_cards.text(viewer, text, seen, key="draft_macro", language=language)

    def work() -> str:
        made = desk_acts.draft_macro(ws, viewer, name, language, text, surface, names_a_cause=cause)
        return viewer.say(
            "Version {n} is kept as {state}.", n=made.id, state=labels.of(desk_words.MACRO_STATE, made.state, viewer)
        )

    if st.button(
        viewer.say("Keep as a draft"),
        key="keep_draft",
        icon=":material/save:",
        type="primary",
        disabled=seen.is_blocked,
    ):
        components.attempt(work)
        st.rerun()
