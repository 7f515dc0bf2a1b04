"""What a plan costs, changes and avoids, as a document and as lines."""

from __future__ import annotations

from typing import Any

from recovery_plan.outreach.cost import Cost
from recovery_plan.outreach.difference import Change
from recovery_plan.relief import Relief
from recovery_plan.waves.planning import Made


def document(made: Made) -> dict[str, Any]:
    """For programs; money in minor units of the brand's currency."""
    d = made.difference
    return {
        "costs": [_cost(c) for c in made.costs],
        "difference": {
            "kept": d.kept,
            "promised_kept": d.promised_kept,
            "added": len(d.added),
            "dropped": [_change(c) for c in d.dropped],
            "moved": [_change(c) for c in d.moved],
        },
        "defects": {m: relief_document(r) for m, r in made.relief.items()},
    }


def _cost(c: Cost) -> dict[str, Any]:
    return {
        "wave": c.wave, "contacts": c.contacts, "hours": round(c.hours, 2), "cost_minor": c.cost_minor,
        "value_minor": c.value_minor, "net_minor": c.net_minor,
    }  # fmt: skip


def _change(c: Change) -> dict[str, Any]:
    return {
        "customer": c.customer, "order_id": c.order_id, "day_before": c.day_before, "day_after": c.day_after,
        "owner_before": c.owner_before, "owner_after": c.owner_after, "was_promised": c.was_promised, "why": c.why,
    }  # fmt: skip


def relief_document(r: Relief) -> dict[str, Any]:
    """One marketplace's projection without and with the plan."""
    now = r.without.now
    return {
        "orders": now.orders, "defects": now.defects, "rate": now.rate, "limit": now.limit, "is_over": now.is_over,
        "open_orders": r.without.open_orders, "helped": r.helped,
        "expected_without": round(r.without.expected, 3), "expected_with": round(r.with_plan.expected, 3),
        "avoided": round(r.avoided, 3), "over_without": round(r.without.over_probability, 4),
        "over_with": round(r.with_plan.over_probability, 4),
    }  # fmt: skip


def lines(made: Made) -> list[str]:
    """For people."""
    whole, *waves = made.costs
    told = [f"  {whole.hours:.1f} hours, cost {_money(whole.cost_minor)}, expected to save {_money(whole.value_minor)}"]
    told += [f"  wave {c.wave}: {c.contacts} contacts, {c.hours:.1f} hours, {_money(c.cost_minor)}" for c in waves]
    d = made.difference
    told.append(
        f"  against the stored plan: {d.kept} as before ({d.promised_kept} promised), {len(d.moved)} moved, "
        f"{len(d.added)} new, {len(d.dropped)} dropped"
    )
    told += [f"  promise not kept, customer {c.customer}: {c.why}" for c in d.broken]
    told += [relief_line(market, r) for market, r in made.relief.items()]
    return told


def relief_line(market: str, r: Relief) -> str:
    """One marketplace in a line."""
    return (
        f"  {market}: {r.without.now.defects} defects in {r.without.now.orders} orders; expected further "
        f"{r.without.expected:.1f}, with the plan {r.with_plan.expected:.1f} ({r.avoided:.1f} avoided); chance of "
        f"being over {r.without.over_probability:.0%}, with the plan {r.with_plan.over_probability:.0%}"
    )


def _money(minor: int) -> str:
    return f"{minor / 100:,.2f}"
