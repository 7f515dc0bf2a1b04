"""What proves the log outside the database: its seals and their key, the export of all of it, and legal holds."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from dashboard import components, desk_words, formats, parts, record_acts, safe
from dashboard.access import Action
from dashboard.queries import audit
from dashboard.viewer import Viewer
from data.legal_holds import LegalHold
from data.workspace import Workspace


def show(ws: Workspace, viewer: Viewer) -> None:
    """Seals and export."""
    seen = audit.seals(ws)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            viewer.say("Seal the log now"),
            key="seal",
            icon=":material/verified:",
            type="primary",
            on_click=lambda: components.attempt(lambda: _seal(ws, viewer)),
        )
        st.download_button(
            viewer.say("Export the whole log (ZIP)"),
            data=lambda: record_acts.export_log(ws, viewer),
            file_name=f"audit-log-{viewer.today.isoformat()}.zip",
            mime="application/zip",
            key="export_log",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption(
            viewer.say_n("{n} entry is not sealed yet.", "{n} entries are not sealed yet.", seen.unsealed)
            if seen.unsealed
            else viewer.say("Every entry is sealed.")
        )
    if seen.keys:
        st.caption(viewer.say("Public key: tell it early to your lawyer or auditor, on another way than the files."))
        st.code("\n".join(seen.keys), language=None, wrap_lines=True)
    if not seen.seals:
        components.empty(
            viewer, viewer.say("No seal yet."), viewer.say("Whoever changes the log before it is sealed is not found.")
        )
        return
    columns = [
        {"key": "size", "label": viewer.say("Up to entry")},
        {"key": "when", "label": viewer.say("When")},
        {"key": "why", "label": viewer.say("After"), "kind": "mono"},
        {"key": "file", "label": viewer.say("File"), "kind": "badge"},
        {"key": "root", "label": viewer.say("Root"), "kind": "mono"},
    ]
    there, gone = {"text": viewer.say("there"), "tone": "good"}, {"text": viewer.say("missing"), "tone": "bad"}
    rows = [
        {
            "id": str(s.size),
            "cells": {
                "size": str(s.size),
                "when": formats.moment(s.made_at, viewer),
                "why": safe.plain(s.reason, 60),
                "file": there if s.is_there else gone,
                "root": s.root[:16],
            },
        }
        for s in seen.seals
    ]
    parts.table(columns, rows, key="seals", label=viewer.say("The last seals"))


def _seal(ws: Workspace, viewer: Viewer) -> str:
    made = record_acts.seal(ws, viewer)
    return viewer.say("Sealed up to entry {n}.", n=made.size if made else 0)


def holds(ws: Workspace, viewer: Viewer) -> None:
    """What must not be erased, and until when."""
    with ws.store.reading() as tx:
        found, names = audit.legal(tx), {i: name for i, (name, _) in audit.names(tx, viewer).items()}
    if viewer.may(Action.HOLD):
        _place(ws, viewer)
    if not found:
        components.empty(
            viewer,
            viewer.say("Nothing is kept from being erased."),
            viewer.say("Compliance places a hold while a claim, an appeal or a court needs something."),
        )
        return
    columns = [
        {"key": "number", "label": viewer.say("Hold")},
        {"key": "what", "label": viewer.say("Object"), "kind": "mono"},
        {"key": "why", "label": viewer.say("Reason"), "kind": "wide"},
        {"key": "until", "label": viewer.say("Until")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "who", "label": viewer.say("Who")},
    ]
    rows = [
        {
            "id": str(h.id),
            "cells": {
                "number": str(h.id),
                "what": h.subject,
                "why": h.reason,
                "until": formats.day(h.until, viewer),
                "state": {"text": viewer.say("stands"), "tone": "info"}
                if h.stands(viewer.now)
                else {"text": viewer.say("ended")},
                "who": {
                    "text": desk_words.person(h.made_by, names, viewer),
                    "sub": formats.moment(h.made_at, viewer),
                },
            },
        }
        for h in found
    ]
    parts.table(columns, rows, key="legal_holds", label=viewer.say("Legal holds"))
    standing = [h for h in found if h.stands(viewer.now)]
    if standing and viewer.may(Action.HOLD):
        _end(ws, viewer, standing)


def _place(ws: Workspace, viewer: Viewer) -> None:
    with (
        st.expander(viewer.say("Place a legal hold"), icon=":material/lock:"),
        st.form(f"hold_{viewer.language}", border=False),
    ):
        subject = st.text_input(
            viewer.say("Object"),
            max_chars=60,
            placeholder="order:405-1234567-7654321",
            help=viewer.say(
                "order, ticket, mention, entry or source with its number or name, such as ticket 12; or all"
            ),
        )
        reason = st.text_input(viewer.say("Reason, without a person's name"), max_chars=500)
        until = st.date_input(
            viewer.say("First day after the hold"),
            viewer.today + timedelta(days=180),
            min_value=viewer.today + timedelta(days=1),
            format="DD/MM/YYYY",
        )
        if st.form_submit_button(viewer.say("Place it"), type="primary", key="hold_place"):
            end = datetime.combine(until, time.min, viewer.zone)
            components.attempt(lambda: _placed(ws, viewer, subject.strip(), reason, end))
            st.rerun()


def _placed(ws: Workspace, viewer: Viewer, subject: str, reason: str, until: datetime) -> str:
    return viewer.say("Hold {n} stands.", n=record_acts.place_hold(ws, viewer, subject, reason, until))


def _end(ws: Workspace, viewer: Viewer, standing: list[LegalHold]) -> None:
    with (
        st.expander(viewer.say("End a hold before its day"), icon=":material/lock_open:"),
        st.form(f"hold_end_{viewer.language}", border=False),
    ):
        told = {h.id: f"{h.id} · {safe.plain(h.subject, 60)}" for h in standing}
        number = st.selectbox(viewer.say("Hold"), list(told), format_func=lambda n: told.get(n, str(n)))
        reason = st.text_input(viewer.say("Why it may end now"), max_chars=500)
        if st.form_submit_button(viewer.say("End it"), type="primary", key="hold_end") and number is not None:
            components.attempt(lambda: _ended(ws, viewer, number, reason))
            st.rerun()


def _ended(ws: Workspace, viewer: Viewer, number: int, reason: str) -> str:
    record_acts.end_hold(ws, viewer, number, reason)
    return viewer.say("Hold {n} has ended.", n=number)
