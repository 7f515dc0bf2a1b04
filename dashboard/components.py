"""Pieces that pages share: frame, mode banner, figures, states. Texts of others never enter a Markdown slot raw."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formats, labels, safe, session
from dashboard.access import Action, require
from dashboard.pages import PageFacts
from dashboard.queries import header
from dashboard.translations import translate
from dashboard.viewer import Viewer
from data import log
from data.domain import Mode
from data.errors import Refused, ReinstateError
from data.workspace import Workspace

_log = log.get("dashboard")


FLASH = "flash"


def frame(page: PageFacts, show: Callable[[Workspace, Viewer], None]) -> None:
    """One page: its title, what the last click did, and its content."""
    viewer = session.viewer()
    if viewer is not None:
        st.title(viewer.say(page.title), anchor=False)
        flash()
    guarded(page, show)


def guarded(page: PageFacts, show: Callable[[Workspace, Viewer], None]) -> None:
    """Draw ``show`` for whoever is signed in now; asks the access table and turns every failure into a next step."""
    viewer = session.viewer()
    if viewer is None:
        st.info(translate(session.language(), "Your session has ended. Reload the page and sign in again."))
        return
    try:
        require(viewer.actor, page.action)
        show(session.workspace(), viewer)
    except Refused as refused:
        _refused(viewer, page.action, refused)
    except ReinstateError as error:
        st.error(safe.label(str(error), 400))
    except Exception as error:  # the page says what to do; the log says where, without anybody's words
        place = traceback.extract_tb(error.__traceback__)[-1]
        at = f"{Path(place.filename).name}:{place.lineno}"
        _log.error("page.failed", page=page.name, kind=type(error).__name__, at=at)
        st.error(viewer.say("This page could not be shown. Reload it; if it fails again, run 'reinstate doctor'."))


def attempt(work: Callable[[], str]) -> None:
    """For a click's callback: do ``work`` and keep what it says, or why it was refused, for ``flash``."""
    try:
        st.session_state[FLASH] = (True, work())
    except ReinstateError as error:
        st.session_state[FLASH] = (False, str(error))


def with_reason(
    viewer: Viewer,
    label: str,
    asks: str,
    *,
    key: str,
    work: Callable[[str], str],
    icon: str | None = None,
    is_needed: bool = True,
) -> None:
    """A button that asks for a reason before it does ``work`` with it; ``work`` says what was done."""
    with st.popover(label, icon=icon), st.form(f"{key}_{viewer.language}", border=False):
        said = st.text_area(asks, key=f"{key}_{viewer.language}_reason", max_chars=500, height=80)
        if st.form_submit_button(label, type="primary", key=f"{key}_do"):
            if is_needed and not said.strip():
                st.session_state[FLASH] = (False, viewer.say("Say why, in a few words."))
            else:
                attempt(lambda: work(said))
            st.rerun()


def flash() -> None:
    """What the last click did, once."""
    if told := st.session_state.pop(FLASH, None):
        is_done, text = told
        (st.success if is_done else st.error)(safe.label(text, 400))


def _refused(viewer: Viewer, action: Action, refused: Refused) -> None:
    with session.workspace().store.transaction(viewer.actor) as tx:
        tx.audit("action.refused", f"action:{action.value}", {"rule": refused.rule})
    holders = ", ".join(labels.of(labels.ROLE, role, viewer) for role in refused.unlock.split(" or ") if role)
    st.warning(viewer.say("Your role may not open this page. Ask: {holders}.", holders=holders), icon=":material/lock:")


