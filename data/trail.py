"""Reads of the audit log, and the record of every shell's runs and every source's health."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from data.audit import Verification, verify
from data.domain import HealthState, Source
from data.schema.intake import source_health, spend
from data.schema.trail import audit_detail, audit_entry, run
from data.store import Tx
from data.upsert import upsert


def entries(
    tx: Tx, *, action: str | None = None, actor: str | None = None, subject: str | None = None, limit: int = 100
) -> list[Any]:
    """Audit rows with their details, newest first. ``action`` may be a prefix such as ``link.``."""
    query = (
        select(audit_entry, audit_detail.c.detail)
        .outerjoin(audit_detail, audit_detail.c.seq == audit_entry.c.seq)
        .order_by(audit_entry.c.seq.desc())
        .limit(limit)
    )
    if action:
        query = query.where(audit_entry.c.action.startswith(action, autoescape=True))
    if actor:
        query = query.where(audit_entry.c.actor == actor)
    if subject:
        query = query.where(audit_entry.c.subject == subject)
    return list(tx.conn.execute(query))


def sealed_lines(tx: Tx) -> Iterator[tuple[int, str, bytes | None, str | None]]:
    """Every line with its salt and detail (None, None when erased), in order."""
    query = (
        select(audit_entry.c.seq, audit_entry.c.line, audit_detail.c.salt, audit_detail.c.detail)
        .outerjoin(audit_detail, audit_detail.c.seq == audit_entry.c.seq)
        .order_by(audit_entry.c.seq)
    )
    for row in tx.conn.execution_options(yield_per=2000).execute(query):
        yield row.seq, row.line, row.salt, row.detail


def verify_log(tx: Tx) -> Verification:
    """Check the whole log as it stands."""
    return verify(sealed_lines(tx))


def begin_run(tx: Tx, kind: str) -> int:
    """Note that a shell function has started."""
    result = tx.conn.execute(run.insert().values(kind=kind, started_at=tx.now, outcome="running", counts={}))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def end_run(tx: Tx, run_id: int, outcome: str, counts: Mapping[str, int]) -> None:
    """Note how it ended: ``done``, ``partly`` or ``failed``."""
    tx.conn.execute(update(run).where(run.c.id == run_id).values(ended_at=tx.now, outcome=outcome, counts=dict(counts)))


def last_run(tx: Tx, kind: str) -> Any | None:
    """The newest run of one kind, or None."""
    return tx.conn.execute(select(run).where(run.c.kind == kind).order_by(run.c.id.desc()).limit(1)).first()


def set_health(
    tx: Tx,
    source: Source,
    partition: str,
    state: HealthState,
    message: str,
    *,
    until: datetime | None = None,
    last_mention: datetime | None = None,
    new_mentions: int = 0,
    skipped: Mapping[str, int] | None = None,
    unknown_fields: Mapping[str, int] | None = None,
) -> None:
    """Keep how one partition of a source is doing; the last success survives a failure."""
    is_ok = state is HealthState.OK
    old = health_of(tx, source, partition)
    upsert(
        tx.conn,
        source_health,
        [
            {
                "source": source.value,
                "partition": partition,
                "state": state.value,
                "message": message,
                "until": until,
                "checked_at": tx.now,
                "last_success": tx.now if is_ok else (old.last_success if old else None),
                "last_mention": last_mention or (old.last_mention if old else None),
                "new_mentions": new_mentions,
                "total_new": new_mentions + (old.total_new if old else 0),
                "skipped": dict(skipped or {}),
                "unknown_fields": dict(unknown_fields or {}),
            }
        ],
        key=("source", "partition"),
        update=(
            "state",
            "message",
            "until",
            "checked_at",
            "last_success",
            "last_mention",
            "new_mentions",
            "total_new",
            "skipped",
            "unknown_fields",
        ),
    )


def health_of(tx: Tx, source: Source, partition: str) -> Any | None:
    """How one partition of a source is doing, or None before its first reading."""
    wanted = (source_health.c.source == source.value, source_health.c.partition == partition)
    return tx.conn.execute(select(source_health).where(*wanted)).first()


def set_next_run(tx: Tx, at: datetime | None) -> None:
    """Note when a schedule of ours will read the sources next; None when none runs."""
    tx.conn.execute(update(source_health).values(next_run=at))


def health(tx: Tx) -> list[Any]:
    """How every partition of every source is doing, by source and partition."""
    return list(tx.conn.execute(select(source_health).order_by(source_health.c.source, source_health.c.partition)))


def spent(tx: Tx, source: Source, month: str) -> int:
    """Millionths of a US dollar spent on a source in ``month`` (2026-11)."""
    query = select(spend.c.micros).where(spend.c.source == source.value, spend.c.month == month)
    return int(tx.conn.execute(query).scalar_one_or_none() or 0)


def add_spend(tx: Tx, source: Source, month: str, micros: int) -> None:
    """Add to what a source has cost this month."""
    upsert(
        tx.conn,
        spend,
        [{"source": source.value, "month": month, "micros": spent(tx, source, month) + micros}],
        key=("source", "month"),
        update=("micros",),
    )


def size(tx: Tx) -> int:
    """How many entries the audit log has."""
    return int(tx.conn.execute(select(func.count()).select_from(audit_entry)).scalar_one())
