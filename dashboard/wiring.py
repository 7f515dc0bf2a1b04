"""The composition root: joins the three packages that never import one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from collectors import run as collecting
from collectors.amazon_reports import read_orders
from collectors.amazon_reports.encoding import read_bytes
from collectors.helpdesk import read_tickets
from collectors.incoming import Options
from collectors.results import SourceResult
from collectors.sources import Endpoints
from data import checkpoints
from data.clock import Clock, utc_now
from data.customers import CustomerCase
from data.domain import Actor, HealthState, Obligation, Order, Ticket
from data.workspace import Workspace
from models import run as modelling
from models.run import LinkCounts
from recovery_plan import run as recovering
from recovery_plan.obligations import obligation_of
from recovery_plan.rules import load

Report = Callable[[int, int, str], None]
SYSTEM = Actor.system("run")


@dataclass(frozen=True, slots=True)
class Round:
    """What one daily round did."""

    sources: tuple[SourceResult, ...]
    assessed: int
    links: LinkCounts
    at_risk: int
    planned: int
    unplaced: int

    @property
    def troubled(self) -> tuple[SourceResult, ...]:
        """Sources that need a person."""
        return tuple(s for s in self.sources if s.state not in (HealthState.OK, HealthState.BEHIND))


def daily_round(ws: Workspace, endpoints: Endpoints | None = None, report: Report | None = None) -> Round:
    """Collect, assess, link, score, plan: every step is incremental, safe to repeat and safe to kill."""
    sources = tuple(collecting.collect_all(ws, endpoints=endpoints, report=report))
    done = after_collecting(ws, sources, report)
    checkpoints.try_make(ws.store, ws.seals, "run")
    return done


def after_collecting(ws: Workspace, sources: tuple[SourceResult, ...] = (), report: Report | None = None) -> Round:
    """The steps that need no network."""
    assessed = modelling.assess_new(ws.store, report)
    links = modelling.link_new(ws.store, ws.settings.policy, report=report)
    at_risk = modelling.score_customers(ws, obligations(ws.store.clock), report)
    made = recovering.build_plan(ws, SYSTEM)
    placed = len(made.placed)
    return Round(sources, assessed, links, at_risk, placed, len(made.tasks) - placed)


def obligations(clock: Clock = utc_now) -> Callable[[CustomerCase, Any], Obligation]:
    """The dated duties of a customer's case by the rules that ship."""
    book = load()
    return lambda case, now: obligation_of(case, now or clock(), book)


@cache
def import_options() -> Options:
    """Options for imports whose tickets the classifier names an issue for."""
    return Options(classify=modelling.issue_of)


def orders_in(paths: list[Path]) -> list[Order]:
    """Orders of files, for the filter that needs no workspace; raises BadInput for a file that is none."""
    return [order for path in paths for order in read_orders(read_bytes(path), path.name).orders]


def tickets_in(path: Path | None) -> list[Ticket]:
    """Tickets of an export, for the same filter."""
    return [] if path is None else list(read_tickets(read_bytes(path), path.name).tickets)
