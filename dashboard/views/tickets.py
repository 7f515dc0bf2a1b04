"""Tickets: the queue by what presses most, each place explained, and the protocol of the suspension."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, formats, labels, pages, paging, parts, safe
from dashboard.queries import tickets
from dashboard.queries.tickets import Queue, StepLine, TicketDetail, TicketLine
from dashboard.viewer import Viewer
from data.workspace import Workspace
from recovery_plan import run as recovering
from recovery_plan.containment.queue import Lane, Place

OPEN = "ticket"


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    kind = paging.param("list", tickets.KINDS, "queue")
    places = [place for place, _ in recovering.ticket_queue(ws)]
    asked = paging.param(OPEN)
    with ws.store.reading() as tx:
        queue = tickets.queue(tx, viewer, places, kind, paging.number())
        steps = tickets.protocol(tx, viewer)
        seen = tickets.detail(tx, viewer, int(asked), places) if asked.isdecimal() and len(asked) < 18 else None
    _figures(viewer, queue)
    if steps:
        _protocol(viewer, steps)
    _lists(viewer, queue, kind)
    if not queue.lines:
        components.empty(viewer, viewer.say("Nothing here."), _next_step(viewer, queue))
    if seen is None:
        _table(viewer, queue, None)
    else:
        left, right = st.columns([1, 1], gap="medium")
        with left:
            _table(viewer, queue, seen)
        with right, st.container(border=True, key="reader"):
            _detail(viewer, seen)
    paging.pager(queue.total, tickets.PAGE, viewer)


def _next_step(viewer: Viewer, queue: Queue) -> str:
    if not any(queue.counts.values()):
        return viewer.say("Import the help desk's export: 'reinstate import tickets FILE'.")
    return viewer.say("Nobody waits in this list. Choose another one above.")


def _figures(viewer: Viewer, queue: Queue) -> None:
    with st.container(key="figures_tickets"):
        first, second, third, fourth = st.columns(4, gap="small")
    first.metric(viewer.say("Waiting for an answer"), formats.number(queue.counts["queue"], viewer), border=True)
    second.metric(viewer.say("Past a deadline"), formats.number(queue.counts["late"], viewer), border=True)
    third.metric(viewer.say("Refunds and claims"), formats.number(queue.critical, viewer), border=True)
    fourth.metric(viewer.say("Tagged SUSPENDED"), formats.number(queue.counts["suspended"], viewer), border=True)


def _protocol(viewer: Viewer, steps: tuple[StepLine, ...]) -> None:
    done = sum(1 for s in steps if s.closed_at)
    title = viewer.say("Protocol of the suspension: {done} of {all} steps closed", done=done, all=len(steps))
    with st.expander(title, icon=":material/checklist:"):
        rows = [
            {
                "id": s.name,
                "cells": {
                    "step": labels.of(labels.STEP, s.name, viewer),
                    "state": {
                        "text": viewer.say("closed") if s.closed_at else viewer.say("open"),
                        "tone": "good" if s.closed_at else "",
                    },
                    "at": formats.moment(s.closed_at, viewer),
                    "by": s.closed_by or "",
                    "note": safe.plain(s.note or "", 200),
                },
            }
            for s in steps
        ]
        columns = [
            {"key": "step", "label": viewer.say("Step")},
            {"key": "state", "label": viewer.say("State"), "kind": "badge"},
            {"key": "at", "label": viewer.say("When")},
            {"key": "by", "label": viewer.say("Who")},
            {"key": "note", "label": viewer.say("Note"), "kind": "wide"},
        ]
        parts.table(columns, rows, key="protocol", label=title)


def _lists(viewer: Viewer, queue: Queue, kind: str) -> None:
    names = {
        "queue": viewer.say("Queue"),
        "late": viewer.say("Past a deadline"),
        "suspended": viewer.say("Suspended"),
        "solved": viewer.say("Solved and closed"),
    }
    key = f"ticket_list_{viewer.language}"
    st.session_state[key] = kind
    st.segmented_control(
        viewer.say("List"),
        list(tickets.KINDS),
        key=key,
        required=True,
        label_visibility="collapsed",
        format_func=lambda c: f"{names[c]} ({formats.number(queue.counts[c], viewer)})",
        on_change=lambda: paging.put("list", st.session_state[key], "queue", drop=("page", OPEN)),
    )


def _table(viewer: Viewer, queue: Queue, seen: TicketDetail | None) -> None:
    if not queue.lines:
        return
    columns: list[dict[str, Any]] = [
        {"key": "subject", "label": viewer.say("Subject"), "kind": "wide"},
        {"key": "due", "label": viewer.say("Next deadline")},
        {"key": "why", "label": viewer.say("Why here")},
    ]
    if seen is None:
        columns += [
            {"key": "status", "label": viewer.say("State"), "kind": "badge"},
            {"key": "tag", "label": viewer.say("Tag"), "kind": "badge"},
            {"key": "order", "label": viewer.say("Order"), "kind": "mono"},
            {"key": "created", "label": viewer.say("Opened")},
        ]
    rows = [{"id": str(line.id), "cells": _cells(line, viewer)} for line in queue.lines]
    parts.table(
        columns,
        rows,
        key="tickets",
        label=viewer.say("Tickets"),
        selected=str(seen.line.id) if seen else None,
        on_pick=lambda number: paging.put(OPEN, number),
    )


def _cells(line: TicketLine, viewer: Viewer) -> dict[str, Any]:
    due = line.place.next if line.place else None
    language = formats.language_name(line.language, viewer) if line.language else ""
    return {
        "subject": {
            "text": line.subject or viewer.say("No subject"),
            "sub": " · ".join(
                p
                for p in (
                    f"#{line.number}",
                    labels.of(labels.CATEGORY, line.issue, viewer) if line.issue else "",
                    language,
                )
                if p
            ),
        },
        "due": {"text": formats.left(due.due_at, viewer), "sub": labels.of(labels.DEADLINE, due.kind, viewer)}
        if due
        else "",
        "why": _why(line.place, viewer),
        "status": {"text": labels.of(labels.STATUS, line.status, viewer)},
        "tag": {"text": "SUSPENDED" if line.suspended else "", "tone": "bad"},
        "order": line.order_id or "",
        "created": formats.short_day(line.created_at, viewer),
    }


def _why(place: Place | None, viewer: Viewer) -> dict[str, str]:
    """What put the ticket at its place: its lane, then harm x urgency x value."""
    if place is None:
        return {"text": ""}
    lane = viewer.say("Refund or claim first") if place.lane is Lane.CRITICAL else viewer.say("In order")
    product = viewer.say(
        "harm {harm} × urgency {urgency} × value {value} = {priority}",
        harm=formats.number(place.harm, viewer, 1),
        urgency=formats.number(place.urgency, viewer, 1),
        value=formats.number(place.value, viewer, 1),
        priority=formats.number(place.priority, viewer, 1),
    )
    return {"text": lane, "sub": product}


def _detail(viewer: Viewer, seen: TicketDetail) -> None:
    line = seen.line
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(viewer.say("Ticket {number}", number=safe.label(line.number)), anchor=False)
        st.button(
            viewer.say("Close"),
            key="close_ticket",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: paging.put(OPEN, ""),
        )
    st.text(line.subject or viewer.say("No subject"))
    with st.container(horizontal=True, gap="xsmall"):
        st.badge(labels.of(labels.STATUS, line.status, viewer), color="gray")
        if line.suspended:
            st.badge("SUSPENDED", color="orange")
        if line.issue:
            st.badge(labels.of(labels.CATEGORY, line.issue, viewer), color="gray")
    facts = [
        safe.label(line.order_id or ""),
        safe.label(seen.marketplace or ""),
        formats.day(seen.purchased_at, viewer),
        formats.money(seen.total_minor, seen.currency, viewer),
        safe.label(seen.buyer or ""),
        *(safe.label(p) for p in seen.products[:2]),
    ]
    if any(facts):
        st.caption(" · ".join(f for f in facts if f))
    if line.place and (due := line.place.next):
        st.markdown(
            viewer.say(
                "**{what}** by {when} ({left}), rule {rule}.",
                what=labels.of(labels.DEADLINE, due.kind, viewer),
                when=formats.moment(due.due_at, viewer),
                left=formats.left(due.due_at, viewer),
                rule=safe.label(due.rule),
            )
        )
    if line.suspended:
        st.warning(
            viewer.say("Suspended: answer only refunds and claims, with an approved reply. Everything else waits."),
            icon=":material/pause_circle:",
        )
    who = {"in": viewer.say("Customer"), "out": viewer.say("We"), "note": viewer.say("Internal note")}
    messages = [
        {
            "who": who.get(m.direction, m.direction),
            "at": formats.moment(m.sent_at, viewer),
            "text": m.text,
            "side": m.direction,
        }
        for m in seen.messages
    ]
    if messages:
        parts.thread(messages, key="thread", label=viewer.say("Messages"))
    else:
        st.caption(viewer.say("The help desk's export holds no messages."))


if __name__ == "__main__":
    components.frame(pages.TICKETS, show)
