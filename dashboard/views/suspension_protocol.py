"""The protocol step by step, with who sees to it and until when, and the compliance channel below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, pages, paging, parts, safe
from dashboard.access import Action
from dashboard.pages import PageFacts
from dashboard.queries.suspension import StepLine, SuspensionView
from dashboard.translations import N_
from dashboard.viewer import Viewer
from data.channel import Entry
from data.workspace import Workspace
from recovery_plan.containment.mode import Step
from recovery_plan.desk.channel import WRITERS

OPEN = "step"
WHAT: Mapping[Step, str] = {
    Step.FREEZE_SNAPSHOT: N_("See that the last order files are in; the copy is frozen by the declaration."),
    Step.TAG_TICKETS: N_("See that the tickets of the marketplace carry the tag SUSPENDED."),
    Step.PAUSE_OUTGOING: N_("Switch off automatic messages, review requests and campaigns, in every tool you use."),
    Step.NAME_APPROVERS: N_("Say who approves wording and who refunds, in the channel below."),
    Step.APPROVE_MACROS: N_("Agree on the neutral replies in every language, and approve them."),
    Step.DECIDE_SHIPPING: N_("Say for each open order that you send yourself: ship or stop."),
    Step.OPEN_REFUND_METHOD: N_("Open a way to refund by hand, with finance's word."),
    Step.ANSWER_CRITICAL: N_("Answer refunds and A-to-z claims first; record what the platform refused."),
    Step.WATCH_PUBLIC: N_("Look every day at what is said in public; nobody answers without approval."),
    Step.PREPARE_RECOVERY: N_("Check the links, build the plan, and look at its simulation."),
}
_WHERE: Mapping[Step, tuple[PageFacts, Mapping[str, str]]] = {
    Step.TAG_TICKETS: (pages.TICKETS, {"list": "suspended"}),
    Step.DECIDE_SHIPPING: (pages.TICKETS, {"view": "shipments"}),
    Step.OPEN_REFUND_METHOD: (pages.TICKETS, {"view": "refunds"}),
    Step.ANSWER_CRITICAL: (pages.TICKETS, {}),
    Step.WATCH_PUBLIC: (pages.MENTIONS, {"band": "frustrated"}),
    Step.PREPARE_RECOVERY: (pages.PLAN, {}),
}


def show(ws: Workspace, viewer: Viewer, seen: SuspensionView) -> None:
    """Draw both."""
    chosen = _chosen(seen)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        _table(viewer, seen, chosen)
    with right, st.container(border=True, key="reader"):
        _step(ws, viewer, seen, chosen)
    if seen.entries is not None:
        _channel(ws, viewer, seen, seen.entries)


def _chosen(seen: SuspensionView) -> StepLine:
    asked = paging.param(OPEN)
    named = next((s for s in seen.steps if s.step == asked), None)
    return named or next((s for s in seen.steps if s.is_next), seen.steps[-1])


def _table(viewer: Viewer, seen: SuspensionView, chosen: StepLine) -> None:
    columns = [
        {"key": "step", "label": viewer.say("Step")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "owner", "label": viewer.say("Owner")},
        {"key": "when", "label": viewer.say("Due or closed")},
    ]
    rows = [
        {
            "id": s.step.value,
            "cells": {
                "step": f"{s.position}. {labels.of(labels.STEP, s.step, viewer)}",
                "state": _badge(viewer, s),
                "owner": desk_words.person(s.closed_by or s.owner, seen.names, viewer),
                "when": formats.moment(s.closed_at or s.due_at, viewer),
            },
        }
        for s in seen.steps
    ]
    parts.table(
        columns,
        rows,
        key="steps",
        label=viewer.say("Steps of the protocol"),
        selected=chosen.step.value,
        on_pick=lambda name: paging.put(OPEN, name),
    )


def _badge(viewer: Viewer, s: StepLine) -> dict[str, str]:
    if s.closed_at is not None:
        is_corrected = bool(s.corrections)
        return {"text": viewer.say("corrected") if is_corrected else viewer.say("closed"), "tone": "good"}
    if s.is_late(viewer.now):
        return {"text": viewer.say("late"), "tone": "bad"}
    return {"text": viewer.say("next"), "tone": "info"} if s.is_next else {"text": viewer.say("open")}


def _step(ws: Workspace, viewer: Viewer, seen: SuspensionView, s: StepLine) -> None:
    st.subheader(f"{s.position}. {labels.of(labels.STEP, s.step, viewer)}", anchor=False)
    st.markdown(viewer.say(WHAT[s.step]))
    if s.step in _WHERE and viewer.may(_WHERE[s.step][0].action):
        page, params = _WHERE[s.step]
        st.page_link(
            page.file, label=viewer.say("Go there"), icon=":material/arrow_forward:", query_params=dict(params)
        )
    if s.closed_at is not None:
        _closed(ws, viewer, seen, s)
        return
    owner = desk_words.person(s.owner, seen.names, viewer) or viewer.say("nobody yet")
    st.caption(
        viewer.say(
            "{name} sees to it · due {when} ({left})",
            name=safe.label(owner),
            when=formats.moment(s.due_at, viewer),
            left=formats.left(s.due_at, viewer),
        )
    )
    if not seen.is_on:
        st.caption(viewer.say("It stayed open when the suspension ended."))
        return
    _close(ws, viewer, s)
    if viewer.may(Action.ASSIGN_STEP):
        _assign(ws, viewer, seen, s)


def _closed(ws: Workspace, viewer: Viewer, seen: SuspensionView, s: StepLine) -> None:
    who = desk_words.person(s.closed_by, seen.names, viewer)
    st.caption(viewer.say("Closed {when} by {name}", when=formats.moment(s.closed_at, viewer), name=safe.label(who)))
    messages = [{"who": who, "at": formats.moment(s.closed_at, viewer), "text": s.note or "–", "side": "out"}]
    messages += [_message(viewer, seen, e) for e in s.corrections]
    parts.thread(messages, key="step_notes", label=viewer.say("What was done"))
    if viewer.may(Action.CLOSE_STEP):
        components.with_reason(
            viewer,
            viewer.say("Add a correction"),
            viewer.say("What the note should have said"),
            key="correct",
            icon=":material/edit_note:",
            work=lambda said: _corrected(ws, viewer, s, said),
        )


def _corrected(ws: Workspace, viewer: Viewer, s: StepLine, said: str) -> str:
    number = desk_acts.correct_step(ws, viewer, s.step.value, said)
    return viewer.say("Kept as entry {n}; the step stays as it was closed.", n=number)


def _close(ws: Workspace, viewer: Viewer, s: StepLine) -> None:
    if not s.is_next:
        st.caption(viewer.say("The steps before it come first."))
    elif not (viewer.may(Action.CLOSE_STEP) and viewer.role in s.closers):
        holders = ", ".join(sorted(labels.of(labels.ROLE, r, viewer) for r in s.closers))
        st.caption(viewer.say("Closed by: {holders}.", holders=holders))
    else:
        with st.form(f"close_{s.step}_{viewer.language}", border=False):
            note = st.text_area(viewer.say("What was done"), max_chars=2_000, height=90)
            if st.form_submit_button(viewer.say("Close this step"), type="primary", key="close_step"):
                if note.strip():
                    components.attempt(lambda: _done(ws, viewer, s, note))
                else:
                    st.session_state[components.FLASH] = (False, viewer.say("Say what was done, in a few words."))
                st.rerun()


def _done(ws: Workspace, viewer: Viewer, s: StepLine, note: str) -> str:
    desk_acts.close_step(ws, viewer, s.step.value, note)
    paging.put(OPEN, "")
    return viewer.say("Closed: {step}.", step=labels.of(labels.STEP, s.step, viewer))


def _assign(ws: Workspace, viewer: Viewer, seen: SuspensionView, s: StepLine) -> None:
    able = {p.id: p.name for p in seen.may_own(s)}
    if not able:
        return
    due = (s.due_at or viewer.now).astimezone(viewer.zone)
    with (
        st.popover(viewer.say("Change who and when"), icon=":material/event:"),
        st.form(f"assign_{s.step}_{viewer.language}", border=False),
    ):
        ids = list(able)
        owner = st.selectbox(
            viewer.say("Owner"),
            ids,
            ids.index(s.owner) if s.owner in ids else 0,
            format_func=lambda i: safe.plain(able[i], 60) if i in able else "",
        )
        day = st.date_input(viewer.say("Due on"), due.date(), format="DD/MM/YYYY")
        at = st.time_input(viewer.say("at"), due.time().replace(second=0, microsecond=0))
        if st.form_submit_button(viewer.say("Save"), type="primary", key="assign"):
            when = datetime.combine(day, at, viewer.zone)
            components.attempt(lambda: _assigned(ws, viewer, s, str(owner), when))
            st.rerun()


def _assigned(ws: Workspace, viewer: Viewer, s: StepLine, owner: str, due: datetime) -> str:
    desk_acts.assign_step(ws, viewer, s.step.value, owner, due)
    return viewer.say("Saved.")


def _message(viewer: Viewer, seen: SuspensionView, e: Entry) -> dict[str, str]:
    about = _about(viewer, seen, e.about or "")
    who = desk_words.person(e.made_by, seen.names, viewer)
    return {
        "who": f"{e.id} · {who}" + (f" · {about}" if about else ""),
        "at": formats.moment(e.made_at, viewer),
        "text": e.text if e.text is not None else viewer.say("(erased)"),
        "side": "note" if about else "in",
    }


def _about(viewer: Viewer, seen: SuspensionView, about: str) -> str:
    kind, _, number = about.partition(":")
    if kind == "step":
        step = next((s.step for s in seen.steps if str(s.position) == number), "")
        return viewer.say("corrects the step “{step}”", step=labels.of(labels.STEP, step, viewer))
    if kind == "entry":
        return viewer.say("corrects entry {n}", n=number)
    return viewer.say("released hold {n}", n=number) if kind == "hold" else ""


def _channel(ws: Workspace, viewer: Viewer, seen: SuspensionView, entries: tuple[Entry, ...]) -> None:
    with st.container(border=True, key="channel"):
        st.subheader(viewer.say("Compliance channel"), anchor=False)
        st.caption(viewer.say("Newest first. Nothing written here is ever changed; a correction is a new entry."))
        if viewer.role in WRITERS["suspension"]:
            _write(ws, viewer, seen, entries)
        if entries:
            told = [_message(viewer, seen, e) for e in reversed(entries)]
            parts.thread(told, key="channel_thread", label=viewer.say("Compliance channel"))
        else:
            st.caption(viewer.say("Nothing was written yet."))


def _write(ws: Workspace, viewer: Viewer, seen: SuspensionView, entries: tuple[Entry, ...]) -> None:
    with st.form(f"channel_{viewer.language}", border=False, clear_on_submit=True):
        said = st.text_area(
            viewer.say("New entry"), max_chars=5_000, height=80, placeholder=viewer.say("What was decided, and why")
        )
        numbers = [None, *(e.id for e in reversed(entries))]
        corrects = st.selectbox(
            viewer.say("Corrects an entry"),
            numbers,
            format_func=lambda n: viewer.say("none") if n is None else viewer.say("Entry {n}", n=n),
            width=220,
        )
        sent = st.form_submit_button(viewer.say("Write"), key="channel_write")
    if sent and said.strip() and seen.shown is not None:
        thread = f"suspension:{seen.shown.id}"
        components.attempt(lambda: _written(ws, viewer, thread, said, corrects))
        st.rerun()


def _written(ws: Workspace, viewer: Viewer, thread: str, said: str, corrects: int | None) -> str:
    return viewer.say("Entry {n} is kept.", n=desk_acts.write(ws, viewer, thread, said, corrects))
