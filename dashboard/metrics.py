"""``GET /metrics``: what the sources do, in Prometheus's text format. Counts and times only, no text and no name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from data import trail
from data.domain import HealthState, Source
from data.store import Tx

_HELP = {
    "source_up": "1 while the last reading succeeded",
    "source_state": "the state of a source's last reading is the one with value 1",
    "source_mentions_total": "mentions that readings brought in",
    "source_last_success_timestamp_seconds": "when a reading last succeeded",
    "source_last_mention_timestamp_seconds": "when the newest mention was published",
    "source_lag_seconds": "time since the last successful reading",
    "source_next_run_timestamp_seconds": "when the schedule reads next",
    "source_spent_dollars": "spent this month",
    "audit_entries": "entries of the audit log",
}
_COUNTERS = {"source_mentions_total"}
_Line = tuple[str, Mapping[str, str], float]


def text(tx: Tx) -> str:
    """Every figure as it stands."""
    lines: list[str] = []
    last = ""
    for name, labels, value in sorted(_figures(tx), key=lambda line: line[0]):
        if name != last:
            kind = "counter" if name in _COUNTERS else "gauge"
            lines += [f"# HELP reinstate_{name} {_HELP[name]}", f"# TYPE reinstate_{name} {kind}"]
            last = name
        said = ",".join(f'{key}="{_escaped(held)}"' for key, held in labels.items())
        lines.append(f"reinstate_{name}{{{said}}} {value:.17g}" if said else f"reinstate_{name} {value:.17g}")
    return "\n".join(lines) + "\n"


def _figures(tx: Tx) -> Iterator[_Line]:
    rows: Sequence[Any] = trail.health(tx)
    for row in rows:
        labels = {"source": row.source, "partition": row.partition}
        yield "source_up", labels, float(row.state == HealthState.OK)
        for state in HealthState:
            yield "source_state", labels | {"state": state.value}, float(row.state == state)
        yield "source_mentions_total", labels, float(row.total_new)
        if row.last_success is not None:
            yield "source_lag_seconds", labels, (tx.now - row.last_success).total_seconds()
        moments: Mapping[str, datetime | None] = {
            "source_last_success_timestamp_seconds": row.last_success,
            "source_last_mention_timestamp_seconds": row.last_mention,
            "source_next_run_timestamp_seconds": row.next_run,
        }
        for name, at in moments.items():
            if at is not None:
                yield name, labels, at.timestamp()
    yield "source_spent_dollars", {"source": "x"}, trail.spent(tx, Source.X, f"{tx.now:%Y-%m}") / 1_000_000
    yield "audit_entries", {}, float(trail.size(tx))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
