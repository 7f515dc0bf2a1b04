"""The audit log as people read it: who did what, when, to what; whether it is intact, and what proves that outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard.access import Action
from dashboard.viewer import Viewer
from data import checkpoints, facets, legal_holds, people, trail
from data.legal_holds import LegalHold
from data.store import Tx
from data.trail import Search
from data.workspace import Workspace

PAGE = 50
SEALS = 20  # shown; every file is checked all the same
PACKS = 20


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: ``hash`` is the SHA-256 of its line."""

    seq: int
    at: datetime
    actor: str
    actor_id: str
    role: str | None
    action: str
    subject: str
    hash: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One entry with the line that was sealed and its detail, None when that was erased."""

    line: EntryLine
    sealed: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of entries, newest first; ``next_before`` leads to older ones."""

    lines: tuple[EntryLine, ...]
    next_before: int | None
    total: int
    actions: tuple[str, ...]
    actors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """One checkpoint as the database remembers it; ``is_there``: its file is in the folder."""

    size: int
    root: str
    reason: str
    made_at: datetime
    is_there: bool


@dataclass(frozen=True, slots=True)
class Seals:
    """The last checkpoints, newest first, the keys that sign them, and how many entries came since."""

    seals: tuple[Seal, ...]
    keys: tuple[str, ...]
    unsealed: int


@dataclass(frozen=True, slots=True)
class Pack:
    """One evidence pack that was made: ``manifest`` is the SHA-256 by which it is known."""

    entry: int
    at: datetime
    by: str
    subject: str
    manifest: str
    redacted: tuple[str, ...]


def page(tx: Tx, viewer: Viewer, wanted: Search) -> LogPage:
    """Entries for which every condition of ``wanted`` holds; its limit is the page's own."""
    staff = names(tx, viewer)
    rows = trail.search(tx, replace(wanted, limit=PAGE + 1))
    lines = tuple(_line(row, staff) for row in rows[:PAGE])
    actors = tuple((a, staff.get(a, (a, None))[0]) for a in facets.audit_actors(tx))
    older = rows[PAGE - 1].seq if len(rows) > PAGE else None
    return LogPage(lines, older, trail.size(tx), tuple(facets.audit_actions(tx)), actors)


def names(tx: Tx, viewer: Viewer) -> Mapping[str, tuple[str, str | None]]:
    """Name and role of everybody by id, for a role that may see who works on what."""
    if not viewer.may(Action.SEE_OWNERS):
        return {}
    return {p.id: (p.name, p.role.value) for p in people.everyone(tx)}


def _line(row: Any, staff: Mapping[str, tuple[str, str | None]]) -> EntryLine:
    name, role = staff.get(row.actor, (row.actor, None))
    made = hashlib.sha256(row.line.encode("utf-8", "surrogateescape")).hexdigest()
    return EntryLine(row.seq, row.at, name, row.actor, role, row.action, row.subject, made)


def detail(tx: Tx, viewer: Viewer, seq: int) -> EntryDetail | None:
    """One entry by its number, or None."""
    row = next((r for r in trail.search(tx, Search(below=seq + 1, limit=1)) if r.seq == seq), None)
    if row is None:
        return None
    told = json.dumps(json.loads(row.detail), indent=1, ensure_ascii=False) if row.detail else None
    return EntryDetail(_line(row, names(tx, viewer)), row.line, told)


def seals(ws: Workspace) -> Seals:
    """What seals the log outside the database."""
    sealed, size = checkpoints.state(ws.store, ws.seals)
    with ws.store.reading() as tx:
        known = checkpoints.newest(tx, SEALS)
    shown = tuple(Seal(c.size, c.root, c.reason, c.made_at, ws.seals.path(c.size).exists()) for c in known)
    return Seals(shown, checkpoints.verifier_keys(ws.seals), size - sealed)


def packs(tx: Tx, viewer: Viewer) -> tuple[Pack, ...]:
    """The last evidence packs, newest first."""
    staff = names(tx, viewer)
    return tuple(
        _pack(row, staff) for row in trail.search(tx, Search(action="evidence.made", limit=PACKS)) if row.detail
    )


def pack_of(tx: Tx, viewer: Viewer, manifest: str) -> Pack | None:
    """The pack whose manifest has this SHA-256, when one was made here."""
    rows = trail.search(tx, Search(action="evidence.made", words=manifest, limit=1))
    return _pack(rows[0], names(tx, viewer)) if rows else None


def _pack(row: Any, staff: Mapping[str, tuple[str, str | None]]) -> Pack:
    told = json.loads(row.detail)
    left_out = tuple(word for word in str(told.get("redacted", "")).split(",") if word)
    by = staff.get(row.actor, (row.actor, None))[0]
    return Pack(row.seq, row.at, by, row.subject, str(told.get("manifest", "")), left_out)


def legal(tx: Tx) -> tuple[LegalHold, ...]:
    """Every hold: those that stand first, then newest first."""
    return tuple(sorted(legal_holds.listed(tx), key=lambda h: not h.stands(tx.now)))
