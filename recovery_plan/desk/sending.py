"""Why can't I send, and handing an approved text over: claimed first, once, then given to the sender, then told.

A process that dies in between leaves a claim that nobody has told of: it is never handed over again, and a person
says what became of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from data import approvals, log
from data.approvals import Request, State
from data.clean import clean
from data.domain import Actor
from data.errors import BadInput, Refused
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.containment import blockers as rules_against
from recovery_plan.containment.blockers import Blocker
from recovery_plan.containment.sender import DryRun, Letter, NotSent, Rehearsal, Sender
from recovery_plan.desk import situation
from recovery_plan.desk.replying import Wish, compose
from recovery_plan.desk.wording import WRITERS

_log = log.get("recovery_plan")
PLACES = ("amazon_messages", "help_desk", "trustpilot", "reddit", "x", "other")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over; a person who gets ``is_final`` false sends the text and tells with ``tell``."""

    request: Request
    text: str
    receipt: str
    is_final: bool


def why_not(ws: Workspace, actor: Actor, *, request: int) -> tuple[Blocker, ...]:
    """Every rule that keeps ``actor`` from sending this request now; empty when nothing does."""
    with ws.store.reading() as tx:
        return rules_against.blockers(situation.of_request(tx, actor, approvals.get(tx, request)))


def why_not_ticket(ws: Workspace, actor: Actor, ticket: int, wish: Wish | None = None) -> tuple[Blocker, ...]:
    """The same before anything is asked for: what would stand in the way of an answer to this ticket."""
    with ws.store.reading() as tx:
        newest = next(iter(approvals.requests(tx, subject=f"ticket:{ticket}")), None)
    if newest is not None and newest.is_live and wish is None:
        return why_not(ws, actor, request=newest.id)
    if wish is not None:
        return compose(ws, actor, ticket, wish).blockers
    with ws.store.reading() as tx:
        facts, _ = situation.of_ticket(tx, actor, ticket)
        return rules_against.blockers(facts)


def hand_over(
    ws: Workspace, actor: Actor, number: int, *, sender: Sender | None = None, place: str = "amazon_messages"
) -> HandedOver:
    """Hand an approved text over, once and for all. Without a sender it is given to the person (a dry run).

    Raises Refused with the first rule in the way. The claim is committed before the sender sees the text.
    """
    if place not in PLACES:
        raise BadInput(f"--to {place}: choose one of {', '.join(PLACES)}")
    with ws.store.reading() as tx:
        is_drill = approvals.get(tx, number).is_drill
    chosen = Rehearsal() if is_drill else sender or DryRun()
    try:
        letter = _claim(ws, actor, number, chosen.name, place)
    except Refused as refused:
        _note_lapse(ws, actor, number, refused)
        raise
    try:
        receipt = chosen.hand_over(letter)
    except NotSent as failed:
        _tell(ws, actor, number, "not_sent", str(failed))
        raise BadInput(f"request {number}: was not sent: {failed}") from None
    if chosen.is_final:
        _tell(ws, actor, number, "sent", receipt)
    _log.info("reply.handed_over", request=number, sender=chosen.name)
    with ws.store.reading() as tx:
        return HandedOver(approvals.get(tx, number), letter.text, receipt, chosen.is_final)


def _claim(ws: Workspace, actor: Actor, number: int, sender: str, place: str) -> Letter:
    with ws.store.transaction(actor) as tx:
        found = approvals.get(tx, number)
        rules_against.refuse(rules_against.blockers(situation.of_request(tx, actor, found)))
        text = found.text or ""
        approvals.claim(tx, number, found.sha256, sender=sender, place=place)
    return Letter(number, found.subject, text, found.sha256)


def _note_lapse(ws: Workspace, actor: Actor, number: int, refused: Refused) -> None:
    """An approval that was seen to have lapsed stays lapsed, wherever the clock goes afterwards."""
    if refused.rule != "DESK-APPROVAL-EXPIRY":
        return
    with suppress(Refused), ws.store.transaction(actor) as tx:  # the database refuses to note it twice
        found = approvals.get(tx, number)
        if found.state is State.LAPSED:
            approvals.decide(tx, number, "lapsed", found.sha256)


def tell(ws: Workspace, actor: Actor, number: int, *, was_sent: bool, receipt: str = "") -> Request:
    """Say what became of a text that was handed over: told once, by somebody who may send."""
    roles.need(actor, WRITERS, "what became of an answer is told")
    _tell(ws, actor, number, "sent" if was_sent else "not_sent", clean(receipt).strip())
    with ws.store.reading() as tx:
        return approvals.get(tx, number)


def _tell(ws: Workspace, actor: Actor, number: int, result: str, receipt: str) -> None:
    with ws.store.transaction(actor) as tx:
        approvals.settle(tx, number, result, receipt[:200])
