"""How ready the house is before a suspension comes: a score, what to do for each gap, drills and their reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, paging, parts, readiness_words
from dashboard.access import Action
from dashboard.queries.suspension import SuspensionView
from dashboard.viewer import Viewer
from data import readiness
from data.clock import rfc3339
from data.domain import Mode
from data.readiness import Kept
from data.workspace import Workspace
from recovery_plan.containment.readiness import WEIGHTS, printable
from recovery_plan.desk import ready

REPORT = "report"
SHOWN = 20  # kept reports


def show(ws: Workspace, viewer: Viewer, seen: SuspensionView, drill: Callable[[], None]) -> None:
    """Draw it; ``drill`` begins to fill in a drill."""
    with ws.store.reading() as tx:
        kept = readiness.listed(tx)
    asked = paging.param(REPORT)
    old = next((k for k in kept if str(k.id) == asked), None)
    document: Mapping[str, Any] = old.document if old else ready.now(ws).document
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        _score(viewer, document, old)
        _gaps(viewer, document)
        _met(viewer, document)
    with right:
        if old is None and viewer.may(Action.DECLARE):
            _acts(ws, viewer, seen, drill)
        _download(viewer, document, old)
        _kept(viewer, kept, asked, seen.names)


def _score(viewer: Viewer, document: Mapping[str, Any], old: Kept | None) -> None:
    score = int(document["score"])
    with st.container(border=True, key="score"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.metric(
                viewer.say("Ready for a suspension"),
                viewer.say("{score} of 100", score=score),
                help=viewer.say(
                    "Age and coverage of the order copy, approved replies, people, backup, sources, drill."
                ),
            )
            if old is not None:
                st.button(
                    viewer.say("Back to today"),
                    key="report_back",
                    type="tertiary",
                    icon=":material/close:",
                    on_click=lambda: paging.put(REPORT, ""),
                )
        st.progress(score / 100)
        if old is not None:
            st.caption(viewer.say("Report {n} of {when}; it is kept as it was.", n=old.id, when=_when(old, viewer)))
            _drill(viewer, document.get("drill"))


def _when(kept: Kept, viewer: Viewer) -> str:
    return formats.moment(kept.made_at, viewer)


def _drill(viewer: Viewer, told: Mapping[str, Any] | None) -> None:
    if not told:
        return
    say = viewer.say
    lines = [
        say("{done} of {all} steps closed, {late} of them late", done=told["steps_closed"], all=told["steps"],
            late=told["late_steps"]),
        say("rehearsed in {n} minutes", n=told["minutes"]),
        say("answers: {written} written, {approved} approved, {sent} rehearsed", written=told["requests"],
            approved=told["approved"], sent=told["rehearsed"]),
        say("attempts rehearsed: {n}, refunds: {m}", n=told["attempts"], m=told["refunds"]),
        say("a real one would freeze {files} order files, tag {tickets} tickets and hold {actions} actions",
            files=told["would_freeze"], tickets=told["would_tag"], actions=told["would_hold"]),
    ]  # fmt: skip
    st.markdown(f"**{say('The drill')}**\n" + "\n".join(f"- {line}" for line in lines))


def _gaps(viewer: Viewer, document: Mapping[str, Any]) -> None:
    parts_of = {c["check"]: sum(1 for o in document["checks"] if o["check"] == c["check"]) for c in document["checks"]}
    found = [c for c in document["checks"] if c["todo"]]
    st.subheader(viewer.say("What to do"), anchor=False)
    if not found:
        st.success(viewer.say("Nothing is missing."), icon=":material/check_circle:")
        return
    lost = [(WEIGHTS[c["check"]] * (1 - c["share"]) / parts_of[c["check"]], c) for c in found]
    columns = [
        {"key": "check", "label": viewer.say("Check")},
        {"key": "told", "label": viewer.say("Found")},
        {"key": "todo", "label": viewer.say("To do"), "kind": "wide"},
        {"key": "points", "label": viewer.say("Points"), "align": "end"},
    ]
    rows = [
        {
            "id": str(n),
            "cells": {
                "check": _name(viewer, c),
                "told": readiness_words.told(c["told"], viewer),
                "todo": readiness_words.todo(c["todo"], viewer),
                "points": f"+{formats.number(points, viewer, 1)}",
            },
        }
        for n, (points, c) in enumerate(sorted(lost, key=lambda row: -row[0]))
    ]
    parts.table(columns, rows, key="gaps", label=viewer.say("What to do"))


def _name(viewer: Viewer, c: Mapping[str, Any]) -> dict[str, str]:
    return {
        "text": labels.of(readiness_words.CHECK, c["check"], viewer),
        "sub": readiness_words.part(c["check"], c["part"], viewer) if c["part"] else "",
    }


def _met(viewer: Viewer, document: Mapping[str, Any]) -> None:
    met = [c for c in document["checks"] if not c["todo"]]
    if not met:
        return
    with st.expander(viewer.say("What is in order ({n})", n=len(met)), icon=":material/check:"):
        columns = [{"key": "check", "label": viewer.say("Check")}, {"key": "told", "label": viewer.say("Found")}]
        rows = [
            {
                "id": str(n),
                "cells": {"check": _name(viewer, c), "told": readiness_words.told(c["told"], viewer)},
            }
            for n, c in enumerate(met)
        ]
        parts.table(columns, rows, key="met", label=viewer.say("What is in order ({n})", n=len(met)))


def _acts(ws: Workspace, viewer: Viewer, seen: SuspensionView, drill: Callable[[], None]) -> None:
    with st.container(border=True, key="ready_acts"):
        if seen.mode is not Mode.SUSPENDED and not seen.is_on:
            st.button(viewer.say("Start a drill"), key="drill", icon=":material/exercise:", on_click=drill)
        st.button(
            viewer.say("A backup was made just now"),
            key="backed_up",
            icon=":material/backup:",
            on_click=lambda: components.attempt(lambda: _backed_up(ws, viewer)),
        )
        st.button(
            viewer.say("Keep this report"),
            key="keep_report",
            icon=":material/bookmark_add:",
            on_click=lambda: components.attempt(lambda: _keep(ws, viewer)),
        )


def _backed_up(ws: Workspace, viewer: Viewer) -> str:
    desk_acts.backed_up(ws, viewer)
    return viewer.say("Noted.")


def _keep(ws: Workspace, viewer: Viewer) -> str:
    return viewer.say("Kept as report {n}.", n=desk_acts.keep_readiness(ws, viewer))


def _download(viewer: Viewer, document: Mapping[str, Any], old: Kept | None) -> None:
    when = old.made_at if old else viewer.now
    st.download_button(
        viewer.say("Page to print (in English)"),
        data=lambda: printable(document, f"Readiness {rfc3339(when)}").encode("utf-8"),
        file_name=f"readiness-{when:%Y-%m-%d}.html",
        mime="text/html",
        key="ready_html",
        icon=":material/print:",
        on_click="ignore",
    )


def _kept(viewer: Viewer, kept: list[Kept], asked: str, names: Mapping[str, str]) -> None:
    if not kept:
        return
    st.subheader(viewer.say("Kept reports"), anchor=False)
    columns = [
        {"key": "when", "label": viewer.say("When")},
        {"key": "what", "label": viewer.say("What"), "kind": "badge"},
        {"key": "score", "label": viewer.say("Score"), "align": "end"},
    ]
    rows = [
        {
            "id": str(k.id),
            "cells": {
                "when": {"text": _when(k, viewer), "sub": desk_words.person(k.made_by, names, viewer)},
                "what": {"text": viewer.say("drill") if k.suspension else viewer.say("report")},
                "score": str(k.score),
            },
        }
        for k in kept[:SHOWN]
    ]
    parts.table(
        columns,
        rows,
        key="reports",
        label=viewer.say("Kept reports"),
        selected=asked or None,
        on_pick=lambda number: paging.put(REPORT, number),
    )
