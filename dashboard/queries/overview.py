"""The first page: is something wrong, where, and what is to be done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard import labels
from dashboard.queries.spikes import Spike, find
from dashboard.viewer import Viewer
from data import casework, daily, facets, plans
from data.domain import Band
from data.store import Tx

BEFORE_DAYS = 60  # what "before the suspension" looks at
SMOOTH = 5  # days of the moving mean
FEW = 10  # a cell with fewer mentions says little
MOST_SOURCES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One source's frustrated mentions: a smoothed value for each point."""

    source: str
    days: tuple[date, ...]
    values: tuple[float, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One source in one market: mentions and how many of them are frustrated."""

    source: str
    market: str
    n: int
    frustrated: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One week (by its Monday): shares of frustrated and not frustrated mentions, 0-1."""

    week: date
    n: int
    frustrated: float
    content: float


@dataclass(frozen=True, slots=True)
class Cause:
    """One topic of complaint in the period, and how many an equal time before had."""

    category: str
    n: int
    before: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over a stretch of days."""

    days: int
    n: int
    frustrated: int
    linked: int
    to_check: int

    @property
    def per_day(self) -> float:
        """Mentions a day."""
        return self.n / max(self.days, 1)

    @property
    def share(self) -> float | None:
        """Share of frustrated mentions, 0-1."""
        return self.frustrated / self.n if self.n else None

    @property
    def linked_share(self) -> float | None:
        """Share of the frustrated mentions that have an order, 0-1."""
        return self.linked / self.frustrated if self.frustrated else None


@dataclass(frozen=True, slots=True)
class AtRiskFigures:
    """Customers at risk now, what their orders are worth in minor units by currency, and how many are new."""

    customers: int
    value_minor: Mapping[str, int]
    new: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page draws. ``is_before_suspension`` tells what ``before`` is."""

    first: date
    last: date
    newest: date | None
    now: Figures
    before: Figures
    is_before_suspension: bool
    suspended_on: date | None
    reinstated_on: date | None
    lines: tuple[Line, ...]
    spikes: tuple[Spike, ...]
    cells: tuple[Cell, ...]
    balance: tuple[Balance, ...]
    causes: tuple[Cause, ...]
    at_risk: AtRiskFigures


def read(tx: Tx, viewer: Viewer, days: int | None, market: str | None) -> Overview:
    """The overview of the last ``days`` days (None: all there are), of one market or of all."""
    held = daily.span(tx)
    last = viewer.today
    first = held[0] if days is None and held else last - timedelta(days=(days or 90) - 1)
    suspension = casework.last_suspension(tx)
    suspended_on = suspension.noticed_at.astimezone(viewer.zone).date() if suspension else None
    start, end = _before(first, last, suspended_on)
    grouped = _frustrated_by_day(tx, first - timedelta(days=28), last, market)
    return Overview(
        first=first,
        last=last,
        newest=held[1] if held else None,
        now=_figures(tx, viewer, first, last, market),
        before=_figures(tx, viewer, start, end, market),
        is_before_suspension=suspended_on is not None and suspended_on <= last,
        suspended_on=suspended_on,
        reinstated_on=suspension.ended_at.date() if suspension and suspension.ended_at else None,
        lines=lines_of(grouped, first, last),
        spikes=find(grouped, first, last, _topics(tx, first, last, market)),
        cells=_cells(tx, first, last),
        balance=_balance(tx, first, last, market),
        causes=_causes(tx, (first, last), (start, end), market),
        at_risk=_at_risk(tx, viewer, market),
    )


def _before(first: date, last: date, suspended_on: date | None) -> tuple[date, date]:
    """The days to compare with: those before the suspension, else an equal stretch before the period."""
    if suspended_on is not None and suspended_on <= last:
        return suspended_on - timedelta(days=BEFORE_DAYS), suspended_on - timedelta(days=1)
    return first - timedelta(days=(last - first).days + 1), first - timedelta(days=1)


def _figures(tx: Tx, viewer: Viewer, first: date, last: date, market: str | None) -> Figures:
    held = daily.span(tx)
    counted = daily.counts(tx, ("band",), since=first, until=last, country=market)
    links = facets.link_counts(tx, viewer.day_start(first), viewer.day_start(last + timedelta(days=1)), market)
    known = max(first, held[0]) if held else first
    return Figures(
        days=max((last - known).days + 1, 1),
        n=sum(c.n for c in counted),
        frustrated=sum(c.n for c in counted if c.group[0] == Band.FRUSTRATED.value),
        linked=links.linked,
        to_check=links.to_check,
    )


Grouped = Mapping[str, Mapping[date, int]]


def _frustrated_by_day(tx: Tx, first: date, last: date, market: str | None) -> Grouped:
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for c in daily.counts(tx, ("source", "day", "band"), since=first, until=last, country=market):
        source, day, band = str(c.group[0]), c.group[1], c.group[2]
        if band == Band.FRUSTRATED.value and isinstance(day, date):
            found[source][day] = c.n
    return found


def lines_of(grouped: Grouped, first: date, last: date) -> tuple[Line, ...]:
    """The busiest sources; a moving mean over days, or weekly means when the stretch is long."""
    step = 1 if (last - first).days <= 95 else 7
    days = tuple(first + timedelta(days=n) for n in range(0, (last - first).days + 1, step))
    width = SMOOTH if step == 1 else 7
    made = []
    for source, counts in grouped.items():
        total = sum(n for day, n in counts.items() if first <= day <= last)
        values = tuple(sum(counts.get(day - timedelta(days=k), 0) for k in range(width)) / width for day in days)
        made.append(Line(source, days, values, total))
    made.sort(key=lambda line: (-line.total, line.source))
    return tuple(line for line in made[:MOST_SOURCES] if line.total)


def _topics(tx: Tx, first: date, last: date, market: str | None) -> Mapping[tuple[str, date], str]:
    """Source and day -> what most of its frustrated mentions are about."""
    best: dict[tuple[str, date], tuple[int, str]] = {}
    group = ("source", "day", "band", "category")
    for c in daily.counts(tx, group, since=first, until=last, country=market):
        source, day, band, category = c.group
        if band == Band.FRUSTRATED.value and isinstance(day, date):
            key = (str(source), day)
            best[key] = max(best.get(key, (0, "")), (c.n, str(category)))
    return {key: category for key, (_, category) in best.items()}


def _cells(tx: Tx, first: date, last: date) -> tuple[Cell, ...]:
    n: Counter[tuple[str, str]] = Counter()
    bad: Counter[tuple[str, str]] = Counter()
    for c in daily.counts(tx, ("source", "country", "band"), since=first, until=last):
        key = (str(c.group[0]), str(c.group[1]))
        n[key] += c.n
        bad[key] += c.n if c.group[2] == Band.FRUSTRATED.value else 0
    return tuple(Cell(source, market, n[source, market], bad[source, market]) for source, market in sorted(n))


def _balance(tx: Tx, first: date, last: date, market: str | None) -> tuple[Balance, ...]:
    weeks: dict[date, Counter[str]] = defaultdict(Counter)
    for c in daily.counts(tx, ("day", "band"), since=first, until=last, country=market):
        day = c.group[0]
        if isinstance(day, date):
            weeks[day - timedelta(days=day.weekday())][str(c.group[1])] += c.n
    return tuple(
        Balance(
            week,
            n := sum(bands.values()),
            bands[Band.FRUSTRATED.value] / n,
            bands[Band.NOT_FRUSTRATED.value] / n,
        )
        for week, bands in sorted(weeks.items())
    )


def _causes(tx: Tx, period: tuple[date, date], before: tuple[date, date], market: str | None) -> tuple[Cause, ...]:
    now, then = _complaints(tx, period, market), _complaints(tx, before, market)
    length, past = ((b - a).days + 1 for a, b in (period, before))
    found = [Cause(c, now[c], then[c] * length / max(past, 1)) for c in labels.COMPLAINTS if now[c] or then[c]]
    return tuple(sorted(found, key=lambda c: (-c.n, c.category)))


def _complaints(tx: Tx, period: tuple[date, date], market: str | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for c in daily.counts(tx, ("category", "band"), since=period[0], until=period[1], country=market):
        if c.group[1] == Band.FRUSTRATED.value:
            found[str(c.group[0])] += c.n
    return found


def _at_risk(tx: Tx, viewer: Viewer, market: str | None) -> AtRiskFigures:
    customers = [c for c in plans.at_risk_customers(tx) if market is None or c.country == market]
    value: Counter[str] = Counter()
    for c in customers:
        if c.value_minor and c.currency:
            value[c.currency] += c.value_minor
    known = plans.weeks(tx)
    last_week: Sequence[str] = [w for w in known if w < f"{viewer.today:%G-W%V}"][:1]
    new = None
    if last_week:
        told = plans.week_risks(tx, last_week[0])
        new = sum(1 for c in customers if c.customer not in told)
    return AtRiskFigures(len(customers), dict(value.most_common()), new)
