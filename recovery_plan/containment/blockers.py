"""Why can't I send? Every rule that stands between a text and its customer, with its source and who can lift it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from data.approvals import Request, State
from data.desk_rules import APPROVERS, WRITERS
from data.domain import Actor, Mode, Role
from data.errors import Refused
from data.holds import Held
from data.macros import MacroVersion
from recovery_plan.containment.language_check import Seen
from recovery_plan.containment.outgoing import Outgoing, hold_for
from recovery_plan.rules import RuleBook, load

KINDS = {"reply": Outgoing.FREE_REPLY, "public_reply": Outgoing.PUBLIC_REPLY, "outreach": Outgoing.OUTREACH}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason. ``source`` is where the rule comes from, ``unlock`` who can lift it or what must happen."""

    rule: str
    why: str
    source: str
    unlock: str


@dataclass(frozen=True, slots=True)
class Sending:
    """Everything that decides whether one text may leave now. ``request`` is None while it is only being written."""

    actor: Actor
    now: datetime
    mode: Mode
    kind: str = "reply"
    is_drill: bool = False
    is_critical: bool = False
    is_refund_confirmed: bool = False  # finance signed off a refund of the order
    macro: MacroVersion | None = None
    language: str | None = None  # the customer's
    attested_since: datetime | None = None  # an attestation from before this does not count
    seen: Seen | None = None
    request: Request | None = None
    approver_role: Role | None = None
    held: Held | None = None
    sent_before: bool = False


def blockers(f: Sending, book: RuleBook | None = None) -> tuple[Blocker, ...]:
    """Every reason, the hardest first; empty when the text may be handed over."""
    book = book or load()
    return (*_mode(f, book), *_macro(f, book), *_words(f, book), *_person(f, book), *_approval(f, book))


def refuse(found: tuple[Blocker, ...]) -> None:
    """Raise Refused with the first reason and how many more there are; nothing when there is none."""
    if found:
        first, more = found[0], len(found) - 1
        others = f"; and {more} more: see 'reinstate ticket why'" if more else ""
        raise Refused(
            f"{first.why} (rule {first.rule}: {first.source}; unlock: {first.unlock}{others})",
            rule=first.rule,
            unlock=first.unlock,
        )


def _told(book: RuleBook, rule: str, why: str, unlock: str | None = None) -> Blocker:
    return Blocker(rule, why, book[rule].source, unlock or book[rule].unlock)


def _mode(f: Sending, book: RuleBook) -> Iterator[Blocker]:
    mode = Mode.SUSPENDED if f.is_drill else f.mode
    kind = Outgoing.MACRO_REPLY if f.kind == "reply" and f.macro else KINDS[f.kind]
    by_compliance = f.approver_role is Role.COMPLIANCE  # who may lift DESK-CRITICAL lifts it by approving
    hold = hold_for(kind, mode, is_critical=f.is_critical or by_compliance, book=book)
    if hold is not None:
        is_critical = hold.rule == "DESK-CRITICAL"
        yield _told(book, hold.rule, hold.reason, "compliance, by approving it" if is_critical else hold.released_by)
    if f.held is not None:
        yield _told(book, f.held.rule, "on hold since the suspension was declared", "compliance: 'hold release'")


def _macro(f: Sending, book: RuleBook) -> Iterator[Blocker]:
    macro = f.macro
    if macro is None:
        return
    if not macro.is_approved:
        yield _told(book, "DESK-MACRO", f"the macro is {macro.state}, not approved", "compliance, by approving it")
    if f.language and macro.language != f.language:
        yield _told(book, "DESK-LANGUAGE", "the macro is not in the customer's language")
    since = f.attested_since
    if macro.needs_attestation and (macro.attested_at is None or (since is not None and macro.attested_at < since)):
        yield _told(book, "DESK-ATTESTATION", "nobody from compliance vouches that the named cause is true")


def _words(f: Sending, book: RuleBook) -> Iterator[Blocker]:
    if f.seen is None or not f.seen.is_blocked:
        return
    if not f.seen.hits:
        yield _told(book, "NL-UNREADABLE", "the guard blocks this text", "another wording")
    for rule, why in dict.fromkeys((rule, why) for _, rule, _, why in f.seen.hits):
        known = rule if rule in book else "NL-UNREADABLE"
        yield _told(book, known, f"the guard: {why}", "another wording")


def _person(f: Sending, book: RuleBook) -> Iterator[Blocker]:
    if f.actor.role is None or f.actor.role.value not in WRITERS:
        yield _told(book, "DESK-ROLES", "your role does not send answers", "an agent, a support lead or compliance")


_STATES = {
    State.PENDING: ("it waits for somebody else's approval", ""),
    State.REFUSED: ("the approval was refused", "another text, as a new request"),
    State.WITHDRAWN: ("the request was withdrawn", "a new request"),
    State.REPLACED: ("the text was changed after this request: the change voids it", "the newer request"),
    State.LAPSED: ("the approval, or the time to give it, has lapsed", "a new request"),
    State.CLAIMED: ("it was handed over: tell whether it was sent", "'ticket sent'"),
    State.SENT: ("it was sent", "nobody"),
    State.NOT_SENT: ("it was handed over once and told as not sent", "a new request"),
}


def _approval(f: Sending, book: RuleBook) -> Iterator[Blocker]:
    if f.request is None:
        yield _told(book, "DESK-APPROVAL", "nobody has approved these bytes yet", _approvers(f))
        return
    state = f.request.state
    if state in _STATES:
        why, unlock = _STATES[state]
        used = state in (State.CLAIMED, State.SENT, State.NOT_SENT)
        rule = "DESK-SEND-ONCE" if used else "DESK-APPROVAL-EXPIRY" if state is State.LAPSED else "DESK-APPROVAL"
        yield _told(book, rule, why, unlock or _approvers(f))
    elif f.request.decided_at is not None and f.now < f.request.decided_at:
        yield _told(book, "DESK-APPROVAL-EXPIRY", "the clock stands before the approval", "set the clock right")
    if f.request.text is None:
        yield _told(book, "DESK-APPROVAL", "the text was erased", "a new request")
    if f.sent_before:
        yield _told(book, "DESK-SEND-ONCE", "this very text went to this customer before", "nobody")


def _approvers(f: Sending) -> str:
    able = APPROVERS if f.kind == "reply" and f.macro else ("compliance",)
    return " or ".join(able) + ", not the person who asked"
