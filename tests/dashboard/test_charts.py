"""Charts: bounded, marked, and harmless whatever their texts are."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from dashboard import charts, safe
from dashboard.queries import overview
from dashboard.queries.overview import Balance, Cause, Cell, Line
from dashboard.queries.plan import DayLoad
from dashboard.queries.spikes import Spike
from data.domain import Role
from data.workspace import Workspace
from recovery_plan import run as recovering
from tests.dashboard.test_queries import a_viewer

DAY = date(2026, 11, 24)
HOSTILE = "<a href='http://evil.example' target='_self'>click</a> & <b>"


def spelled(figure: object) -> str:
    return json.dumps(json.loads(figure.to_json()), ensure_ascii=False)  # type: ignore[attr-defined]


def a_line(source: str = "trustpilot", length: int = 30) -> Line:
    each = tuple(DAY - timedelta(days=n) for n in range(length - 1, -1, -1))
    return Line(source, each, tuple(float(n) for n in range(length)), 99)


def test_the_suspension_is_shaded_marked_and_named() -> None:
    figure = charts.trend([a_line()], [], a_viewer(), (DAY - timedelta(days=10), None))
    kinds = [shape.type for shape in figure.layout.shapes]
    assert kinds.count("rect") == 1
    assert kinds.count("line") == 1
    assert "Account suspended, 14 Nov" in spelled(figure)


def test_without_a_suspension_nothing_is_marked() -> None:
    assert not charts.trend([a_line()], [], a_viewer(), (None, None)).layout.shapes


def test_only_the_loudest_source_is_coloured_and_all_are_told_apart_by_dashes() -> None:
    lines = [a_line(s) for s in ("trustpilot", "reddit", "x")]
    figure = charts.trend(lines, [], a_viewer(), (None, None))
    assert len({trace.line.color for trace in figure.data}) == 2
    assert len({trace.line.dash for trace in figure.data}) == 3


def test_a_spike_is_a_diamond_that_says_how_loud_the_day_was() -> None:
    spike = Spike("trustpilot", DAY, 30, 8.2, "no_reply")
    figure = charts.trend([a_line()], [spike], a_viewer(), (None, None))
    marks = next(trace for trace in figure.data if trace.mode == "markers")
    assert marks.marker.symbol == "diamond"
    assert "30 frustrated mentions, 8.2 times the usual" in marks.text[0]
    assert list(marks.customdata[0]) == ["trustpilot", "2026-11-24"]


@pytest.mark.parametrize("days", [7, 30, 90, None])
def test_no_chart_of_the_first_page_holds_more_than_500_points(demo_workspace: Workspace, days: int | None) -> None:
    with demo_workspace.store.reading() as tx:
        seen = overview.read(tx, a_viewer(), days, None)
    figures = [
        charts.trend(seen.lines, seen.spikes, a_viewer(), (seen.suspended_on, None)),
        charts.heat(seen.cells, a_viewer()),
        charts.balance(seen.balance, a_viewer(), seen.suspended_on),
        charts.causes(seen.causes, a_viewer()),
    ]
    for figure in figures:
        assert sum(len(trace.x) for trace in figure.data) <= charts.MAX_POINTS


def test_a_cell_with_few_mentions_shows_their_number_instead_of_a_share() -> None:
    figure = charts.heat([Cell("x", "FR", 4, 4), Cell("trustpilot", "FR", 40, 10)], a_viewer())
    told = [a.text for a in figure.layout.annotations]
    assert told == ["(4)", "25%"]
    assert figure.data[0].z[0][0] is None


@pytest.mark.parametrize("figure", ["heat", "causes", "trend"])
def test_texts_of_others_never_become_markup(figure: str) -> None:
    made = {
        "heat": lambda: charts.heat([Cell(HOSTILE, HOSTILE[:2], 40, 10)], a_viewer()),
        "causes": lambda: charts.causes([Cause(HOSTILE, 3, 1.0)], a_viewer()),
        "trend": lambda: charts.trend(
            [a_line(HOSTILE)], [Spike(HOSTILE, DAY, 9, 3.0, HOSTILE)], a_viewer(), (None, None)
        ),
    }[figure]()
    shown = [str(a.text) for a in made.layout.annotations]
    for trace in made.data:
        shown += [str(trace.name or ""), str(trace.hovertemplate or "")]
        for texts in (trace.text, trace.y if figure != "trend" else ()):
            shown += [str(t) for t in (texts if texts is not None and not isinstance(texts, str) else ())]
    assert not [t for t in shown if "<a" in t or "<b>" in t]


def test_every_bar_of_the_balance_says_its_share_where_there_is_room() -> None:
    figure = charts.balance([Balance(DAY, 40, 0.75, 0.2), Balance(DAY + timedelta(7), 40, 0.02, 0.9)], a_viewer(), None)
    assert [list(trace.text) for trace in figure.data] == [["20%", "90%"], ["75%", ""]]


def test_the_defect_rates_show_the_limit_and_where_they_may_end(demo_workspace: Workspace) -> None:
    ahead = recovering.projection(demo_workspace)
    figure = charts.defects(ahead, a_viewer(Role.BRAND_MANAGER))
    assert "limit 1%" in spelled(figure)
    assert list(figure.data[-1].y) == list(ahead)[::-1]
    assert list(figure.data[-1].x) == [p.now.rate for p in ahead.values()][::-1]


def test_a_day_over_its_capacity_has_another_colour() -> None:
    loads = [DayLoad(DAY, 1, 5, 90, 40, 60, ()), DayLoad(DAY + timedelta(1), 1, 2, 30, 40, 60, ())]
    colours = charts.capacity(loads, a_viewer()).data[0].marker.color
    assert colours[0] != colours[1]


def test_months_on_the_axis_are_in_the_readers_language() -> None:
    line = Line("x", tuple(date(2026, 8, 20) + timedelta(n) for n in range(10)), tuple([1.0] * 10), 10)
    assert "août" in spelled(charts.trend([line], [], a_viewer(language="fr"), (None, None)))


def test_a_plotly_text_is_escaped_and_cut() -> None:
    assert safe.plot("<b>&") == "&lt;b&gt;&amp;"
    assert len(safe.plot("x" * 999)) == 80
