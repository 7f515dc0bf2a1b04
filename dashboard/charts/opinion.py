"""Charts of what people say: how much, where, which way it leans, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboard import formats, labels, safe, theme
from dashboard.charts.frame import days_axis, figure, mark_suspension
from dashboard.queries.overview import FEW, Balance, Cause, Cell, Line
from dashboard.queries.spikes import Spike
from dashboard.viewer import Viewer

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def trend(
    lines: Sequence[Line], spikes: Sequence[Spike], viewer: Viewer, suspended: tuple[date | None, date | None]
) -> go.Figure:
    """Frustrated mentions a day by source: the loudest in colour, the others grey with dashes, named at their ends."""
    chart = figure(330, right=110, top=28)
    ends: list[tuple[float, str, str]] = []
    for number, line in enumerate(lines):
        colour = theme.BAD if number == 0 else theme.NEUTRAL
        name = safe.plot(labels.of(labels.SOURCE, line.source, viewer))
        chart.add_trace(
            go.Scatter(
                x=[d.isoformat() for d in line.days],
                y=[round(v, 2) for v in line.values],
                mode="lines",
                name=name,
                customdata=[[line.source, d.isoformat(), formats.short_day(d, viewer)] for d in line.days],
                line={"color": colour, "width": 2.6 if number == 0 else 1.5, "dash": _DASHES[number % 5]},
                hovertemplate="%{customdata[2]} · " + name + ": %{y:.1f}<extra></extra>",
            )
        )
        ends.append((line.values[-1], name, colour))
    _name_ends(chart, ends, max((v for line in lines for v in line.values), default=1.0))
    _mark_spikes(chart, lines, spikes, viewer)
    if lines:
        mark_suspension(chart, viewer, *suspended, lines[0].days[-1])
        days_axis(chart, lines[0].days, viewer)
    chart.update_yaxes(rangemode="tozero")
    return chart


def _name_ends(chart: go.Figure, ends: Sequence[tuple[float, str, str]], top: float) -> None:
    """Names beside the ends of the lines, pushed apart (in parts of the axis) so that none covers another."""
    least, reached = (top or 1.0) * 0.07, float("-inf")
    for value, name, colour in sorted(ends):
        at = max(value, reached + least)
        reached = at
        chart.add_annotation(
            x=1, xref="paper", y=at, text=name, showarrow=False, xanchor="left", xshift=6, font={"color": colour}
        )


def _mark_spikes(chart: go.Figure, lines: Sequence[Line], spikes: Sequence[Spike], viewer: Viewer) -> None:
    held = {line.source: dict(zip(line.days, line.values, strict=True)) for line in lines}
    shown = [s for s in spikes if s.day in held.get(s.source, {})]
    if not shown:
        return
    told = [
        safe.plot(
            viewer.say(
                "{source}, {day}: {n} frustrated mentions, {times} times the usual",
                source=labels.of(labels.SOURCE, s.source, viewer),
                day=formats.short_day(s.day, viewer),
                n=s.n,
                times=formats.number(s.times, viewer, 1),
            ),
            160,
        )
        for s in shown
    ]
    chart.add_trace(
        go.Scatter(
            x=[s.day.isoformat() for s in shown],
            y=[round(held[s.source][s.day], 2) for s in shown],
            mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": theme.BAD},
            customdata=[[s.source, s.day.isoformat()] for s in shown],
            text=told,
            hovertemplate="%{text}<extra></extra>",
        )
    )


def heat(cells: Sequence[Cell], viewer: Viewer) -> go.Figure:
    """Share of frustrated mentions by source and market; cells with few mentions say so instead of shouting."""
    volume: dict[str, int] = {}
    for c in cells:
        volume[c.market] = volume.get(c.market, 0) + c.n
    markets = [m for m, _ in sorted(volume.items(), key=lambda pair: (not pair[0], -pair[1]))][:7]
    sources = sorted({c.source for c in cells}, key=lambda s: sum(c.n for c in cells if c.source == s))
    held = {(c.source, c.market): c for c in cells}
    usual = sum(c.frustrated for c in cells) / max(sum(c.n for c in cells), 1)  # the colour's middle
    shares, texts, hovers, keys = [], [], [], []
    for source in sources:
        row = [held.get((source, market)) for market in markets]
        shares.append([c.frustrated / c.n if c and c.n >= FEW else None for c in row])
        texts.append([_cell_text(c, viewer) for c in row])
        hovers.append([_cell_hover(c, viewer) for c in row])
        keys.append([[source, market] for market in markets])
    chart = figure(70 + 48 * len(sources), top=30)
    chart.add_trace(
        go.Heatmap(
            x=[m or viewer.say("unknown") for m in markets],
            y=[safe.plot(labels.of(labels.SOURCE, s, viewer)) for s in sources],
            z=shares,
            text=texts,
            customdata=keys,
            hovertext=hovers,
            hovertemplate="%{hovertext}<extra></extra>",
            zmin=max(usual - 0.4, -0.4),
            zmax=usual + 0.4,
            colorscale=[list(stop) for stop in theme.DIVERGING],
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    for y, source in enumerate(sources):
        for x, market in enumerate(markets):
            cell = held.get((source, market))
            is_few = cell is None or cell.n < FEW
            chart.add_annotation(
                x=x,
                y=y,
                text=texts[y][x],
                showarrow=False,
                font={"size": 12} if is_few else {"size": 14, "color": theme.ON_CELL},
            )
    chart.update_xaxes(side="top")
    chart.update_yaxes(showgrid=False)
    return chart


def _cell_text(cell: Cell | None, viewer: Viewer) -> str:
    if cell is None or not cell.n:
        return "–"
    return formats.percent(cell.frustrated / cell.n, viewer) if cell.n >= FEW else f"({cell.n})"


def _cell_hover(cell: Cell | None, viewer: Viewer) -> str:
    if cell is None or not cell.n:
        return viewer.say("no mentions")
    return viewer.say("{bad} of {n} mentions are frustrated", bad=cell.frustrated, n=cell.n)


def balance(weeks: Sequence[Balance], viewer: Viewer, suspended_on: date | None) -> go.Figure:
    """Weekly shares: frustrated to the left of zero (below), content above; both labelled."""
    chart = figure(280, top=28)
    x = [w.week.isoformat() for w in weeks]
    for name, values, colour, sign in (
        (viewer.say("Not frustrated"), [w.content for w in weeks], theme.GOOD_FILL, 1),
        (viewer.say("Frustrated"), [w.frustrated for w in weeks], theme.BAD_FILL, -1),
    ):
        chart.add_trace(
            go.Bar(
                x=x,
                y=[sign * v for v in values],
                name=safe.plot(name),
                marker={"color": colour},
                text=[formats.percent(v, viewer) if v >= 0.2 else "" for v in values],
                constraintext="none",
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"color": "#ffffff", "size": 12},
                customdata=[[w.n, formats.percent(v, viewer)] for w, v in zip(weeks, values, strict=True)],
                hovertemplate="%{customdata[1]} · n=%{customdata[0]}<extra>" + safe.plot(name) + "</extra>",
            )
        )
    if suspended_on and weeks and suspended_on >= weeks[0].week:
        mark_suspension(chart, viewer, suspended_on, suspended_on, weeks[-1].week + timedelta(days=6))
    step = max(len(weeks) // 5, 1)
    chart.update_xaxes(tickvals=x[::step], ticktext=[formats.short_day(w.week, viewer) for w in weeks[::step]])
    chart.update_yaxes(
        tickvals=[-1, -0.5, 0, 0.5, 1], ticktext=["100%", "50%", "0", "50%", "100%"], range=[-1.05, 1.05]
    )
    chart.update_layout(
        barmode="relative",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "x": 0, "font": {"size": 12}},
    )
    return chart


def causes(found: Sequence[Cause], viewer: Viewer) -> go.Figure:
    """Complaints by topic; the mark shows what an equal time before had."""
    shown = [c for c in found if c.n][:7][::-1]
    chart = figure(60 + 36 * max(len(shown), 1), right=44)
    names = [safe.plot(labels.of(labels.CATEGORY, c.category, viewer)) for c in shown]
    chart.add_trace(
        go.Bar(
            x=[c.n for c in shown],
            y=names,
            orientation="h",
            marker={"color": theme.BAD},
            customdata=[[c.category] for c in shown],
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    chart.add_trace(
        go.Scatter(
            x=[c.before for c in shown],
            y=names,
            mode="markers",
            marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": theme.NEUTRAL}},
            hovertemplate="%{x:.0f}<extra>" + safe.plot(viewer.say("usual")) + "</extra>",
        )
    )
    chart.add_trace(
        go.Scatter(
            x=[max(c.n, c.before) for c in shown],
            y=names,
            mode="text",
            text=[f"  {formats.number(c.n, viewer)}" for c in shown],
            textposition="middle right",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    chart.update_xaxes(showgrid=True, gridcolor=theme.GRID, rangemode="tozero", nticks=5)
    chart.update_yaxes(showgrid=False)
    chart.update_layout(bargap=0.35)
    return chart
