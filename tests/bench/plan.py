"""The scheduler on large plans: seconds, and how far below the bound that no plan can exceed."""

from __future__ import annotations

import time

from recovery_plan.metrics import poisson_binomial
from recovery_plan.outreach.planner import Plan, plan
from tests.recovery_plan.test_planner import POLICY, TODAY, many

SEEDS = (1, 2, 3, 7)


def measure() -> dict[str, float]:
    """Plans of 400, 3,000 and 10,000 tasks for three people, the worst of four seeds each."""
    found: dict[str, float] = {}
    for count in (400, 3_000, 10_000):
        gaps: list[float] = []
        spent: list[float] = []
        for seed in SEEDS:
            tasks = many(count, seed)
            started = time.process_time()
            made = plan(tasks, POLICY, TODAY)
            spent.append(time.process_time() - started)
            gaps.append(_gap(made))
        found[f"{count:,} tasks, seconds"] = max(spent)
        found[f"{count:,} tasks, % below the bound"] = max(gaps)
    started = time.process_time()
    poisson_binomial([0.05] * 10_000)
    found["10,000 open orders projected, seconds"] = time.process_time() - started
    return found


def _gap(made: Plan) -> float:
    return 100.0 * (1.0 - made.score / made.bound) if made.bound else 0.0
