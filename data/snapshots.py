"""Snapshots: one import of one file each, with its hash and counts; frozen when a suspension is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from data.schema.intake import snapshot
from data.store import Tx


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows written by an import."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Changed) -> Changed:
        return Changed(self.inserted + other.inserted, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What is known of an imported file before its rows are counted."""

    kind: str
    file: str  # base name only
    sha256: str
    format: str
    encoding: str
    read: int
    rejected: int


def seen_file(tx: Tx, kind: str, sha256: str) -> Any | None:
    """The snapshot row of an earlier import of the very same bytes, or None."""
    query = (
        select(snapshot).where(snapshot.c.kind == kind, snapshot.c.sha256 == sha256).order_by(snapshot.c.id).limit(1)
    )
    return tx.conn.execute(query).first()


def open_snapshot(tx: Tx, facts: SnapshotFacts) -> int:
    """Start a snapshot for one file; its counts follow with ``close_snapshot`` in the same transaction."""
    result = tx.conn.execute(
        snapshot.insert().values(
            kind=facts.kind,
            file=facts.file,
            sha256=facts.sha256,
            format=facts.format,
            encoding=facts.encoding,
            read=facts.read,
            rejected=facts.rejected,
            inserted=0,
            updated=0,
            unchanged=0,
            imported_at=tx.now,
            imported_by=tx.actor.id,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def close_snapshot(tx: Tx, snapshot_id: int, facts: SnapshotFacts, changed: Changed) -> None:
    """Keep the counts and put the import on the audit log."""
    counts = {"inserted": changed.inserted, "updated": changed.updated, "unchanged": changed.unchanged}
    tx.conn.execute(update(snapshot).where(snapshot.c.id == snapshot_id).values(**counts))
    tx.audit(
        "import.done",
        f"snapshot:{snapshot_id}",
        {"kind": facts.kind, "sha256": facts.sha256, "read": facts.read, "rejected": facts.rejected} | counts,
    )


def freeze_snapshots(tx: Tx) -> int:
    """Make every snapshot read-only (a database trigger enforces it); returns how many were open."""
    result = tx.conn.execute(update(snapshot).where(snapshot.c.frozen_at.is_(None)).values(frozen_at=tx.now))
    tx.audit("snapshot.frozen", "", {"snapshots": int(result.rowcount)})
    return int(result.rowcount)


def snapshots(tx: Tx, limit: int = 50) -> list[Mapping[str, Any]]:
    """The newest imports first."""
    rows = tx.conn.execute(select(snapshot).order_by(snapshot.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]
