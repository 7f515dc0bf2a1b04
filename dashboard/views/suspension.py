"""Suspension: declare it, go through its protocol, see what it holds and what was missed, lift it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

import streamlit as st

from dashboard import components, desk_acts, formats, labels, pages, paging, safe
from dashboard.access import Action
from dashboard.desk_acts import Declaration
from dashboard.queries import suspension
from dashboard.queries.suspension import SuspensionView
from dashboard.viewer import Viewer
from dashboard.views import audit_packs, suspension_lists, suspension_protocol, suspension_ready
from data.domain import Mode, Suspension
from data.workspace import Workspace
from recovery_plan.desk import suspending
from recovery_plan.evidence.document import Kind

DRAFT, SURE = "suspension.draft", "suspension.sure"  # what is about to be declared, and whether it was looked at
LIFT = "suspension.lift"


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    if ticket := st.session_state.pop(suspension_lists.GO, None):
        st.switch_page(pages.TICKETS.file, query_params={"ticket": ticket})
    view = _views(viewer)
    seen = suspension.read(ws, viewer)
    draft = st.session_state.get(DRAFT)
    if draft is not None and viewer.may(Action.DECLARE):
        _sure(ws, viewer, draft) if st.session_state.get(SURE) else _form(ws, viewer, seen, draft)
        return
    if st.session_state.get(LIFT) and seen.is_on and viewer.may(Action.REINSTATE):
        _lift(ws, viewer, seen)
        return
    _state(viewer, seen)
    if view == "readiness":
        suspension_ready.show(ws, viewer, seen, lambda: begin(viewer, is_drill=True))
    elif view == "evidence":
        audit_packs.make(ws, viewer, (Kind.APPEAL,))
    elif view == "missed":
        suspension_lists.missed(ws, viewer)
    elif seen.shown is None:
        components.empty(
            viewer,
            viewer.say("No suspension was ever declared."),
            viewer.say("Look at the readiness, and rehearse: a drill blocks nothing real."),
        )
    elif view == "holds":
        suspension_lists.holds(ws, viewer, seen)
    else:
        suspension_protocol.show(ws, viewer, seen)


def _views(viewer: Viewer) -> str:
    names = {
        "protocol": viewer.say("Protocol"),
        "holds": viewer.say("On hold"),
        "missed": viewer.say("Missed clocks"),
        "readiness": viewer.say("Readiness"),
    }
    if viewer.may(Action.MAKE_EVIDENCE):
        names["evidence"] = viewer.say("Evidence packs")
    with st.container(horizontal=True, horizontal_alignment="right", key="filters"):
        return paging.segments("view", viewer.say("View"), names, viewer, drop=("page", "step", "hold", "report"))


def _state(viewer: Viewer, seen: SuspensionView) -> None:
    """What is on, how far it has come, and the one act that ends or begins it."""
    shown = seen.shown
    if shown is not None and seen.is_on:
        _figures(viewer, seen)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if shown is not None:
            told = [_told(viewer, shown, seen.names)]
            if seen.is_on and not viewer.may(Action.REINSTATE):
                told.append(viewer.say("Only compliance can lift it."))
            st.caption(" · ".join(told))
        else:
            st.caption(viewer.say("The account is in normal mode: nothing is held."))
        if seen.is_on and viewer.may(Action.REINSTATE):
            st.button(
                viewer.say("End the drill") if shown and shown.is_drill else viewer.say("Lift the suspension"),
                key="lift",
                icon=":material/lock_open:",
                on_click=lambda: st.session_state.update({LIFT: True}),
            )
        if seen.mode is not Mode.SUSPENDED and viewer.may(Action.DECLARE):
            st.button(
                viewer.say("Declare a suspension"),
                key="declare",
                icon=":material/gavel:",
                type="primary",
                on_click=lambda: begin(viewer, is_drill=False),
            )


def _told(viewer: Viewer, shown: Suspension, names: Mapping[str, str]) -> str:
    told = viewer.say(
        "{reason} · {marketplace} · notice {noticed} · declared {declared} · led by {name}",
        reason=safe.label(shown.reason),
        marketplace=safe.label(shown.marketplace),
        noticed=formats.moment(shown.noticed_at, viewer),
        declared=formats.moment(shown.declared_at, viewer),
        name=safe.label(names.get(shown.owner, shown.owner)),
    )
    if shown.ended_at:
        told += " · " + viewer.say("ended {when}", when=formats.moment(shown.ended_at, viewer))
    return f"{viewer.say('Drill')} · {told}" if shown.is_drill else told


def _figures(viewer: Viewer, seen: SuspensionView) -> None:
    with st.container(key="figures_suspension"):
        first, second, third, fourth = st.columns(4, gap="small")
    done = len(seen.steps) - len(seen.open_steps)
    first.metric(viewer.say("Steps closed"), viewer.say("{done} of {all}", done=done, all=len(seen.steps)), border=True)
    late = sum(1 for s in seen.steps if s.is_late(viewer.now))
    second.metric(viewer.say("Steps past their time"), formats.number(late, viewer), border=True)
    third.metric(viewer.say("Actions on hold"), formats.number(seen.on_hold, viewer), border=True)
    if seen.plan_due:
        fourth.metric(
            viewer.say("Plan of action due"),
            formats.short_day(seen.plan_due, viewer),
            formats.left(seen.plan_due, viewer),
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=viewer.say("17 days after the notice, unless the notice itself names another day (AMZ-SUS-03)."),
        )
    else:
        fourth.metric(viewer.say("Tagged SUSPENDED"), formats.number(seen.tagged, viewer), border=True)


def begin(viewer: Viewer, *, is_drill: bool) -> None:
    """Start to fill in a declaration; nothing is declared before it was looked at once more."""
    st.session_state[DRAFT] = Declaration("", viewer.actor.id, "", viewer.now, is_drill)
    st.session_state[SURE] = False


def _drop() -> None:
    for key in (DRAFT, SURE, LIFT):
        st.session_state.pop(key, None)


def _form(ws: Workspace, viewer: Viewer, seen: SuspensionView, draft: Declaration) -> None:
    with ws.store.reading() as tx:
        places = suspension.marketplaces(tx) or ["amazon"]
    able = {p.id: p.name for p in seen.staff if p.active}
    noticed = draft.noticed_at.astimezone(viewer.zone)
    title = viewer.say("Start a drill") if draft.is_drill else viewer.say("Declare a suspension")
    with st.container(border=True, key="declaring"):
        st.subheader(title, anchor=False)
        with st.form(f"declare_{viewer.language}", border=False):
            reason = st.text_input(
                viewer.say("What the notice says"),
                draft.reason,
                max_chars=300,
                placeholder=viewer.say("for example: related account"),
            )
            left, right = st.columns(2)
            place = left.selectbox(
                viewer.say("Marketplace"), places, places.index(draft.marketplace) if draft.marketplace in places else 0
            )
            ids = list(able)
            owner = right.selectbox(
                viewer.say("Who leads the case"),
                ids,
                ids.index(draft.owner) if draft.owner in ids else 0,
                format_func=lambda i: safe.plain(able[i], 60) if i in able else "",
            )
            day = left.date_input(
                viewer.say("Day of the notice"), noticed.date(), max_value=viewer.today, format="DD/MM/YYYY"
            )
            at = right.time_input(viewer.say("Time of the notice"), noticed.time().replace(second=0, microsecond=0))
            sent = st.form_submit_button(viewer.say("Next: look at it once more"), type="primary", key="declare_next")
        st.button(viewer.say("Cancel"), key="declare_cancel", type="tertiary", on_click=_drop)
    if sent:
        when = datetime.combine(day, at if isinstance(at, time) else time(), viewer.zone)
        st.session_state[DRAFT] = replace(
            draft, reason=reason.strip(), owner=str(owner), marketplace=str(place), noticed_at=when
        )
        if reason.strip():
            st.session_state[SURE] = True
        else:
            st.session_state[components.FLASH] = (False, viewer.say("Write what the notice says."))
        st.rerun()


def _sure(ws: Workspace, viewer: Viewer, draft: Declaration) -> None:
    """The second look: what is about to happen, in numbers."""
    with st.container(border=True, key="declaring"):
        st.subheader(
            viewer.say("Start this drill?") if draft.is_drill else viewer.say("Declare this suspension?"), anchor=False
        )
        st.markdown(
            viewer.say(
                "**{reason}** on {marketplace}, notice of {when}.",
                reason=safe.label(draft.reason),
                marketplace=safe.label(draft.marketplace),
                when=formats.moment(draft.noticed_at, viewer),
            )
        )
        st.markdown(_effect(ws, viewer, draft))
        with st.container(horizontal=True):
            st.button(
                viewer.say("Start the drill") if draft.is_drill else viewer.say("Declare it now"),
                key="declare_now",
                type="primary",
                icon=":material/gavel:",
                on_click=lambda: components.attempt(lambda: _declare(ws, viewer, draft)),
            )
            st.button(
                viewer.say("Change it"), key="declare_back", on_click=lambda: st.session_state.update({SURE: False})
            )
            st.button(viewer.say("Cancel"), key="declare_cancel", type="tertiary", on_click=_drop)


def _effect(ws: Workspace, viewer: Viewer, draft: Declaration) -> str:
    if draft.is_drill:
        return viewer.say("The protocol opens to be rehearsed. Nothing is frozen, tagged or held.")
    touch = suspending.would_touch(ws)
    return viewer.say(
        "At once: {snapshots} order files are frozen, {tickets} tickets are tagged SUSPENDED, {actions} outgoing "
        "actions are put on hold, and the protocol opens. Only compliance can lift it.",
        snapshots=formats.number(touch["would_freeze"], viewer),
        tickets=formats.number(touch["would_tag"], viewer),
        actions=formats.number(touch["would_hold"], viewer),
    )


def _declare(ws: Workspace, viewer: Viewer, draft: Declaration) -> str:
    made = desk_acts.declare(ws, viewer, draft)
    _drop()
    paging.put("view", "")
    return viewer.say("The drill has begun.") if made.is_drill else viewer.say("The suspension is declared.")


def _lift(ws: Workspace, viewer: Viewer, seen: SuspensionView) -> None:
    is_drill = seen.shown is not None and seen.shown.is_drill
    with st.container(border=True, key="lifting"):
        st.subheader(viewer.say("End the drill?") if is_drill else viewer.say("Lift the suspension?"), anchor=False)
        if is_drill:
            st.markdown(viewer.say("A readiness report with what was rehearsed is kept."))
        else:
            st.markdown(
                viewer.say(
                    "Only when the marketplace has given the account back. The tags come off {tickets} tickets, "
                    "{actions} actions leave their hold, and the recovery begins: contacts go out in waves.",
                    tickets=formats.number(seen.tagged, viewer),
                    actions=formats.number(seen.on_hold, viewer),
                )
            )
        if seen.open_steps:
            names = ", ".join(labels.of(labels.STEP, s.step, viewer) for s in seen.open_steps)
            st.markdown(viewer.say("Still open, and they stay so: {steps}.", steps=names))
        with st.container(horizontal=True):
            st.button(
                viewer.say("End it now") if is_drill else viewer.say("Lift it now"),
                key="lift_now",
                type="primary",
                icon=":material/lock_open:",
                on_click=lambda: components.attempt(lambda: _end(ws, viewer)),
            )
            st.button(viewer.say("Cancel"), key="lift_cancel", type="tertiary", on_click=_drop)


def _end(ws: Workspace, viewer: Viewer) -> str:
    ended = desk_acts.end_suspension(ws, viewer)
    _drop()
    if ended.is_drill:
        paging.put("view", "readiness")
        return viewer.say("The drill has ended; its report is below.")
    return viewer.say("The suspension is lifted. Build the plan anew: its first day is today.")


if __name__ == "__main__":
    components.frame(pages.SUSPENSION, show)
