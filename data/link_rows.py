"""How a link decision is spelled in its table, evidence and candidates as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from data.domain import Candidate, Decision, Evidence, LinkDecision


def link_row(mention_id: int, d: LinkDecision, at: datetime) -> dict[str, Any]:
    """The row that keeps a decision made ``at`` (aware UTC)."""
    return {
        "mention": mention_id,
        "decision": d.decision.value,
        "order_id": d.order_id,
        "probability": d.probability,
        "evidence": [asdict(e) for e in d.evidence],
        "candidates": [asdict(c) for c in d.candidates],
        "rule": d.rule,
        "weights": d.weights,
        "made_at": at,
    }


def decision_of(row: Any) -> LinkDecision:
    """The decision that a row keeps."""
    return LinkDecision(
        Decision(row.decision),
        row.probability,
        row.order_id,
        _evidence(row.evidence),
        tuple(Candidate(c["order_id"], c["probability"], _evidence(c["evidence"])) for c in row.candidates),
        row.rule,
        row.weights,
    )


def _evidence(rows: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**row) for row in rows)
