"""What may leave the house in which mode: the one switch that stops everything but approved critical answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.domain import Mode
from recovery_plan.rules import RuleBook, load


class Outgoing(StrEnum):
    """Kinds of outgoing actions."""

    MACRO_REPLY = "macro_reply"  # an approved macro in answer to a ticket, sent by a person
    FREE_REPLY = "free_reply"  # text that somebody wrote for this ticket
    PUBLIC_REPLY = "public_reply"
    OUTREACH = "outreach"  # a contact the customer did not ask for
    REVIEW_REQUEST = "review_request"
    AUTOMATION = "automation"  # whatever a tool would send by itself, scheduled messages included


@dataclass(frozen=True, slots=True)
class Hold:
    """One outgoing action stopped: the rule, the reason, and what would release it."""

    rule: str
    reason: str
    released_by: str


def hold_for(kind: Outgoing, mode: Mode, *, is_critical: bool = False, book: RuleBook | None = None) -> Hold | None:
    """Why an action of ``kind`` must wait, or None when it may leave.

    ``is_critical`` is true for tickets about a refund or an A-to-z claim (rule DESK-CRITICAL). Review requests
    are held in every mode but normal: after a suspension they would reach only those who were won back (TP-02).
    """
    book = book or load()
    if mode is Mode.NORMAL:
        return None
    if mode is Mode.RECOVERY:
        if kind in (Outgoing.REVIEW_REQUEST, Outgoing.AUTOMATION):
            return _hold(book, "TP-02", "review requests and automations rest during the recovery", "mode normal")
        return None
    if kind is Outgoing.MACRO_REPLY:
        if is_critical:
            return None
        return _hold(book, "DESK-CRITICAL", "only refunds and A-to-z cases are answered now", "the reinstatement")
    if kind is Outgoing.FREE_REPLY:
        return _hold(book, "DESK-MACRO", "free text cannot leave during a suspension", "an approved macro")
    return _hold(book, "DESK-MODE", "outgoing actions wait during a suspension", "the reinstatement")


def _hold(book: RuleBook, rule_id: str, reason: str, released_by: str) -> Hold:
    return Hold(book[rule_id].id, reason, released_by)
