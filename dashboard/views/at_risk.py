"""Customers at risk: who first, why, until when, and how they may be reached."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import acts, components, formats, labels, pages, paging, parts, safe
from dashboard.access import Action
from dashboard.queries import at_risk
from dashboard.queries.at_risk import CustomerDetail, CustomerLine, CustomerPage
from dashboard.translations import N_
from dashboard.viewer import Viewer
from data.domain import RiskPart
from data.workspace import Workspace
from recovery_plan.exports import Format

OPEN = "customer"
CHANGES = {"new": N_("new"), "worse": N_("worse"), "better": N_("better"), "same": N_("same"), "": ""}
TONES = {"new": "info", "worse": "bad", "better": "good"}
MIME = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    market = paging.param("market")
    with ws.store.reading() as tx:
        page = at_risk.page(
            tx, viewer, market=market, sort=paging.param("sort", at_risk.SORTS, "risk"), number=paging.number()
        )
        chosen = paging.param(OPEN)
        seen = at_risk.detail(tx, viewer, chosen) if chosen else None
    _controls(ws, viewer, page)
    if not page.total:
        line = formats.percent(ws.settings.policy.at_risk_from, viewer)
        components.empty(
            viewer,
            viewer.say("Nobody is above the line of {line}.", line=line),
            viewer.say("The line is 'at_risk_from' in reinstate.toml; 'reinstate run' computes it anew."),
        )
        return
    _figures(viewer, page)
    if seen is not None:
        with st.container(border=True, key="customer"):
            _detail(viewer, seen)
    _table(viewer, page, seen)
    paging.pager(page.total, at_risk.PAGE, viewer)


def _controls(ws: Workspace, viewer: Viewer, page: CustomerPage) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom", key="filters"):
        markets = ["", *page.markets]
        paging.choice("market", markets, {"": viewer.say("All markets")}, viewer, width=150)
        sorts = {
            "risk": viewer.say("Highest risk"),
            "deadline": viewer.say("Nearest deadline"),
            "value": viewer.say("Highest value"),
        }
        paging.choice("sort", list(at_risk.SORTS), sorts, viewer, default="risk", width=180)
        if viewer.may(Action.EXPORT):
            _export(ws, viewer)


def _export(ws: Workspace, viewer: Viewer) -> None:
    with st.popover(viewer.say("Weekly export"), icon=":material/download:"):
        st.caption(viewer.say("Everybody at risk this week, against last week, as your role may see them."))
        semicolon = viewer.language == "fr"
        st.download_button(
            viewer.say("Download for Excel (XLSX)"),
            key="export_xlsx",
            data=lambda: _made(ws, viewer, Format.XLSX, ","),
            file_name=_name(viewer, Format.XLSX),
            mime=MIME[Format.XLSX],
            on_click="ignore",
            type="primary",
        )
        st.download_button(
            viewer.say("Download as CSV"),
            key="export_csv",
            data=lambda: _made(ws, viewer, Format.CSV, ";" if semicolon else ","),
            file_name=_name(viewer, Format.CSV),
            mime=MIME[Format.CSV],
            on_click="ignore",
        )


def _name(viewer: Viewer, form: Format) -> str:
    role = viewer.role.value if viewer.role else "nobody"
    return f"at-risk-{viewer.today:%G-W%V}-{role}.{form.value}"


def _made(ws: Workspace, viewer: Viewer, form: Format, delimiter: str) -> bytes:
    """Made when the button is pressed; the export and who took it are on the audit log."""
    return acts.export_at_risk(ws, viewer, form, delimiter).read_bytes()


def _figures(viewer: Viewer, page: CustomerPage) -> None:
    value, *more = [formats.money(v, c, viewer, whole=True) for c, v in page.value_minor.items()] or ["–"]
    with st.container(key="figures"):
        first, second, third = st.columns(3, gap="small")
    first.metric(viewer.say("At risk now"), formats.number(page.total, viewer), border=True, height="stretch")
    others = " + ".join(more[:2])
    second.metric(
        viewer.say("Value of their orders"),
        value,
        f"+ {others}" if others else None,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )
    third.metric(
        viewer.say("Deadline within 6 hours or past"),
        formats.number(page.due_soon, viewer),
        border=True,
        height="stretch",
    )


def _table(viewer: Viewer, page: CustomerPage, seen: CustomerDetail | None) -> None:
    columns: list[dict[str, Any]] = [
        {"key": "who", "label": viewer.say("Customer")},
        {"key": "risk", "label": viewer.say("Risk"), "align": "end", "kind": "bar"},
        {"key": "change", "label": viewer.say("Since last week"), "kind": "badge"},
        {"key": "why", "label": viewer.say("Why"), "kind": "wide"},
        {"key": "value", "label": viewer.say("Value"), "align": "end"},
        {"key": "deadline", "label": viewer.say("Deadline")},
        {"key": "route", "label": viewer.say("Way to reach them")},
    ]
    rows = [{"id": line.key, "cells": _cells(line, viewer)} for line in page.lines]
    parts.table(
        columns,
        rows,
        key="customers",
        label=viewer.say("Customers at risk"),
        selected=seen.line.key if seen else None,
        on_pick=lambda key: paging.put(OPEN, key),
    )


def _cells(line: CustomerLine, viewer: Viewer) -> dict[str, Any]:
    place = " · ".join(p for p in (line.marketplace or line.country, line.order_id) if p)
    planned = formats.week_day(line.planned_on, viewer) if line.planned_on else viewer.say("not planned")
    return {
        "who": {"text": line.name or line.pseudonym, "sub": place},
        "risk": {"text": formats.chance(line.risk, viewer), "share": round(line.risk, 3)},
        "change": {
            "text": viewer.say(CHANGES[line.change]) if line.change in TONES else "",
            "tone": TONES.get(line.change, ""),
        },
        "why": {
            "text": labels.of(labels.CATEGORY, line.category, viewer) if line.category else "",
            "sub": ", ".join(labels.of(labels.RISK, p.name, viewer) for p in _moving(line.parts)[:3]),
        },
        "value": formats.money(line.value_minor, line.currency, viewer),
        "deadline": {"text": formats.left(line.deadline_at, viewer), "sub": line.deadline_rule or ""},
        "route": {"text": labels.of(labels.ROUTE, line.route, viewer) if line.route else "", "sub": planned},
    }


def _moving(shares: tuple[RiskPart, ...]) -> list[RiskPart]:
    return [p for p in shares if p.name != "base" and p.weight > 0]


def _detail(viewer: Viewer, seen: CustomerDetail) -> None:
    line = seen.line
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(safe.label(line.name or line.pseudonym), anchor=False)
        st.button(
            viewer.say("Close"),
            key="close_customer",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: paging.put(OPEN, ""),
        )
    facts = [
        safe.label(line.order_id or ""),
        safe.label(line.marketplace or ""),
        viewer.say("bought {day}", day=formats.day(seen.purchased_at, viewer)) if seen.purchased_at else "",
        formats.money(line.value_minor, line.currency, viewer),
        *(safe.label(p) for p in seen.products[:2]),
    ]
    st.caption(" · ".join(f for f in facts if f))
    left, right = st.columns(2, gap="medium")
    with left:
        _reasons(viewer, line)
        _route(viewer, seen)
    with right:
        _said(viewer, seen)


def _reasons(viewer: Viewer, line: CustomerLine) -> None:
    st.markdown(f"**{viewer.say('Why {risk} risk', risk=formats.chance(line.risk, viewer))}**")
    rows = [
        {
            "id": str(n),
            "cells": {
                "name": labels.of(labels.RISK, p.name, viewer),
                "detail": _risk_detail(p, viewer),
                "weight": {
                    "text": formats.signed(p.weight, viewer, 2),
                    "share": min(abs(p.weight) / 3, 1),
                    "tone": "" if p.weight > 0 else "calm",
                },
            },
        }
        for n, p in enumerate(line.parts)
    ]
    columns = [
        {"key": "name", "label": viewer.say("Reason")},
        {"key": "detail", "label": viewer.say("Fact")},
        {"key": "weight", "label": viewer.say("Share (log-odds)"), "align": "end", "kind": "bar"},
    ]
    parts.table(columns, rows, key="risk_parts", label=viewer.say("Reasons of the risk"))


def _risk_detail(part: RiskPart, viewer: Viewer) -> str:
    """The model tells facts in English codes; the ones that are words are translated."""
    first, _, rest = part.detail.partition(" ")
    if part.name == "frustration":
        return formats.percent(float(part.detail), viewer) if _is_number(part.detail) else part.detail
    if rest == "days" and _is_number(first):
        return viewer.say_n("{n} day", "{n} days", round(float(first)))
    if rest == "messages" and _is_number(first):
        return viewer.say_n("{n} message", "{n} messages", round(float(first)))
    if part.name == "severity":
        return labels.of(labels.SEVERITY, first, viewer)
    return labels.of(labels.STATE, part.detail, viewer)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _route(viewer: Viewer, seen: CustomerDetail) -> None:
    line = seen.line
    st.markdown(f"**{viewer.say('What is owed, and how to reach them')}**")
    if line.deadline_at:
        st.markdown(
            viewer.say(
                "Deadline {when} ({left}), rule {rule}.",
                when=formats.moment(line.deadline_at, viewer),
                left=formats.left(line.deadline_at, viewer),
                rule=safe.label(line.deadline_rule or ""),
            )
        )
    if line.route is None:
        st.caption(viewer.say("Not in the newest plan: build it anew."))
        return
    st.markdown(
        viewer.say(
            "{route}, rule {rule}: {reason}.",
            route=labels.of(labels.ROUTE, line.route, viewer),
            rule=safe.label(seen.route_rule or ""),
            reason=safe.label(labels.reason(seen.route_reason or "", viewer)),
        )
    )
    if line.planned_on:
        owner = f", {safe.label(seen.owner)}" if seen.owner else ""
        st.markdown(viewer.say("Planned: {day}{owner}.", day=formats.week_day(line.planned_on, viewer), owner=owner))
    elif line.unplaced:
        st.markdown(viewer.say("Not planned: {why}.", why=safe.label(labels.reason(line.unplaced, viewer))))


def _said(viewer: Viewer, seen: CustomerDetail) -> None:
    st.markdown(f"**{viewer.say('What they said in public')}**")
    if not seen.mentions:
        st.caption(viewer.say("No linked mention."))
    for m in seen.mentions:
        with st.container(border=True, key=f"said_{m.id}"):
            st.caption(f"{labels.of(labels.SOURCE, m.source, viewer)} · {formats.day(m.published_at, viewer)}")
            parts.prose([(m.excerpt, 0.0)], key=f"excerpt_{m.id}")
            if st.button(
                viewer.say("Open the mention"), key=f"mention_{m.id}", type="tertiary", icon=":material/arrow_forward:"
            ):
                st.switch_page(pages.MENTIONS.file, query_params={"mention": str(m.id), "days": "all"})
    if seen.tickets:
        st.markdown(f"**{viewer.say('Their tickets')}**")
    for t in seen.tickets:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(t.subject or viewer.say("No subject"))
            st.badge(labels.of(labels.STATUS, t.status, viewer), color="gray")
            if st.button(
                viewer.say("Open the ticket"), key=f"ticket_{t.id}", type="tertiary", icon=":material/arrow_forward:"
            ):
                st.switch_page(pages.TICKETS.file, query_params={"ticket": str(t.id)})


if __name__ == "__main__":
    components.frame(pages.AT_RISK, show)
