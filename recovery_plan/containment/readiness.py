"""How ready the house is for a suspension that has not come yet: a score out of 100, and what to do for each gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from data.desk_rules import APPROVERS, WRITERS
from data.domain import HealthState, Role
from data.macros import MacroVersion
from data.people import Person

FRESH_CACHE, STALE_CACHE = timedelta(days=2), timedelta(days=7)  # our own choice: a lock-out freezes what is there
COVERED = timedelta(days=90)  # a claim may come this long after the promised delivery (AMZ-AZ-02)
FRESH_BACKUP, STALE_BACKUP = timedelta(days=1), timedelta(days=7)
RECENT_DRILL = timedelta(days=180)
NEEDED_MACROS = ("refund_asked", "where_is_my_order", "claim_announced", "wrong_or_damaged", "other_question")
WEIGHTS = {
    "cache_age": 15,
    "cache_coverage": 15,
    "macros": 25,
    "approvers": 15,
    "backup": 15,
    "sources": 10,
    "drill": 5,
}


@dataclass(frozen=True, slots=True)
class Cached:
    """What the cache holds of one marketplace; ``weeks`` of the last thirteen that have an order."""

    marketplace: str
    orders: int
    newest: datetime
    weeks: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the score is made from."""

    now: datetime
    caches: Sequence[Cached]
    languages: Sequence[str]  # that buyers write to us in
    macros: Sequence[MacroVersion]
    staff: Sequence[Person]
    backup_at: datetime | None
    sources: Sequence[tuple[str, str]]  # name, state
    drill_at: datetime | None
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """One check. ``share`` 0-1 of its points is reached; ``todo`` says what to do, empty when nothing is missing."""

    check: str
    part: str
    share: float
    told: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer; ``checks`` in the order of WEIGHTS."""

    score: int
    made_at: datetime
    checks: tuple[Gap, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, the most points first."""
        lost = [c for c in self.checks if c.todo]
        return tuple(sorted(lost, key=lambda c: (-(1 - c.share) * WEIGHTS[c.check], c.check, c.part)))

    @property
    def document(self) -> dict[str, Any]:
        """As it is kept and printed."""
        return {"score": self.score, "checks": [asdict(c) for c in self.checks]}


def readiness(f: Facts) -> Readiness:
    """Score every check; a check of several parts (marketplaces, languages, sources) counts their mean."""
    checks = (*_age(f), *_coverage(f), *_macros(f), *_approvers(f), *_backup(f), *_sources(f), *_drill(f))
    by_check: dict[str, list[float]] = {name: [] for name in WEIGHTS}
    for check in checks:
        by_check[check.check].append(check.share)
    points = sum(WEIGHTS[name] * sum(shares) / len(shares) for name, shares in by_check.items() if shares)
    return Readiness(int(points + 1e-9), f.now, checks)


def _falling(age: timedelta, fresh: timedelta, stale: timedelta) -> float:
    """1 up to ``fresh``, 0 from ``stale`` on, straight in between."""
    return min(max((stale - age) / (stale - fresh), 0.0), 1.0)


def _age(f: Facts) -> Iterator[Gap]:
    if not f.caches:
        yield Gap("cache_age", "", 0.0, "no orders are cached", "reinstate import orders FILE")
    for c in f.caches:
        age = max(f.now - c.newest, timedelta())
        share = 1.0 if f.is_frozen else _falling(age, FRESH_CACHE, STALE_CACHE)
        told = f"{c.orders} orders, the newest {age.days} days old{', frozen' if f.is_frozen else ''}"
        todo = "" if share == 1 else "download today's order report and run 'reinstate import orders FILE'"
        yield Gap("cache_age", c.marketplace, share, told, todo)


def _coverage(f: Facts) -> Iterator[Gap]:
    weeks = COVERED // timedelta(weeks=1) + 1
    if not f.caches:
        yield Gap("cache_coverage", "", 0.0, "no orders are cached", "reinstate import orders FILE")
    for c in f.caches:
        share = min(c.weeks / weeks, 1.0)
        todo = "" if share == 1 else f"import the order reports of the last {COVERED.days} days"
        yield Gap("cache_coverage", c.marketplace, share, f"orders in {c.weeks} of the last {weeks} weeks", todo)


def _macros(f: Facts) -> Iterator[Gap]:
    approved = {(m.name, m.language) for m in f.macros if m.is_approved}
    for language in f.languages:
        held = [name for name in NEEDED_MACROS if (name, language) in approved]
        lacking = [name for name in NEEDED_MACROS if (name, language) not in approved]
        todo = f"have compliance approve: {', '.join(lacking)}" if lacking else ""
        told = f"{len(held)} of {len(NEEDED_MACROS)} approved"
        yield Gap("macros", language, len(held) / len(NEEDED_MACROS), told, todo)


