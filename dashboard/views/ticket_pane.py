"""One case at work: its facts, its clocks, the conversation, and the parts that a person works in."""

from __future__ import annotations

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, labels, paging, parts, safe
from dashboard.access import Action
from dashboard.queries import case_file
from dashboard.queries.case_file import CaseFile
from dashboard.queries.tickets import Case
from dashboard.viewer import Viewer
from dashboard.views import ticket_answer, ticket_claims, ticket_records
from data.workspace import Workspace
from recovery_plan.containment.deadlines import State


def show(ws: Workspace, viewer: Viewer, case: Case) -> None:
    """Draw the pane."""
    file = case_file.read(ws, viewer, case)
    _head(viewer, case)
    _facts(viewer, case)
    _clocks(viewer, case)
    if case.ticket is not None:
        _conversation(viewer, case)
    _parts(ws, viewer, case, file)


def _head(viewer: Viewer, case: Case) -> None:
    line = case.line
    is_ticket = case.ticket is not None
    number = safe.label(line.number if is_ticket else line.title)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(
            viewer.say("Ticket {number}", number=number) if is_ticket else viewer.say("Order {number}", number=number),
            anchor=False,
        )
        st.button(
            viewer.say("Close"),
            key="close_case",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: paging.put("ticket", "", drop=("order", "part")),
        )
    if is_ticket:
        st.text(line.title or viewer.say("No subject"))
    with st.container(horizontal=True, gap="xsmall"):
        if line.status:
            st.badge(labels.of(labels.STATUS, line.status, viewer), color="gray")
        if line.suspended:
            st.badge("SUSPENDED", color="orange")
        if line.issue:
            st.badge(labels.of(labels.CATEGORY, line.issue, viewer), color="gray")
        if line.language:
            st.badge(safe.label(formats.language_name(line.language, viewer)), color="gray")


def _facts(viewer: Viewer, case: Case) -> None:
    order = case.order
    if order is None:
        st.caption(viewer.say("No order number is known for this ticket."))
        return
    refunded = formats.money(order.refunded_minor, order.currency, viewer) if order.refunded_minor else ""
    facts = [
        safe.label(order.order_id) if case.ticket is not None else "",
        safe.label(order.marketplace or viewer.say("not in the order copy")),
        formats.day(order.purchased_at, viewer),
        formats.money(order.total_minor, order.currency, viewer),
        viewer.say("{amount} refunded", amount=refunded) if refunded else "",
        safe.label(order.buyer or ""),
        *(safe.label(p) for p in order.products[:2]),
    ]
    st.caption(" · ".join(f for f in facts if f))


def _clocks(viewer: Viewer, case: Case) -> None:
    tones = {State.AHEAD: "", State.IN_GRACE: "info", State.LATE: "bad"}
    dated = sorted(case.deadlines, key=lambda d: d.due_at)
    told = [
        (
            f"{labels.of(labels.DEADLINE, d.kind, viewer)} · {formats.left(d.due_at, viewer)} ({d.rule})",
            tones[d.state(viewer.now)],
        )
        for d in dated
    ]
    if told:
        parts.chips(told, key="clocks", label=viewer.say("Deadlines"))


def _conversation(viewer: Viewer, case: Case) -> None:
    who = {"in": viewer.say("Customer"), "out": viewer.say("We"), "note": viewer.say("Internal note")}
    messages = [
        {
            "who": who.get(m.direction, m.direction),
            "at": formats.moment(m.sent_at, viewer),
            "text": m.text,
            "side": m.direction,
        }
        for m in case.messages
    ]
    if messages:
        parts.thread(messages, key="thread", label=viewer.say("Messages"))
    else:
        st.caption(viewer.say("The help desk's export holds no messages."))


def _parts(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile) -> None:
    order = case.order
    names: dict[str, str] = {}
    if case.ticket is not None:
        names["answer"] = viewer.say("Answer")
    if order is not None and order.claims:
        names["claim"] = viewer.say("Claim")
    if order is not None and (order.is_to_ship or order.decision):
        names["shipping"] = viewer.say("Shipping")
    names["attempts"] = _counted(viewer.say("Attempts"), len(file.attempts))
    if order is not None:
        names["refunds"] = _counted(viewer.say("Refunds"), len(file.refunds))
    if case.ticket is not None:
        names["notes"] = _counted(viewer.say("Notes"), len(file.notes))
    chosen = paging.segments("part", viewer.say("Work on"), names, viewer, drop=())
    if chosen == "answer":
        ticket_answer.show(ws, viewer, case, file)
    elif chosen == "claim":
        ticket_claims.show(ws, viewer, case)
    elif chosen == "shipping":
        ticket_records.shipping(ws, viewer, case)
    elif chosen == "attempts":
        ticket_records.attempts(ws, viewer, case, file)
    elif chosen == "refunds":
        ticket_records.refunds(ws, viewer, case, file)
    else:
        _notes(ws, viewer, case, file)


def _counted(name: str, n: int) -> str:
    return f"{name} ({n})" if n else name


def _notes(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile) -> None:
    """The internal thread: entries are added, a correction names what it corrects."""
    if file.notes:
        messages = [
            {
                "who": desk_words.person(e.made_by, file.staff, viewer),
                "at": f"{formats.moment(e.made_at, viewer)} · #{e.id}" + _about(e.about, viewer),
                "text": viewer.say("(erased)") if e.text is None else safe.cut(e.text, 5_000),
                "side": "note",
            }
            for e in file.notes
        ]
        parts.thread(messages, key="notes", label=viewer.say("Internal notes"))
    else:
        st.caption(viewer.say("No internal note yet. Customers never see what stands here."))
    if not viewer.may(Action.NOTE):
        return
    with st.form(f"note_{case.ticket}_{viewer.language}", clear_on_submit=True, border=False):
        said = st.text_area(viewer.say("Internal note"), max_chars=10_000, height=90)
        corrects = st.selectbox(
            viewer.say("Corrects an entry"),
            [None, *(e.id for e in reversed(file.notes))],
            format_func=lambda n: viewer.say("None: a new entry") if n is None else f"#{n}",
        )
        if st.form_submit_button(viewer.say("Add"), icon=":material/add:"):
            components.attempt(lambda: _write(ws, viewer, case, said, corrects))
            st.rerun()
    _close(ws, viewer, case)


def _about(about: str | None, viewer: Viewer) -> str:
    if about is None or not about.startswith("entry:"):
        return ""
    return " · " + viewer.say("corrects #{n}", n=about.removeprefix("entry:"))


def _write(ws: Workspace, viewer: Viewer, case: Case, said: str, corrects: int | None) -> str:
    desk_acts.write(ws, viewer, case.line.subject, said, corrects)
    return viewer.say("Noted.")


def _close(ws: Workspace, viewer: Viewer, case: Case) -> None:
    if case.ticket is None or case.line.status == "closed" or not viewer.may(Action.REPLY):
        return
    number = case.ticket

    def work(note: str) -> str:
        desk_acts.close_ticket(ws, viewer, number, note)
        return viewer.say("Closed here. Close it in your help desk, too.")

    components.with_reason(
        viewer,
        viewer.say("Close the ticket"),
        viewer.say("Why is it done?"),
        key=f"close_{number}",
        icon=":material/task_alt:",
        work=work,
    )
