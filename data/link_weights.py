"""Weights of linkage that a seller's judgements made, and which ones link. They hold numbers only, no text.

The documented weights stand in no row: they are in use until something else is, and again when they are chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data.schema.linkage import link_weights, link_weights_use
from data.store import Tx
from data.upsert import upsert


@dataclass(frozen=True, slots=True)
class Kept:
    """One version: ``base`` is what it corrects, ``fitted`` the numbers, ``facts`` how it was made and compared."""

    version: str
    base: str
    facts: Mapping[str, Any]
    fitted: Mapping[str, Any]
    made_at: datetime
    made_by: str


def add(tx: Tx, version: str, base: str, facts: Mapping[str, Any], fitted: Mapping[str, Any]) -> None:
    """Keep a version; the same judgements make the same version, which is then kept with its newest facts."""
    row: dict[str, Any] = {"version": version, "base": base, "facts": dict(facts), "fitted": dict(fitted)}
    row |= {"made_at": tx.now, "made_by": tx.actor.id}
    upsert(tx.conn, link_weights, [row], key=("version",), update=("facts", "made_at", "made_by"))
    tx.audit("weights.made", f"weights:{version}", {"base": base})


def everything(tx: Tx) -> list[Kept]:
    """All versions, newest first."""
    query = select(link_weights).order_by(link_weights.c.made_at.desc(), link_weights.c.version)
    return [
        Kept(r.version, r.base, dict(r.facts), dict(r.fitted), r.made_at, r.made_by) for r in tx.conn.execute(query)
    ]


def find(tx: Tx, version: str) -> Kept | None:
    """One version, or None."""
    r = tx.conn.execute(select(link_weights).where(link_weights.c.version == version)).first()
    return None if r is None else Kept(r.version, r.base, dict(r.facts), dict(r.fitted), r.made_at, r.made_by)


def use(tx: Tx, version: str, why: str) -> None:
    """Let ``version`` link from now on. ``why`` is a code for the audit log: tuned or chosen."""
    before = in_use(tx)
    tx.conn.execute(link_weights_use.insert().values(version=version, by=tx.actor.id, at=tx.now))
    tx.audit("weights.switched", f"weights:{version}", {"before": before or "documented", "why": why})


def in_use(tx: Tx) -> str | None:
    """The version that was last chosen; None while nobody chose any."""
    newest = select(link_weights_use.c.version).order_by(link_weights_use.c.id.desc()).limit(1)
    found = tx.conn.execute(newest).scalar_one_or_none()
    return None if found is None else str(found)
