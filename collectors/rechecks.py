"""Asks sources what of the stored mentions they still show, and erases what is confirmed to be gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.base import Priced, Rechecker
from collectors.results import ACTOR, SourceResult, keep_health
from data import erasure, log, mentions, trail
from data.domain import HealthState, Source
from data.errors import StopRun
from data.mentions import Stored
from data.store import Store

RECHECK_AFTER = timedelta(hours=20)  # deletions are honoured within 24 h (X-04, RD-04)
_MANY, _NEARLY_ALL = 20, 0.9  # mentions that are said to be gone at once, which is more likely a fault of the source
_DOUBT_FOR = timedelta(hours=1)
_DOUBT = "says that nearly everything is gone: nothing was erased, it is asked once more in an hour"
_log = log.get("collectors")


def recheck(store: Store, rechecker: Rechecker, limit: int = 1000) -> list[SourceResult]:
    """Ask a source about all mentions not confirmed lately, ``limit`` at a time; erase what it says is gone.

    A source that says so of nearly all of many is not believed at once: an outage may answer with an empty list, and
    what is erased does not come back. It is believed when it says the same an hour later.
    """
    with store.reading() as tx:
        last = trail.health_of(tx, rechecker.source, "recheck")
        is_doubted = last is not None and last.message == _DOUBT
        if is_doubted and last is not None and last.until > tx.now:
            return []
    total, state, message, until = Stored(), HealthState.OK, "", None
    asked = False
    try:
        while due := _due(store, rechecker.source, limit):
            asked = True
            total += _recheck(store, rechecker, due, is_doubted)
    except StopRun as stopped:
        state, message = HealthState(stopped.state), str(stopped)
        until = stopped.until if isinstance(stopped.until, datetime) else None
    if not asked:
        return []
    result = SourceResult(rechecker.source, "recheck", state, message, total, until)
    keep_health(store, result)
    return [result]


def _due(store: Store, source: Source, limit: int) -> tuple[str, ...]:
    with store.reading() as tx:
        return mentions.to_recheck(tx, source, tx.now - RECHECK_AFTER, limit)


def _recheck(store: Store, rechecker: Rechecker, due: tuple[str, ...], is_believed: bool) -> Stored:
    try:
        gone = rechecker.gone(due)
    except StopRun:
        raise
    except Exception as error:
        _log.error("recheck.failed", source=rechecker.source.value, kind=type(error).__name__)
        told = f"unexpected {type(error).__name__} while asking what is gone"
        raise StopRun(told, state=HealthState.BROKEN_LAYOUT) from None
    finally:
        if isinstance(rechecker, Priced) and rechecker.cost_micros:
            with store.transaction(ACTOR) as tx:
                trail.add_spend(tx, rechecker.source, f"{tx.now:%Y-%m}", rechecker.cost_micros)
    if len(gone) >= _MANY and len(gone) >= _NEARLY_ALL * len(due) and not is_believed:
        raise StopRun(_DOUBT, state=HealthState.BEHIND, until=store.clock() + _DOUBT_FOR)
    with store.transaction(ACTOR) as tx:
        erased = erasure.mark_gone(tx, rechecker.source, gone)
        mentions.confirm(tx, rechecker.source, [native for native in due if native not in set(gone)])
    return Stored(gone=erased)
