"""What all charts share: size, quiet axes, and the mark of the suspension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboard import formats, safe, theme
from dashboard.viewer import Viewer

CONFIG: Mapping[str, Any] = {"displayModeBar": False, "scrollZoom": False, "responsive": True}
_FONT = 13


def figure(height: int, *, left: int = 8, right: int = 8, top: int = 16, bottom: int = 8) -> go.Figure:
    """An empty chart of ``height`` pixels that reads the same in both themes."""
    made = go.Figure()
    made.update_layout(
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": _FONT, "color": theme.NEUTRAL},
        showlegend=False,
        hoverlabel={"font": {"size": _FONT}},
        dragmode=False,
    )
    made.update_xaxes(showgrid=False, zeroline=False, fixedrange=True, automargin=True, tickangle=0)
    made.update_yaxes(gridcolor=theme.GRID, zeroline=False, fixedrange=True, automargin=True)
    return made


def mark_suspension(chart: go.Figure, viewer: Viewer, on: date | None, until: date | None, last: date) -> None:
    """The suspended days are shaded and begin with a line that says so."""
    if on is None or on > last:
        return
    end = min(until or last, last)
    chart.add_vrect(x0=on.isoformat(), x1=end.isoformat(), fillcolor=theme.BAD, opacity=0.07, line_width=0)
    chart.add_vline(x=on.isoformat(), line={"color": theme.BAD, "width": 1.5, "dash": "dash"})
    chart.add_annotation(
        x=on.isoformat(),
        y=1,
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        text=safe.plot(viewer.say("Account suspended, {day}", day=formats.short_day(on, viewer))),
        showarrow=False,
        font={"size": 12},
    )


def days_axis(chart: go.Figure, days: Sequence[date], viewer: Viewer) -> None:
    """A few days as ticks, in the reader's words."""
    step = max(len(days) // 5, 1)
    ticks = days[::step]
    chart.update_xaxes(
        tickvals=[d.isoformat() for d in ticks],
        ticktext=[formats.short_day(d, viewer) for d in ticks],
        range=[days[0].isoformat(), days[-1].isoformat()],
    )
