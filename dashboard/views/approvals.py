"""Approvals: what waits for a second person, the exact text, and a yes or no in two clicks."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, guard_cards, labels, pages, paging, parts, safe
from dashboard.queries import approvals
from dashboard.queries.approvals import Asked, Waiting
from dashboard.viewer import Viewer
from dashboard.views import approvals_macros, approvals_refunds
from data.approvals import Request, State
from data.workspace import Workspace

OPEN = "request"


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    with ws.store.reading() as tx:
        waiting = approvals.read(tx, viewer, paging.number())
    view = _views(viewer, waiting)
    if view == "refunds":
        approvals_refunds.show(ws, viewer, waiting)
    elif view == "macros":
        approvals_macros.show(ws, viewer, waiting)
    elif view == "decided":
        _decided(ws, viewer, waiting)
    else:
        _answers(ws, viewer, waiting)


def _views(viewer: Viewer, waiting: Waiting) -> str:
    names = {
        "answers": (viewer.say("Answers"), len(waiting.requests)),
        "refunds": (viewer.say("Refunds"), len(waiting.refunds)),
        "macros": (viewer.say("Prepared replies"), len(waiting.drafts)),
        "decided": (viewer.say("Decided"), 0),
    }
    told = {code: f"{name} ({formats.number(n, viewer)})" if n else name for code, (name, n) in names.items()}
    return paging.segments("view", viewer.say("View"), told, viewer, drop=("page", OPEN, "macro"))


def _answers(ws: Workspace, viewer: Viewer, waiting: Waiting) -> None:
    asked = paging.param(OPEN)
    number = int(asked) if asked.isdecimal() and len(asked) < 18 else None
    if number is None and waiting.requests:
        first = next((r for r in waiting.requests if approvals.may_decide(viewer, r)), waiting.requests[0])
        number = first.id
    if number is None:
        components.empty(
            viewer,
            viewer.say("No answer waits for approval."),
            viewer.say("Whoever answers a ticket asks for it there; it then stands here."),
        )
    else:
        left, right = st.columns([0.7, 1], gap="medium")
        with left:
            _list(viewer, waiting, number)
        with right, st.container(border=True, key="reader"):
            _reader(ws, viewer, waiting, number)
    if waiting.lapsed:
        with st.expander(
            viewer.say("Lapsed because nobody answered in time ({n})", n=len(waiting.lapsed)),
            icon=":material/timer_off:",
        ):
            _table(viewer, waiting, waiting.lapsed[: approvals.PAGE], key="lapsed")


def _list(viewer: Viewer, waiting: Waiting, selected: int) -> None:
    columns = [
        {"key": "what", "label": viewer.say("What"), "kind": "wide"},
        {"key": "by", "label": viewer.say("Asked by")},
        {"key": "lapses", "label": viewer.say("Lapses")},
    ]
    rows = [
        {
            "id": str(r.id),
            "cells": {
                "what": {"text": _subject(r, waiting, viewer), "sub": _what(r, waiting, viewer)},
                "by": {
                    "text": desk_words.person(r.requested_by, waiting.staff, viewer),
                    "sub": formats.ago(r.requested_at, viewer),
                },
                "lapses": formats.left(r.expires_at, viewer),
            },
        }
        for r in waiting.requests
    ]
    parts.table(
        columns,
        rows,
        key="waiting",
        label=viewer.say("Waiting for approval"),
        selected=str(selected),
        on_pick=lambda number: paging.put(OPEN, number),
    )


def _subject(r: Request, waiting: Waiting, viewer: Viewer) -> str:
    if r.ticket is not None:
        return viewer.say("Ticket {number}", number=waiting.tickets.get(r.ticket, r.ticket))
    return f"{labels.of(desk_words.KIND, r.kind, viewer)} · {r.subject}"


def _what(r: Request, waiting: Waiting, viewer: Viewer) -> str:
    name = waiting.macros.get(r.macro_version) if r.macro_version is not None else None
    told = labels.of(desk_words.MACRO, name, viewer) if name else viewer.say("Own words")
    language = formats.language_name(r.language, viewer) if r.language else ""
    return " · ".join(p for p in (told, language, viewer.say("Drill") if r.is_drill else "") if p)


def _reader(ws: Workspace, viewer: Viewer, waiting: Waiting, number: int) -> None:
    with ws.store.reading() as tx:
        seen = approvals.asked(tx, viewer, number)
        names = approvals.deciders(tx, seen.able, seen.request)
    request = seen.request
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(_subject(request, waiting, viewer), anchor=False)
        if request.ticket is not None and st.button(
            viewer.say("Open the ticket"), key="to_ticket", icon=":material/confirmation_number:", type="tertiary"
        ):
            st.switch_page(pages.TICKETS.file, query_params={"ticket": str(request.ticket)})
    if seen.title:
        st.text(seen.title)
    if seen.asks:
        st.caption(viewer.say("The customer wrote last:"))
        parts.thread(
            [
                {
                    "who": viewer.say("Customer"),
                    "at": formats.moment(seen.asked_at, viewer),
                    "text": seen.asks,
                    "side": "in",
                }
            ],
            key="asks",
            label=viewer.say("The customer wrote last:"),
        )
    st.caption(viewer.say("Exactly this text would leave, {n} characters:", n=len(request.text or "")))
    guard_cards.text(
        viewer, request.text or viewer.say("(erased)"), seen.seen, key="request", language=request.language
    )
    if seen.before is not None:
        with st.expander(viewer.say("The text before the change"), icon=":material/difference:"):
            parts.prose([(seen.before, 0.0)], key="before", language=request.language or "und")
    st.caption(
        viewer.say(
            "{what}. Asked by {who}, {when}; lapses {end}. SHA-256 {hash}…",
            what=safe.label(_what(request, waiting, viewer)),
            who=safe.label(desk_words.person(request.requested_by, waiting.staff, viewer)),
            when=formats.moment(request.requested_at, viewer),
            end=formats.left(request.expires_at, viewer),
            hash=request.sha256[:12],
        )
    )
    _decision(ws, viewer, waiting, seen, list(names) if waiting.staff else [])


def _decision(ws: Workspace, viewer: Viewer, waiting: Waiting, seen: Asked, names: list[str]) -> None:
    request = seen.request
    if request.state is not State.PENDING:
        tone: Any = {"good": "green", "bad": "orange"}.get(desk_words.TONES.get(request.state.value, ""), "gray")
        st.badge(labels.of(desk_words.REQUEST, request.state.value, viewer), color=tone)
        if request.note:
            st.text(request.note)
        return
    if not seen.may(viewer):
        _not_mine(viewer, seen, names)
        return
    if seen.blockers:
        st.markdown(f"**{viewer.say('Even approved, it could not leave now:')}**")
        guard_cards.blockers(viewer, seen.blockers)
    with st.container(horizontal=True, vertical_alignment="center", key="decide"):
        st.button(
            viewer.say("Approve"),
            key="approve",
            icon=":material/check:",
            type="primary",
            shortcut="A",
            disabled=seen.seen.is_blocked,
            on_click=lambda: components.attempt(lambda: _decide(ws, viewer, waiting, request, grant=True)),
        )
        components.with_reason(
            viewer,
            viewer.say("Refuse"),
            viewer.say("Why? The author reads it."),
            key=f"refuse_{request.id}",
            icon=":material/close:",
            work=lambda note: _decide(ws, viewer, waiting, request, grant=False, note=note),
        )


def _not_mine(viewer: Viewer, seen: Asked, names: list[str]) -> None:
    if seen.request.requested_by == viewer.actor.id:
        told = viewer.say("You asked for this: somebody else has to decide.")
    else:
        told = viewer.say("Your role does not decide on this.")
    roles = [labels.of(labels.ROLE, role.value, viewer) for role in sorted(seen.able)]
    can = ", ".join(safe.label(n) for n in names) or ", ".join(roles)
    st.info(f"{told} {viewer.say('Can decide: {names}.', names=can)}", icon=":material/lock:")


def _decide(ws: Workspace, viewer: Viewer, waiting: Waiting, request: Request, *, grant: bool, note: str = "") -> str:
    done = desk_acts.decide(ws, viewer, request.id, grant=grant, sha256=request.sha256, note=note)
    st.query_params.pop(OPEN, None)  # on to the next one that waits
    subject = _subject(request, waiting, viewer)
    if grant:
        until = formats.moment(done.valid_until, viewer)
        return viewer.say("{subject}: approved. It can be sent until {when}.", subject=subject, when=until)
    return viewer.say("{subject}: refused.", subject=subject)


def _decided(ws: Workspace, viewer: Viewer, waiting: Waiting) -> None:
    asked = paging.param(OPEN)
    if asked.isdecimal() and len(asked) < 18:
        with st.container(border=True, key="reader"):
            _reader(ws, viewer, waiting, int(asked))
    if not waiting.decided:
        components.empty(viewer, viewer.say("Nothing here."), viewer.say("Decisions stand here for good."))
        return
    _table(viewer, waiting, waiting.decided, key="decided")
    paging.pager(waiting.decided_total, approvals.PAGE, viewer)


def _table(viewer: Viewer, waiting: Waiting, shown: tuple[Request, ...], *, key: str) -> None:
    columns = [
        {"key": "what", "label": viewer.say("What")},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "by", "label": viewer.say("Asked by")},
        {"key": "decided", "label": viewer.say("Decided by")},
        {"key": "note", "label": viewer.say("Reason"), "kind": "wide"},
    ]
    rows = [
        {
            "id": str(r.id),
            "cells": {
                "what": {"text": _subject(r, waiting, viewer), "sub": _what(r, waiting, viewer)},
                "state": {
                    "text": labels.of(desk_words.REQUEST, r.state.value, viewer),
                    "tone": desk_words.TONES.get(r.state.value, ""),
                },
                "by": {
                    "text": desk_words.person(r.requested_by, waiting.staff, viewer),
                    "sub": formats.moment(r.requested_at, viewer),
                },
                "decided": {
                    "text": desk_words.person(r.decided_by, waiting.staff, viewer),
                    "sub": formats.moment(r.decided_at, viewer),
                },
                "note": safe.plain(r.note, 300),
            },
        }
        for r in shown
    ]
    parts.table(
        columns,
        rows,
        key=key,
        label=viewer.say("Decided"),
        on_pick=lambda number: paging.put(OPEN, number),
    )


if __name__ == "__main__":
    components.frame(pages.APPROVALS, show)
