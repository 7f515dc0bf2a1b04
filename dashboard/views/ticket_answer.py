"""An answer to a ticket: composed, asked for, approved, handed over and told; nothing is sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from dashboard import components, desk_acts, desk_words, formats, guard_cards, labels, pages, parts, safe
from dashboard.access import Action
from dashboard.queries import approvals, case_file
from dashboard.queries.case_file import CaseFile
from dashboard.queries.tickets import Case
from dashboard.viewer import Viewer
from dashboard.views import ticket_history
from data.approvals import Request, State
from data.domain import Category, Mode
from data.errors import ReinstateError
from data.macros import MacroVersion
from data.workspace import Workspace
from recovery_plan.containment.macro import LANGUAGES, ORDER_ID, SLOT, Slot, suggested
from recovery_plan.desk import replying, sending
from recovery_plan.desk.replying import Draft, Wish
from recovery_plan.rules import load

NEWS = timedelta(days=3)  # what the composer proposes as the day of the next news
ASKABLE = ("DESK-APPROVAL", "DESK-CRITICAL")  # what asking for an approval can lift


def show(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile) -> None:
    """Draw what is to be done now, and what was asked before."""
    current = file.current
    if current is not None:
        _current(ws, viewer, file, current)
    if current is None or current.state is not State.CLAIMED:
        if not viewer.may(Action.REPLY):
            st.caption(viewer.say("Your role reads here. Agents, support leads and compliance answer."))
        elif current is None:
            _composer(ws, viewer, case, file, None)
        else:
            with st.expander(viewer.say("Change the text"), icon=":material/edit:"):
                st.caption(viewer.say("A changed text is a new request: whatever was said of the old one is void."))
                _composer(ws, viewer, case, file, current.id)
    ticket_history.show(viewer, file, current)


def _current(ws: Workspace, viewer: Viewer, file: CaseFile, request: Request) -> None:
    with st.container(border=True, key="current_request"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            is_granted = request.state is State.GRANTED
            st.badge(
                labels.of(desk_words.REQUEST, request.state.value, viewer), color="green" if is_granted else "blue"
            )
            if request.is_drill:
                st.badge(viewer.say("Drill"), color="gray")
            st.caption(_story(viewer, file.staff, request))
        if request.state is State.CLAIMED:
            _claimed(ws, viewer, request)
            return
        parts.prose([(request.text or viewer.say("(erased)"), 0.0)], key="asked", language=request.language or "und")
        found = sending.why_not(ws, viewer.actor, request=request.id)
        if found:
            st.markdown(f"**{viewer.say('Why can’t it be sent?')}**")
            guard_cards.blockers(viewer, found)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if is_granted and viewer.may(Action.REPLY):
                _hand_over(ws, viewer, request, is_free=not found)
            elif approvals.may_decide(viewer, request) and st.button(
                viewer.say("Review"), key="review", icon=":material/rate_review:", type="primary"
            ):
                st.switch_page(pages.APPROVALS.file, query_params={"request": str(request.id)})
            if viewer.may(Action.REPLY):
                _withdraw(ws, viewer, request)


def _story(viewer: Viewer, staff: Mapping[str, str], r: Request) -> str:
    """Who did what last, and until when it holds."""
    if r.state is State.GRANTED:
        return viewer.say(
            "by {who}; can be sent until {when}",
            who=safe.label(desk_words.person(r.decided_by, staff, viewer)),
            when=formats.moment(r.valid_until, viewer),
        )
    if r.state is State.CLAIMED:
        return viewer.say(
            "to {who}, {when}",
            who=safe.label(desk_words.person(r.sent_by, staff, viewer)),
            when=formats.ago(r.sent_at, viewer),
        )
    return viewer.say(
        "asked by {who} {when}; lapses {end}",
        who=safe.label(desk_words.person(r.requested_by, staff, viewer)),
        when=formats.ago(r.requested_at, viewer),
        end=formats.moment(r.expires_at, viewer),
    )


def _hand_over(ws: Workspace, viewer: Viewer, request: Request, *, is_free: bool) -> None:
    place = st.selectbox(
        viewer.say("Where will you send it?"),
        sending.PLACES,
        format_func=lambda p: labels.of(desk_words.PLACE, p, viewer),
        key=f"place_{viewer.language}",
        width=220,
    )

    def work() -> str:
        done = desk_acts.hand_over(ws, viewer, request.id, place)
        if done.is_final:
            return viewer.say("Rehearsed: nothing left the house.")
        return viewer.say("Handed to you, once. Copy it, send it, then say what became of it.")

    st.button(
        viewer.say("Give me the text"),
        key="hand_over",
        icon=":material/outbox:",
        type="primary",
        disabled=not is_free,
        on_click=lambda: components.attempt(work),
    )


def _claimed(ws: Workspace, viewer: Viewer, request: Request) -> None:
    place = labels.of(desk_words.PLACE, request.place, viewer)
    st.markdown(viewer.say("Copy the text, send it through {place}, then say what became of it.", place=place))
    st.code(request.text or "", language=None, wrap_lines=True)
    if not viewer.may(Action.REPLY):
        return
    receipt = st.text_input(
        viewer.say("What the platform answered (optional, no names)"),
        key=f"receipt_{viewer.language}",
        max_chars=200,
        live=True,
    )
    with st.container(horizontal=True):
        _told(ws, viewer, request, receipt, was_sent=True)
        _told(ws, viewer, request, receipt, was_sent=False)


def _told(ws: Workspace, viewer: Viewer, request: Request, receipt: str, *, was_sent: bool) -> None:
    def work() -> str:
        desk_acts.tell(ws, viewer, request.id, was_sent=was_sent, receipt=receipt)
        return viewer.say("On record as sent.") if was_sent else viewer.say("On record as not sent: ask anew.")

    st.button(
        viewer.say("I sent it") if was_sent else viewer.say("It did not go"),
        key="was_sent" if was_sent else "was_not_sent",
        icon=":material/check:" if was_sent else ":material/block:",
        type="primary" if was_sent else "secondary",
        on_click=lambda: components.attempt(work),
    )


def _withdraw(ws: Workspace, viewer: Viewer, request: Request) -> None:
    may = request.requested_by == viewer.actor.id or viewer.may(Action.APPROVE)

    def work(note: str) -> str:
        desk_acts.withdraw(ws, viewer, request.id, note)
        return viewer.say("Withdrawn.")

    if may:
        components.with_reason(
            viewer,
            viewer.say("Withdraw"),
            viewer.say("Why? (optional)"),
            key=f"withdraw_{request.id}",
            work=work,
            is_needed=False,
        )


@st.fragment
def _composer(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile, replaces: int | None) -> None:
    """Choose, see the exact text and what stands in its way, ask for its approval."""
    number = case.ticket
    wish = _wish(ws, viewer, case, file)
    if wish is None or number is None:
        return
    try:
        draft = replying.compose(ws, viewer.actor, number, wish)
    except ReinstateError as error:
        st.info(safe.label(str(error), 300), icon=":material/info:")
        return
    _preview(viewer, draft)
    final = [b for b in draft.blockers if b.rule not in ASKABLE]

    def work() -> str:
        asked = desk_acts.ask(ws, viewer, number, wish, replaces=replaces)
        until = formats.moment(asked.expires_at, viewer)
        return viewer.say("Asked for. Somebody else decides by {when}.", when=until)

    if st.button(
        viewer.say("Ask for approval"), key="ask", icon=":material/how_to_reg:", type="primary", disabled=bool(final)
    ):
        components.attempt(work)
        st.rerun()


def _preview(viewer: Viewer, draft: Draft) -> None:
    st.caption(viewer.say("Exactly this text would leave, {n} characters:", n=len(draft.text)))
    guard_cards.text(viewer, draft.text, draft.seen, key="draft", language=draft.language)
    with st.expander(
        viewer.say_n("Why can’t I send it? {n} reason", "Why can’t I send it? {n} reasons", len(draft.blockers)),
        icon=":material/lock:",
    ):
        guard_cards.blockers(viewer, draft.blockers)


def _wish(ws: Workspace, viewer: Viewer, case: Case, file: CaseFile) -> Wish | None:
    """What the person chose; None while something is missing, which is said."""
    key = f"{case.ticket}_{viewer.language}"
    language = case.line.language or st.selectbox(
        viewer.say("Language of the customer"),
        LANGUAGES,
        format_func=lambda code: formats.language_name(code, viewer),
        key=f"reply_language_{key}",
    )
    is_drill = file.is_drill and st.toggle(viewer.say("Rehearse for the drill"), key=f"drill_{key}")
    if file.mode is not Mode.SUSPENDED and not is_drill:
        ways = {"macro": viewer.say("Prepared reply"), "own": viewer.say("Own words")}
        way = st.segmented_control(
            viewer.say("Answer with"), list(ways), default="macro", required=True, format_func=ways.__getitem__,
            key=f"way_{key}",
        )  # fmt: skip
        if way == "own":
            said = st.text_area(viewer.say("Your answer"), key=f"own_{key}", max_chars=1_900, height=140)
            return Wish(language=language, text=said) if said.strip() else None
    with ws.store.reading() as tx:
        usable = case_file.usable_macros(tx, language)
    if not usable:
        told = viewer.say("There is no approved reply in {language}.", language=formats.language_name(language, viewer))
        components.empty(viewer, told, viewer.say("Compliance approves one under Approvals, Prepared replies."))
        return None
    return _filled(viewer, case, language, usable, key, is_drill=is_drill)


def _filled(
    viewer: Viewer, case: Case, language: str, usable: Mapping[str, MacroVersion], key: str, *, is_drill: bool
) -> Wish | None:
    issue = case.line.issue
    wanted = suggested(Category(issue) if issue in set(Category) else None)
    names = sorted(usable, key=lambda name: (name != wanted, name))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            viewer.say("Prepared reply"),
            names,
            format_func=lambda n: labels.of(desk_words.MACRO, n, viewer),
            key=f"macro_{key}",
            width=260,
        )
        slots = set(SLOT.findall(usable[name].text))
        day = _day(viewer, key) if Slot.UPDATE_DATE in slots else None
        order = case.order.order_id if case.order else ""
        if Slot.ORDER_ID in slots and not order:
            order = st.text_input(
                viewer.say("Order number"), key=f"order_{key}", placeholder="405-1234567-1234567", live=True, width=220
            ).strip()
    if Slot.ORDER_ID in slots and ORDER_ID.fullmatch(order) is None:
        st.info(viewer.say("Give the order number: the reply names it."), icon=":material/info:")
        return None
    return Wish(name, language, order or None, day, None, is_drill)


def _day(viewer: Viewer, key: str) -> date:
    farthest = viewer.today + timedelta(days=load().days("DESK-UPDATE-DATE"))
    day = st.date_input(
        viewer.say("Next news by"),
        viewer.today + NEWS,
        min_value=viewer.today + timedelta(days=1),
        max_value=farthest,
        format="DD/MM/YYYY",
        key=f"day_{key}",
        width=160,
    )
    return day if isinstance(day, date) else viewer.today + NEWS
