"""How the sources are doing, what they cost, what was imported, and which model speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboard import safe
from dashboard.access import Action
from dashboard.viewer import Viewer
from data import daily, facets, orders, people, snapshots, trail
from data.config import Settings
from data.domain import Source
from data.store import Tx

TROUBLE = frozenset({"auth_failed", "needs_approval", "blocked", "disallowed", "broken_layout", "budget_spent"})
STALE_ORDERS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Feed:
    """One partition of one source. ``week`` and ``usual`` are mentions in the last 7 days and in an average week."""

    source: str
    partition: str
    state: str
    message: str
    until: datetime | None
    checked_at: datetime | None
    last_success: datetime | None
    last_mention: datetime | None
    week: int
    usual: float
    skipped: Mapping[str, int]
    unknown_fields: int
    next_run: datetime | None  # when our own schedule reads it next

    @property
    def is_troubled(self) -> bool:
        """Whether a person has to do something."""
        return self.state in TROUBLE


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One imported file."""

    kind: str
    file: str
    read: int
    inserted: int
    updated: int
    rejected: int
    imported_at: datetime
    imported_by: str
    is_frozen: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class SourcesView:
    """The whole page."""

    feeds: tuple[Feed, ...]
    imports: tuple[ImportLine, ...]
    x_spent_micros: int
    x_budget_micros: int
    orders: int
    newest_order: datetime | None
    orders_frozen: bool
    models: tuple[tuple[str, int, datetime], ...]
    labels: int

    @property
    def troubled(self) -> tuple[Feed, ...]:
        """Feeds that need a person."""
        return tuple(f for f in self.feeds if f.is_troubled)


def read(tx: Tx, viewer: Viewer, settings: Settings) -> SourcesView:
    """Everything as it stands."""
    files = _imports(tx, viewer)
    return SourcesView(
        feeds=feeds(tx, viewer),
        imports=files,
        x_spent_micros=trail.spent(tx, Source.X, f"{viewer.now:%Y-%m}"),
        x_budget_micros=round(settings.sources.x.monthly_budget_usd * 1_000_000),
        orders=orders.count(tx),
        newest_order=orders.newest_purchase(tx),
        orders_frozen=facets.has_frozen_orders(tx),
        models=tuple(facets.model_use(tx)),
        labels=facets.label_count(tx),
    )


def feeds(tx: Tx, viewer: Viewer) -> tuple[Feed, ...]:
    """Every partition of every source; those in trouble first."""
    volumes = _volumes(tx, viewer.today)
    found = [_feed(row, volumes) for row in trail.health(tx)]
    return tuple(sorted(found, key=lambda f: (not f.is_troubled, f.source, f.partition)))


def _volumes(tx: Tx, today: date) -> Mapping[str, tuple[int, float]]:
    """Source -> mentions in the last 7 days, and in an average week of the 8 before."""
    week: dict[str, int] = {}
    before: dict[str, int] = {}
    for c in daily.counts(tx, ("source", "day"), since=today - timedelta(days=63), until=today):
        source, day = str(c.group[0]), c.group[1]
        is_new = isinstance(day, date) and day > today - timedelta(days=7)
        held = week if is_new else before
        held[source] = held.get(source, 0) + c.n
    return {s: (week.get(s, 0), before.get(s, 0) / 8) for s in week.keys() | before.keys()}


def _feed(row: Any, volumes: Mapping[str, tuple[int, float]]) -> Feed:
    week, usual = volumes.get(row.source, (0, 0.0))
    return Feed(
        source=row.source,
        partition=safe.plain(row.partition, 60),
        state=row.state,
        message=safe.plain(row.message, 300),
        until=row.until,
        checked_at=row.checked_at,
        last_success=row.last_success,
        last_mention=row.last_mention,
        week=week,
        usual=usual,
        skipped=dict(row.skipped),
        unknown_fields=len(row.unknown_fields),
        next_run=row.next_run,
    )


def _imports(tx: Tx, viewer: Viewer) -> tuple[ImportLine, ...]:
    names = {p.id: p.name for p in people.everyone(tx)} if viewer.may(Action.SEE_OWNERS) else {}
    rows: Sequence[Mapping[str, Any]] = snapshots.snapshots(tx, 50)
    return tuple(
        ImportLine(
            kind=r["kind"],
            file=safe.plain(r["file"], 80),
            read=r["read"],
            inserted=r["inserted"],
            updated=r["updated"],
            rejected=r["rejected"],
            imported_at=r["imported_at"],
            imported_by=names.get(r["imported_by"], r["imported_by"]),
            is_frozen=r["frozen_at"] is not None,
            sha256=r["sha256"],
        )
        for r in rows
    )
