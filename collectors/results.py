"""How the reading of a source ended, and how that is kept as its health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.reading import BACKFILL
from data import mentions, trail
from data.domain import Actor, HealthState, Source
from data.mentions import Stored
from data.store import Store

ACTOR = Actor.system("collectors")


@dataclass(frozen=True, slots=True)
class SourceResult:
    """How one partition of a source ended."""

    source: Source
    partition: str
    state: HealthState
    message: str
    stored: Stored
    until: datetime | None = None


def keep_health(
    store: Store,
    result: SourceResult,
    newest: datetime | None = None,
    skipped: Mapping[str, int] | None = None,
    unknown: Mapping[str, int] | None = None,
) -> None:
    """How a reading ended; a backfill has no health of its own, only a position while it is under way."""
    with store.transaction(ACTOR) as tx:
        if not result.partition.endswith(BACKFILL):
            trail.set_health(
                tx,
                result.source,
                result.partition,
                result.state,
                result.message,
                until=result.until,
                last_mention=newest,
                new_mentions=result.stored.new,
                skipped=skipped,
                unknown_fields=unknown,
            )
        elif result.state is HealthState.OK:
            mentions.drop_cursor(tx, result.source, result.partition)  # done: the next backfill begins anew
        stored = result.stored
        if stored.new or stored.changed or stored.gone:
            tx.audit("collect.done", f"source:{result.source.value}", {"new": stored.new, "changed": stored.changed})
