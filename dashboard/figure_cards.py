"""The figures of the first page: each with its change and a way to the rows behind it."""

from __future__ import annotations

import streamlit as st

from dashboard import components, formats, pages
from dashboard.queries import attention
from dashboard.queries.overview import Overview
from dashboard.viewer import Viewer


def show(seen: Overview, needs: attention.Attention, viewer: Viewer, days: str, market: str) -> None:
    """Draw the cards."""
    narrowed = {"days": days} | ({"market": market} if market else {})
    now, before = seen.now, seen.before
    compared = " " + (
        viewer.say("Compared with the 60 days before the suspension.")
        if seen.is_before_suspension
        else viewer.say("Compared with the period before.")
    )
    with st.container(key="figures"):
        grid = st.columns(6 if needs.waiting is not None else 5, gap="small")
    cards = iter(grid)
    with next(cards):
        components.figure_card(
            viewer.say("Mentions a day"),
            formats.number(now.per_day, viewer, 1),
            delta=_moved(now.per_day, before.per_day, viewer, 1),
            neutral=True,
            against=_was(formats.number(before.per_day, viewer, 1), viewer),
            help_text=viewer.say("Public mentions of the brand, own posts and reposts left out.") + compared,
            link=(viewer.say("Show {n}", n=formats.number(now.n, viewer)), pages.MENTIONS.file, narrowed),
            key="volume",
        )
    with next(cards):
        components.figure_card(
            viewer.say("Frustrated"),
            formats.percent(now.share or 0, viewer),
            delta=_points(now.share, before.share, viewer),
            inverse=True,
            against=_was(formats.percent(before.share or 0, viewer), viewer),
            help_text=viewer.say("Share of mentions whose frustration the model, or a person, put in the top band.")
            + compared,
            link=(
                viewer.say("Show {n}", n=formats.number(now.frustrated, viewer)),
                pages.MENTIONS.file,
                narrowed | {"band": "frustrated"},
            ),
            key="frustrated",
        )
    with next(cards):
        components.figure_card(
            viewer.say("Linked to an order"),
            formats.percent(now.linked_share or 0, viewer),
            delta=_points(now.linked_share, before.linked_share, viewer),
            against=_was(formats.percent(before.linked_share or 0, viewer), viewer),
            help_text=viewer.say("Share of the frustrated mentions that are tied to an order of the cache.") + compared,
            link=(
                viewer.say("Check {n}", n=formats.number(now.to_check, viewer)),
                pages.MENTIONS.file,
                narrowed | {"band": "frustrated", "link": "check"},
            ),
            key="linked",
        )
    with next(cards):
        _at_risk_card(seen, viewer, market)
    if needs.waiting is not None:
        with next(cards):
            components.figure_card(
                viewer.say("Tickets waiting"),
                formats.number(needs.waiting, viewer),
                delta=viewer.say("{n} late", n=formats.number(needs.late, viewer)) if needs.late else None,
                inverse=True,
                help_text=viewer.say("Tickets in which the buyer wrote last; late: the next deadline has passed."),
                link=(viewer.say("Open the queue"), pages.TICKETS.file, {}),
                key="tickets",
            )
    with next(cards):
        _defect_card(needs, viewer)


def _at_risk_card(seen: Overview, viewer: Viewer, market: str) -> None:
    top = next(iter(seen.at_risk.value_minor.items()), None)
    value = formats.money(top[1], top[0], viewer, whole=True) if top else ""
    new = seen.at_risk.new
    components.figure_card(
        viewer.say("Customers at risk"),
        formats.number(seen.at_risk.customers, viewer),
        delta=f"+{formats.number(new, viewer)}" if new else None,
        inverse=True,
        against=viewer.say("new") if new else value,
        help_text=viewer.say(
            "Customers above the line set in the policy. Their orders are worth {value}.", value=value
        ),
        link=(viewer.say("Show them"), pages.AT_RISK.file, {"market": market} if market else {}),
        key="at_risk",
    )


def _defect_card(needs: attention.Attention, viewer: Viewer) -> None:
    worst = needs.worst_rate
    value = formats.percent(worst.rate, viewer, 2) if worst and worst.rate is not None else "–"
    told = viewer.say("limit {share}", share=formats.percent(worst.limit, viewer)) if worst else None
    with st.container(border=True, key="figure_odr", height="stretch"):
        st.metric(
            viewer.say("Order defect rate"),
            value,
            delta=worst.marketplace if worst else None,
            delta_color="off",
            delta_arrow="off",
            delta_description=told,
            help=viewer.say(
                "Orders of the last 60 days with bad feedback, a claim or a chargeback; worst marketplace."
            ),
        )


def _was(value: str, viewer: Viewer) -> str:
    return viewer.say("was {value}", value=value)


def _moved(now: float, before: float, viewer: Viewer, digits: int) -> str:
    return formats.signed(now - before, viewer, digits)


def _points(now: float | None, before: float | None, viewer: Viewer) -> str | None:
    if now is None or before is None:
        return None
    return viewer.say("{points} pts", points=formats.signed((now - before) * 100, viewer))
