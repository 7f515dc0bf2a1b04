"""Answers that were asked for before: what became of each, and why."""

from __future__ import annotations

import streamlit as st

from dashboard import desk_words, formats, labels, parts, safe
from dashboard.queries.case_file import CaseFile
from dashboard.viewer import Viewer
from data.approvals import Request


def show(viewer: Viewer, file: CaseFile, current: Request | None) -> None:
    """Draw all requests of the ticket but the current one, newest first."""
    earlier = [r for r in file.requests if current is None or r.id != current.id]
    if not earlier:
        return
    with st.expander(viewer.say("Earlier answers ({n})", n=len(earlier)), icon=":material/history:"):
        rows = [
            {
                "id": str(r.id),
                "cells": {
                    "state": {
                        "text": labels.of(desk_words.REQUEST, r.state.value, viewer),
                        "tone": desk_words.TONES.get(r.state.value, ""),
                    },
                    "at": {
                        "text": formats.moment(r.requested_at, viewer),
                        "sub": desk_words.person(r.requested_by, file.staff, viewer),
                    },
                    "text": {"text": safe.cut(r.text or viewer.say("(erased)"), 400), "sub": safe.plain(r.note, 300)},
                },
            }
            for r in earlier
        ]
        columns = [
            {"key": "state", "label": viewer.say("State"), "kind": "badge"},
            {"key": "at", "label": viewer.say("Asked for")},
            {"key": "text", "label": viewer.say("Text"), "kind": "wide"},
        ]
        parts.table(columns, rows, key="earlier", label=viewer.say("Earlier answers ({n})", n=len(earlier)))
