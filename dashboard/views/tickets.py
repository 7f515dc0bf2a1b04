"""Tickets: one queue of everything that is due, each place explained, one case at work, and the desk's registers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, formats, labels, pages, paging, parts
from dashboard.queries import tickets
from dashboard.queries.tickets import Case, Queue, TicketLine
from dashboard.viewer import Viewer
from dashboard.views import ticket_pane, ticket_registers
from data.workspace import Workspace
from recovery_plan.containment.duties import Duty
from recovery_plan.containment.queue import Lane, Place
from recovery_plan.desk import due

VIEWS = ("queue", "refunds", "shipments", "claims", "attempts")
OPEN = ("ticket", "order", "part")
GO = "tickets.go"


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    if st.session_state.pop(GO, None):
        st.switch_page(pages.SUSPENSION.file)
    view = _views(viewer)
    duties = due.everything(ws)
    case = _case(ws, viewer, duties)
    opened = case.line.subject if case else None
    if case is None:
        _left(ws, viewer, view, duties, opened)
        return
    left, right = st.columns([0.8, 1], gap="medium")
    with left:
        _left(ws, viewer, view, duties, opened)
    with right, st.container(border=True, key="reader"):
        ticket_pane.show(ws, viewer, case)


def _views(viewer: Viewer) -> str:
    names = {
        "queue": viewer.say("Queue"),
        "refunds": viewer.say("Refunds"),
        "shipments": viewer.say("Shipments"),
        "claims": viewer.say("Claims"),
        "attempts": viewer.say("Attempts"),
    }
    with st.container(horizontal=True, horizontal_alignment="right", key="filters"):
        return paging.segments("view", viewer.say("View"), names, viewer, drop=("page", *OPEN))


def _case(ws: Workspace, viewer: Viewer, duties: tuple[Duty, ...]) -> Case | None:
    ticket, order = paging.param("ticket"), paging.param("order")
    with ws.store.reading() as tx:
        if ticket.isdecimal() and len(ticket) < 18:
            return tickets.ticket_case(tx, viewer, int(ticket), duties)
        return tickets.order_case(tx, viewer, order, duties) if order else None


def open_case(subject: str) -> None:
    """Show a case beside the list; what hangs on the whole account has a page of its own."""
    kind, _, ref = subject.partition(":")
    if kind == "suspension":
        st.session_state[GO] = True
    else:
        paging.put(kind, ref, drop=OPEN)


def _left(ws: Workspace, viewer: Viewer, view: str, duties: tuple[Duty, ...], opened: str | None) -> None:
    if view != "queue":
        ticket_registers.show(ws, viewer, view, opened, open_case)
        return
    kind = paging.param("list", tickets.KINDS, "queue")
    with ws.store.reading() as tx:
        queue = tickets.queue(tx, viewer, duties, kind, paging.number())
    if opened is None:
        _figures(viewer, queue)
    _lists(viewer, queue)
    if queue.lines:
        _table(viewer, queue, opened)
        paging.pager(queue.total, tickets.PAGE, viewer)
    else:
        components.empty(viewer, viewer.say("Nothing here."), _next_step(viewer, queue))


def _next_step(viewer: Viewer, queue: Queue) -> str:
    if not any(queue.counts.values()):
        return viewer.say("Import the help desk's export: 'reinstate import tickets FILE'.")
    return viewer.say("Nobody waits in this list. Choose another one above.")


def _figures(viewer: Viewer, queue: Queue) -> None:
    with st.container(key="figures_tickets"):
        first, second, third, fourth = st.columns(4, gap="small")
    first.metric(viewer.say("Due"), formats.number(queue.counts["queue"], viewer), border=True)
    second.metric(viewer.say("Past a deadline"), formats.number(queue.counts["late"], viewer), border=True)
    third.metric(viewer.say("Refunds and claims"), formats.number(queue.critical, viewer), border=True)
    fourth.metric(viewer.say("Tagged SUSPENDED"), formats.number(queue.counts["suspended"], viewer), border=True)


def _lists(viewer: Viewer, queue: Queue) -> None:
    names = {
        "queue": viewer.say("Due"),
        "late": viewer.say("Past a deadline"),
        "suspended": viewer.say("Suspended"),
        "undated": viewer.say("No deadline"),
        "solved": viewer.say("Solved and closed"),
    }
    told = {code: f"{name} ({formats.number(queue.counts[code], viewer)})" for code, name in names.items()}
    paging.segments("list", viewer.say("List"), told, viewer, drop=("page", *OPEN))


def _table(viewer: Viewer, queue: Queue, opened: str | None) -> None:
    columns: list[dict[str, Any]] = [
        {"key": "title", "label": viewer.say("What"), "kind": "wide"},
        {"key": "due", "label": viewer.say("Next deadline")},
    ]
    if opened is None:
        columns += [
            {"key": "why", "label": viewer.say("Why here")},
            {"key": "status", "label": viewer.say("State"), "kind": "badge"},
            {"key": "tag", "label": viewer.say("Tag"), "kind": "badge"},
            {"key": "order", "label": viewer.say("Order"), "kind": "mono"},
            {"key": "created", "label": viewer.say("Opened")},
        ]
    rows = [{"id": line.subject, "cells": _cells(line, viewer)} for line in queue.lines]
    parts.table(columns, rows, key="tickets", label=viewer.say("Tickets"), selected=opened, on_pick=open_case)


def _cells(line: TicketLine, viewer: Viewer) -> dict[str, Any]:
    due_next = line.place.next if line.place else None
    language = formats.language_name(line.language, viewer) if line.language else ""
    issue = labels.of(labels.CATEGORY, line.issue, viewer) if line.issue else ""
    number = f"#{line.number}" if line.number else ""
    return {
        "title": {"text": _title(line, viewer), "sub": " · ".join(p for p in (number, issue, language) if p)},
        "due": {
            "text": formats.left(due_next.due_at, viewer),
            "sub": labels.of(labels.DEADLINE, due_next.kind, viewer),
        }
        if due_next
        else "",
        "why": _why(line.place, viewer),
        "status": {"text": labels.of(labels.STATUS, line.status, viewer)} if line.status else "",
        "tag": {"text": "SUSPENDED" if line.suspended else "", "tone": "bad"},
        "order": line.order_id or "",
        "created": formats.short_day(line.created_at, viewer),
    }


def _title(line: TicketLine, viewer: Viewer) -> str:
    if line.subject.startswith("ticket:"):
        return line.title or viewer.say("No subject")
    if line.subject.startswith("order:"):
        return viewer.say("Order {number}", number=line.title)
    return viewer.say("The whole account")


def _why(place: Place | None, viewer: Viewer) -> dict[str, str]:
    """What put the line at its place: its lane, then harm x urgency x value."""
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


if __name__ == "__main__":
    components.frame(pages.TICKETS, show)
