"""Who writes to customers, and within which lines: the planner's policy from people and settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.config import Settings
from data.domain import Mode, Role
from data.people import Person
from data.work_lines import WorkLine
from recovery_plan.at_risk_rows import ZERO_DECIMALS
from recovery_plan.outreach.planner import Agent, Plan, PlanPolicy
from recovery_plan.outreach.worth import Worth

WRITERS = frozenset({Role.AGENT, Role.SUPPORT_LEAD})


def policy_for(
    settings: Settings,
    team: Iterable[Person],
    contacted: Iterable[str],
    own: Mapping[str, WorkLine] | None = None,
    persons: Mapping[str, tuple[str, ...]] | None = None,
) -> PlanPolicy:
    """Active agents and support leads, each with their own line, else the settings' minutes on every day of the week.

    Weekends count: the 24-hour reply knows none (rule AMZ-MSG-02).
    """
    lines = settings.policy
    minor = 1 if settings.brand.currency in ZERO_DECIMALS else 100
    return PlanPolicy(
        agents=tuple(
            _agent(p, (own or {}).get(p.id) or WorkLine(p.id, lines.minutes_per_agent))
            for p in sorted(team, key=lambda p: p.id)
            if p.active and p.role in WRITERS
        ),
        daily_contacts=lines.daily_contacts,
        wave_days=lines.wave_days,
        hourly_cost_minor=lines.hourly_cost * minor,
        contacted=frozenset(contacted),
        persons=dict(persons or {}),
    )


def _agent(person: Person, line: WorkLine) -> Agent:
    return Agent(person.id, frozenset(person.languages), line.minutes_per_day, line.days_off, line.routes)


def document(made: Plan, policy: PlanPolicy, mode: Mode, worth: Worth) -> Mapping[str, object]:
    """What a plan was made by, to be kept beside it; ids and figures only."""
    return {
        "mode": mode.value,
        "worth": worth.version,
        "agents": {a.id: a.minutes_per_day for a in policy.agents},
        "daily_contacts": policy.daily_contacts,
        "wave_days": policy.wave_days,
        "horizon_days": policy.horizon_days,
        "hourly_cost_minor": policy.hourly_cost_minor,
        "score": round(made.score, 2),
        "bound": round(made.bound, 2),
    }
