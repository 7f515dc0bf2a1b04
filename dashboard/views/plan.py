"""Recovery plan: who is contacted on which day, by which lawful way, and why some are not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import acts, charts, components, formats, labels, pages, paging, parts, safe
from dashboard.access import Action
from dashboard.queries import plan
from dashboard.queries.plan import DayLoad, PlanView, TaskLine
from dashboard.viewer import Viewer
from data.workspace import Workspace
from recovery_plan import run as recovering

VIEWS = ("days", "waves", "unplaced")
WHAT_IF = "plan.what_if"
SHOWN = 200  # unplaced tasks; the export holds all


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom", key="filters"):
        _controls(ws, viewer)
    assumed = st.session_state.get(WHAT_IF)
    seen = _simulated(ws, viewer, assumed) if assumed else _newest(ws, viewer)
    if seen is None:
        components.empty(
            viewer,
            viewer.say("No plan yet."),
            viewer.say("A support lead builds it with the button above, or 'reinstate plan build'."),
        )
        return
    _head(viewer, seen)
    _figures(viewer, seen)
    left, right = st.columns([1.6, 1], gap="small")
    with left:
        _capacity(viewer, seen)
    with right:
        _routes(viewer, seen)
    _lists(ws, viewer, seen)


def _newest(ws: Workspace, viewer: Viewer) -> PlanView | None:
    with ws.store.reading() as tx:
        return plan.newest(tx, viewer, ws.settings.policy)


def _simulated(ws: Workspace, viewer: Viewer, starts_on: date) -> PlanView:
    made = recovering.simulate(ws, max(starts_on, viewer.today))
    with ws.store.reading() as tx:
        return plan.simulated(tx, viewer, ws.settings.policy, made.starts_on, made.tasks)


def _controls(ws: Workspace, viewer: Viewer) -> None:
    with (
        st.popover(viewer.say("What if"), icon=":material/event_repeat:"),
        st.form(f"what_if_{viewer.language}", border=False),
    ):
        day = st.date_input(
            viewer.say("If the account is reinstated on"),
            viewer.today + timedelta(days=1),
            min_value=viewer.today,
            max_value=viewer.today + timedelta(days=365),
            format="DD/MM/YYYY",
        )
        if st.form_submit_button(viewer.say("Simulate"), type="primary"):
            st.session_state[WHAT_IF] = day
            st.rerun()
    if viewer.may(Action.BUILD_PLAN):
        st.button(
            viewer.say("Build the plan anew"),
            key="build",
            icon=":material/refresh:",
            type="primary",
            on_click=lambda: components.attempt(lambda: _build(ws, viewer)),
        )


def _build(ws: Workspace, viewer: Viewer) -> str:
    made = acts.build_plan(ws, viewer)
    st.session_state.pop(WHAT_IF, None)
    placed = len(made.placed)
    return viewer.say("Built: {placed} contacts planned, {left} not.", placed=placed, left=len(made.tasks) - placed)


def _head(viewer: Viewer, seen: PlanView) -> None:
    if seen.number is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                viewer.say(
                    "Simulation: reinstated on {day}. Nothing is stored and nothing is sent.",
                    day=formats.week_day(seen.starts_on, viewer),
                ),
                icon=":material/science:",
            )
            st.button(
                viewer.say("Back to the plan"), key="no_what_if", on_click=lambda: st.session_state.pop(WHAT_IF, None)
            )
        return
    st.caption(
        viewer.say(
            "Plan {n}, built {when} by {name}. Assumes that the account is back on {day}.",
            n=seen.number,
            when=formats.ago(seen.made_at, viewer),
            name=safe.label(seen.made_by or "", 60),
            day=formats.week_day(seen.starts_on, viewer),
        )
    )


def _figures(viewer: Viewer, seen: PlanView) -> None:
    with st.container(key="figures_plan"):
        first, second, third, fourth = st.columns(4, gap="small")
    first.metric(viewer.say("Contacts planned"), formats.number(seen.placed, viewer), border=True)
    second.metric(viewer.say("Not planned"), formats.number(len(seen.unplaced), viewer), border=True)
    third.metric(
        viewer.say("Harm avoided, expected"),
        formats.money(round(seen.value_minor), viewer.currency, viewer, whole=True),
        border=True,
        help=viewer.say("Chance of a claim or bad feedback times what it costs, added up over the planned contacts."),
    )
    fourth.metric(viewer.say("Done"), viewer.say("{done} of {all}", done=seen.done, all=seen.placed), border=True)


def _capacity(viewer: Viewer, seen: PlanView) -> None:
    rows = [
        {
            viewer.say("Day"): formats.week_day(d.day, viewer),
            viewer.say("Contacts"): f"{d.contacts} / {d.contacts_cap}",
            viewer.say("Minutes"): f"{d.minutes} / {d.minutes_cap}",
        }
        for d in seen.days
    ]
    if not seen.days:
        components.empty(viewer, viewer.say("No contact could be planned."), viewer.say("The list below says why."))
        return
    cap = seen.days[0].contacts_cap
    components.chart(
        charts.capacity(seen.days, viewer),
        key="capacity",
        viewer=viewer,
        title=viewer.say("Is there room each day?"),
        says=viewer.say(
            "Minutes of contact (blue) of those there are (grey); the number is contacts, at most {cap}.", cap=cap
        ),
        rows=rows,
    )


def _routes(viewer: Viewer, seen: PlanView) -> None:
    with st.container(border=True, key="routes"):
        st.subheader(viewer.say("By which way?"), anchor=False)
        rows = [
            {"id": r, "cells": {"route": labels.of(labels.ROUTE, r, viewer), "n": formats.number(n, viewer)}}
            for r, n in seen.routes.items()
        ]
        columns = [
            {"key": "route", "label": viewer.say("Way to reach them")},
            {"key": "n", "label": viewer.say("Contacts"), "align": "end"},
        ]
        if rows:
            parts.table(columns, rows, key="routes_table", label=viewer.say("By which way?"))
        if seen.why_not:
            st.markdown(f"**{viewer.say('Why the others are not planned')}**")
            reasons = [
                {"id": str(n), "cells": {"why": labels.reason(why, viewer), "n": formats.number(count, viewer)}}
                for n, (why, count) in enumerate(seen.why_not[:6])
            ]
            parts.table(
                [
                    {"key": "why", "label": viewer.say("Reason"), "kind": "wide"},
                    {"key": "n", "label": "", "align": "end"},
                ],
                reasons,
                key="why_not",
                label=viewer.say("Why the others are not planned"),
            )


def _lists(ws: Workspace, viewer: Viewer, seen: PlanView) -> None:
    names = {
        "days": viewer.say("By day"),
        "waves": viewer.say("By wave"),
        "unplaced": viewer.say("Not planned ({n})", n=len(seen.unplaced)),
    }
    key = f"plan_view_{viewer.language}"
    st.session_state[key] = paging.param("view", VIEWS, "days")
    st.segmented_control(
        viewer.say("View"),
        list(VIEWS),
        format_func=lambda c: names[c],
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: paging.put("view", st.session_state[key], "days"),
    )
    view = st.session_state[key]
    if view == "unplaced":
        _tasks(viewer, list(seen.unplaced[:SHOWN]), "unplaced", why=True)
    elif view == "waves":
        for wave in sorted({d.wave for d in seen.days}):
            held = [d for d in seen.days if d.wave == wave]
            with st.expander(_wave_title(viewer, wave, held), expanded=wave == seen.days[0].wave):
                _tasks(viewer, [t for d in held for t in d.tasks], f"wave_{wave}")
    else:
        for day in seen.days:
            with st.expander(_day_title(viewer, day), expanded=day is seen.days[0]):
                _tasks(viewer, list(day.tasks), f"day_{day.day.isoformat()}")
    if seen.number is not None and viewer.may(Action.RECORD_OUTCOME):
        _outcome(ws, viewer, seen)


def _wave_title(viewer: Viewer, wave: int, days: list[DayLoad]) -> str:
    count = viewer.say_n("{n} contact", "{n} contacts", sum(d.contacts for d in days))
    first, last = formats.week_day(days[0].day, viewer), formats.week_day(days[-1].day, viewer)
    return f"{viewer.say('Wave {n}', n=wave)} · {first} – {last} · {count}"


def _day_title(viewer: Viewer, day: DayLoad) -> str:
    count = viewer.say_n("{n} contact", "{n} contacts", day.contacts)
    return f"{formats.week_day(day.day, viewer)} · {viewer.say('Wave {n}', n=day.wave)} · {count} · {day.minutes} min"


def _tasks(viewer: Viewer, tasks: list[TaskLine], key: str, *, why: bool = False) -> None:
    if not tasks:
        st.caption(viewer.say("Nothing here."))
        return
    last: dict[str, Any] = (
        {"key": "why", "label": viewer.say("Why not"), "kind": "wide"}
        if why
        else {"key": "window", "label": viewer.say("Lawful days")}
    )
    columns = [
        {"key": "who", "label": viewer.say("Customer")},
        {"key": "route", "label": viewer.say("Way to reach them")},
        {"key": "reason", "label": viewer.say("Because"), "kind": "wide"},
        {"key": "owner", "label": viewer.say("Owner")},
        {"key": "value", "label": viewer.say("Harm avoided"), "align": "end"},
        last,
    ]
    rows = [{"id": f"{key}_{n}", "cells": _cells(t, viewer)} for n, t in enumerate(tasks)]
    parts.table(columns, rows, key=f"tasks_{key}", label=viewer.say("Planned contacts"), on_pick=None)


def _cells(t: TaskLine, viewer: Viewer) -> dict[str, Any]:
    language = formats.language_name(t.language, viewer) if t.language else ""
    window = " – ".join(formats.short_day(d, viewer) for d in (t.not_before, t.last_day) if d)
    return {
        "who": {"text": t.name or t.pseudonym, "sub": t.order_id or ""},
        "route": {"text": labels.of(labels.ROUTE, t.route, viewer), "sub": t.rule},
        "reason": labels.reason(t.reason, viewer),
        "owner": {
            "text": t.owner or "",
            "sub": f"{language} · {t.effort_min} min" if language else f"{t.effort_min} min",
        },
        "value": formats.money(round(t.value_minor), viewer.currency, viewer),
        "window": {"text": window, "sub": labels.of(labels.TASK_OUTCOME, t.outcome, viewer) if t.outcome else ""},
        "why": labels.reason(t.unplaced or "", viewer),
    }


def _outcome(ws: Workspace, viewer: Viewer, seen: PlanView) -> None:
    open_tasks = {t.id: t for d in seen.days for t in d.tasks if t.id is not None and t.outcome is None}
    if not open_tasks:
        return
    with (
        st.expander(viewer.say("Record what became of a contact"), icon=":material/task_alt:"),
        st.form(f"outcome_{viewer.language}", border=False),
    ):
        task = st.selectbox(
            viewer.say("Contact"),
            list(open_tasks),
            format_func=lambda i: _task_name(open_tasks[i], viewer) if i in open_tasks else str(i),
        )
        result = st.selectbox(
            viewer.say("Outcome"),
            list(recovering.OUTCOMES),
            format_func=lambda c: labels.of(labels.TASK_OUTCOME, c, viewer),
        )
        note = st.text_input(viewer.say("Note"), max_chars=500)
        sent = st.form_submit_button(viewer.say("Save"), type="primary")
    if sent and task is not None:
        acts.record_outcome(ws, viewer, task, str(result), note or "")
        components.attempt(lambda: viewer.say("Saved."))
        st.rerun()


def _task_name(t: TaskLine, viewer: Viewer) -> str:
    day = formats.short_day(t.day, viewer)
    return f"{day} · {t.name or t.pseudonym} · {labels.of(labels.ROUTE, t.route, viewer)}"


if __name__ == "__main__":
    components.frame(pages.PLAN, show)