def banner(viewer: Viewer) -> None:
    """The mode of the house on every page: what it blocks and who can lift it."""
    with session.workspace().store.reading() as tx:
        mode = header.mode_banner(tx, viewer)
    if mode.mode is Mode.SUSPENDED:
        with st.container(key="mode_suspended"):
            st.markdown(_suspended(mode, viewer))
    elif mode.mode is Mode.RECOVERY:
        with st.container(key="mode_recovery"):
            st.markdown(
                viewer.say(
                    "**Recovery since {since}.** Contacts go out in waves, under a daily cap, once to each customer.",
                    since=formats.moment(mode.since, viewer),
                )
            )
    if mode.drill_since is not None:
        with st.container(key="mode_drill"):
            st.markdown(
                viewer.say(
                    "**Drill since {since}.** Nothing real is blocked.", since=formats.moment(mode.drill_since, viewer)
                )
            )


def _suspended(mode: header.ModeBanner, viewer: Viewer) -> str:
    told = viewer.say(
        "**Account suspended on {marketplace} since {since}.** Blocked: every outgoing message except an approved "
        "reply to a refund or claim.",
        marketplace=safe.label(mode.marketplace),
        since=formats.moment(mode.since, viewer),
    )
    if mode.lifters:
        names = ", ".join(safe.label(name) for name in mode.lifters)
        told += " " + viewer.say("Can lift it: {names}.", names=names)
    else:
        told += " " + viewer.say("Can lift it: compliance.")
    if mode.next_step:
        told += " " + viewer.say(
            "Protocol {done}/{all}, next: {step}.",
            done=mode.steps_done,
            all=mode.steps,
            step=labels.of(labels.STEP, mode.next_step, viewer),
        )
    return told


def chart(
    figure: go.Figure,
    *,
    key: str,
    viewer: Viewer,
    title: str,
    says: str,
    rows: Sequence[Mapping[str, object]] = (),
    on_pick: Callable[[list[Any]], None] | None = None,
) -> None:
    """A card with one question, its chart, and the same numbers as a table."""
    with st.container(border=True, key=f"card_{key}", height="stretch"):
        st.subheader(title, anchor=False)
        st.caption(says)
        if on_pick is None:
            st.plotly_chart(figure, key=key, config=dict(charts.CONFIG), alt=f"{title} {says}")
        else:
            st.plotly_chart(
                figure,
                key=key,
                config=dict(charts.CONFIG),
                alt=f"{title} {says}",
                on_select=lambda: _picked(key, on_pick),
                selection_mode="points",
            )
        if rows:
            with st.popover(viewer.say("Show as table"), type="tertiary", icon=":material/table_rows:"):
                _as_table(rows, key)


def _picked(key: str, on_pick: Callable[[list[Any]], None]) -> None:
    state = st.session_state.get(key)
    points = state["selection"]["points"] if state else []
    if points and points[0].get("customdata"):
        on_pick(list(points[0]["customdata"]))


def _as_table(rows: Sequence[Mapping[str, object]], key: str) -> None:
    from dashboard import parts

    columns = [{"key": name, "label": name, "align": "end" if n else ""} for n, name in enumerate(rows[0])]
    cells = [{"id": str(n), "cells": {k: str(v) for k, v in row.items()}} for n, row in enumerate(rows)]
    parts.table(columns, cells, key=f"table_{key}", label=key)


def figure_card(
    label: str,
    value: str,
    *,
    delta: str | None = None,
    inverse: bool = False,
    neutral: bool = False,
    against: str = "",
    help_text: str = "",
    link: tuple[str, str, Mapping[str, str]] | None = None,
    key: str,
) -> None:
    """One figure with its change and a way to the rows behind it: ``link`` is (text, page, parameters)."""
    with st.container(border=True, key=f"figure_{key}", height="stretch"):
        st.metric(
            label,
            value,
            delta,
            delta_color="off" if neutral else ("inverse" if inverse else "normal"),
            help=help_text or None,
            delta_description=against or None,
        )
        if link:
            text, page, params = link
            if st.button(text, key=f"go_{key}", type="tertiary", icon=":material/arrow_forward:"):
                st.switch_page(page, query_params=dict(params))


def empty(viewer: Viewer, what: str, next_step: str) -> None:
    """Nothing to show: what that means and what to do next (both already in the viewer's language)."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{what}**")
        st.caption(next_step)
