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
    SEE_MODEL = "see_model"
    SEE_NAMES = "see_names"  # a customer's name; masks for exports are recovery_plan.at_risk_rows.MASKS
    SEE_ORDER_IDS = "see_order_ids"
    SEE_OWNERS = "see_owners"
    LABEL = "label"  # correct what the classifier said
    JUDGE_LINK = "judge_link"
    BUILD_PLAN = "build_plan"
    APPROVE_WAVE = "approve_wave"
    RELEASE_WAVE = "release_wave"
    RECORD_OUTCOME = "record_outcome"
    STOP_CONTACT = "stop_contact"  # put somebody on the never-contact list
    SET_LINES = "set_lines"  # take somebody off it, people's time, communities that let companies answer
    SET_WEIGHTS = "set_weights"  # of the risk
    EXPORT = "export"
    IMPORT = "import"
    COLLECT = "collect"
    DECLARE = "declare"  # a suspension
    REINSTATE = "reinstate"  # end one
    CLOSE_STEP = "close_step"  # which step whose role may close is recovery_plan.containment.mode.MAY_CLOSE
    ASSIGN_STEP = "assign_step"
    RELEASE_HOLD = "release_hold"
    SEE_CHANNEL = "see_channel"  # a suspension's; a ticket's is seen with the ticket
    NOTE = "note"  # in a ticket's channel
    REPLY = "reply"  # ask for an answer's approval, hand it over, tell what became of it
    APPROVE = "approve"  # an answer; which kinds is recovery_plan.desk.replying's to say
    DRAFT_MACRO = "draft_macro"
    APPROVE_MACRO = "approve_macro"  # retire and attest, too
    RECORD_ATTEMPT = "record_attempt"
    OPEN_REFUND = "open_refund"
    SIGN_REFUND = "sign_refund"  # and pay it
    DECIDE_SHIPPING = "decide_shipping"
    DEFEND = "defend"  # keep the defence file of a claim
    MANAGE_PEOPLE = "manage_people"
    TRAIN = "train"  # from the labels, and switch models
    ERASE = "erase"  # everything of a source
    HOLD = "hold"  # keep something from being erased, and release it
    MAKE_EVIDENCE = "make_evidence"  # packs for an appeal or a claim


A = Action
_READ = frozenset({A.SEE_OVERVIEW, A.SEE_MENTIONS})
_DESK = _READ | {A.SEE_AT_RISK, A.SEE_PLAN, A.SEE_TICKETS, A.SEE_SOURCES, A.SEE_ORDER_IDS, A.SEE_OWNERS}
_WRITE = frozenset({A.REPLY, A.DRAFT_MACRO, A.STOP_CONTACT})
_RECORD = frozenset({A.NOTE, A.RECORD_ATTEMPT, A.OPEN_REFUND, A.DEFEND})
_DECIDE = frozenset({A.APPROVE, A.DECIDE_SHIPPING, A.ASSIGN_STEP, A.SEE_CHANNEL, A.RELEASE_WAVE, A.SET_LINES})
GRANTS: Mapping[Role, frozenset[Action]] = {
    Role.AGENT: _DESK
    | _WRITE
    | _RECORD
    | {A.SEE_NAMES, A.SEE_MODEL, A.LABEL, A.JUDGE_LINK, A.RECORD_OUTCOME, A.EXPORT},
    Role.SUPPORT_LEAD: _DESK
    | _WRITE
    | _RECORD
    | _DECIDE
    | {A.SEE_NAMES, A.LABEL, A.JUDGE_LINK, A.RECORD_OUTCOME, A.EXPORT, A.BUILD_PLAN, A.IMPORT, A.COLLECT, A.DECLARE}
    | {A.CLOSE_STEP, A.TRAIN, A.SEE_AUDIT, A.SEE_MODEL, A.MAKE_EVIDENCE, A.SET_WEIGHTS},
    Role.COMPLIANCE: _DESK
    | _WRITE
    | _RECORD
    | _DECIDE
    | {A.RELEASE_HOLD, A.APPROVE_MACRO, A.APPROVE_WAVE}
    | {
        A.SEE_NAMES,
        A.SEE_AUDIT,
        A.SEE_MODEL,
        A.JUDGE_LINK,
        A.EXPORT,
        A.DECLARE,
        A.REINSTATE,
        A.CLOSE_STEP,
        A.MANAGE_PEOPLE,
        A.ERASE,
        A.HOLD,
        A.MAKE_EVIDENCE,
    },
    Role.FINANCE: _DESK | _RECORD | {A.EXPORT, A.CLOSE_STEP, A.SEE_CHANNEL, A.SIGN_REFUND},
    Role.BRAND_MANAGER: _READ | {A.SEE_AT_RISK, A.SEE_SOURCES, A.SEE_MODEL, A.LABEL, A.EXPORT},
    Role.AUDITOR: _DESK | {A.SEE_CHANNEL} | {A.SEE_AUDIT, A.SEE_MODEL, A.EXPORT, A.MAKE_EVIDENCE},
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
