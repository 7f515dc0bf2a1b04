"""The shell of what goes on while a model works: which labels to ask for next, and whether the world moves away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import Any

from data import labelling, model_store
from data.domain import Actor
from data.store import Store, Tx
from models import drift
from models.in_use import InUse
from models.suggestions import Candidate, Suggestion, choose

_LOOKED_AT = 400  # mentions that suggestions are chosen among, of either kind
_NEWEST, _RECENT = timedelta(days=30), timedelta(days=180)
WEEKS = 12  # of drift that are kept up to date
_SAMPLE = 500  # mentions of a week that are looked at
_RENEWED = 2  # newest weeks that are always looked at again


def suggest(tx: Tx, most: int) -> list[Suggestion]:
    """The next labels that teach most."""
    return choose(_candidates(tx, by_lot=False), _candidates(tx, by_lot=True), most)


def _candidates(tx: Tx, *, by_lot: bool) -> list[Candidate]:
    """Of the last month where it has enough, else of the last half-year: a busy store is not read whole."""
    found: list[Any] = []
    for span in (_NEWEST, _RECENT):
        if len(found) < _LOOKED_AT:
            found = labelling.to_suggest(tx, tx.now - span, _LOOKED_AT, by_lot=by_lot)
    return [_candidate(row) for row in found]


def _candidate(row: Any) -> Candidate:
    said = f"{row.title}. {row.text}" if row.title else row.text
    return Candidate(row.id, row.source, row.language or "und", row.probability, said)


def watch_drift(store: Store, actor: Actor, model: InUse) -> None:
    """Look at the newest weeks with the model in use; the first time there is enough, keep the reference."""
    assessor = model.assessor
    known = assessor.base.trained.scores.index
    with store.reading() as tx:
        held = model_store.weeks(tx, assessor.version)
        full = {week for week, facts in held.items() if facts["n"] >= _SAMPLE}
        seen = {week: drift.look(rows, known).facts() for week, rows in _weeks(tx, assessor.version, full)}
        if model_store.REFERENCE not in held:
            rows = _rows(tx, assessor.version, tx.now - _RECENT, tx.now, _SAMPLE * 4)
            if len(rows) >= drift.REFERENCE_FEWEST:
                seen[model_store.REFERENCE] = drift.look(rows, known).facts()
    if seen:
        with store.transaction(actor) as tx:
            model_store.keep_weeks(tx, assessor.version, seen)


Rows = list[tuple[float, str, str]]


def _weeks(tx: Tx, model: str, full: Collection[str]) -> list[tuple[str, Rows]]:
    """The newest weeks that have mentions; older ones with a ``full`` sample are not read again."""
    first = drift.monday(tx.now.date()) - timedelta(weeks=WEEKS - 1)
    found = []
    for n in range(WEEKS):
        day = first + timedelta(weeks=n)
        begin = datetime.combine(day, time(), UTC)
        if n < WEEKS - _RENEWED and day.isoformat() in full:
            continue
        if rows := _rows(tx, model, begin, begin + timedelta(weeks=1), _SAMPLE):
            found.append((day.isoformat(), rows))
    return found


def _rows(tx: Tx, model: str, since: datetime, until: datetime, most: int) -> Rows:
    rows = labelling.week_of(tx, model, since, until, most)
    return [(r.probability, r.language or "und", f"{r.title or ''} {r.text}") for r in rows]


def drifts(tx: Tx, model: str) -> list[drift.Drift]:
    """Every week that is kept, against the reference; empty while there is none. Oldest first."""
    held = {week: drift.from_facts(facts) for week, facts in model_store.weeks(tx, model).items()}
    reference = held.pop(model_store.REFERENCE, None)
    if reference is None:
        return []
    return [drift.judge(datetime.fromisoformat(week).date(), seen, reference) for week, seen in sorted(held.items())]
