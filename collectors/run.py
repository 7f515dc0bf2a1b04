"""The shell of the collectors: runs them against the store, imports files, keeps health and rejects."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from collectors import sources
from collectors.amazon_reports.encoding import read_bytes
from collectors.amazon_reports.tables import Reject
from collectors.base import Collector, Rechecker
from collectors.incoming import Incoming, Options, read
from collectors.sources import Endpoints
from collectors.trustpilot import Outcome
from data import log, mentions, orders, trail
from data.domain import Actor, HealthState, Page, Source
from data.errors import BadInput, ReinstateError, StopRun
from data.mentions import Stored
from data.orders import SnapshotFacts
from data.store import Store, Tx
from data.workspace import Workspace, write_whole

ACTOR = Actor.system("collectors")
RECHECK_AFTER = timedelta(hours=20)  # deletions are honoured within 24 h (X-04, RD-04)
Report = Callable[[int, int, str], None]
_log = log.get("collectors")


@dataclass(frozen=True, slots=True)
class SourceResult:
    """How one partition of a source ended."""

    source: Source
    partition: str
    state: HealthState
    message: str
    stored: Stored
    until: datetime | None = None


def collect_all(
    ws: Workspace, only: Sequence[str] = (), endpoints: Endpoints | None = None, report: Report | None = None
) -> list[SourceResult]:
    """Run every enabled source (or those named in ``only``); one that fails never stops the others."""
    unknown = sorted(set(only) - {"reddit", "x", "trustpilot"})
    if unknown:
        raise BadInput(f"collect {unknown[0]}: no such source; choose from reddit, trustpilot, x")
    where = endpoints or Endpoints()
    asked_for = sources.collectors(ws.settings, where, lambda: _spent(ws.store), ws.store.clock)
    made = [c for c in asked_for if not only or c.source.value in only]
    results = []
    for number, collector in enumerate(made, start=1):
        results.append(collect(ws.store, collector))
        if report:
            report(number, len(made), "collect")
    for rechecker in sources.recheckers(ws.settings, where, _spent(ws.store), ws.store.clock):
        if not only or rechecker.source.value in only:
            results.extend(recheck(ws.store, rechecker))
    if ws.settings.sources.trustpilot.enabled and (not only or "trustpilot" in only):
        results.append(collect_saved(ws))
    return results


def _spent(store: Store) -> int:
    with store.reading() as tx:
        return trail.spent(tx, Source.X, f"{tx.now:%Y-%m}")


def collect(store: Store, collector: Collector) -> SourceResult:
    """Store every new page of one partition; items, cursor, cost and health commit together. Safe to repeat."""
    with store.reading() as tx:
        since = mentions.get_cursor(tx, collector.source, collector.partition)
    total, newest = Stored(), None
    state, message, until = HealthState.OK, "", None
    skipped: dict[str, int] = {}
    unknown: dict[str, int] = {}
    try:
        for page in collector.pages(since):
            with store.transaction(ACTOR) as tx:
                total += _store_page(tx, page)
            newest = max([m.published_at for m in page.mentions] + ([newest] if newest else []), default=None)
            _add(skipped, page.skipped)
            _add(unknown, page.unknown_fields)
    except StopRun as stopped:
        state, message = HealthState(stopped.state), str(stopped)
        until = stopped.until if isinstance(stopped.until, datetime) else None
    except ReinstateError:
        raise
    except Exception as error:  # a client library may raise anything: it becomes a state, never a crash of the others
        _log.error("collector.failed", source=collector.source.value, kind=type(error).__name__)
        state, message = HealthState.BROKEN_LAYOUT, f"unexpected {type(error).__name__} while reading"
    with store.transaction(ACTOR) as tx:
        trail.set_health(
            tx,
            collector.source,
            collector.partition,
            state,
            message,
            until=until,
            last_mention=newest,
            new_mentions=total.new,
            skipped=skipped,
            unknown_fields=unknown,
        )
        if total.new or total.changed or total.gone:
            tx.audit("collect.done", f"source:{collector.source.value}", {"new": total.new, "changed": total.changed})
    return SourceResult(collector.source, collector.partition, state, message, total, until)


def _store_page(tx: Tx, page: Page) -> Stored:
    stored = mentions.add_page(tx, page)
    if page.cost_micros:
        trail.add_spend(tx, page.cursor.source, f"{tx.now:%Y-%m}", page.cost_micros)
    return stored


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for key, n in more.items():
        total[key] = total.get(key, 0) + n


def recheck(store: Store, rechecker: Rechecker, limit: int = 1000) -> list[SourceResult]:
    """Ask a source about mentions not confirmed lately; erase what it says is gone."""
    with store.reading() as tx:
        due = mentions.to_recheck(tx, rechecker.source, tx.now - RECHECK_AFTER, limit)
    if not due:
        return []
    try:
        gone = rechecker.gone(due)
    except StopRun as stopped:
        return [SourceResult(rechecker.source, "recheck", HealthState(stopped.state), str(stopped), Stored())]
    with store.transaction(ACTOR) as tx:
        erased = mentions.mark_gone(tx, rechecker.source, gone)
        mentions.confirm(tx, rechecker.source, [native for native in due if native not in set(gone)])
    return [SourceResult(rechecker.source, "recheck", HealthState.OK, "", Stored(gone=erased))]


def collect_saved(ws: Workspace) -> SourceResult:
    """Read pages that were saved into the watched folder since the last run."""
    files = sorted(p for p in ws.saved_pages.glob("*") if p.suffix.lower() in (".html", ".htm", ".json"))
    with ws.store.reading() as tx:
        fresh = [p for p in files if orders.seen_file(tx, "trustpilot", _sha256(p.read_bytes())) is None]
    done = import_files(ws, "trustpilot", fresh) if fresh else []
    bad = [f.outcome for f in done if f.outcome and f.outcome not in (Outcome.OK, Outcome.EMPTY)]
    state = HealthState.OK
    message = ""
    if bad:
        state = HealthState.BLOCKED if bad[-1] is Outcome.BLOCKED else HealthState.BROKEN_LAYOUT
        message = f"{len(bad)} of {len(done)} saved pages hold no reviews ({bad[-1].value}): save them again"
    stored = Stored(sum(f.inserted for f in done), sum(f.updated for f in done), sum(f.unchanged for f in done))
    if done or not files:
        with ws.store.transaction(ACTOR) as tx:
            if not files:
                message = "no saved pages yet: save your profile's pages into the folder"
                state = HealthState.BEHIND
            trail.set_health(tx, Source.TRUSTPILOT, "saved", state, message, new_mentions=stored.new)
    return SourceResult(Source.TRUSTPILOT, "saved", state, message, stored)


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class FileReport:
    """What importing one file did; ``rejects_file`` is None when every row went in."""

    file: str
    sha256: str
    format: str
    encoding: str
    read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None = None
    warnings: tuple[str, ...] = ()
    outcome: Outcome | None = None


def import_files(
    ws: Workspace,
    kind: str,
    paths: Sequence[Path],
    *,
    actor: Actor = ACTOR,
    options: Options | None = None,
    report: Report | None = None,
) -> list[FileReport]:
    """Import files of one kind (see collectors.incoming); importing the same file twice changes nothing.

    Each file's rows, its snapshot and its audit entry commit together. Rows that cannot be used go to a rejects file
    with line and reason; the good ones still go in. Raises BadInput for a file that is not of this kind at all.
    """
    done = []
    for number, path in enumerate(paths, start=1):
        raw = read_bytes(path)
        done.append(_import(ws, kind, path, raw, read(kind, raw, path.name, options or Options()), actor))
        if report:
            report(number, len(paths), f"import {kind}")
    return done


def _import(ws: Workspace, kind: str, path: Path, raw: bytes, found: Incoming, actor: Actor) -> FileReport:
    facts = SnapshotFacts(kind, path.name, _sha256(raw), found.format, found.encoding, found.read, len(found.rejects))
    rejects_file = _write_rejects(ws, path, facts.sha256, found.rejects)
    with ws.store.transaction(actor) as tx:
        snapshot_id = orders.open_snapshot(tx, facts)
        changed = found.write(tx, snapshot_id)
        orders.close_snapshot(tx, snapshot_id, facts, changed)
    return FileReport(
        path.name,
        facts.sha256,
        found.format,
        found.encoding,
        found.read,
        changed.inserted,
        changed.updated,
        changed.unchanged,
        len(found.rejects),
        rejects_file,
        found.warnings,
        found.outcome,
    )


def _write_rejects(ws: Workspace, path: Path, sha256: str, rejects: Sequence[Reject]) -> str | None:
    if not rejects:
        return None
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["line", "reason"])
    writer.writerows([r.line, r.reason] for r in rejects)
    target = ws.rejects / f"{path.stem}-{sha256[:8]}.csv"
    write_whole(target, text.getvalue().encode())
    return str(target)
