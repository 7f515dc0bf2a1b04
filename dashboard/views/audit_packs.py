"""Evidence packs: make one and take it along, check one that somebody brings, and see which were made."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import components, formats, parts, record_acts, safe
from dashboard.access import Action
from dashboard.queries import audit
from dashboard.record_acts import Checked
from dashboard.translations import LANGUAGES, N_
from dashboard.viewer import Viewer
from data.errors import ReinstateError
from data.workspace import Workspace
from recovery_plan.evidence.document import Kind, Redact, Scope
from recovery_plan.evidence.wording import LANGUAGES as PRINTED

KIND = {
    "appeal": N_("The appeal: the last suspension as a whole"),
    "order": N_("One order"),
    "ticket": N_("One ticket"),
}
REDACT = {
    "names": N_("names"),
    "texts": N_("what people wrote"),
    "attachments": N_("attached files"),
}
MADE = "audit.pack"  # the pack that was just made, until it is taken along: (file name, content)


def show(ws: Workspace, viewer: Viewer) -> None:
    """All of it."""
    left, right = st.columns(2, gap="medium")
    with left:
        if viewer.may(Action.MAKE_EVIDENCE):
            make(ws, viewer, tuple(Kind))
    with right:
        _check(ws, viewer)
    _made_before(ws, viewer)


def make(ws: Workspace, viewer: Viewer, kinds: Sequence[Kind]) -> None:
    """A pack about one of ``kinds``; making it is on the log."""
    with st.container(border=True, key="make_pack"):
        st.subheader(viewer.say("Make an evidence pack"), anchor=False)
        st.caption(
            viewer.say(
                "A PDF to print, the same facts as data, the log's entries with proofs, and a verifier. Customers' "
                "names are left out by themselves where your role may not see them."
            )
        )
        with st.form(f"pack_{viewer.language}", border=False):
            about, ref = kinds[0], ""
            if len(kinds) > 1:
                about = st.radio(
                    viewer.say("About"),
                    list(kinds),
                    format_func=lambda k: viewer.say(KIND[k]),
                )
                ref = st.text_input(viewer.say("Order number or ticket number"), max_chars=40)
            language = st.segmented_control(
                viewer.say("Language of the pack"),
                list(PRINTED),
                default=viewer.language if viewer.language in PRINTED else PRINTED[0],
                format_func=lambda code: LANGUAGES[code],
                required=True,
            )
            left_out = st.multiselect(
                viewer.say("Leave out"),
                list(Redact),
                format_func=lambda r: viewer.say(REDACT[r]),
                placeholder=viewer.say("nothing"),
            )
            sent = st.form_submit_button(viewer.say("Make it"), type="primary", key="pack_make")
        if sent:
            scope = Scope(Kind(about), "" if about == Kind.APPEAL else ref.strip())
            with st.spinner(viewer.say("Gathering, printing and sealing")):
                components.attempt(lambda: _make(ws, viewer, scope, str(language), left_out))
            st.rerun()
        _take(viewer)


def _make(ws: Workspace, viewer: Viewer, scope: Scope, language: str, left_out: Sequence[Redact]) -> str:
    content = record_acts.make_pack(ws, viewer, scope, language, left_out)
    st.session_state[MADE] = (f"evidence-{scope.subject.replace(':', '-')}.zip", content)
    return viewer.say("The pack is made and on the log: take it along below.")


def _take(viewer: Viewer) -> None:
    made = st.session_state.get(MADE)
    if made is None:
        return
    name, content = made
    st.download_button(
        viewer.say("Download {name}", name=safe.label(name)),
        data=content,
        file_name=name,
        mime="application/zip",
        key="pack_take",
        icon=":material/download:",
        on_click=lambda: st.session_state.pop(MADE, None),
    )


def _check(ws: Workspace, viewer: Viewer) -> None:
    with st.container(border=True, key="check_pack"):
        st.subheader(viewer.say("Check a pack or an exported log"), anchor=False)
        st.caption(viewer.say("Nothing of it is kept. Its own verify.py finds the same without this program."))
        file = st.file_uploader(viewer.say("The zip file"), type=["zip"], key="pack_file")
        key = st.text_input(
            viewer.say("Public key, when you were told it on another way"), max_chars=300, key="pack_key"
        )
        if file is None:
            return
        try:
            found = record_acts.check_pack(ws, viewer, file.getvalue(), key.strip())
        except ReinstateError as error:
            st.error(safe.label(str(error), 400))
            return
        _found(ws, viewer, found, is_told=bool(key.strip()))


def _found(ws: Workspace, viewer: Viewer, found: Checked, *, is_told: bool) -> None:
    count = formats.number(found.entries, viewer)
    if not found.is_intact:
        st.error(viewer.say("Changed: {n} findings. Do not rely on it.", n=len(found.bad)), icon=":material/gpp_bad:")
        for seq, what in found.bad[:10]:
            st.text(viewer.say("Entry {n}", n=seq) + f": {safe.plain(what, 200)}" if seq else safe.plain(what, 200))
        return
    st.success(
        viewer.say("Intact: {n} entries of a log that was sealed at entry {size}.", n=count, size=found.covered),
        icon=":material/verified_user:",
    )
    with ws.store.reading() as tx:
        pack = audit.pack_of(tx, viewer, found.manifest) if found.kind == "pack" else None
    if pack is not None:
        st.caption(
            viewer.say(
                "It is the very pack that entry {n} of this log tells of, made {when} by {name}.",
                n=pack.entry,
                when=formats.moment(pack.at, viewer),
                name=safe.label(pack.by, 60),
            )
        )
    elif found.kind == "pack":
        st.caption(viewer.say("This log tells of no such pack: it was made elsewhere."))
    if not is_told:
        st.caption(viewer.say("Its key came with it: compare it with the one you were told."))


def _made_before(ws: Workspace, viewer: Viewer) -> None:
    with ws.store.reading() as tx:
        found = audit.packs(tx, viewer)
    st.subheader(viewer.say("Packs that were made"), anchor=False)
    if not found:
        st.caption(viewer.say("None yet."))
        return
    columns = [
        {"key": "entry", "label": viewer.say("Entry")},
        {"key": "about", "label": viewer.say("About"), "kind": "mono"},
        {"key": "when", "label": viewer.say("When")},
        {"key": "who", "label": viewer.say("Who")},
        {"key": "left", "label": viewer.say("Left out")},
        {"key": "manifest", "label": viewer.say("Manifest (SHA-256)"), "kind": "mono"},
    ]
    rows = [
        {
            "id": str(p.entry),
            "cells": {
                "entry": str(p.entry),
                "about": safe.plain(p.subject, 60),
                "when": formats.moment(p.at, viewer),
                "who": safe.plain(p.by, 60),
                "left": ", ".join(viewer.say(REDACT[r]) for r in p.redacted if r in REDACT) or viewer.say("nothing"),
                "manifest": p.manifest,
            },
        }
        for p in found
    ]
    parts.table(columns, rows, key="packs", label=viewer.say("Packs that were made"))
