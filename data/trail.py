"""Reads of the audit log, and the record of every shell's runs and every source's health."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from data import legal_holds
from data.audit import ERASED, Verification, verify
from data.domain import HealthState, Source
from data.errors import BadInput
from data.notes import Checkpoint
from data.schema.base import EPOCH
from data.schema.intake import source_health, spend
from data.schema.trail import audit_detail, audit_entry, run
from data.store import Tx
from data.upsert import upsert


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries are wanted; every condition that is given has to hold. ``action`` may be a prefix (``link.``)."""

    action: str | None = None
    actor: str | None = None
    subject: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    words: str | None = None  # to be found in the detail, in any case
    limit: int = 100
    below: int | None = None  # entries with a smaller number than this: how the next page is asked for


def entries(
    tx: Tx, *, action: str | None = None, actor: str | None = None, subject: str | None = None, limit: int = 100
) -> list[Any]:
    """Audit rows with their details, newest first. ``action`` may be a prefix such as ``link.``."""
    return search(tx, Search(action, actor, subject, limit=limit))


def search(tx: Tx, wanted: Search) -> list[Any]:
    """Audit rows with their details, newest first."""
    query = (
        select(audit_entry, audit_detail.c.detail)
        .outerjoin(audit_detail, audit_detail.c.seq == audit_entry.c.seq)
        .order_by(audit_entry.c.seq.desc())
        .limit(wanted.limit)
    )
    if wanted.action:
        query = query.where(audit_entry.c.action.startswith(wanted.action, autoescape=True))
    for column, value in ((audit_entry.c.actor, wanted.actor), (audit_entry.c.subject, wanted.subject)):
        if value:
            query = query.where(column == value)
    if wanted.since:
        query = query.where(audit_entry.c.at >= wanted.since)
    if wanted.before:
        query = query.where(audit_entry.c.at < wanted.before)
    if wanted.below is not None:
        query = query.where(audit_entry.c.seq < wanted.below)
    if wanted.words:
        query = query.where(audit_detail.c.detail.icontains(wanted.words, autoescape=True))
    return list(tx.conn.execute(query))


def entries_from(tx: Tx, first: int, last: int) -> list[Any]:
    """Audit rows by number, both ends included, oldest first."""
    query = select(audit_entry).where(audit_entry.c.seq.between(first, last)).order_by(audit_entry.c.seq)
    return list(tx.conn.execute(query))


Line = tuple[int, str, bytes | None, str | None]
_SQLITE_LINES = (
    "SELECT e.seq, CAST(e.line AS BLOB), CAST(d.salt AS BLOB), CAST(d.detail AS BLOB), e.action, e.actor, e.subject, "
    "e.at FROM audit_entry e LEFT JOIN audit_detail d ON d.seq = e.seq WHERE e.seq > {after} ORDER BY e.seq"
)
_LINES = (
    "SELECT e.seq, e.line, d.salt, d.detail, e.action, e.actor, e.subject, e.at "
    "FROM audit_entry e LEFT JOIN audit_detail d ON d.seq = e.seq WHERE e.seq > {after} ORDER BY e.seq"
)


def sealed_lines(tx: Tx, *, after: int = 0, astray: list[tuple[int, str]] | None = None) -> Iterator[Line]:
    """Every line beyond ``after`` with its salt and detail (None, None when erased), in order.

    Bytes that are no UTF-8, which only a change from outside can have put there, come as surrogate escapes. Rows
    whose columns, by which the log is searched, say something else than their line are added to ``astray``.
    """
    # plain rows of the driver: a million of them in a few seconds
    sql = (_SQLITE_LINES if tx.is_sqlite else _LINES).format(after=int(after))
    result = tx.conn.exec_driver_sql(sql, execution_options={"stream_results": True, "yield_per": 5000})
    for part in result.partitions():
        for seq, raw, salt, told, action, actor, subject, at in part:
            line, detail = _text(raw), _text(told)
            if astray is not None and not _is_told(line, action, actor, subject, at):
                astray.append((seq, "the search columns say something else than the line"))
            yield seq, line or "", salt, detail


def _text(raw: bytes | str | None) -> str | None:
    return raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else raw


def _is_told(line: str | None, action: str, actor: str, subject: str, at: int) -> bool:
    """Whether the columns repeat what the line says; a line that cannot be read is another fault."""
    # nearly every line is spelled without an escape: comparing its beginning and end is enough, and ten times as fast
    begins = f'{{"action":"{action}","actor":"{actor}","at":"'
    if line is not None and line.startswith(begins) and line.endswith(f',"subject":"{subject}","v":1}}'):
        return _micros(line[len(begins) : line.find('"', len(begins))]) == at
    try:
        told = json.loads(line or "")
        said_at = _micros(str(told["at"]))
        return (told["action"], told["actor"], told["subject"]) == (action, actor, subject) and said_at == at
    except (ValueError, TypeError, KeyError, RecursionError):
        return True


def _micros(at: str) -> int:
    try:
        since = datetime.fromisoformat(at) - EPOCH
    except (ValueError, TypeError):
        return -1
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def verify_log(tx: Tx, checkpoints: Iterable[Checkpoint] = ()) -> Verification:
    """Check the whole log as it stands, against checkpoints of verified signature when there are any."""
    astray: list[tuple[int, str]] = []
    found = verify(sealed_lines(tx, astray=astray), checkpoints)
    return replace(found, bad=tuple(sorted((*found.bad, *astray)))) if astray else found


def erase_detail(tx: Tx, seq: int, reason: str) -> None:
    """Take out one entry's detail for good and say so in the log.

    Raises BadInput when it has none, Refused while a legal hold covers the entry.
    """
    legal_holds.refuse(tx, {f"entry:{seq}"}, f"erasing the detail of entry {seq}")
    if tx.conn.execute(delete(audit_detail).where(audit_detail.c.seq == seq)).rowcount != 1:
        raise BadInput(f"entry {seq} has no detail to erase")
    tx.audit(ERASED, f"entry:{seq}", {"reason": reason})


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
