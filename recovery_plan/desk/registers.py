"""The registers: attempts that failed, refunds by hand, what ships, and what was missed and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data import attempts, casework, customers, defences, orders, proofs, refunds, shipping
from data.attempts import Attempt
from data.clean import clean
from data.domain import Actor, Role
from data.errors import BadInput, Refused
from data.refunds import Refund
from data.store import Tx
from data.workspace import Workspace
from recovery_plan.containment.macro import ORDER_ID
from recovery_plan.containment.missed import Missed, missed
from recovery_plan.desk.situation import need_drill
from recovery_plan.roles import need_person
from recovery_plan.rules import load

DESK = frozenset({Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE, Role.FINANCE})
METHODS = ("amazon_refund", "card", "bank_transfer", "paypal", "gift_card", "invoice")
_FINANCE = frozenset({Role.FINANCE})
_DECIDES = frozenset({Role.COMPLIANCE, Role.SUPPORT_LEAD})


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """An attempt to be put on record; ``tried_at`` None means now, ``proof`` is a screenshot or letter."""

    way: str
    result: str
    reason: str
    ticket: int | None = None
    order_id: str | None = None
    note: str = ""
    tried_at: datetime | None = None
    proof: Path | None = None
    is_drill: bool = False


def record_attempt(ws: Workspace, actor: Actor, new: NewAttempt) -> int:
    """Put an attempt on record with its proof, which is copied into the workspace under its hash."""
    need_person(actor, DESK, "an attempt is recorded")
    kept = proofs.keep(ws, new.proof) if new.proof else None
    with ws.store.transaction(actor) as tx:
        need_drill(tx, new.is_drill)
        order_id = new.order_id
        if new.ticket is not None:
            row, _ = casework.get_ticket(tx, new.ticket)
            order_id = order_id or row.order_id
        return attempts.add(
            tx,
            ticket=new.ticket,
            order_id=order_id,
            way=new.way,
            result=new.result,
            reason=new.reason,
            note=new.note,
            tried_at=new.tried_at or tx.now,
            proof=kept,
            is_drill=new.is_drill,
        )


def broken_proofs(ws: Workspace) -> list[tuple[str, str]]:
    """Proofs that are missing or are not what they were: (what they prove, SHA-256)."""
    with ws.store.reading() as tx:
        held = [(f"attempt:{a.id}", a.proof, a.proof_kind) for a in attempts.listed(tx, with_drills=True)]
        by_hand = refunds.listed(tx, with_drills=True)
        held += [(f"refund:{r.id}", r.proof, r.proof_kind) for r in by_hand]
        held += [(f"refund:{r.id}", r.agreement, None) for r in by_hand]
        held += [(f"claim:{number}", sha, kind) for number, sha, kind in defences.all_proofs(tx)]
    return [(what, sha) for what, sha, kind in held if sha and not proofs.is_intact(ws, sha, kind)]


@dataclass(frozen=True, slots=True)
class NewRefund:
    """A refund to be opened. ``agreement`` proves that the buyer agreed to another means than ``paid_with``."""

    order_id: str
    amount_minor: int
    currency: str
    method: str
    paid_with: str
    reason: str
    ticket: int | None = None
    agreement: Path | None = None
    stated_total_minor: int | None = None
    is_drill: bool = False


def open_refund(ws: Workspace, actor: Actor, new: NewRefund) -> Refund:
    """Open a refund by hand. Raises Refused for one beyond the order's total, or by other means without agreement."""
    need_person(actor, DESK, "a refund is opened")
    _check(new)
    kept = proofs.keep(ws, new.agreement) if new.agreement else None
    with ws.store.transaction(actor) as tx:
        need_drill(tx, new.is_drill)
        if new.ticket is not None:
            casework.get_ticket(tx, new.ticket)
        _within_total(tx, new)
        if new.method != new.paid_with and kept is None:
            raise load().refusal("EU-05", "the money goes back the way it came, unless the buyer's agreement is kept")
        number = refunds.add(
            tx,
            order_id=new.order_id,
            ticket=new.ticket,
            amount_minor=new.amount_minor,
            currency=new.currency.upper(),
            method=new.method,
            paid_with=new.paid_with,
            reason=clean(new.reason).strip(),
            agreement=kept.sha256 if kept else None,
            stated_total_minor=new.stated_total_minor,
            is_drill=new.is_drill,
        )
        return refunds.get(tx, number)


