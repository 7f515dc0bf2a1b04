"""Overview: is something wrong, where, and what is to be done now."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, components, figure_cards, formats, labels, pages
from dashboard.access import Action
from dashboard.queries import attention, mentions, overview
from dashboard.queries.overview import Overview
from dashboard.viewer import Viewer
from data.workspace import Workspace

PERIODS = {"7": 7, "30": 30, "90": 90, "all": None}
DEFAULT = "90"
WIDE_AND_NARROW = (1.7, 1)


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    days, market = _filters(ws, viewer)
    with ws.store.reading() as tx:
        seen = overview.read(tx, viewer, PERIODS[days], market or None)
    if seen.newest is None:
        components.empty(
            viewer,
            viewer.say("No mentions yet."),
            viewer.say("Run 'reinstate collect', or import a file with 'reinstate import mentions FILE'."),
        )
        return
    needs = attention.read(ws, viewer, seen)
    _attention(needs, viewer)
    figure_cards.show(seen, needs, viewer, days, market)
    left, right = st.columns(WIDE_AND_NARROW, gap="small")
    with left:
        _trend(seen, viewer)
    with right:
        _heat(seen, viewer, days)
    left, right = st.columns(WIDE_AND_NARROW, gap="small")
    with left:
        _balance(seen, viewer)
    with right:
        _causes(seen, viewer, days)
    _defects(needs, viewer)
    if seen.newest:
        st.caption(viewer.say("Newest mention: {day}.", day=formats.day(seen.newest, viewer)))


def _filters(ws: Workspace, viewer: Viewer) -> tuple[str, str]:
    """Period and market, kept in the address as codes."""
    days = st.query_params.get("days", DEFAULT)
    days = days if days in PERIODS else DEFAULT
    with ws.store.reading() as tx:
        markets = ["", *mentions.markets(tx)]
    market = st.query_params.get("market", "")
    market = market if market in markets else ""
    names = {
        "7": viewer.say("7 days"),
        "30": viewer.say("30 days"),
        "90": viewer.say("90 days"),
        "all": viewer.say("All"),
    }
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom", key="filters"):
        key = f"overview_days_{viewer.language}"
        st.session_state[key] = days
        st.segmented_control(
            viewer.say("Period"),
            list(PERIODS),
            format_func=lambda c: names[c],
            key=key,
            required=True,
            label_visibility="collapsed",
            on_change=lambda: _set("days", st.session_state[key], DEFAULT),
        )
        market_key = f"overview_market_{viewer.language}"
        st.session_state[market_key] = market
        st.selectbox(
            viewer.say("Market"),
            markets,
            format_func=lambda c: c or viewer.say("All markets"),
            key=market_key,
            label_visibility="collapsed",
            width=180,
            on_change=lambda: _set("market", st.session_state[market_key], ""),
        )
    return days, market


def _set(name: str, value: str, default: str) -> None:
    if value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _attention(needs: attention.Attention, viewer: Viewer) -> None:
    shown = needs.rows[:4]
    if not shown:
        st.success(viewer.say("Nothing needs you right now."), icon=":material/check_circle:")
        return
    with st.container(border=True, key="attention", gap="xsmall"):
        st.subheader(viewer.say("Needs attention"), anchor=False)
        for row in shown:
            text, button = attention.words(row, viewer)
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"{row.icon} {text}", width="stretch")
                is_first = row is shown[0]
                if st.button(button, key=f"attention_{row.kind}", type="primary" if is_first else "secondary"):
                    st.switch_page(row.page, query_params=dict(row.params))


def _trend(seen: Overview, viewer: Viewer) -> None:
    figure = charts.trend(seen.lines, seen.spikes, viewer, (seen.suspended_on, seen.reinstated_on))
    rows = [
        {
            viewer.say("Source"): labels.of(labels.SOURCE, line.source, viewer),
            viewer.say("Frustrated mentions"): line.total,
        }
        for line in seen.lines
    ]
    components.chart(
        figure,
        key="trend",
        viewer=viewer,
        title=viewer.say("Is frustration rising, and where?"),
        says=viewer.say(
            "Frustrated mentions a day, 5-day mean, five busiest sources. Diamonds are loud days: click to read them."
        ),
        rows=rows,
        on_pick=_to_day,
    )


def _to_day(picked: list[Any]) -> None:
    st.session_state["go"] = {"source": str(picked[0]), "on": str(picked[1]), "band": "frustrated"}


def _heat(seen: Overview, viewer: Viewer, days: str) -> None:
    rows = [
        {
            viewer.say("Source"): labels.of(labels.SOURCE, c.source, viewer),
            viewer.say("Market"): c.market or viewer.say("unknown"),
            viewer.say("Mentions"): c.n,
            viewer.say("Frustrated"): c.frustrated,
        }
        for c in seen.cells
    ]
    components.chart(
        charts.heat(seen.cells, viewer),
        key="heat",
        viewer=viewer,
        title=viewer.say("Where is it worst?"),
        says=viewer.say("Share of frustrated mentions. Numbers in brackets: too few to judge."),
        rows=rows,
        on_pick=lambda picked: _go({"source": str(picked[0]), "market": str(picked[1]), "days": days}),
    )


def _balance(seen: Overview, viewer: Viewer) -> None:
    rows = [
        {
            viewer.say("Week of"): formats.day(w.week, viewer),
            viewer.say("Mentions"): w.n,
            viewer.say("Frustrated"): formats.percent(w.frustrated, viewer),
            viewer.say("Not frustrated"): formats.percent(w.content, viewer),
        }
        for w in seen.balance
    ]
    components.chart(
        charts.balance(seen.balance, viewer, seen.suspended_on),
        key="balance",
        viewer=viewer,
        title=viewer.say("What is the balance of opinion?"),
        says=viewer.say("Share of each week's mentions; the rest is unsure."),
        rows=rows,
    )


def _causes(seen: Overview, viewer: Viewer, days: str) -> None:
    rows = [
        {
            viewer.say("Topic"): labels.of(labels.CATEGORY, c.category, viewer),
            viewer.say("Now"): c.n,
            viewer.say("usual"): formats.number(c.before, viewer, 1),
        }
        for c in seen.causes
    ]
    says = (
        viewer.say("Frustrated mentions by topic. The mark: the same length of time before the suspension.")
        if seen.is_before_suspension
        else viewer.say("Frustrated mentions by topic. The mark: the period before.")
    )
    components.chart(
        charts.causes(seen.causes, viewer),
        key="causes",
        viewer=viewer,
        title=viewer.say("What do people complain about?"),
        says=says,
        rows=rows,
        on_pick=lambda picked: _go({"category": str(picked[0]), "days": days, "band": "frustrated"}),
    )


def _go(params: dict[str, str]) -> None:
    st.session_state["go"] = {name: value for name, value in params.items() if value}


def _defects(needs: attention.Attention, viewer: Viewer) -> None:
    ahead = needs.ahead
    if not viewer.may(Action.SEE_AT_RISK) or not ahead:
        return
    rows = [
        {
            viewer.say("Marketplace"): marketplace,
            viewer.say("Orders"): p.now.orders,
            viewer.say("Defects"): p.now.defects,
            viewer.say("Rate"): formats.percent(p.now.rate or 0, viewer, 2),
            viewer.say("Expected to come"): formats.number(p.expected, viewer, 1),
            viewer.say("Chance to be over"): formats.percent(p.over_probability, viewer),
        }
        for marketplace, p in ahead.items()
    ]
    components.chart(
        charts.defects(ahead, viewer),
        key="defects",
        viewer=viewer,
        title=viewer.say("Where is the order defect rate heading?"),
        says=viewer.say("Dot: today. Grey band: where it ends in 8 of 10 cases if nobody helps the customers at risk."),
        rows=rows,
    )


if __name__ == "__main__":
    if target := st.session_state.pop("go", None):
        st.switch_page(pages.MENTIONS.file, query_params=target)
    components.frame(pages.OVERVIEW, show)
