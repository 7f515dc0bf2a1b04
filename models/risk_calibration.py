"""Whether the risk is a probability: told risks against what happened, with honest intervals, and a correction.

Only customers whom nobody contacted count: the risk is that of a customer who is left alone. Below ``LEAST_EVENTS``
harms (or customers without) no correction is offered: a line through a few points is a guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from data import contacts
from data.contacts import Contact, Harm, ToldRisk
from data.workspace import Workspace
from models.calibration import fit_platt, log_odds
from models.intervals import share

HORIZON = timedelta(days=30)  # a risk is judged by what happened in so many days after it was told
LEAST_EVENTS = 20  # harms, and customers without: ten of each for each of the two figures of the line
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers whose told risk lies between two edges: how many were harmed, with Wilson's 95 % interval."""

    low: float
    high: float
    customers: int
    expected: float  # mean told risk
    harmed: int
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """``slope`` and ``offset`` turn the told log-odds into what happened; None with ``why_not`` where there is too
    little to go by."""

    customers: int
    harmed: int
    expected: float  # sum of the told risks
    brier: float | None
    bins: tuple[Bin, ...]
    slope: float | None = None
    offset: float | None = None
    why_not: str | None = None


def observed(
    told: Iterable[ToldRisk], harms: Iterable[Harm], made: Iterable[Contact], now: datetime
) -> list[tuple[float, bool]]:
    """(told risk, was harmed within 30 days): each customer once, by the first risk told that long ago.

    Left out: whoever was harmed before, and whoever was contacted before the harm or the end of the 30 days.
    """
    harmed: dict[str, list[datetime]] = {}
    for harm in harms:
        harmed.setdefault(harm.customer, []).append(harm.at)
    contacted: dict[str, datetime] = {}
    for contact in made:
        contacted[contact.customer] = min(contact.at, contacted.get(contact.customer, contact.at))
    first: dict[str, ToldRisk] = {}
    for one in told:
        first.setdefault(one.customer, one)
    found: list[tuple[float, bool]] = []
    for customer, one in sorted(first.items()):
        end = one.at + HORIZON
        days = harmed.get(customer, [])
        if end > now or any(at <= one.at for at in days):
            continue
        hit = min((at for at in days if at <= end), default=None)
        if customer in contacted and contacted[customer] < (hit or end):
            continue
        found.append((one.risk, hit is not None))
    return found


def calibrate(cases: Sequence[tuple[float, bool]]) -> Calibration:
    """How well told risks (0-1) agree with what happened, and the line (Platt 1999) that corrects them."""
    n, harmed = len(cases), sum(hit for _, hit in cases)
    bins = tuple(_bin(cases, low, high) for low, high in pairwise(EDGES))
    brier = math.fsum((risk - hit) ** 2 for risk, hit in cases) / n if n else None
    expected = math.fsum(risk for risk, _ in cases)
    slope: float | None = None
    offset: float | None = None
    why: str | None = None
    if min(harmed, n - harmed) < LEAST_EVENTS:
        why = f"{harmed} harmed and {n - harmed} not, of customers left alone: {LEAST_EVENTS} of each are needed"
    else:
        risks = np.clip(np.array([risk for risk, _ in cases]), 1e-6, 1.0 - 1e-6)
        slope, offset = fit_platt(log_odds(risks), np.array([hit for _, hit in cases], dtype=int))
        if slope <= 0:  # the risk would rank backwards: the weights themselves are wrong, no line mends them
            slope, offset, why = None, None, "told risks do not rise with what happened: look at the weights first"
    return Calibration(n, harmed, expected, brier, tuple(b for b in bins if b.customers), slope, offset, why)


def _bin(cases: Sequence[tuple[float, bool]], low: float, high: float) -> Bin:
    theirs = [(risk, hit) for risk, hit in cases if low <= risk < high or (risk == high == 1.0)]
    hits = sum(hit for _, hit in theirs)
    mean = math.fsum(risk for risk, _ in theirs) / len(theirs) if theirs else 0.0
    return Bin(low, high, len(theirs), mean, hits, share(hits, len(theirs)))


def calibration_of(ws: Workspace) -> Calibration:
    """The calibration of a workspace's own risks and outcomes."""
    with ws.store.reading() as tx:
        told = contacts.told_risks(tx)
        since = min((one.at for one in told), default=tx.now) - timedelta(days=365)
        cases = observed(told, contacts.harms(tx, since), contacts.contacts(tx), tx.now)
    return calibrate(cases)


def as_document(found: Calibration) -> Mapping[str, object]:
    """The calibration for programs."""
    bins = [
        {"from": b.low, "to": b.high, "customers": b.customers, "expected": round(b.expected, 4),
         "harmed": b.harmed, "low": round(b.interval[0], 4), "high": round(b.interval[1], 4)}
        for b in found.bins
    ]  # fmt: skip
    return {
        "customers": found.customers, "harmed": found.harmed, "expected": round(found.expected, 3),
        "brier": found.brier, "bins": bins, "slope": found.slope, "offset": found.offset, "why_not": found.why_not,
    }  # fmt: skip
