"""Drafts, effects and rates as documents and as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recovery_plan.exposure import Exposure
from recovery_plan.outreach.effects import Effects, Share
from recovery_plan.waves.drafting import Draft


def draft(d: Draft) -> dict[str, Any]:
    """One contact of a wave."""
    return {
        "task": d.task, "day": d.day, "owner": d.owner, "customer": d.customer, "order_id": d.order_id,
        "route": d.route, "rule": d.rule, "language": d.language, "kind": d.kind,
        "macro": d.macro.id if d.macro else None, "text": d.text, "sha256": d.sha256,
        "guard": d.seen.decision if d.seen else None,
        "request": {"id": d.request.id, "state": d.request.state} if d.request else None,
        "problems": [{"rule": rule, "why": why} for rule, why in d.problems],
    }  # fmt: skip


def draft_lines(d: Draft) -> Iterator[str]:
    """The same for people."""
    state = f", request {d.request.id} {d.request.state}" if d.request else ""
    yield f"task {d.task}  {d.day}  {d.owner}  {d.route} ({d.rule}) {d.language or ''}{state}"
    if d.text:
        yield f"    {d.text}"
    for rule, why in d.problems:
        yield f"    cannot go out: {why} ({rule})"


def share(s: Share) -> dict[str, Any]:
    """A share with its interval."""
    return {"part": s.part, "whole": s.whole, "share": s.value, "low": s.low, "high": s.high, "few": s.is_few}


def _told(s: Share) -> str:
    if s.value is None:
        return "nobody yet"
    few = ", too few to tell" if s.is_few else ""
    return f"{s.part} of {s.whole} = {s.value:.0%} ({s.low:.0%} to {s.high:.0%}{few})"


def effects(e: Effects) -> dict[str, Any]:
    """For programs."""
    return {
        "contacts": e.contacts,
        "routes": [
            {
                "route": r.route, "contacts": r.contacts, "results": dict(r.results), "recovered": share(r.recovered),
                "harmed": share(r.harmed), "expected_harm": r.expected_harm,
                "avoided": dict(zip(("share", "low", "high"), r.avoided, strict=True)) if r.avoided else None,
            }
            for r in e.routes
        ],
        "curve": [{"days": s.days, **share(s.recovered)} for s in e.curve],
        "before_after": {
            "customers": e.before_after.customers, "before": e.before_after.mean_before,
            "after": e.before_after.mean_after, "median_change": e.before_after.median_change,
            "better": share(e.before_after.better),
        },
        "note": "nobody was contacted by lot: these figures describe, and prove no cause",
    }  # fmt: skip


def effect_lines(e: Effects) -> Iterator[str]:
    """For people."""
    yield f"{e.contacts} contacts made. Shares with 95 % intervals; nobody was contacted by lot: no proof of a cause."
    for r in e.routes:
        yield f"{r.route.value}: {r.contacts} contacts; good result {_told(r.recovered)}; harmed {_told(r.harmed)}"
        if r.avoided:
            value, low, high = r.avoided
            yield f"    against the told risk {r.expected_harm:.0%}: avoided {value:.0%} ({low:.0%} to {high:.0%})"
    for step in e.curve:
        yield f"within {step.days} days: {_told(step.recovered)}"
    b = e.before_after
    if b.mean_before is not None and b.mean_after is not None:
        yield f"risk before {b.mean_before:.2f}, now {b.mean_after:.2f}, of {b.customers}; better {_told(b.better)}"


def exposure(e: Exposure) -> dict[str, Any]:
    """One rate for programs."""
    return {
        "measure": e.measure, "marketplace": e.marketplace or None, "days": e.days, "limit": e.limit, "rule": e.rule,
        "counted": e.counted, "bad": e.bad, "rate": e.rate, "open": e.open_bad,
        "rate_if_nothing_happens": e.rate_if_nothing_happens, "unknown": e.unknown, "is_over": e.is_over,
    }  # fmt: skip


def exposure_line(e: Exposure) -> str:
    """One rate in a line."""
    ahead = e.rate_if_nothing_happens
    now = "nothing counted" if e.rate is None else f"{e.bad} of {e.counted} = {e.rate:.1%}"
    later = "" if ahead is None else f"; if nothing happens {ahead:.1%}"
    where = f" {e.marketplace}" if e.marketplace else ""
    mark = " OVER" if e.is_over else ""
    blind = f"; {e.unknown} without a promised date" if e.unknown else ""
    return f"{e.measure.value.replace('_', ' ')}{where} ({e.days} days): {now}{later}; limit {e.limit:.1%}{mark}{blind}"
