"""Gathers what the readiness score is made from, and what a drill rehearsed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from data import approvals, attempts, casework, macros, marks, people, readiness, refunds, snapshots, trail
from data.approvals import State
from data.browse_orders import by_marketplace
from data.clock import parse_rfc3339, rfc3339
from data.domain import Actor, Suspension
from data.store import Tx
from data.workspace import Workspace
from recovery_plan.containment import readiness as score
from recovery_plan.containment.macro import LANGUAGES
from recovery_plan.containment.readiness import Cached, Facts, Readiness

_LANGUAGE_OF = {
    "fr": "fr",
    "be": "fr",
    "de": "de",
    "at": "de",
    "es": "es",
    "it": "it",
    "uk": "en",
    "com": "en",
    "ie": "en",
}


def now(ws: Workspace) -> Readiness:
    """How ready the house is at this moment."""
    with ws.store.reading() as tx:
        return score.readiness(facts(tx, ws))


def keep(ws: Workspace, actor: Actor) -> int:
    """Keep a report of this moment; returns its number."""
    with ws.store.transaction(actor) as tx:
        found = score.readiness(facts(tx, ws))
        return readiness.keep(tx, found.score, found.document)


def backed_up(ws: Workspace, actor: Actor) -> None:
    """Put on record that a backup of database, key and settings was made just now."""
    with ws.store.transaction(actor) as tx:
        marks.keep(tx, marks.BACKUP, rfc3339(tx.now))
        tx.audit("backup.noted")


def facts(tx: Tx, ws: Workspace) -> Facts:
    """What the store knows."""
    now_on = casework.open_suspension(tx)
    until = now_on.noticed_at if now_on else tx.now  # nothing can be covered after the lock-out
    caches = tuple(
        Cached(m.marketplace, m.orders, m.newest, m.weeks, _LANGUAGE_OF.get(m.marketplace.rpartition(".")[2]))
        for m in by_marketplace(tx, until - score.COVERED)
    )
    noted = marks.read(tx, marks.BACKUP)
    drills = [r.made_at for r in readiness.listed(tx) if r.suspension is not None]
    return Facts(
        now=tx.now,
        caches=caches,
        languages=_languages(tx, caches, ws),
        macros=macros.versions(tx),
        staff=people.everyone(tx),
        backup_at=parse_rfc3339(noted) if noted else None,
        sources=tuple((f"{row.source} {row.partition}".strip(), row.state) for row in trail.health(tx)),
        drill_at=max(drills, default=None),
        is_frozen=now_on is not None,
    )


def _languages(tx: Tx, caches: tuple[Cached, ...], ws: Workspace) -> tuple[str, ...]:
    """Languages of our marketplaces and of at least one in twenty tickets that we have macros in; never none."""
    told = Counter(row.language for row in casework.tickets(tx) if row.language)
    often = {language for language, n in told.items() if n * 20 >= told.total()}
    found = {c.language for c in caches if c.language} | often
    return tuple(language for language in LANGUAGES if language in found) or (ws.settings.brand.language,)


def of_drill(tx: Tx, ws: Workspace, drill: Suspension, queued: list[str]) -> dict[str, Any]:
    """The report that a drill ends with: the score, what was rehearsed, what a real suspension would have touched."""
    found = score.readiness(replace(facts(tx, ws), drill_at=tx.now))  # this one counts
    steps = casework.steps(tx, drill.id)
    closed = [s for s in steps if s["closed_at"] is not None]
    written = [r for r in approvals.requests(tx) if r.is_drill and r.requested_at >= drill.declared_at]
    tried = [a for a in attempts.listed(tx, with_drills=True) if a.is_drill and a.made_at >= drill.declared_at]
    opened = [r for r in refunds.listed(tx, with_drills=True) if r.is_drill and r.made_at >= drill.declared_at]
    rehearsed = {
        "steps": len(steps),
        "steps_closed": len(closed),
        "late_steps": sum(1 for s in closed if s["due_at"] is not None and s["closed_at"] > s["due_at"]),
        "minutes": int((tx.now - drill.declared_at) / timedelta(minutes=1)),
        "requests": len(written),
        "approved": sum(1 for r in written if r.decided_by is not None and r.state is not State.REFUSED),
        "rehearsed": sum(1 for r in written if r.state is State.SENT),
        "attempts": len(tried),
        "refunds": len(opened),
        **touched(tx, queued),
    }  # fmt: skip
    return {**found.document, "drill": rehearsed}


def touched(tx: Tx, queued: list[str]) -> dict[str, int]:
    """What a declaration would freeze, tag and hold at this moment."""
    return {
        "would_freeze": sum(1 for s in snapshots.snapshots(tx, 100_000) if s["frozen_at"] is None),
        "would_tag": sum(1 for t in casework.tickets(tx, suspended=False) if _would_be_tagged(t)),
        "would_hold": len(queued),
    }


def _would_be_tagged(ticket: Any) -> bool:
    return bool(ticket.channel == "amazon" and ticket.status != "closed")
