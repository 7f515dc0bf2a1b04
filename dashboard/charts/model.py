"""Charts of how good the model is, and of whether what people write moves away from it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import formats, safe, theme
from dashboard.charts.frame import figure
from dashboard.viewer import Viewer
from models.drift import DRIFTED, NOTABLE, WORDS_DRIFTED, Drift
from models.report import Bin, Point
from models.trained import Thresholds

_TALL = 0.8


def reliability(bins: Sequence[Bin], viewer: Viewer) -> go.Figure:
    """The share that is frustrated against the probability that was told; on the diagonal both are equal."""
    chart = figure(300, top=12)
    chart.add_trace(
        go.Scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
        )
    )
    chart.add_trace(
        go.Scatter(
            x=[b.told for b in bins],
            y=[b.share for b in bins],
            mode="lines+markers",
            line={"color": theme.GOOD, "width": 2},
            marker={"size": 9, "color": theme.GOOD},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [b.high - b.share for b in bins],
                "arrayminus": [b.share - b.low for b in bins],
                "color": theme.NEUTRAL,
                "thickness": 1.5,
            },
            customdata=[[b.texts, formats.percent(b.low, viewer), formats.percent(b.high, viewer)] for b in bins],
            hovertemplate="%{x:.0%} → %{y:.0%} (%{customdata[1]}–%{customdata[2]}) · n=%{customdata[0]}<extra></extra>",
        )
    )
    _shares(chart, viewer.say("probability told"), viewer.say("share frustrated"))
    return chart


def precision_recall(curve: Sequence[Point], thresholds: Thresholds, chosen: float, viewer: Viewer) -> go.Figure:
    """How many of the flagged are right against how many are found; the thresholds in force and the chosen one."""
    chart = figure(300, top=12)
    held = [p for p in curve if p.precision is not None and p.recall is not None]
    chart.add_trace(
        go.Scatter(
            x=[p.recall for p in held],
            y=[p.precision for p in held],
            mode="lines",
            line={"color": theme.GOOD, "width": 2.5},
            customdata=[[f"{p.threshold:.2f}", p.flagged] for p in held],
            hovertemplate="≥ %{customdata[0]}: %{y:.0%} · %{x:.0%} · n=%{customdata[1]}<extra></extra>",
        )
    )
    marks = (
        (thresholds.high, viewer.say("frustrated from"), "diamond", theme.BAD),
        (thresholds.low, viewer.say("unsure from"), "square", theme.NEUTRAL),
        (chosen, viewer.say("tried"), "circle-open", theme.MORE[0]),
    )
    for threshold, name, symbol, colour in marks:
        at = min(held, key=lambda p: abs(p.threshold - threshold), default=None)
        if at is not None:
            _mark(chart, at, f"{name} {formats.number(threshold, viewer, 2)}", symbol, colour)
    _shares(chart, viewer.say("found"), viewer.say("right when flagged"))
    chart.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.3, "x": 0, "font": {"size": 12}})
    return chart


def _mark(chart: go.Figure, at: Point, name: str, symbol: str, colour: str) -> None:
    chart.data[0].showlegend = False
    chart.add_trace(
        go.Scatter(
            x=[at.recall],
            y=[at.precision],
            mode="markers",
            name=safe.plot(name),
            marker={"symbol": symbol, "size": 13, "color": colour, "line": {"width": 2, "color": colour}},
            hovertemplate=safe.plot(name) + ": %{y:.0%} · %{x:.0%}<extra></extra>",
        )
    )


def _shares(chart: go.Figure, x: str, y: str) -> None:
    chart.update_xaxes(
        title={"text": safe.plot(x)}, range=[-0.02, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]
    )
    chart.update_yaxes(
        title={"text": safe.plot(y)}, range=[-0.02, 1.05], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]
    )


def indices(weeks: Sequence[Drift], viewer: Viewer) -> go.Figure:
    """How far scores and languages of each week are from the reference."""
    chart = figure(260, top=12)
    x = [d.week.isoformat() for d in weeks]
    for name, values, dash, colour in (
        (viewer.say("scores"), [d.scores for d in weeks], "solid", theme.GOOD),
        (viewer.say("languages"), [d.languages for d in weeks], "dash", theme.MORE[1]),
    ):
        _line(chart, weeks, values, name, dash, colour, viewer, ".2f")
    top = max([DRIFTED, *(max(d.scores, d.languages) for d in weeks)])
    if top < _TALL:  # on a tall axis the two lines would lie on each other
        _limit(chart, NOTABLE, viewer.say("notable"))
    _limit(chart, DRIFTED, viewer.say("drifted"))
    chart.update_yaxes(range=[0, top * 1.25])
    _weeks(chart, x, weeks, viewer)
    return chart


def unknown_words(weeks: Sequence[Drift], viewer: Viewer) -> go.Figure:
    """The share of words that the model never met, week by week."""
    chart = figure(260, top=12)
    values = [d.unknown for d in weeks]
    _line(chart, weeks, values, viewer.say("unknown words"), "solid", theme.BAD, viewer, ".1%")
    usual = weeks[0].unknown - weeks[0].unknown_more if weeks else 0.0
    _limit(chart, usual, viewer.say("reference"))
    _limit(chart, usual + WORDS_DRIFTED, viewer.say("drifted"))
    chart.update_yaxes(range=[0, max([usual + WORDS_DRIFTED, *values]) * 1.2], tickformat=".0%")
    _weeks(chart, [d.week.isoformat() for d in weeks], weeks, viewer)
    return chart


def _line(
    chart: go.Figure,
    weeks: Sequence[Drift],
    values: Sequence[float],
    name: str,
    dash: str,
    colour: str,
    viewer: Viewer,
    form: str,
) -> None:
    chart.add_trace(
        go.Scatter(
            x=[d.week.isoformat() for d in weeks],
            y=list(values),
            mode="lines+markers",
            name=safe.plot(name),
            line={"color": colour, "width": 2.2, "dash": dash},
            marker={"size": 7},
            customdata=[[formats.short_day(d.week, viewer), d.n] for d in weeks],
            hovertemplate="%{customdata[0]}: %{y:"
            + form
            + "} · n=%{customdata[1]}<extra>"
            + safe.plot(name)
            + "</extra>",
        )
    )


def _limit(chart: go.Figure, at: float, name: str) -> None:
    chart.add_hline(y=at, line={"color": theme.NEUTRAL, "width": 1.2, "dash": "dot"})
    chart.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=at,
        yanchor="bottom",
        text=safe.plot(name),
        showarrow=False,
        font={"size": 12},
    )


def _weeks(chart: go.Figure, x: Sequence[str], weeks: Sequence[Drift], viewer: Viewer) -> None:
    step = max(len(weeks) // 4, 1)
    chart.update_xaxes(tickvals=list(x[::step]), ticktext=[formats.short_day(d.week, viewer) for d in weeks[::step]])
    chart.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.22, "x": 0, "font": {"size": 12}})
