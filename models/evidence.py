"""Evidence while it is weighed: what is shown, and which weight it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from data.domain import Evidence


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence and the name of the weight that it rests on ("name.full")."""

    key: str
    evidence: Evidence


def shown(key: str, outcome: str, bits: float, ours: str | None = None, theirs: str | None = None) -> Shown:
    """Evidence whose field is the first part of ``key``."""
    return Shown(key, Evidence(key.partition(".")[0], outcome, bits, ours, theirs))


def total_bits(found: tuple[Shown, ...]) -> float:
    """The sum of the weights."""
    return sum(s.evidence.weight for s in found)
