"""The registers: ``attempt …``, ``refund …``, ``shipping-decision …``, ``deadlines …``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
from dashboard.commands.moments import minor_of, time_of
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
def record(
    ctx: typer.Context,
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
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Put an attempt on record; its proof is copied into the workspace under its SHA-256."""
    new = NewAttempt(way, result, reason, ticket, order, note, time_of(tried, "--at"), proof, drill)
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.RECORD_ATTEMPT)
        number = registers.record_attempt(ws, actor, new)
    answer_of(as_json, ctx).give({"attempt": number}, [f"attempt {number}: on record"])


@attempt_app.command("list")
def list_attempts(
    ctx: typer.Context,
    ticket: Annotated[int | None, typer.Option(help="Only about this ticket.")] = None,
    order: Annotated[str | None, typer.Option(metavar="ID", help="Only about this order.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """List attempts, oldest first, without rehearsals."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_TICKETS)
        with ws.store.reading() as tx:
            found = attempts.listed(tx, tickets=[ticket] if ticket else (), orders=[order] if order else ())
    rows = [(a.id, rfc3339(a.tried_at), a.ticket or "", a.order_id or "", a.way, a.result, a.reason,
             (a.proof or "")[:12]) for a in found]  # fmt: skip
    columns = ("attempt", "when", "ticket", "order", "way", "result", "reason", "proof")
    answer_of(as_json, ctx).table({"attempts": found}, columns, rows)


@attempt_app.command("verify")
def verify(
    ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False, by: ActorOption = None
) -> int:
    """Check that every kept proof is there and unchanged; exit status 4 when one is not."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_TICKETS)
        broken = registers.broken_proofs(ws)
    lines = [f"{what}: {sha} is missing or was changed" for what, sha in broken] or ["all proofs are there"]
    answer_of(as_json, ctx).give({"broken": [{"of": what, "sha256": sha} for what, sha in broken]}, lines)
    return 4 if broken else 0


@refund_app.command("open")
def open_refund(
    ctx: typer.Context,
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
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Open a refund by hand; finance signs it off and pays it."""
    total = minor_of(order_total, "--order-total") if order_total else None
    new = NewRefund(order, minor_of(amount, "--amount"), currency, method, paid_with or method, reason, ticket,
                    agreement, total, drill)  # fmt: skip
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.OPEN_REFUND)
        made = registers.open_refund(ws, actor, new)
    _give(ctx, as_json, made)


def _give(ctx: typer.Context, as_json: bool, r: Refund) -> None:
    lines = [f"refund {r.id} of {r.amount_minor / 100:.2f} {r.currency} for {r.order_id}: {r.state}"]
    answer_of(as_json, ctx).give({"refund": r}, lines)


@refund_app.command("approve")
def approve(
    ctx: typer.Context,
    refund: RefundArgument,
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Finance's yes to a refund that somebody else opened."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.SIGN_REFUND)
        done = registers.sign_refund(ws, actor, refund, note)
    _give(ctx, as_json, done)


@refund_app.command("refuse")
def refuse(
    ctx: typer.Context,
    refund: RefundArgument,
    note: Annotated[str, typer.Option("--note", help="Why not.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Finance's no."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.SIGN_REFUND)
        done = registers.refuse_refund(ws, actor, refund, note)
    _give(ctx, as_json, done)


@refund_app.command("paid")
def paid(
    ctx: typer.Context,
    refund: RefundArgument,
    proof: Annotated[Path, typer.Option(metavar="FILE", help="Receipt or screenshot; copied.", show_default=False)],
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Finance tells that the money went, with the proof."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.SIGN_REFUND)
        done = registers.pay_refund(ws, actor, refund, proof, note)
    _give(ctx, as_json, done)


@refund_app.command("cancel")
def cancel(
    ctx: typer.Context,
    refund: RefundArgument,
    note: Annotated[str, typer.Option("--note", help="Why.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Take a refund back that was not paid."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.OPEN_REFUND)
        done = registers.cancel_refund(ws, actor, refund, note)
    _give(ctx, as_json, done)


@refund_app.command("list")
def list_refunds(
    ctx: typer.Context,
    order: Annotated[str | None, typer.Option(metavar="ID", help="Only of this order.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """List refunds by hand, newest first, without rehearsals."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_TICKETS)
        with ws.store.reading() as tx:
            found = refunds.listed(tx, orders_of=[order] if order else None)
    rows = [(r.id, r.order_id, f"{r.amount_minor / 100:.2f} {r.currency}", r.method, r.state, r.made_by,
             r.signed_by or "", (r.proof or "")[:12]) for r in found]  # fmt: skip
    columns = ("refund", "order", "amount", "method", "state", "opened by", "signed by", "proof")
    answer_of(as_json, ctx).table({"refunds": found}, columns, rows)


@shipping_app.command("record")
def decide(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", show_default=False)],
    decision: Annotated[str, typer.Option(help="ship or stop.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why, in a few words.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Ship or stop one order that you send yourselves; a later decision stands above an earlier one."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.DECIDE_SHIPPING)
        registers.decide_shipping(ws, actor, order, decision, reason)
    answer_of(as_json, ctx).give({"order_id": order, "decision": decision}, [f"{order}: {decision}"])


@shipping_app.command("list")
def list_shipments(
    ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False, by: ActorOption = None
) -> None:
    """List your own shipments that have not left, each with the decision that stands."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_TICKETS)
        found = registers.open_shipments(ws)
    document = {"orders": [
        {"order_id": row.order_id, "marketplace": row.marketplace, "purchased_at": row.purchased_at,
         "promised_at": row.promised_at, "decision": d.decision if d else None, "reason": d.reason if d else None}
        for row, d in found]}  # fmt: skip
    rows = [(row.order_id, row.marketplace, row.promised_at and rfc3339(row.promised_at), d.decision if d else "open",
             d.reason if d else "") for row, d in found]  # fmt: skip
    answer_of(as_json, ctx).table(document, ("order", "marketplace", "promised", "decision", "why"), rows)
