"""What the suspension holds back, and the 24-hour clocks that ran out with the reason of each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, paging, parts
from dashboard.access import Action
from dashboard.queries import masks, suspension
from dashboard.queries.suspension import PAGE, SuspensionView
from dashboard.viewer import Viewer
from data.holds import Held
from data.workspace import Workspace
from recovery_plan.containment.missed import Missed
from recovery_plan.desk import registers

GO = "suspension.go"
HOLD = "hold"


def holds(ws: Workspace, viewer: Viewer, seen: SuspensionView) -> None:
    """What waits, and what was let go."""
    with ws.store.reading() as tx:
        found = suspension.held(tx)
    if not found:
        components.empty(
            viewer, viewer.say("Nothing was held."), viewer.say("Nothing waited to go out when it was declared.")
        )
        return
    asked = paging.param(HOLD)
    chosen = next((h for h in found if str(h.id) == asked), None)
    if chosen is not None:
        with st.container(border=True, key="reader"):
            _one(ws, viewer, seen, chosen)
    at = paging.number()
    columns = [
        {"key": "what", "label": viewer.say("What")},
        {"key": "why", "label": viewer.say("Why"), "kind": "wide"},
        {"key": "since", "label": viewer.say("Since")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "who", "label": viewer.say("Let go by")},
    ]
    rows = [{"id": str(h.id), "cells": _cells(viewer, seen, h)} for h in found[(at - 1) * PAGE : at * PAGE]]
    parts.table(
        columns,
        rows,
        key="holds",
        label=viewer.say("Actions on hold"),
        selected=asked or None,
        on_pick=lambda number: paging.put(HOLD, number),
    )
    paging.pager(len(found), PAGE, viewer)


def _cells(viewer: Viewer, seen: SuspensionView, h: Held) -> dict[str, Any]:
    is_open = h.released_at is None
    return {
        "what": _what(viewer, h.subject),
        "why": {"text": labels.reason(h.reason, viewer), "sub": h.rule},
        "since": formats.moment(h.held_at, viewer),
        "state": {"text": viewer.say("on hold"), "tone": "bad"} if is_open else {"text": viewer.say("let go")},
        "who": {
            "text": labels.of(labels.ROLE, h.unlock, viewer)
            if is_open
            else desk_words.person(h.released_by, seen.names, viewer),
            "sub": formats.moment(h.released_at, viewer),
        },
    }


def _what(viewer: Viewer, subject: str) -> str:
    kind, _, number = subject.partition(":")
    if kind == "request":
        return viewer.say("Answer {n}", n=number)
    return viewer.say("Planned contact {n}", n=number) if kind == "task" else subject


def _one(ws: Workspace, viewer: Viewer, seen: SuspensionView, h: Held) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(_what(viewer, h.subject), anchor=False)
        st.button(
            viewer.say("Close"),
            key="close_hold",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: paging.put(HOLD, ""),
        )
    if h.released_at is not None:
        who = desk_words.person(h.released_by, seen.names, viewer)
        st.text(viewer.say("Let go {when} by {name}.", when=formats.moment(h.released_at, viewer), name=who))
    elif viewer.may(Action.RELEASE_HOLD):
        st.caption(viewer.say("Every other rule still stands: an answer needs its approval all the same."))
        components.with_reason(
            viewer,
            viewer.say("Let it go before the reinstatement"),
            viewer.say("Why it may go now"),
            key="release",
            icon=":material/lock_open:",
            work=lambda said: _released(ws, viewer, h, said),
        )
    else:
        st.caption(viewer.say("Only compliance lets it go before the reinstatement."))


def _released(ws: Workspace, viewer: Viewer, h: Held, said: str) -> str:
    desk_acts.release_hold(ws, viewer, h.id, said)
    paging.put(HOLD, "")
    return viewer.say("Let go; the reason stands in the channel.")


def missed(ws: Workspace, viewer: Viewer) -> None:
    """Every clock that ran out; those without a reason on record are the gap in an appeal."""
    found = registers.missed_clocks(ws)[::-1]
    lists = {
        "bare": [m for m in found if not m.is_explained],
        "told": [m for m in found if m.is_explained],
        "all": list(found),
    }
    if not found:
        components.empty(
            viewer,
            viewer.say("No clock ran out."),
            viewer.say("Each message of a buyer was answered within 24 hours, or still can be."),
        )
        return
    st.caption(
        viewer.say(
            "Amazon asks for an answer within 24 hours, weekends included (AMZ-MSG-02). A technical reason counts "
            "only when an attempt with it is on record: open the ticket to add one."
        )
    )
    titles = {
        "bare": viewer.say("No reason on record"),
        "told": viewer.say("With a technical reason"),
        "all": viewer.say("All"),
    }
    named = {code: f"{name} ({formats.number(len(lists[code]), viewer)})" for code, name in titles.items()}
    shown = lists[paging.segments("list", viewer.say("List"), named, viewer)]
    at = paging.number()
    columns = [
        {"key": "ticket", "label": viewer.say("Ticket")},
        {"key": "asked", "label": viewer.say("Buyer wrote")},
        {"key": "answered", "label": viewer.say("Answered")},
        {"key": "late", "label": viewer.say("Late by"), "align": "end"},
        {"key": "why", "label": viewer.say("Technical reason"), "kind": "wide"},
        {"key": "proof", "label": viewer.say("Attempts")},
    ]
    rows = [
        {"id": f"{m.ticket}:{n}", "cells": _clock(viewer, m)} for n, m in enumerate(shown[(at - 1) * PAGE : at * PAGE])
    ]
    if rows:
        parts.table(
            columns,
            rows,
            key="missed",
            label=viewer.say("Missed clocks"),
            on_pick=lambda row: st.session_state.update({GO: row.partition(":")[0]}),
        )
        paging.pager(len(shown), PAGE, viewer)
    else:
        st.caption(viewer.say("Nothing here."))


def _clock(viewer: Viewer, m: Missed) -> dict[str, Any]:
    proofs = sum(1 for a in m.attempts if a.proof)
    tried = viewer.say_n("{n} attempt", "{n} attempts", len(m.attempts)) if m.attempts else ""
    kept = viewer.say_n("{n} proof", "{n} proofs", proofs) if proofs else ""
    return {
        "ticket": {"text": viewer.say("Ticket {number}", number=m.ticket), "sub": masks.order_id(m.order_id, viewer)},
        "asked": formats.moment(m.asked_at, viewer),
        "answered": formats.moment(m.answered_at, viewer) or viewer.say("not yet"),
        "late": formats.span((m.answered_at or viewer.now) - m.due_at, viewer),
        "why": ", ".join(labels.of(desk_words.ATTEMPT_REASON, r, viewer) for r in m.reasons)
        or viewer.say("none on record"),
        "proof": {"text": tried, "sub": kept},
    }
