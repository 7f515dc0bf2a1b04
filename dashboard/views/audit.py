"""Audit log: is it intact, and who did what."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, formats, labels, pages, paging, parts, safe
from dashboard.queries import audit
from dashboard.queries.audit import EntryDetail, LogPage
from dashboard.viewer import Viewer
from data import trail
from data.audit import Verification
from data.workspace import Workspace

OPEN, BEFORE = "entry", "before"
CHECKED_AT_ONCE = 50_000  # entries; a longer log is verified on demand


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    _verified(ws, viewer)
    action, actor = paging.param("action"), paging.param("actor")
    before = paging.param(BEFORE)
    with ws.store.reading() as tx:
        page = audit.page(
            tx,
            viewer,
            action=action,
            actor=actor,
            before=int(before) if before.isdecimal() and len(before) < 18 else None,
        )
        asked = paging.param(OPEN)
        seen = audit.detail(tx, viewer, int(asked)) if asked.isdecimal() and len(asked) < 18 else None
    _filters(viewer, page)
    if seen is not None:
        with st.container(border=True, key="entry"):
            _detail(viewer, seen)
    _table(viewer, page, seen)
    _older(viewer, page, bool(before))


def _verified(ws: Workspace, viewer: Viewer) -> None:
    with ws.store.reading() as tx:
        size = trail.size(tx)
    if size > CHECKED_AT_ONCE and not st.button(
        viewer.say("Verify {n} entries", n=formats.number(size, viewer)), key="verify", icon=":material/verified_user:"
    ):
        return
    with st.spinner(viewer.say("Verifying")), ws.store.reading() as tx:
        found = audit.verify(tx)
    if found.intact:
        _intact(viewer, found)
    else:
        seq, what = found.bad[0]
        st.error(
            viewer.say(
                "The log was changed at entry {n}: {what}. {more} more. Keep the file as it is and tell compliance.",
                n=seq,
                what=safe.label(what),
                more=len(found.bad) - 1,
            ),
            icon=":material/gpp_bad:",
        )


def _intact(viewer: Viewer, found: Verification) -> None:
    told = viewer.say(
        "Intact: {n} entries, checked {when}. Head {head}.",
        n=formats.number(found.entries, viewer),
        when=formats.moment(viewer.now, viewer),
        head=found.head[:12],
    )
    more = []
    if found.erased_details:
        more.append(viewer.say("{n} details were erased by request.", n=formats.number(found.erased_details, viewer)))
    if found.clock_steps_back:
        more.append(viewer.say("The clock stepped back {n} times.", n=formats.number(found.clock_steps_back, viewer)))
    st.success(" ".join([told, *more]), icon=":material/verified_user:")


def _filters(viewer: Viewer, page: LogPage) -> None:
    with st.container(horizontal=True, key="filters_audit", vertical_alignment="bottom"):
        names = {"": viewer.say("All actions")} | {a: a for a in page.actions}
        paging.choice("action", ["", *page.actions], names, viewer, width=220, drop=(BEFORE, OPEN))
        people = {"": viewer.say("Everybody")} | {i: safe.plain(n, 60) for i, n in page.actors}
        paging.choice("actor", ["", *(i for i, _ in page.actors)], people, viewer, width=220, drop=(BEFORE, OPEN))


def _table(viewer: Viewer, page: LogPage, seen: EntryDetail | None) -> None:
    if not page.lines:
        components.empty(viewer, viewer.say("No entries."), viewer.say("Choose other filters above."))
        return
    columns: list[dict[str, Any]] = [
        {"key": "seq", "label": viewer.say("Entry")},
        {"key": "at", "label": viewer.say("When")},
        {"key": "actor", "label": viewer.say("Who")},
        {"key": "action", "label": viewer.say("Action"), "kind": "mono"},
        {"key": "subject", "label": viewer.say("Object"), "kind": "mono"},
        {"key": "hash", "label": viewer.say("Hash"), "kind": "mono"},
    ]
    rows = [
        {
            "id": str(line.seq),
            "cells": {
                "seq": str(line.seq),
                "at": {"text": formats.moment(line.at, viewer), "sub": f"{line.at:%Y-%m-%dT%H:%M:%SZ}"},
                "actor": {
                    "text": safe.plain(line.actor, 60),
                    "sub": labels.of(labels.ROLE, line.role, viewer) if line.role else "",
                },
                "action": line.action,
                "subject": safe.plain(line.subject, 60),
                "hash": line.hash[:12],
            },
        }
        for line in page.lines
    ]
    parts.table(
        columns,
        rows,
        key="entries",
        label=viewer.say("Entries of the audit log"),
        selected=str(seen.line.seq) if seen else None,
        on_pick=lambda number: paging.put(OPEN, number),
    )


def _detail(viewer: Viewer, seen: EntryDetail) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(viewer.say("Entry {n}", n=seen.line.seq), anchor=False)
        st.button(
            viewer.say("Close"),
            key="close_entry",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: paging.put(OPEN, ""),
        )
    st.caption(viewer.say("The sealed line; its SHA-256 is {hash}.", hash=seen.line.hash))
    st.code(seen.sealed, language=None, wrap_lines=True)
    if seen.detail is None:
        st.caption(viewer.say("The detail was erased; the line still proves that it was there."))
    else:
        st.caption(viewer.say("Its detail"))
        st.code(seen.detail, language=None, wrap_lines=True)


def _older(viewer: Viewer, page: LogPage, is_narrowed: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(viewer.say("{total} entries in all", total=formats.number(page.total, viewer)))
        with st.container(horizontal=True, width="content"):
            st.button(
                viewer.say("Newest"),
                key="newest",
                icon=":material/first_page:",
                type="tertiary",
                disabled=not is_narrowed,
                on_click=lambda: paging.put(BEFORE, ""),
            )
            st.button(
                viewer.say("Older"),
                key="older",
                icon=":material/chevron_right:",
                icon_position="right",
                type="tertiary",
                disabled=page.next_before is None,
                on_click=lambda: paging.put(BEFORE, str(page.next_before)),
            )


if __name__ == "__main__":
    components.frame(pages.AUDIT, show)
