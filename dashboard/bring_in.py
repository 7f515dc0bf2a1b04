"""What a person brings in by hand, on the page of the sources: a pasted text, or files of any kind we read."""

from __future__ import annotations

import streamlit as st

from collectors.paste import Pasted
from dashboard import acts, components, labels, safe
from dashboard.access import Action
from dashboard.acts import Upload, Uploaded
from dashboard.viewer import Viewer
from dashboard.web import UPLOAD_MB
from data.domain import Source
from data.errors import BadInput
from data.workspace import Workspace

PASTED = "pasted"  # how many texts this session has stored
_SUFFIXES = {
    "trustpilot": ["html", "htm", "json"],
    "mentions": ["csv", "tsv", "txt", "json", "jsonl", "eml"],
    "tickets": ["json", "jsonl", "csv", "eml"],
}
_TABLES = ["tsv", "txt", "csv"]


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw both forms for whoever may import; nothing for anybody else."""
    if not viewer.may(Action.IMPORT):
        return
    left, right = st.columns(2, gap="small")
    with left, st.expander(viewer.say("Paste a text"), icon=":material/content_paste:"):
        _paste(ws, viewer)
    with right, st.expander(viewer.say("Upload files"), icon=":material/upload_file:"):
        _upload(ws, viewer)


def _paste(ws: Workspace, viewer: Viewer) -> None:
    n = st.session_state.get(PASTED, 0)  # a new form after each text that was stored; a refused one stays as typed
    with st.form(f"paste_{n}_{viewer.language}", border=False):
        text = st.text_area(viewer.say("What the person wrote"), key=f"paste_text_{n}", max_chars=20_000)
        first, second = st.columns(2, gap="small")
        source = first.selectbox(
            viewer.say("Source"),
            [Source.PASTE, *(s for s in Source if s is not Source.PASTE)],
            format_func=lambda s: labels.of(labels.SOURCE, s.value, viewer),
        )
        day = second.date_input(viewer.say("Day"), value=viewer.today, max_value=viewer.today)
        author = first.text_input(viewer.say("Author or account, as shown"), max_chars=100)
        rating = second.selectbox(
            viewer.say("Stars"),
            [None, 1, 2, 3, 4, 5],
            format_func=lambda n: viewer.say("None") if n is None else "★" * n,
        )
        url = st.text_input(viewer.say("Address of the post"), max_chars=2000, placeholder="https://")
        st.caption(
            viewer.say("Name the source truly: its rules hold. The address of a known site decides it by itself.")
        )
        sent = st.form_submit_button(viewer.say("Save"), type="primary")
    if sent:
        handle = author.strip().startswith("@")
        pasted = Pasted(
            text,
            source or Source.PASTE,
            author="" if handle else author,
            handle=author if handle else "",
            url=url,
            day=day,
            rating=rating,
        )
        components.attempt(lambda: _pasted(ws, viewer, pasted))
        st.rerun()


def _pasted(ws: Workspace, viewer: Viewer, pasted: Pasted) -> str:
    stored = acts.paste_mention(ws, viewer, pasted)
    st.session_state[PASTED] = st.session_state.get(PASTED, 0) + 1
    if stored.new:
        return viewer.say("Saved. The next run assesses it.")
    return viewer.say("This text was there already: nothing new was stored.")


def _upload(ws: Workspace, viewer: Viewer) -> None:
    kind = st.selectbox(
        viewer.say("Kind of files"),
        list(labels.FILE_KIND),
        index=list(labels.FILE_KIND).index("trustpilot"),
        key=f"upload_kind_{viewer.language}",
        format_func=lambda k: labels.of(labels.FILE_KIND, k, viewer),
    )
    kind = kind or "trustpilot"
    with st.form(f"upload_{kind}_{viewer.language}", border=False, clear_on_submit=True):
        files = st.file_uploader(
            viewer.say("Files"),
            type=_SUFFIXES.get(kind, _TABLES),
            accept_multiple_files=True,
            max_upload_size=UPLOAD_MB,
            label_visibility="collapsed",
        )
        sent = st.form_submit_button(viewer.say("Import"), type="primary")
    if sent:
        held = [Upload(f.name, f.getvalue()) for f in files or ()]
        components.attempt(lambda: _told(acts.import_uploads(ws, viewer, kind, held), viewer))
        st.rerun()


def _told(done: Uploaded, viewer: Viewer) -> str:
    """What became of the files; raises BadInput, so that it is shown as an error, when none could be read."""
    if done.refused and not done.reports:
        raise BadInput(" ".join(done.refused))
    told = viewer.say(
        "{files} read: {new} new, {updated} updated, {unchanged} unchanged, {rejected} rejected.",
        files=viewer.say_n("{n} file", "{n} files", len(done.reports)),
        new=sum(r.inserted for r in done.reports),
        updated=sum(r.updated for r in done.reports),
        unchanged=sum(r.unchanged for r in done.reports),
        rejected=sum(r.rejected for r in done.reports),
    )
    notes = [w for r in done.reports for w in r.warnings][:3]
    return safe.plain(" ".join([told, *done.refused, *notes]), 400)
