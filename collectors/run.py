"""The shell of the collectors: runs them against the store, imports files, keeps health and rejects."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from collectors import registry
from collectors.amazon_reports.encoding import read_bytes, read_whole
from collectors.base import Collector
from collectors.eml import is_letter
from collectors.file_reports import FileReport, write_rejects
from collectors.incoming import Incoming, Options, read
from collectors.paste import Pasted, as_mention
from collectors.reading import Backfill, pages, together
from collectors.rechecks import recheck
from collectors.results import ACTOR, SourceResult, keep_health
from collectors.sources import Endpoints, Folder
from collectors.trustpilot import Outcome
from data import log, mentions, snapshots, trail
from data.domain import Actor, HealthState, Page, Source
from data.errors import BadInput, ReinstateError, StopRun
from data.mentions import Stored
from data.snapshots import SnapshotFacts
from data.store import Store
from data.workspace import Workspace

_BACKFILL_MONTH = " backfill"  # what follows the month in the account of a backfill
Report = Callable[[int, int, str], None]
T = TypeVar("T")
_log = log.get("collectors")


def collect_all(
    ws: Workspace,
    only: Sequence[str] = (),
    endpoints: Endpoints | None = None,
    report: Report | None = None,
    *,
    backfill: timedelta | None = None,
) -> list[SourceResult]:
    """Run every enabled source (or those named in ``only``); one that fails never stops the others.

    With ``backfill`` only the past is read, that far back, at positions and within a budget of its own.
    """
    offered = registry.wanted(only)
    settings = ws.settings.for_backfill() if backfill else ws.settings
    kind = _BACKFILL_MONTH if backfill else ""
    facts = (settings, endpoints or Endpoints(), ws.store.clock, partial(_spent, ws.store, kind))
    results: list[SourceResult] = []
    for number, (name, readers) in enumerate(offered, start=1):
        for collector in _made(ws.store, name, readers.collectors(*facts), results):
            wanted = Backfill(collector, ws.store.clock() - backfill) if backfill else collector
            results.append(collect(ws.store, wanted, kind))
        if backfill is None:
            for rechecker in _made(ws.store, name, readers.recheckers(*facts), results):
                results.extend(recheck(ws.store, rechecker))
            results.extend(collect_folder(ws, folder) for folder in readers.folders(ws.settings))
        if report:
            report(number, len(offered), "collect")
    return results


def _made(store: Store, name: str, offered: Iterable[T], results: list[SourceResult]) -> Iterator[T]:
    """What a source offers, one after the other; a source that cannot even be set up becomes a result."""
    try:
        yield from offered
        return
    except StopRun as stopped:
        state, message = HealthState(stopped.state), str(stopped)
    except ReinstateError as error:
        state, message = HealthState.AUTH_FAILED, str(error)
    except Exception as error:  # a client library's constructor may raise anything
        _log.error("source.failed", source=name, kind=type(error).__name__)
        state, message = HealthState.BROKEN_LAYOUT, f"unexpected {type(error).__name__} while setting it up"
    failed = SourceResult(Source(name), "", state, message, Stored())
    keep_health(store, failed)
    results.append(failed)


def _spent(store: Store, kind: str, source: Source) -> int:
    with store.reading() as tx:
        return trail.spent(tx, source, f"{tx.now:%Y-%m}{kind}")


def collect(store: Store, collector: Collector, kind: str = "") -> SourceResult:
    """Store every new page of one partition; items, their cursor and cost commit together. Safe to repeat.

    A partition whose source has named a time to wait for is not asked before it. ``kind`` is added to the month that
    the cost is booked on.
    """
    with store.reading() as tx:
        since = mentions.get_cursor(tx, collector.source, collector.partition)
        last = trail.health_of(tx, collector.source, collector.partition)
        if last is not None and last.until is not None and last.until > tx.now:
            return SourceResult(
                collector.source, collector.partition, HealthState(last.state), last.message, Stored(), last.until
            )
    total, newest = Stored(), None
    state, message, until = HealthState.OK, "", None
    skipped: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    try:
        for page, stored in _committed(store, together(pages(collector, since)), kind):
            total += stored
            newest = max([m.published_at for m in page.mentions] + ([newest] if newest else []), default=None)
            skipped.update(page.skipped)
            unknown.update(page.unknown_fields)
    except StopRun as stopped:
        state, message = HealthState(stopped.state), str(stopped)
        until = stopped.until if isinstance(stopped.until, datetime) else None
    except ReinstateError:
        raise
    except Exception as error:  # a page that the store cannot take: as good as a layout that nobody knows
        _log.error("page.refused", source=collector.source.value, kind=type(error).__name__)
        state, message = HealthState.BROKEN_LAYOUT, f"unexpected {type(error).__name__} while storing"
    result = SourceResult(collector.source, collector.partition, state, message, total, until)
    keep_health(store, result, newest, skipped, unknown)
    return result


def _committed(store: Store, groups: Iterable[Sequence[Page]], kind: str) -> Iterator[tuple[Page, Stored]]:
    """Each page once it is committed; what its group changed is told with the group's last page.

    A page that the store cannot take does not hold back those before it: its group is then committed page by page.
    """
    for group in groups:
        try:
            changed = [Stored()] * (len(group) - 1) + [_commit(store, group, kind)]
        except ReinstateError:
            raise
        except Exception:
            if len(group) == 1:
                raise
            for page in group:
                yield page, _commit(store, (page,), kind)
            continue
        yield from zip(group, changed, strict=True)


def _commit(store: Store, group: Sequence[Page], kind: str) -> Stored:
    with store.transaction(ACTOR) as tx:
        stored = mentions.add_pages(tx, group)
        if cost := sum(page.cost_micros for page in group):
            trail.add_spend(tx, group[-1].cursor.source, f"{tx.now:%Y-%m}{kind}", cost)
    return stored


def collect_folder(ws: Workspace, folder: Folder) -> SourceResult:
    """Import the files of a watched folder that are new since the last run; one that cannot be read stops no other."""
    files = sorted(p for p in (ws.folder / folder.path).glob("*") if p.suffix.lower() in folder.suffixes)
    done: list[FileReport] = []
    refused: list[str] = []
    for path in files:
        try:
            with ws.store.reading() as tx:
                is_known = snapshots.seen_file(tx, folder.kind, _sha256(path.read_bytes())) is not None
            done += [] if is_known else import_files(ws, folder.kind, [path])
        except BadInput as error:
            refused.append(str(error))
        except OSError as error:
            refused.append(f"{path.name}: cannot be read ({type(error).__name__})")
    bad = [f.outcome for f in done if f.outcome and f.outcome not in (Outcome.OK, Outcome.EMPTY)]
    state = HealthState.OK
    message = ""
    if bad:
        state = HealthState.BLOCKED if bad[-1] is Outcome.BLOCKED else HealthState.BROKEN_LAYOUT
        message = f"{len(bad)} of {len(done)} saved pages hold no reviews ({bad[-1].value}): save them again"
    elif refused:
        state, message = HealthState.BROKEN_LAYOUT, refused[0]
    elif alarms := [line for f in done if f.outcome for line in f.warnings]:
        state, message = HealthState.BROKEN_LAYOUT, alarms[0]
    stored = Stored(sum(f.inserted for f in done), sum(f.updated for f in done), sum(f.unchanged for f in done))
    if done or refused or not files:
        with ws.store.transaction(ACTOR) as tx:
            if not files and folder.when_empty:
                state, message = HealthState.BEHIND, folder.when_empty
            trail.set_health(tx, folder.source, folder.partition, state, message, new_mentions=stored.new)
    return SourceResult(folder.source, folder.partition, state, message, stored)


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


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
        raw = read_whole(path) if is_letter(path.name) else read_bytes(path)  # a letter says its own encodings
        done.append(_import(ws, kind, path, raw, read(kind, raw, path.name, options or Options()), actor))
        if report:
            report(number, len(paths), f"import {kind}")
    return done


def _import(ws: Workspace, kind: str, path: Path, raw: bytes, found: Incoming, actor: Actor) -> FileReport:
    facts = SnapshotFacts(kind, path.name, _sha256(raw), found.format, found.encoding, found.read, len(found.rejects))
    rejects_file = write_rejects(ws, path, facts.sha256, found.rejects)
    with ws.store.transaction(actor) as tx:
        snapshot_id = snapshots.open_snapshot(tx, facts)
        changed = found.write(tx, snapshot_id)
        snapshots.close_snapshot(tx, snapshot_id, facts, changed)
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


def add_pasted(ws: Workspace, pasted: Pasted, actor: Actor) -> Stored:
    """Store what a person pasted, with its audit entry; raises BadInput, naming the field. Twice changes nothing."""
    mention = as_mention(pasted, ws.store.clock())
    at = mention.published_at
    with ws.store.transaction(actor) as tx:
        stored = mentions.add(tx, [mention])
        trail.set_health(tx, mention.source, "pasted", HealthState.OK, "", last_mention=at, new_mentions=stored.new)
        tx.audit("mention.pasted", f"source:{mention.source.value}", {"new": stored.new, "changed": stored.changed})
    return stored