def _check(new: NewRefund) -> None:
    if ORDER_ID.fullmatch(new.order_id) is None:
        raise BadInput("order: expected an Amazon order number such as 405-1234567-1234567")
    if new.amount_minor <= 0:
        raise BadInput("amount: give what goes back, more than nothing")
    for said, name in ((new.method, "method"), (new.paid_with, "paid with")):
        if said not in METHODS:
            raise BadInput(f"{name}: choose one of {', '.join(METHODS)}")
    if not clean(new.reason).strip():
        raise BadInput("reason: say in a few words what for")


def _within_total(tx: Tx, new: NewRefund) -> None:
    known = refunds.paid(tx, new.order_id)
    if known.currency and known.currency != new.currency.upper():
        raise BadInput(f"currency: the order was paid in {known.currency}")
    total = known.total_minor if known.total_minor is not None else new.stated_total_minor
    if total is None:
        raise BadInput("the cache knows no total of this order: import its report, or state the total (--order-total)")
    already = 0 if new.is_drill else known.refunded_minor
    if already + new.amount_minor > total:
        left = max(total - already, 0)
        raise load().refusal("DESK-REFUND-ONCE", f"{already / 100:.2f} has gone back, {left / 100:.2f} is left")


def sign_refund(ws: Workspace, actor: Actor, number: int, note: str = "") -> Refund:
    """Finance's yes to a refund that somebody else opened."""
    return _finance(ws, actor, number, "signed", note=note)


def refuse_refund(ws: Workspace, actor: Actor, number: int, note: str) -> Refund:
    """Finance's no."""
    return _finance(ws, actor, number, "refused", note=note)


def pay_refund(ws: Workspace, actor: Actor, number: int, proof: Path, note: str = "") -> Refund:
    """Finance tells that the money went, with the proof of it."""
    return _finance(ws, actor, number, "paid", proof=proof, note=note)


_BEFORE = {"signed": ("open",), "refused": ("open", "signed"), "paid": ("signed",), "cancelled": ("open", "signed")}


def _finance(ws: Workspace, actor: Actor, number: int, what: str, *, proof: Path | None = None, note: str) -> Refund:
    need_person(actor, _FINANCE, "a refund is signed off and paid")
    kept = proofs.keep(ws, proof) if proof else None
    with ws.store.transaction(actor) as tx:
        found = refunds.get(tx, number)
        if what == "signed" and found.made_by == actor.id:
            raise load().refusal("DESK-FOUR-EYES", "nobody signs off their own refund")
        _in_order(found, what)
        refunds.mark(tx, number, what, proof=kept, note=clean(note).strip())
        return refunds.get(tx, number)


def cancel_refund(ws: Workspace, actor: Actor, number: int, note: str) -> Refund:
    """Take a refund back that was not paid: by whoever opened it, a support lead, compliance or finance."""
    with ws.store.transaction(actor) as tx:
        found = refunds.get(tx, number)
        if actor.id != found.made_by:
            need_person(actor, DESK - {Role.AGENT}, "somebody else's refund is cancelled")
        _in_order(found, "cancelled")
        refunds.mark(tx, number, "cancelled", note=clean(note).strip())
        return refunds.get(tx, number)


def _in_order(found: Refund, what: str) -> None:
    if found.state not in _BEFORE[what]:
        needed = " or ".join(_BEFORE[what])
        raise load().refusal("DESK-REFUND-SIGN", f"refund {found.id} is {found.state}: it has to be {needed}")


def decide_shipping(ws: Workspace, actor: Actor, order_id: str, decision: str, reason: str) -> None:
    """Ship or stop one order that we send ourselves; a later decision stands above an earlier one."""
    need_person(actor, _DECIDES, "what ships is decided")
    with ws.store.transaction(actor) as tx:
        held = orders.get(tx, order_id)
        if held is not None and held.channel == "amazon":
            raise Refused(f"order {order_id} is shipped by Amazon: it is not ours to stop", rule="DESK-ROLES")
        shipping.decide(tx, order_id, decision, reason)


def open_shipments(ws: Workspace) -> list[tuple[Any, shipping.Decision | None]]:
    """Orders of ours that have not left, each with the decision that stands."""
    with ws.store.reading() as tx:
        rows = shipping.waiting(tx)
        stands: Mapping[str, shipping.Decision] = shipping.standing(tx)
    return [(row, stands.get(row.order_id)) for row in rows]


def missed_clocks(ws: Workspace, since: datetime | None = None) -> tuple[Missed, ...]:
    """Every 24-hour clock of an Amazon buyer that ran out since then, with reasons and attempts; oldest first."""
    with ws.store.reading() as tx:
        tickets = customers.as_tickets(tx, casework.tickets(tx))
        tried: list[Attempt] = attempts.listed(tx)
        found = missed(tickets, tried, casework.suspensions(tx), load(), tx.now)
    return tuple(m for m in found if since is None or m.due_at >= since)
