"""Charts of what we do about it: the order defect rate and the room in the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard import formats, safe, theme
from dashboard.charts.frame import figure
from dashboard.queries.plan import DayLoad
from dashboard.viewer import Viewer
from recovery_plan.metrics import Projection


def defects(ahead: Mapping[str, Projection], viewer: Viewer) -> go.Figure:
    """The order defect rate of each marketplace now, with what the open orders may add, against the limit."""
    shown = [p for p in ahead.values() if p.now.orders][::-1]
    chart = figure(70 + 40 * max(len(shown), 1), right=90)
    for projected in shown:
        _outlook(chart, projected, viewer)
    rates = [p.now for p in shown]
    chart.add_trace(
        go.Scatter(
            x=[r.rate for r in rates],
            y=[safe.plot(r.marketplace) for r in rates],
            mode="markers",
            marker={"size": 13, "symbol": "circle", "color": [theme.BAD if r.is_over else theme.GOOD for r in rates]},
            customdata=[[r.defects, r.orders] for r in rates],
            hovertemplate="%{x:.2%} · %{customdata[0]}/%{customdata[1]}<extra>%{y}</extra>",
        )
    )
    if rates:
        limit = rates[0].limit
        chart.add_vline(x=limit, line={"color": theme.BAD, "width": 1.5, "dash": "dash"})
        text = safe.plot(viewer.say("limit {share}", share=formats.percent(limit, viewer)))
        chart.add_annotation(x=limit, y=1, yref="paper", text=text, showarrow=False, yanchor="bottom", xanchor="left")
    chart.update_xaxes(tickformat=".0%", rangemode="tozero", showgrid=True, gridcolor=theme.GRID, nticks=6)
    chart.update_yaxes(showgrid=False)
    return chart


def _outlook(chart: go.Figure, projected: Projection, viewer: Viewer) -> None:
    """A dotted way from today's rate to the band in which it ends in 8 of 10 cases."""
    now = projected.now
    low, high = ((now.defects + projected.quantile(q)) / now.orders for q in (0.1, 0.9))
    y = [safe.plot(now.marketplace)] * 2
    dotted = {"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"}
    chart.add_trace(go.Scatter(x=[now.rate, high], y=y, mode="lines", line=dotted, hoverinfo="skip"))
    told = safe.plot(viewer.say("if nobody helps (8 in 10 chances)"))
    chart.add_trace(
        go.Scatter(
            x=[low, high],
            y=y,
            mode="lines",
            line={"color": theme.NEUTRAL, "width": 9},
            opacity=0.55,
            hovertemplate=told + ": %{x:.1%}<extra></extra>",
        )
    )


def capacity(days: Sequence[DayLoad], viewer: Viewer) -> go.Figure:
    """Minutes of contact planned each day against the minutes there are."""
    chart = figure(260, top=10)
    x = [d.day.isoformat() for d in days]
    over = [d.minutes > d.minutes_cap for d in days]
    free = [max(d.minutes_cap - d.minutes, 0) for d in days]
    chart.add_trace(
        go.Bar(
            x=x,
            y=[d.minutes for d in days],
            marker={"color": [theme.BAD_FILL if o else theme.GOOD_FILL for o in over]},
            text=[str(d.contacts) for d in days],
            textfont={"color": "#ffffff"},
            textangle=0,
            customdata=[[d.contacts, d.minutes_cap] for d in days],
            hovertemplate="%{y} / %{customdata[1]} min · %{customdata[0]}<extra></extra>",
        )
    )
    chart.add_trace(go.Bar(x=x, y=free, marker={"color": theme.GRID}, hoverinfo="skip"))
    step = max(len(days) // 7, 1)
    chart.update_xaxes(tickvals=x[::step], ticktext=[formats.short_day(d.day, viewer) for d in days[::step]])
    chart.update_yaxes(title={"text": safe.plot(viewer.say("minutes"))})
    chart.update_layout(barmode="stack", bargap=0.25)
    return chart
