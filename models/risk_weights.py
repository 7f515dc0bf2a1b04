"""The weights of the risk as a workspace has them: its own policy file where there is one, else the one that ships.

A change is looked at before it is kept: ``preview`` tells what it does to ranks and counts, and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from data import customers, log
from data.domain import Actor
from data.errors import BadInput
from data.files import write_whole
from data.workspace import Workspace
from models import risk
from models.at_risk import Duties, facts_of
from models.risk import CustomerFacts, RiskPolicy, load_policy, parse_policy

FILE = "risk_policy.toml"
_SHOWN = 20
_log = log.get("models")
_HEAD = (
    "# The weights of the risk (log-odds), kept by 'reinstate risk set'. What each one means: the product's\n"
    "# models/risk_policy.toml and docs/recovery.md. Remove this file to go back to the weights that ship.\n\n"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One customer before and after; a rank is None where they are not listed. The first rank is 1."""

    customer: str
    risk_before: float
    risk_after: float
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What other weights would do: how many are listed, who enters and leaves, and whose rank moves most."""

    version_before: str
    version_after: str
    line: float
    customers: int
    listed_before: int
    listed_after: int
    expected_before: float  # sum of the listed risks: expected defects among them
    expected_after: float
    entered: tuple[Moved, ...]
    left: tuple[Moved, ...]
    moved: tuple[Moved, ...]  # largest change of the rank first


def policy_of(folder: Path) -> RiskPolicy:
    """The workspace's own weights, else those that ship; raises BadInput when its file is wrong."""
    path = folder / FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return load_policy()
    except OSError as error:
        raise BadInput(f"{FILE}: cannot be read: {error.strerror or 'unknown reason'}") from None
    return parse_policy(raw, FILE)


def places(policy: RiskPolicy) -> Mapping[str, float]:
    """Every figure of a policy by its place, for example ``waiting.full_days``."""
    parts = policy.model_dump(mode="json")
    return {
        f"{part}.{name}": value for part, told in parts.items() if part != "version" for name, value in told.items()
    }


def changed(policy: RiskPolicy, changes: Mapping[str, float]) -> RiskPolicy:
    """The policy with other figures and a version that names them; raises BadInput for an unknown place or a figure
    out of range."""
    known = places(policy)
    parts: dict[str, Any] = policy.model_dump(mode="json")
    for place, value in changes.items():
        if place not in known:
            raise BadInput(f"{place}: is no weight: choose one of {', '.join(sorted(known))}")
        part, name = place.split(".")
        parts[part][name] = int(value) if isinstance(known[place], int) and float(value).is_integer() else float(value)
    return _named(parts)


def recalibrated(policy: RiskPolicy, slope: float, offset: float) -> RiskPolicy:
    """The policy whose log-odds are ``slope`` x the old ones + ``offset``: what a calibration found, put into the
    weights themselves, so that every reason's share stays exact."""
    parts: dict[str, Any] = policy.model_dump(mode="json")
    for name in ("frustration", "severity", "waiting", "unanswered", "value", "age"):
        parts[name]["weight"] = round(parts[name]["weight"] * slope, 4)
    for name in ("refund", "claim"):
        parts[name] = {state: round(weight * slope, 4) for state, weight in parts[name].items()}
    parts["base"]["log_odds"] = round(parts["base"]["log_odds"] * slope + offset, 4)
    return _named(parts)


def _named(parts: dict[str, Any]) -> RiskPolicy:
    told = tomli_w.dumps({name: value for name, value in parts.items() if name != "version"})
    parts["version"] = f"own-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    return parse_policy(tomli_w.dumps(parts).encode(), FILE)


def spelled(policy: RiskPolicy) -> bytes:
    """The policy as the bytes of its file."""
    return (_HEAD + tomli_w.dumps(policy.model_dump(mode="json"))).encode()


def preview(facts: Mapping[str, CustomerFacts], before: RiskPolicy, after: RiskPolicy, line: float) -> Preview:
    """What ``after`` would do in place of ``before``; ``line`` (0-1) is the risk from which customers are listed."""
    old = {key: risk.score(told, before)[0] for key, told in facts.items()}
    new = {key: risk.score(told, after)[0] for key, told in facts.items()}
    old_ranks, new_ranks = _ranks(old, line), _ranks(new, line)
    both = [Moved(key, old[key], new[key], old_ranks.get(key), new_ranks.get(key)) for key in sorted(facts)]
    stayed = [m for m in both if m.rank_before and m.rank_after and m.rank_before != m.rank_after]
    stayed.sort(key=lambda m: (-abs((m.rank_before or 0) - (m.rank_after or 0)), m.customer))
    entered = sorted((m for m in both if m.rank_after and not m.rank_before), key=lambda m: m.rank_after or 0)
    left = sorted((m for m in both if m.rank_before and not m.rank_after), key=lambda m: m.rank_before or 0)
    return Preview(
        before.version, after.version, line, len(facts), len(old_ranks), len(new_ranks),
        sum(old[key] for key in old_ranks), sum(new[key] for key in new_ranks),
        tuple(entered), tuple(left), tuple(stayed[:_SHOWN]),
    )  # fmt: skip


def _ranks(risks: Mapping[str, float], line: float) -> dict[str, int]:
    listed = sorted((key for key, value in risks.items() if value >= line), key=lambda key: (-risks[key], key))
    return {key: rank for rank, key in enumerate(listed, start=1)}


def preview_of(ws: Workspace, obligations: Duties, after: RiskPolicy, *, line: float | None = None) -> Preview:
    """The preview for the workspace's customers as they stand now; nothing is kept."""
    with ws.store.reading() as tx:
        cases, now = customers.gather(tx), tx.now
    facts = {case.customer: facts_of(case, now, obligations(case, now)) for case in cases}
    wanted = ws.settings.policy.at_risk_from if line is None else line
    return preview(facts, policy_of(ws.folder), after, wanted)


def keep(ws: Workspace, actor: Actor, policy: RiskPolicy) -> RiskPolicy:
    """Write the workspace's policy file; the next scoring uses it. The change is on the audit log."""
    before = policy_of(ws.folder)
    raw = spelled(policy)
    with ws.store.transaction(actor) as tx:
        detail = {"before": before.version, "sha256": hashlib.sha256(raw).hexdigest()}
        tx.audit("risk.weights_set", f"risk:{policy.version}", detail)
        write_whole(ws.folder / FILE, raw)
    _log.info("risk.weights_set", version=policy.version)
    return policy
