"""The audit log as people read it: who did what, when, to what; and whether it is intact."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.access import Action
from dashboard.viewer import Viewer
from data import audit, facets, people, trail
from data.store import Tx

PAGE = 50


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


def page(tx: Tx, viewer: Viewer, *, action: str = "", actor: str = "", before: int | None = None) -> LogPage:
    """Entries of one kind, of one actor, or all."""
    staff = _staff(tx, viewer)
    rows = facets.audit_page(tx, action=action or None, actor=actor or None, before=before, limit=PAGE + 1)
    lines = tuple(_line(row, staff) for row in rows[:PAGE])
    actors = tuple((a, staff.get(a, (a, None))[0]) for a in facets.audit_actors(tx))
    older = rows[PAGE - 1].seq if len(rows) > PAGE else None
    return LogPage(lines, older, trail.size(tx), tuple(facets.audit_actions(tx)), actors)


def _staff(tx: Tx, viewer: Viewer) -> dict[str, tuple[str, str | None]]:
    if not viewer.may(Action.SEE_OWNERS):
        return {}
    return {p.id: (p.name, p.role.value) for p in people.everyone(tx)}


def _line(row: Any, staff: dict[str, tuple[str, str | None]]) -> EntryLine:
    name, role = staff.get(row.actor, (row.actor, None))
    made = hashlib.sha256(row.line.encode("utf-8")).hexdigest()
    return EntryLine(row.seq, row.at, name, row.actor, role, row.action, row.subject, made)


def detail(tx: Tx, viewer: Viewer, seq: int) -> EntryDetail | None:
    """One entry by its number, or None."""
    rows = facets.audit_page(tx, before=seq + 1, limit=1)
    if not rows or rows[0].seq != seq:
        return None
    found = facets.audit_detail_of(tx, seq)
    told = json.dumps(json.loads(found), indent=1, ensure_ascii=False) if found else None
    return EntryDetail(_line(rows[0], _staff(tx, viewer)), rows[0].line, told)


def verify(tx: Tx) -> audit.Verification:
    """Checks every entry, every commitment and the chain."""
    return trail.verify_log(tx)