def _approvers(f: Facts) -> Iterator[Gap]:
    active = [p for p in f.staff if p.active]
    able = [p for p in active if p.role.value in APPROVERS]
    writers = [p for p in active if p.role.value in WRITERS]
    for part, is_there, todo in (
        ("compliance", any(p.role is Role.COMPLIANCE for p in active), "reinstate user add NAME --role compliance"),
        ("two people", len(writers) >= 2 and len(able) >= 1, "add a second person: nobody approves their own request"),
        ("finance", any(p.role is Role.FINANCE for p in active), "reinstate user add NAME --role finance"),
    ):
        yield Gap("approvers", part, float(is_there), "there" if is_there else "missing", "" if is_there else todo)


def _backup(f: Facts) -> Iterator[Gap]:
    if f.backup_at is None:
        share, told = 0.0, "none is on record"
    else:
        age = max(f.now - f.backup_at, timedelta())
        share, told = _falling(age, FRESH_BACKUP, STALE_BACKUP), f"{age.days} days old"
    todo = "" if share == 1 else "back up database, key and settings, then run 'reinstate readiness --backed-up'"
    yield Gap("backup", "", share, told, todo)


def _sources(f: Facts) -> Iterator[Gap]:
    if not f.sources:
        yield Gap("sources", "", 0.0, "nothing was read yet", "reinstate run")
    for name, state in f.sources:
        is_ok = state == HealthState.OK
        yield Gap("sources", name, float(is_ok), state, "" if is_ok else "see 'reinstate doctor' for what it needs")


def _drill(f: Facts) -> Iterator[Gap]:
    is_recent = f.drill_at is not None and f.now - f.drill_at <= RECENT_DRILL
    told = "never" if f.drill_at is None else f"{max(f.now - f.drill_at, timedelta()).days} days ago"
    yield Gap("drill", "", float(is_recent), told, "" if is_recent else "reinstate suspension declare --drill …")


def told_lines(document: Mapping[str, Any]) -> list[str]:
    """A kept or fresh report for people: the score, then what to do."""
    lines = [f"Ready: {document['score']} of 100"]
    for check in document["checks"]:
        mark = "ok  " if not check["todo"] else "GAP "
        part = f" {check['part']}" if check["part"] else ""
        lines.append(
            f"  {mark}{check['check']}{part}: {check['told']}" + (f" -> {check['todo']}" if check["todo"] else "")
        )
    drill = document.get("drill")
    if drill:
        lines += [f"Drill: {drill['steps_closed']} of {drill['steps']} steps, {drill['late_steps']} late",
                  f"  answers: {drill['requests']} written, {drill['approved']} approved, "
                  f"{drill['rehearsed']} rehearsed",
                  f"  rehearsed attempts: {drill['attempts']}, refunds: {drill['refunds']}",
                  f"  a real one would touch: snapshots to freeze {drill['would_freeze']}, tickets to tag "
                  f"{drill['would_tag']}, actions to hold {drill['would_hold']}"]  # fmt: skip
    return lines


NAMES = {
    "cache_age": "Age of the cached orders",
    "cache_coverage": "Orders of the last 90 days",
    "macros": "Approved macros",
    "approvers": "People",
    "backup": "Backup",
    "sources": "Sources",
    "drill": "Last drill",
}
_STYLE = (
    "@page{size:A4;margin:16mm}body{font:10pt/1.4 sans-serif;color:#1b1f24;max-width:178mm;margin:auto}"
    "h1{font-size:17pt;margin:0}.score{font-size:26pt;font-weight:bold;margin:2mm 0 5mm}"
    "h2{font-size:12pt;margin:6mm 0 2mm}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}tr{break-inside:avoid}"
    "td,th{border-top:1px solid #c9ced6;padding:1.3mm 2mm 1.3mm 0;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{border-top:0}"
)


def printable(document: Mapping[str, Any], title: str) -> str:
    """The report as HTML for a printer: what is missing first, then one line for each check that is met."""
    from html import escape

    def row(cells: Sequence[str]) -> str:
        return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"

    checks = [(NAMES.get(c["check"], c["check"]), c) for c in document["checks"]]
    gaps = "".join(row((name, c["part"], c["told"], c["todo"])) for name, c in checks if c["todo"])
    met: dict[str, list[str]] = {}
    for name, c in checks:
        if not c["todo"]:
            met.setdefault(name, []).append(f"{c['part']}: {c['told']}" if c["part"] else c["told"])
    head = "<tr><th style='width:22%'>Check</th><th style='width:18%'>Of</th><th style='width:25%'>Found</th>"
    rest = told_lines(document)[1 + len(checks) :]
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><p class='score'>{int(document['score'])} of 100</p>"
        + (
            f"<h2>To do</h2><table>{head}<th>What to do</th></tr>{gaps}</table>"
            if gaps
            else "<p>Nothing is missing.</p>"
        )
        + ("<h2>The drill</h2>" + "".join(f"<p>{escape(line.strip())}</p>" for line in rest) if rest else "")
        + "<h2>Met</h2><table><col style='width:22%'>"
        + "".join(row((name, "; ".join(told))) for name, told in met.items())
        + "</table></html>\n"
    )
