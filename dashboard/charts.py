"""Charts: each answers one question, says its unit, marks the suspension, and reads the same in both themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from dashboard import formats, labels, safe, theme
from dashboard.queries.overview import FEW, Balance, Cause, Cell, Line
from dashboard.queries.plan import DayLoad
from dashboard.queries.spikes import Spike
from dashboard.viewer import Viewer
from recovery_plan.metrics import DefectRate, Projection

MAX_POINTS = 500
CONFIG: Mapping[str, Any] = {"displayModeBar": False, "scrollZoom": False, "responsive": True}
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_FONT = 13


def _figure(height: int, *, left: int = 8, right: int = 8, top: int = 16, bottom: int = 8) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": _FONT, "color": theme.NEUTRAL},
        showlegend=False,
        hoverlabel={"font": {"size": _FONT}},
        dragmode=False,
    )
    figure.update_xaxes(showgrid=False, zeroline=False, fixedrange=True, automargin=True, tickangle=0)
    figure.update_yaxes(gridcolor=theme.GRID, zeroline=False, fixedrange=True, automargin=True)
    return figure


def _mark_suspension(figure: go.Figure, viewer: Viewer, on: date | None, until: date | None, last: date) -> None:
    """The suspended days are shaded and begin with a line that says so."""
    if on is None or on > last:
        return
    end = min(until or last, last)
    figure.add_vrect(x0=on.isoformat(), x1=end.isoformat(), fillcolor=theme.BAD, opacity=0.07, line_width=0)
    figure.add_vline(x=on.isoformat(), line={"color": theme.BAD, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=on.isoformat(),
        y=1,
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        text=safe.plot(viewer.say("Account suspended, {day}", day=formats.short_day(on, viewer))),
        showarrow=False,
        font={"size": 12},
    )


def trend(
    lines: Sequence[Line], spikes: Sequence[Spike], viewer: Viewer, suspended: tuple[date | None, date | None]
) -> go.Figure:
    """Frustrated mentions a day by source: the loudest in colour, the others grey with dashes, named at their ends."""
    figure = _figure(330, right=110, top=28)
    ends: list[tuple[float, str, str]] = []
    for number, line in enumerate(lines):
        colour = theme.BAD if number == 0 else theme.NEUTRAL
        name = safe.plot(labels.of(labels.SOURCE, line.source, viewer))
        figure.add_trace(
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
    _name_ends(figure, ends, max((v for line in lines for v in line.values), default=1.0))
    _mark_spikes(figure, lines, spikes, viewer)
    if lines:
        _mark_suspension(figure, viewer, *suspended, lines[0].days[-1])
        _days_axis(figure, lines[0].days, viewer)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _name_ends(figure: go.Figure, ends: Sequence[tuple[float, str, str]], top: float) -> None:
    """Names beside the ends of the lines, pushed apart (in parts of the axis) so that none covers another."""
    least, reached = (top or 1.0) * 0.07, float("-inf")
    for value, name, colour in sorted(ends):
        at = max(value, reached + least)
        reached = at
        figure.add_annotation(
            x=1, xref="paper", y=at, text=name, showarrow=False, xanchor="left", xshift=6, font={"color": colour}
        )


def _mark_spikes(figure: go.Figure, lines: Sequence[Line], spikes: Sequence[Spike], viewer: Viewer) -> None:
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
    figure.add_trace(
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


def _days_axis(figure: go.Figure, days: Sequence[date], viewer: Viewer) -> None:
    step = max(len(days) // 5, 1)
    ticks = days[::step]
    figure.update_xaxes(
        tickvals=[d.isoformat() for d in ticks],
        ticktext=[formats.short_day(d, viewer) for d in ticks],
        range=[days[0].isoformat(), days[-1].isoformat()],
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
    figure = _figure(70 + 48 * len(sources), top=30)
    figure.add_trace(
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
            figure.add_annotation(
                x=x,
                y=y,
                text=texts[y][x],
                showarrow=False,
                font={"size": 12} if is_few else {"size": 14, "color": theme.ON_CELL},
            )
    figure.update_xaxes(side="top")
    figure.update_yaxes(showgrid=False)
    return figure


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
    figure = _figure(280, top=28)
    x = [w.week.isoformat() for w in weeks]
    for name, values, colour, sign in (
        (viewer.say("Not frustrated"), [w.content for w in weeks], theme.GOOD_FILL, 1),
        (viewer.say("Frustrated"), [w.frustrated for w in weeks], theme.BAD_FILL, -1),
    ):
        figure.add_trace(
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
        _mark_suspension(figure, viewer, suspended_on, suspended_on, weeks[-1].week + timedelta(days=6))
    step = max(len(weeks) // 5, 1)
    figure.update_xaxes(tickvals=x[::step], ticktext=[formats.short_day(w.week, viewer) for w in weeks[::step]])
    figure.update_yaxes(
        tickvals=[-1, -0.5, 0, 0.5, 1], ticktext=["100%", "50%", "0", "50%", "100%"], range=[-1.05, 1.05]
    )
    figure.update_layout(
        barmode="relative",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "x": 0, "font": {"size": 12}},
    )
    return figure


def causes(found: Sequence[Cause], viewer: Viewer) -> go.Figure:
    """Complaints by topic; the mark shows what an equal time before had."""
    shown = [c for c in found if c.n][:7][::-1]
    figure = _figure(60 + 36 * max(len(shown), 1), right=44)
    names = [safe.plot(labels.of(labels.CATEGORY, c.category, viewer)) for c in shown]
    figure.add_trace(
        go.Bar(
            x=[c.n for c in shown],
            y=names,
            orientation="h",
            marker={"color": theme.BAD},
            customdata=[[c.category] for c in shown],
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[c.before for c in shown],
            y=names,
            mode="markers",
            marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": theme.NEUTRAL}},
            hovertemplate="%{x:.0f}<extra>" + safe.plot(viewer.say("usual")) + "</extra>",
        )
    )
    figure.add_trace(
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
    figure.update_xaxes(showgrid=True, gridcolor=theme.GRID, rangemode="tozero", nticks=5)
    figure.update_yaxes(showgrid=False)
    figure.update_layout(bargap=0.35)
    return figure


def defects(rates: Sequence[DefectRate], ahead: Mapping[str, Projection], viewer: Viewer) -> go.Figure:
    """The order defect rate of each marketplace now, with what the open orders may add, against the limit."""
    shown = [r for r in rates if r.rate is not None][::-1]
    figure = _figure(70 + 40 * max(len(shown), 1), right=90)
    for rate in shown:
        p = ahead.get(rate.marketplace)
        if p is None or not rate.orders:
            continue
        low, high = ((rate.defects + p.quantile(q)) / rate.orders for q in (0.1, 0.9))
        figure.add_trace(
            go.Scatter(
                x=[rate.rate, high],
                y=[rate.marketplace] * 2,
                mode="lines",
                line={"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"},
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[low, high],
                y=[rate.marketplace] * 2,
                mode="lines",
                line={"color": theme.NEUTRAL, "width": 9},
                opacity=0.55,
                hovertemplate=safe.plot(viewer.say("if nobody helps (8 in 10 chances)")) + ": %{x:.1%}<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[r.rate for r in shown],
            y=[r.marketplace for r in shown],
            mode="markers",
            marker={"size": 13, "symbol": "circle", "color": [theme.BAD if r.is_over else theme.GOOD for r in shown]},
            customdata=[[r.defects, r.orders] for r in shown],
            hovertemplate="%{x:.2%} · %{customdata[0]}/%{customdata[1]}<extra>%{y}</extra>",
        )
    )
    if shown:
        limit = shown[0].limit
        figure.add_vline(x=limit, line={"color": theme.BAD, "width": 1.5, "dash": "dash"})
        text = safe.plot(viewer.say("limit {share}", share=formats.percent(limit, viewer)))
        figure.add_annotation(x=limit, y=1, yref="paper", text=text, showarrow=False, yanchor="bottom", xanchor="left")
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", showgrid=True, gridcolor=theme.GRID, nticks=6)
    figure.update_yaxes(showgrid=False)
    return figure


def capacity(days: Sequence[DayLoad], viewer: Viewer) -> go.Figure:
    """Minutes of contact planned each day against the minutes there are."""
    figure = _figure(260, top=10)
    x = [d.day.isoformat() for d in days]
    over = [d.minutes > d.minutes_cap for d in days]
    free = [max(d.minutes_cap - d.minutes, 0) for d in days]
    figure.add_trace(
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
    figure.add_trace(go.Bar(x=x, y=free, marker={"color": theme.GRID}, hoverinfo="skip"))
    step = max(len(days) // 7, 1)
    figure.update_xaxes(tickvals=x[::step], ticktext=[formats.short_day(d.day, viewer) for d in days[::step]])
    figure.update_yaxes(title={"text": safe.plot(viewer.say("minutes"))})
    figure.update_layout(barmode="stack", bargap=0.25)
    return figure
