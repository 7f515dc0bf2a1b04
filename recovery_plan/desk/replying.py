"""An answer from the first word to the second person's yes: composed, requested, changed, approved or refused.

While suspended (and in a drill) an answer is an approved macro with its slots filled in, nothing else. In every mode
nothing leaves without an approval that is bound to the SHA-256 of the exact text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from data import approvals, desk_text, macros
from data.approvals import Request, State
from data.clean import clean
from data.desk_rules import APPROVERS
from data.domain import Actor, Category, Role
from data.errors import BadInput, Refused
from data.macros import MacroVersion
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.containment import blockers as rules_against
from recovery_plan.containment.blockers import Blocker
from recovery_plan.containment.language_check import Seen
from recovery_plan.containment.macro import fill, suggested
from recovery_plan.desk import situation
from recovery_plan.desk.wording import WRITERS
from recovery_plan.rules import load


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to answer: a macro by name (the one for the ticket's issue when None), or their own text."""

    macro: str | None = None
    language: str | None = None  # the ticket's when None
    order_id: str | None = None  # the ticket's when None
    update_date: date | None = None
    text: str | None = None
    is_drill: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview: the exact text, its hash, what the guard says, and everything that stands in its way."""

    ticket: int
    text: str
    sha256: str
    language: str
    macro: MacroVersion | None
    slots: Mapping[str, str]
    seen: Seen
    blockers: tuple[Blocker, ...]


def compose(ws: Workspace, actor: Actor, ticket: int, wish: Wish) -> Draft:
    """Preview an answer; keeps nothing. Raises BadInput for a slot that does not fit, Refused for a forbidden date."""
    with ws.store.reading() as tx:
        return _compose(tx, ws, actor, ticket, wish)


def _compose(tx: Tx, ws: Workspace, actor: Actor, ticket: int, wish: Wish) -> Draft:
    facts, row = situation.of_ticket(tx, actor, ticket, is_drill=wish.is_drill)
    language = wish.language or row.language
    if not language:
        raise BadInput(f"ticket {ticket}: tells no language: name it with --language")
    if wish.text is not None:
        macro, text = None, clean(wish.text).strip()
        slots: Mapping[str, str] = {}
        if not text:
            raise BadInput("text: is empty")
    else:
        macro = _macro(tx, wish.macro, row.issue, language)
        text, slots = _filled(tx, ws, macro, wish, row.order_id)
    facts = situation.with_text(facts, macro, text, language)
    found = rules_against.blockers(facts)
    seen = facts.seen or Seen("block")
    return Draft(ticket, text, desk_text.sha256(text), language, macro, slots, seen, found)


def _macro(tx: Tx, name: str | None, issue: str | None, language: str) -> MacroVersion:
    wanted = name or suggested(Category(issue) if issue in set(Category) else None)
    found = macros.approved(tx, wanted, language)
    if found is None:
        raise load().refusal("DESK-LANGUAGE", f"there is no approved macro {wanted} in {language}: have one approved")
    if found.surface != "marketplace":
        raise BadInput(f"macro {wanted}: is for public replies, not for a buyer's ticket")
    return found


def _filled(
    tx: Tx, ws: Workspace, macro: MacroVersion, wish: Wish, order_id: str | None
) -> tuple[str, Mapping[str, str]]:
    today = tx.now.astimezone(ZoneInfo(ws.settings.brand.time_zone)).date()
    order = wish.order_id or order_id
    if wish.order_id and order_id and wish.order_id != order_id:
        raise BadInput(f"order_id: the ticket is about {order_id}")
    return fill(macro, today, order_id=order, update_date=wish.update_date)


def request(ws: Workspace, actor: Actor, ticket: int, wish: Wish, *, replaces: int | None = None) -> Request:
    """Ask for the approval of an answer, or of a changed one that voids the request ``replaces``.

    Raises Refused for whatever no approval can lift: the guard's block, free text while suspended, a macro that is
    not approved, another language, a role that does not write.
    """
    roles.need_person(actor, WRITERS, "an answer is asked for")
    with ws.store.transaction(actor) as tx:
        situation.need_drill(tx, wish.is_drill)
        draft = _compose(tx, ws, actor, ticket, wish)
        rules_against.refuse(tuple(b for b in draft.blockers if b.rule not in ("DESK-APPROVAL", "DESK-CRITICAL")))
        if replaces is not None:
            _replaceable(tx, replaces, ticket)
        number = approvals.add(
            tx,
            kind="reply",
            subject=f"ticket:{ticket}",
            ticket=ticket,
            text=draft.text,
            macro_version=draft.macro.id if draft.macro else None,
            slots=draft.slots,
            language=draft.language,
            guard=draft.seen.document,
            replaces=replaces,
            is_drill=wish.is_drill,
            expires_at=tx.now + timedelta(hours=ws.settings.policy.approval_hours),
        )
        return approvals.get(tx, number)


def _replaceable(tx: Tx, number: int, ticket: int) -> None:
    old = approvals.get(tx, number)
    if old.ticket != ticket:
        raise BadInput(f"request {number}: is about another ticket")
    if not old.is_live:
        raise Refused(f"request {number} is {old.state}: make a new request instead", rule="DESK-APPROVAL")


def decide(ws: Workspace, actor: Actor, number: int, *, grant: bool, sha256: str, note: str = "") -> Request:
    """Say yes or no to exact bytes; ``sha256`` is the hash of what the person looked at.

    Raises Refused for one's own request, a wrong role, a request that is no longer pending, or other bytes.
    """
    with ws.store.transaction(actor) as tx:
        found = approvals.get(tx, number)
        _may_decide(actor, found)
        if found.sha256 != sha256:
            raise Refused("these are not the bytes of the request: look at its text again", rule="DESK-APPROVAL")
        if found.state is not State.PENDING:
            raise Refused(f"request {number} is {found.state}: it waits for no decision", rule="DESK-APPROVAL")
        facts = situation.of_request(tx, actor, found)
        if grant and facts.seen is not None and facts.seen.is_blocked:
            rules_against.refuse(tuple(b for b in rules_against.blockers(facts) if b.rule.startswith(("NL-", "AMZ-"))))
        ends = tx.now + timedelta(hours=ws.settings.policy.approval_hours)
        verdict = "granted" if grant else "refused"
        approvals.decide(tx, number, verdict, sha256, note=clean(note).strip(), expires_at=ends if grant else None)
        return approvals.get(tx, number)


def _may_decide(actor: Actor, found: Request) -> None:
    if actor.id == found.requested_by:
        raise load().refusal("DESK-FOUR-EYES", "nobody decides on their own request")
    roles.need_person(actor, approvers(found), "this request is decided on")


def approvers(found: Request) -> frozenset[Role]:
    """The roles that decide on a request: on a filled-in macro more than on anything else."""
    able = APPROVERS if found.kind == "reply" and found.macro_version is not None else ("compliance",)
    return frozenset(map(Role, able))


def withdraw(ws: Workspace, actor: Actor, number: int, note: str = "") -> Request:
    """Take a request, or a given approval, back: by whoever asked, who may approve, or compliance."""
    with ws.store.transaction(actor) as tx:
        found = approvals.get(tx, number)
        if actor.id != found.requested_by:
            _may_decide(actor, found)
        if not found.is_live:
            raise Refused(f"request {number} is {found.state}: there is nothing to withdraw", rule="DESK-APPROVAL")
        approvals.decide(tx, number, "withdrawn", found.sha256, note=clean(note).strip())
        return approvals.get(tx, number)
