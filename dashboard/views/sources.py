"""Sources and health: what is read, what it costs, what is wrong, and what to do about it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import bring_in, components, formats, labels, pages, parts, safe
from dashboard.queries import sources
from dashboard.queries.sources import Feed, ImportLine, SourcesView
from dashboard.viewer import Viewer
from data.workspace import Workspace

NEWEST = 10  # imported files in sight
TONES = {"ok": "good", "behind": "info", "rate_limited": "info"}


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    with ws.store.reading() as tx:
        seen = sources.read(tx, viewer, ws.settings)
    _figures(viewer, seen)
    for feed in seen.troubled:
        st.warning(
            viewer.say(
                "{source}: {state}. {next}",
                source=safe.label(labels.of(labels.SOURCE, feed.source, viewer)),
                state=labels.of(labels.HEALTH, feed.state, viewer).lower(),
                next=labels.of(labels.HEALTH_NEXT, feed.state, viewer),
            ),
            icon=":material/sensors_off:",
        )
    _feeds(viewer, seen)
    bring_in.show(ws, viewer)
    left, right = st.columns(2, gap="small")
    with left:
        _orders(viewer, seen)
    with right:
        _model(viewer, seen)
    _imports(viewer, seen)


def _figures(viewer: Viewer, seen: SourcesView) -> None:
    with st.container(key="figures_sources"):
        first, second, third, fourth = st.columns(4, gap="small")
    fine = sum(1 for f in seen.feeds if not f.is_troubled)
    first.metric(
        viewer.say("Sources working"), viewer.say("{done} of {all}", done=fine, all=len(seen.feeds)), border=True
    )
    second.metric(
        viewer.say("Mentions, last 7 days"),
        formats.number(sum({f.source: f.week for f in seen.feeds}.values()), viewer),
        border=True,
    )
    spent = formats.money(seen.x_spent_micros / 10_000, "USD", viewer)
    budget = formats.money(seen.x_budget_micros / 10_000, "USD", viewer)
    third.metric(
        viewer.say("Spent on X this month"),
        spent,
        border=True,
        help=viewer.say("Budget: {budget}. Reading stops there.", budget=budget),
    )
    fourth.metric(viewer.say("Orders in the copy"), formats.number(seen.orders, viewer), border=True)


def _feeds(viewer: Viewer, seen: SourcesView) -> None:
    st.subheader(viewer.say("Sources"), anchor=False)
    if not seen.feeds:
        components.empty(
            viewer,
            viewer.say("No source was read yet."),
            viewer.say("Run 'reinstate collect'; 'reinstate doctor' says which keys are missing."),
        )
        return
    columns: list[dict[str, Any]] = [
        {"key": "source", "label": viewer.say("Source")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "last", "label": viewer.say("Newest mention")},
        {"key": "checked", "label": viewer.say("Last read")},
        {"key": "week", "label": viewer.say("7 days"), "align": "end"},
        {"key": "todo", "label": viewer.say("What to do"), "kind": "wide"},
    ]
    firsts = {f.source: n for n, f in reversed(list(enumerate(seen.feeds)))}  # volume is known by source only
    rows = [{"id": str(n), "cells": _feed(f, viewer, firsts[f.source] == n)} for n, f in enumerate(seen.feeds)]
    parts.table(columns, rows, key="feeds", label=viewer.say("Sources"))


def _feed(f: Feed, viewer: Viewer, is_first: bool) -> dict[str, Any]:
    usual = viewer.say("usually {n}", n=formats.number(f.usual, viewer))
    skipped = sum(f.skipped.values())
    told = [f.message] if f.message else []
    if f.until:
        told.append(viewer.say("Again from {when}.", when=formats.moment(f.until, viewer)))
    if skipped:
        told.append(viewer.say_n("{n} unusable record left out.", "{n} unusable records left out.", skipped))
    return {
        "source": {"text": labels.of(labels.SOURCE, f.source, viewer), "sub": f.partition},
        "state": {"text": labels.of(labels.HEALTH, f.state, viewer), "tone": TONES.get(f.state, "bad")},
        "last": formats.ago(f.last_mention, viewer),
        "checked": {
            "text": formats.ago(f.checked_at, viewer),
            "sub": viewer.say("next {when}", when=formats.moment(f.next_run, viewer)) if f.next_run else "",
        },
        "week": {"text": formats.number(f.week, viewer), "sub": usual} if is_first else "",
        "todo": {"text": labels.of(labels.HEALTH_NEXT, f.state, viewer), "sub": " ".join(told)},
    }


def _orders(viewer: Viewer, seen: SourcesView) -> None:
    with st.container(border=True, key="orders", height="stretch"):
        st.subheader(viewer.say("Copy of the orders"), anchor=False)
        if seen.newest_order is None:
            st.markdown(viewer.say("Empty: run 'reinstate import orders FILE'."))
            return
        st.markdown(
            viewer.say(
                "{n} orders, the newest from {day}.",
                n=formats.number(seen.orders, viewer),
                day=formats.day(seen.newest_order, viewer),
            )
        )
        if seen.orders_frozen:
            st.caption(viewer.say("Frozen when the suspension was declared: these facts cannot be changed."))
        elif viewer.now - seen.newest_order > sources.STALE_ORDERS:
            st.warning(viewer.say("Older than two days: import a newer order report."), icon=":material/history:")


def _model(viewer: Viewer, seen: SourcesView) -> None:
    with st.container(border=True, key="model", height="stretch"):
        st.subheader(viewer.say("The model"), anchor=False)
        if not seen.models:
            st.markdown(viewer.say("No mention was assessed yet: 'reinstate run' does it."))
        for version, n, at in seen.models[:3]:
            st.markdown(
                viewer.say(
                    "**{version}**: {n} assessments, the last one {when}.",
                    version=safe.label(version, 60),
                    n=formats.number(n, viewer),
                    when=formats.ago(at, viewer),
                )
            )
        st.caption(viewer.say_n("{n} correction by people.", "{n} corrections by people.", seen.labels))


def _imports(viewer: Viewer, seen: SourcesView) -> None:
    st.subheader(viewer.say("Imported files"), anchor=False)
    if not seen.imports:
        st.caption(viewer.say("No file was imported yet."))
        return
    columns: list[dict[str, Any]] = [
        {"key": "file", "label": viewer.say("File"), "kind": "wide"},
        {"key": "kind", "label": viewer.say("Kind")},
        {"key": "read", "label": viewer.say("Rows"), "align": "end"},
        {"key": "new", "label": viewer.say("New"), "align": "end"},
        {"key": "rejected", "label": viewer.say("Rejected"), "align": "end"},
        {"key": "at", "label": viewer.say("When")},
        {"key": "frozen", "label": viewer.say("Frozen"), "kind": "badge"},
    ]
    rows = [{"id": str(n), "cells": _import(line, viewer)} for n, line in enumerate(seen.imports)]
    parts.table(columns, rows[:NEWEST], key="imports", label=viewer.say("Imported files"))
    if rows[NEWEST:]:
        older = viewer.say_n("{n} older file", "{n} older files", len(rows) - NEWEST)
        with st.expander(older):
            parts.table(columns, rows[NEWEST:], key="older_imports", label=older)


def _import(line: ImportLine, viewer: Viewer) -> dict[str, Any]:
    return {
        "file": {"text": line.file, "sub": f"SHA-256 {line.sha256[:12]}"},
        "kind": labels.of(labels.FILE_KIND, line.kind, viewer),
        "read": formats.number(line.read, viewer),
        "new": formats.number(line.inserted, viewer),
        "rejected": formats.number(line.rejected, viewer) if line.rejected else "",
        "at": {"text": formats.moment(line.imported_at, viewer), "sub": safe.plain(line.imported_by, 60)},
        "frozen": {"text": viewer.say("frozen") if line.is_frozen else "", "tone": "info"},
    }


if __name__ == "__main__":
    components.frame(pages.SOURCES, show)
