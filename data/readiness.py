"""Readiness reports as they were made: at the end of a drill, or whenever somebody asked for one to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data.schema.containment import readiness_report
from data.store import Tx


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept report; ``score`` 0-100, ``document`` as recovery_plan.containment.readiness spells it."""

    id: int
    suspension: int | None
    score: int
    document: Mapping[str, Any]
    made_by: str
    made_at: datetime


def keep(tx: Tx, score: int, document: Mapping[str, Any], *, suspension: int | None = None) -> int:
    """Keep a report; returns its number."""
    row = {"suspension": suspension, "score": score, "document": dict(document)}
    result = tx.conn.execute(readiness_report.insert().values(**row, made_by=tx.actor.id, made_at=tx.now))
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    tx.audit("readiness.reported", f"report:{number}", {"score": score, "suspension": suspension or 0})
    return number


def listed(tx: Tx) -> list[Kept]:
    """Reports, newest first."""
    rows = tx.conn.execute(select(readiness_report).order_by(readiness_report.c.id.desc()))
    return [Kept(**row._mapping) for row in rows]
