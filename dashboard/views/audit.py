"""Audit log: is it intact, who did what, what seals it, evidence packs and legal holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import components, formats, labels, pages, paging, parts, safe
from dashboard.queries import audit
from dashboard.queries.audit import EntryDetail, LogPage
from dashboard.viewer import Viewer
from dashboard.views import audit_packs, audit_seals
from data import checkpoints, trail
from data.audit import Verification
from data.trail import Search
from data.workspace import Workspace

OPEN, BEFORE = "entry", "before"
CHECKED_AT_ONCE = 50_000  # entries; a longer log is verified on demand
FRESH = timedelta(minutes=5)  # a verification is told for so long while nothing was added
CHECKED = "audit.checked"  # what was found, and when


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    view = _views(viewer)
    _verified(ws, viewer)
    if view == "seals":
        audit_seals.show(ws, viewer)
    elif view == "holds":
        audit_seals.holds(ws, viewer)
    elif view == "evidence":
        audit_packs.show(ws, viewer)
    else:
        _entries(ws, viewer)


def _views(viewer: Viewer) -> str:
    names = {
        "entries": viewer.say("Entries"),
        "seals": viewer.say("Seals"),
        "evidence": viewer.say("Evidence packs"),
        "holds": viewer.say("Legal holds"),
    }
    with st.container(horizontal=True, horizontal_alignment="right", key="filters"):
        return paging.segments("view", viewer.say("View"), names, viewer, drop=(BEFORE, OPEN))


def _entries(ws: Workspace, viewer: Viewer) -> None:
    before, asked = paging.param(BEFORE), paging.param(OPEN)
    with ws.store.reading() as tx:
        page = audit.page(tx, viewer, _wanted(viewer, int(before) if _is_number(before) else None))
        seen = audit.detail(tx, viewer, int(asked)) if _is_number(asked) else None
    _filters(viewer, page)
    if seen is not None:
        with st.container(border=True, key="entry"):
            _detail(viewer, seen)
    _table(viewer, page, seen)
    _older(viewer, page, bool(before))


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < 18


def _wanted(viewer: Viewer, below: int | None) -> Search:
    first, last = _day(paging.param("from")), _day(paging.param("until"))
    return Search(
        action=paging.param("action") or None,
        actor=paging.param("actor") or None,
        subject=paging.param("object") or None,
        words=paging.param("words") or None,
        since=viewer.day_start(first) if first else None,
        before=viewer.day_start(last + timedelta(days=1)) if last else None,
        below=below,
    )


def _day(given: str) -> date | None:
    try:
        found = date.fromisoformat(given)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def _verified(ws: Workspace, viewer: Viewer) -> None:
    """Whether the log is intact, against its seals, too; told again without a new look for a few minutes."""
    with ws.store.reading() as tx:
        size = trail.size(tx)
    held: tuple[datetime, int, Verification] | None = st.session_state.get(CHECKED)
    is_fresh = held is not None and held[1] == size and viewer.now - held[0] < FRESH
    if not is_fresh and (size <= CHECKED_AT_ONCE or st.session_state.get("verify")):
        with st.spinner(viewer.say("Verifying")):
            held = st.session_state[CHECKED] = (viewer.now, size, checkpoints.verify(ws.store, ws.seals))
        is_fresh = True
    with st.container(horizontal=True, vertical_alignment="center", key="verified"):
        if held is not None and is_fresh:
            (_intact if held[2].intact else _changed)(viewer, held[2], held[0])
        st.button(
            viewer.say("Verify {n} entries", n=formats.number(size, viewer)),
            key="verify",
            icon=":material/verified_user:",
            on_click=lambda: st.session_state.pop(CHECKED, None),
        )


def _changed(viewer: Viewer, found: Verification, _: datetime) -> None:
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


def _intact(viewer: Viewer, found: Verification, at: datetime) -> None:
    told = viewer.say(
        "Intact: {n} entries, checked {when}. The first {sealed} are sealed by {seals} checkpoints. Head {head}.",
        n=formats.number(found.entries, viewer),
        when=formats.moment(at, viewer),
        sealed=formats.number(found.covered, viewer),
        seals=formats.number(found.checkpoints, viewer),
        head=found.head[:12],
    )
    more = []
    if found.erased_details:
        more.append(viewer.say("{n} details were erased by request.", n=formats.number(found.erased_details, viewer)))
    if found.clock_steps_back:
        more.append(viewer.say("The clock stepped back {n} times.", n=formats.number(found.clock_steps_back, viewer)))
    st.success(" ".join([told, *more]), icon=":material/verified_user:")


SEARCHED = ("object", "words", "from", "until")


def _filters(viewer: Viewer, page: LogPage) -> None:
    with st.container(horizontal=True, key="filters_audit", vertical_alignment="bottom"):
        names = {"": viewer.say("All actions")} | {a: a for a in page.actions}
        paging.choice("action", ["", *page.actions], names, viewer, width=220, drop=(BEFORE, OPEN))
        people = {"": viewer.say("Everybody")} | {i: safe.plain(n, 60) for i, n in page.actors}
        paging.choice("actor", ["", *(i for i, _ in page.actors)], people, viewer, width=220, drop=(BEFORE, OPEN))
        _search(viewer)
        if any(paging.param(name) for name in SEARCHED):
            st.button(
                viewer.say("Clear the search"),
                key="clear_search",
                type="tertiary",
                icon=":material/close:",
                on_click=lambda: paging.put("object", "", drop=(*SEARCHED, BEFORE, OPEN)),
            )


def _search(viewer: Viewer) -> None:
    with (
        st.popover(viewer.say("Search"), icon=":material/search:"),
        st.form(f"search_{viewer.language}", border=False),
    ):
        subject = st.text_input(viewer.say("Object"), paging.param("object"), max_chars=60, placeholder="ticket:12")
        words = st.text_input(viewer.say("In the detail"), paging.param("words"), max_chars=60)
        first = st.date_input(viewer.say("From"), _day(paging.param("from")), format="DD/MM/YYYY")
        last = st.date_input(viewer.say("Until"), _day(paging.param("until")), format="DD/MM/YYYY")
        if st.form_submit_button(viewer.say("Search"), type="primary", key="search"):
            paging.put("object", subject.strip(), drop=(BEFORE, OPEN))
            paging.put("words", words.strip())
            paging.put("from", first.isoformat() if first else "")
            paging.put("until", last.isoformat() if last else "")
            st.rerun()


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
