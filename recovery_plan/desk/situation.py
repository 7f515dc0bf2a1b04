"""What decides whether a text may leave, gathered from the store for one ticket or one request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from data import aftersales, approvals, casework, customers, holds, macros, orders, people, refunds
from data.approvals import Request, State
from data.domain import Actor, Mode
from data.errors import Refused
from data.macros import MacroVersion
from data.store import Tx
from recovery_plan.containment.blockers import Sending
from recovery_plan.containment.desk import queue_ticket
from recovery_plan.containment.language_check import look
from recovery_plan.containment.queue import is_critical
from recovery_plan.rules import load

SURFACES = {"reply": "buyer", "public_reply": "public", "outreach": "outreach"}
_SPENT = (State.CLAIMED, State.SENT)


def of_ticket(tx: Tx, actor: Actor, ticket: int, *, is_drill: bool = False) -> tuple[Sending, Any]:
    """The facts of an answer that is being written, and the ticket's row."""
    row, _ = casework.get_ticket(tx, ticket)
    facts = Sending(
        actor=actor,
        now=tx.now,
        mode=casework.mode(tx),
        is_drill=is_drill,
        is_critical=critical(tx, row),
        is_refund_confirmed=any(r.is_confirmed for r in refunds.listed(tx, orders_of=[row.order_id or ""])),
        language=row.language,
        attested_since=_since(tx, is_drill),
    )
    return facts, row


def with_text(f: Sending, macro: MacroVersion | None, text: str, language: str | None) -> Sending:
    """The same facts with the words that would leave, as the guard sees them."""
    seen = look(
        text,
        surface=SURFACES[f.kind],
        language=language,
        mode=Mode.SUSPENDED if f.is_drill else f.mode,
        is_approved=macro is not None and macro.is_approved,
        is_attested=macro is not None and is_attested(macro, f.attested_since),
        is_confirmed=f.is_refund_confirmed,
    )
    return replace(f, macro=macro, seen=seen)


def of_request(tx: Tx, actor: Actor, request: Request) -> Sending:
    """The facts of a request as they stand now, the guard's answer to its very text included."""
    macro = macros.get(tx, request.macro_version) if request.macro_version is not None else None
    if request.ticket is not None:
        f, _ = of_ticket(tx, actor, request.ticket, is_drill=request.is_drill)
    else:
        f = Sending(actor, tx.now, casework.mode(tx), is_drill=request.is_drill, language=request.language)
    others = approvals.requests(tx, states=_SPENT, subject=request.subject)
    approver = people.find(tx, request.decided_by) if request.decided_by else None
    f = replace(
        f,
        kind=request.kind,
        request=request,
        approver_role=approver.role if approver else None,
        held=holds.on(tx, f"request:{request.id}"),
        sent_before=any(
            o.sha256 == request.sha256 and o.id != request.id and o.is_drill == request.is_drill for o in others
        ),
    )
    return with_text(f, macro, request.text or "", request.language)


def need_drill(tx: Tx, is_drill: bool) -> None:
    """Raise Refused when something is to be rehearsed and no drill is on."""
    if is_drill and casework.open_suspension(tx, is_drill=True) is None:
        raise Refused("no drill is on: declare one with 'suspension declare --drill'", rule="DESK-MODE")


def is_attested(macro: MacroVersion, since: datetime | None) -> bool:
    """Whether compliance vouches for the cause that a macro names, since the suspension was declared."""
    return macro.attested_at is not None and (since is None or macro.attested_at >= since)


def _since(tx: Tx, is_drill: bool) -> datetime | None:
    now_on = casework.open_suspension(tx, is_drill=is_drill)
    return now_on.declared_at if now_on else None


def critical(tx: Tx, row: Any) -> bool:
    """Whether a ticket is about a refund, or about an announced or open claim (DESK-CRITICAL)."""
    (ticket,) = customers.as_tickets(tx, [row])
    ids = [row.order_id] if row.order_id else []
    held = orders.load(tx, list(orders.row_ids(tx, ids).values()), with_names=False)
    claims = [customers.as_claim(c) for c in aftersales.claims_of(tx, ids).get(row.order_id or "", ())]
    placed = queue_ticket(ticket, held[0] if held else None, claims, (), load())
    return is_critical(placed.category, placed.claim)
