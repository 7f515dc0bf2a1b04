"""How right link decisions are, counted as the targets do: mentions on Trustpilot and Reddit, X left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.domain import Decision, LinkDecision
from models.intervals import share
from models.measures import calibration_error
from models.mention_facts import LinkMention

COUNTED = frozenset({"trustpilot", "reddit"})
Truth = Mapping[str, frozenset[str]]


def rates(mentions: Sequence[LinkMention], truth: Truth, made: Sequence[LinkDecision]) -> dict[str, float]:
    """Precision of automatic links (with Wilson's 95 % interval), recall, average precision, calibration, review."""
    pairs = [(d, truth[m.mention_id]) for m, d in zip(mentions, made, strict=True) if m.source in COUNTED]
    links = [d.order_id in right for d, right in pairs if d.decision is Decision.LINK]
    asked = [any(c.order_id in right for c in d.candidates[:3]) for d, right in pairs if d.decision is Decision.REVIEW]
    true = sum(bool(right) for _, right in pairs)
    foreign = [right for d, right in pairs if d.decision is Decision.NOT_OUR_ORDER]
    best = [(d.candidates[0] if d.candidates else None, right) for d, right in pairs]
    scores = np.array([c.probability if c else 0.0 for c, _ in best])
    hits = np.array([bool(c and c.order_id in right) for c, right in best])
    shown = scores >= 0.001
    return {
        "links": len(links),
        "wrong links": len(links) - sum(links),
        "precision of links": round(sum(links) / max(len(links), 1), 4),
        "lower 95 %": round(share(sum(links), len(links))[0], 4),
        "recall of links": round(sum(links) / max(true, 1), 4),
        "average precision": round(average_precision(scores, hits, true), 4),
        "calibration error": round(calibration_error(hits.astype(np.int64), scores), 4),
        "calibration error where an order is shown": round(
            calibration_error(hits[shown].astype(np.int64), scores[shown]), 4
        ),
        "review share": round(len(asked) / max(len(pairs), 1), 4),
        "right order in review's top 3": round(sum(asked) / max(len(asked), 1), 4),
        "wrong 'not our order'": sum(bool(right) for right in foreign),
    }


def average_precision(scores: np.ndarray, hits: np.ndarray, true: int) -> float:
    """Mean precision at each right best order, all true mentions counted: those never found count as 0."""
    order = np.argsort(-scores, kind="stable")
    found = hits[order] & (scores[order] > 0)
    precision = np.cumsum(found) / np.arange(1, len(found) + 1)
    return float((precision * found).sum() / max(true, 1))
