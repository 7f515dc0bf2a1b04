"""The registers: ``attempt …``, ``refund …``, ``shipping-decision …``, ``deadlines …``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Answer, Call, in_workspace
from dashboard.commands.typed_values import minor_of, time_of
from data import attempts, refunds
from data.clock import rfc3339
from data.refunds import Refund
from recovery_plan.desk import registers
from recovery_plan.desk.registers import NewAttempt, NewRefund

attempt_app = typer.Typer(help="Proof that we tried and the platform refused.", no_args_is_help=True)
refund_app = typer.Typer(help="Refunds by hand: opened, signed off by finance, paid with proof.", no_args_is_help=True)
shipping_app = typer.Typer(help="Ship or stop, for each open order of ours.", no_args_is_help=True)
RefundArgument = Annotated[int, typer.Argument(metavar="REFUND", show_default=False)]
NoteOption = Annotated[str, typer.Option("--note", help="In a few words; no names.")]
DrillOption = Annotated[bool, typer.Option("--drill", help="Rehearse: it counts nowhere.")]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    for app, name in (
        (attempt_app, "attempt"),
        (refund_app, "refund"),
        (shipping_app, "shipping-decision"),
    ):
        root.add_typer(app, name=name)


@attempt_app.command("record")
@in_workspace(access.Action.RECORD_ATTEMPT)
def record(
    call: Call,
    result: Annotated[str, typer.Option(help="refused, no_access, error or answered.", show_default=False)],
    reason: Annotated[
        str, typer.Option(help="Technical: messaging_disabled, account_suspended, …", show_default=False)
    ],
    way: Annotated[str, typer.Option(help="buyer_message, refund, claim_reply, …")] = "buyer_message",
    ticket: Annotated[int | None, typer.Option(help="The ticket it was about.")] = None,
    order: Annotated[str | None, typer.Option(metavar="ID", help="The order it was about.")] = None,
    proof: Annotated[Path | None, typer.Option(metavar="FILE", help="A screenshot, PDF or text; it is copied.")] = None,
    tried: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When; now when left out.")] = None,
    note: NoteOption = "",
    drill: DrillOption = False,
) -> None:
    """Put an attempt on record; its proof is copied into the workspace under its SHA-256."""
    new = NewAttempt(way, result, reason, ticket, order, note, time_of(tried, "--at"), proof, drill)
    number = registers.record_attempt(call.ws, call.actor, new)
    call.answer.give({"attempt": number}, [f"attempt {number}: on record"])


@attempt_app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_attempts(
    call: Call,
    ticket: Annotated[int | None, typer.Option(help="Only about this ticket.")] = None,
    order: Annotated[str | None, typer.Option(metavar="ID", help="Only about this order.")] = None,
) -> None:
    """List attempts, oldest first, without rehearsals."""
    with call.ws.store.reading() as tx:
        found = attempts.listed(tx, tickets=[ticket] if ticket else (), orders=[order] if order else ())
    rows = [(a.id, rfc3339(a.tried_at), a.ticket or "", a.order_id or "", a.way, a.result, a.reason,
             (a.proof or "")[:12]) for a in found]  # fmt: skip
    columns = ("attempt", "when", "ticket", "order", "way", "result", "reason", "proof")
    call.answer.table({"attempts": found}, columns, rows)


@attempt_app.command("verify")
@in_workspace(access.Action.SEE_TICKETS)
def verify(call: Call) -> int:
    """Check that every kept proof is there and unchanged; exit status 4 when one is not."""
    broken = registers.broken_proofs(call.ws)
    lines = [f"{what}: {sha} is missing or was changed" for what, sha in broken] or ["all proofs are there"]
    call.answer.give({"broken": [{"of": what, "sha256": sha} for what, sha in broken]}, lines)
    return 4 if broken else 0


@refund_app.command("open")
@in_workspace(access.Action.OPEN_REFUND)
def open_refund(
    call: Call,
    order: Annotated[str, typer.Option(metavar="ID", show_default=False)],
    amount: Annotated[str, typer.Option(metavar="89.95", show_default=False)],
    reason: Annotated[str, typer.Option(help="What for, in a few words; no names.", show_default=False)],
    currency: Annotated[str, typer.Option(help="ISO code.")] = "EUR",
    method: Annotated[str, typer.Option(help="amazon_refund, card, bank_transfer, …")] = "amazon_refund",
    paid_with: Annotated[str | None, typer.Option(help="How the buyer paid; the method when left out.")] = None,
    agreement: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The buyer's agreement to another means.")
    ] = None,
    order_total: Annotated[
        str | None, typer.Option("--order-total", metavar="89.95", help="Where the cache knows no total.")
    ] = None,
    ticket: Annotated[int | None, typer.Option()] = None,
    drill: DrillOption = False,
) -> None:
    """Open a refund by hand; finance signs it off and pays it."""
    total = minor_of(order_total, "--order-total") if order_total else None
    new = NewRefund(order, minor_of(amount, "--amount"), currency, method, paid_with or method, reason, ticket,
                    agreement, total, drill)  # fmt: skip
    made = registers.open_refund(call.ws, call.actor, new)
    _give(call.answer, made)


def _give(answer: Answer, r: Refund) -> None:
    lines = [f"refund {r.id} of {r.amount_minor / 100:.2f} {r.currency} for {r.order_id}: {r.state}"]
    answer.give({"refund": r}, lines)


@refund_app.command("approve")
@in_workspace(access.Action.SIGN_REFUND)
def approve(call: Call, refund: RefundArgument, note: NoteOption = "") -> None:
    """Finance's yes to a refund that somebody else opened."""
    done = registers.sign_refund(call.ws, call.actor, refund, note)
    _give(call.answer, done)


