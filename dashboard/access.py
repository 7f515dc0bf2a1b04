"""Who may do what: the one table that pages and commands ask. Deny by default."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from data.domain import Actor, Role
from data.errors import Refused


class Action(StrEnum):
    """Everything that a person can open or do."""

    SEE_OVERVIEW = "see_overview"
    SEE_MENTIONS = "see_mentions"
    SEE_AT_RISK = "see_at_risk"
    SEE_PLAN = "see_plan"
    SEE_TICKETS = "see_tickets"
    SEE_AUDIT = "see_audit"
    SEE_SOURCES = "see_sources"
    SEE_NAMES = "see_names"  # a customer's name; masks for exports are recovery_plan.at_risk_rows.MASKS
    SEE_ORDER_IDS = "see_order_ids"
    SEE_OWNERS = "see_owners"
    LABEL = "label"  # correct what the classifier said
    JUDGE_LINK = "judge_link"
    BUILD_PLAN = "build_plan"
    RECORD_OUTCOME = "record_outcome"
    EXPORT = "export"
    IMPORT = "import"
    COLLECT = "collect"
    DECLARE = "declare"  # a suspension
    REINSTATE = "reinstate"  # end one
    CLOSE_STEP = "close_step"  # which step whose role may close is recovery_plan.containment.mode.MAY_CLOSE
    MANAGE_PEOPLE = "manage_people"
    TRAIN = "train"
    ERASE = "erase"  # everything of a source


A = Action
_READ = frozenset({A.SEE_OVERVIEW, A.SEE_MENTIONS})
_DESK = _READ | {A.SEE_AT_RISK, A.SEE_PLAN, A.SEE_TICKETS, A.SEE_SOURCES, A.SEE_ORDER_IDS, A.SEE_OWNERS}
GRANTS: Mapping[Role, frozenset[Action]] = {
    Role.AGENT: _DESK | {A.SEE_NAMES, A.LABEL, A.JUDGE_LINK, A.RECORD_OUTCOME, A.EXPORT},
    Role.SUPPORT_LEAD: _DESK
    | {A.SEE_NAMES, A.LABEL, A.JUDGE_LINK, A.RECORD_OUTCOME, A.EXPORT, A.BUILD_PLAN, A.IMPORT, A.COLLECT, A.DECLARE}
    | {A.CLOSE_STEP, A.TRAIN, A.SEE_AUDIT},
    Role.COMPLIANCE: _DESK
    | {
        A.SEE_NAMES,
        A.SEE_AUDIT,
        A.JUDGE_LINK,
        A.EXPORT,
        A.DECLARE,
        A.REINSTATE,
        A.CLOSE_STEP,
        A.MANAGE_PEOPLE,
        A.ERASE,
    },
    Role.FINANCE: _DESK | {A.EXPORT, A.CLOSE_STEP},
    Role.BRAND_MANAGER: _READ | {A.SEE_AT_RISK, A.SEE_SOURCES, A.LABEL, A.EXPORT},
    Role.AUDITOR: _DESK | {A.SEE_AUDIT, A.EXPORT},
}


def may(role: Role | None, action: Action) -> bool:
    """Whether ``role`` may do ``action``; nobody without a role may do anything."""
    return role is not None and action in GRANTS.get(role, frozenset())


def require(actor: Actor, action: Action) -> None:
    """Raise Refused unless the actor may; the system (whoever holds the machine's command line) may everything."""
    if actor.role is None and actor.id.startswith("system:"):
        return
    if not may(actor.role, action):
        holders = sorted(role.value for role, granted in GRANTS.items() if action in granted)
        raise Refused(
            f"your role may not {action.value.replace('_', ' ')}: ask {' or '.join(holders) or 'nobody'}",
            rule="DESK-ROLES",
            unlock=" or ".join(holders),
        )