@refund_app.command("refuse")
@in_workspace(access.Action.SIGN_REFUND)
def refuse(
    call: Call,
    refund: RefundArgument,
    note: Annotated[str, typer.Option("--note", help="Why not.", show_default=False)],
) -> None:
    """Finance's no."""
    done = registers.refuse_refund(call.ws, call.actor, refund, note)
    _give(call.answer, done)


@refund_app.command("paid")
@in_workspace(access.Action.SIGN_REFUND)
def paid(
    call: Call,
    refund: RefundArgument,
    proof: Annotated[Path, typer.Option(metavar="FILE", help="Receipt or screenshot; copied.", show_default=False)],
    note: NoteOption = "",
) -> None:
    """Finance tells that the money went, with the proof."""
    done = registers.pay_refund(call.ws, call.actor, refund, proof, note)
    _give(call.answer, done)


@refund_app.command("cancel")
@in_workspace(access.Action.OPEN_REFUND)
def cancel(
    call: Call,
    refund: RefundArgument,
    note: Annotated[str, typer.Option("--note", help="Why.", show_default=False)],
) -> None:
    """Take a refund back that was not paid."""
    done = registers.cancel_refund(call.ws, call.actor, refund, note)
    _give(call.answer, done)


@refund_app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_refunds(
    call: Call,
    order: Annotated[str | None, typer.Option(metavar="ID", help="Only of this order.")] = None,
) -> None:
    """List refunds by hand, newest first, without rehearsals."""
    with call.ws.store.reading() as tx:
        found = refunds.listed(tx, orders_of=[order] if order else None)
    rows = [(r.id, r.order_id, f"{r.amount_minor / 100:.2f} {r.currency}", r.method, r.state, r.made_by,
             r.signed_by or "", (r.proof or "")[:12]) for r in found]  # fmt: skip
    columns = ("refund", "order", "amount", "method", "state", "opened by", "signed by", "proof")
    call.answer.table({"refunds": found}, columns, rows)


@shipping_app.command("record")
@in_workspace(access.Action.DECIDE_SHIPPING)
def decide(
    call: Call,
    order: Annotated[str, typer.Argument(metavar="ORDER", show_default=False)],
    decision: Annotated[str, typer.Option(help="ship or stop.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why, in a few words.", show_default=False)],
) -> None:
    """Ship or stop one order that you send yourselves; a later decision stands above an earlier one."""
    registers.decide_shipping(call.ws, call.actor, order, decision, reason)
    call.answer.give({"order_id": order, "decision": decision}, [f"{order}: {decision}"])


@shipping_app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def list_shipments(call: Call) -> None:
    """List your own shipments that have not left, each with the decision that stands."""
    found = registers.open_shipments(call.ws)
    document = {"orders": [
        {"order_id": row.order_id, "marketplace": row.marketplace, "purchased_at": row.purchased_at,
         "promised_at": row.promised_at, "decision": d.decision if d else None, "reason": d.reason if d else None}
        for row, d in found]}  # fmt: skip
    rows = [(row.order_id, row.marketplace, row.promised_at and rfc3339(row.promised_at), d.decision if d else "open",
             d.reason if d else "") for row, d in found]  # fmt: skip
    call.answer.table(document, ("order", "marketplace", "promised", "decision", "why"), rows)
