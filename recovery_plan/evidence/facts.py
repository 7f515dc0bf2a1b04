"""What the store knows about one pack's subject, read in one consistent view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import (
    aftersales,
    approvals,
    attempts,
    casework,
    customers,
    defects,
    defences,
    holds,
    orders,
    people,
    refunds,
    shipping,
    snapshots,
    trail,
)
from data.approvals import Request
from data.attempts import Attempt
from data.customers import CaseTicket
from data.domain import Order, Suspension
from data.errors import BadInput
from data.holds import Held
from data.people import Person
from data.refunds import Refund
from data.shipping import Decision
from data.store import Tx
from recovery_plan import metrics
from recovery_plan.containment.deadlines import needs_response
from recovery_plan.containment.defence import Defence
from recovery_plan.containment.missed import Missed, clocks, missed
from recovery_plan.desk.defending import file_of
from recovery_plan.evidence.document import Kind, Scope
from recovery_plan.metrics import DefectRate
from recovery_plan.rules import RuleBook

# what the log tells that belongs into a chronology
TOLD = (
    "approval.", "attempt.", "hold.", "macro.", "readiness.", "refund.", "reply.", "shipping.", "snapshot.", "step.",
    "suspension.", "ticket.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a pack may tell; empty where it does not belong to the subject."""

    scope: Scope
    now: datetime
    people: dict[str, Person]
    suspension: Suspension | None
    steps: Sequence[Any]
    order: Order | None
    claims: Sequence[Any]
    defences: Sequence[tuple[Any, Defence]]  # claim row and its file
    returns: Sequence[Any]
    tickets: Sequence[tuple[Any, Sequence[Any]]]  # ticket row and its messages
    replies: tuple[int, int]  # clocks of Amazon's buyers in the period: all, and those answered in time
    missed: Sequence[Missed]
    attempts: Sequence[Attempt]
    refunds: Sequence[Refund]
    requests: Sequence[Request]
    decisions: Sequence[Decision]
    holds: Sequence[Held]
    snapshots: Sequence[Any]
    orders_held: int
    rates: dict[str, DefectRate]
    entries: Sequence[Any]  # audit rows with detail, oldest first


def read(tx: Tx, scope: Scope, book: RuleBook) -> Facts:
    """Read the facts of a subject; raises BadInput when there is no such order, ticket or suspension."""
    now_on = casework.last_suspension(tx)
    if scope.kind is Kind.APPEAL and now_on is None:
        raise BadInput("evidence: no suspension was declared: there is nothing to appeal against")
    rows, order_id = _tickets(tx, scope, now_on)
    order = orders.get(tx, order_id) if order_id else None
    claims = _claims(tx, scope, order_id, now_on)
    if scope.kind is Kind.ORDER and order is None and not rows and not claims:
        raise BadInput(f"evidence: order {scope.ref} is neither in the cache nor in a ticket: check the number")
    is_appeal = scope.kind is Kind.APPEAL
    numbers = [row.id for row in rows]
    found = _Desk.read(tx, is_appeal, numbers, order_id, now_on)
    late, replies = _clocks(tx, rows, found.attempts, book, now_on if is_appeal else None)
    return Facts(
        scope=scope,
        now=tx.now,
        people={p.id: p for p in people.everyone(tx)},
        suspension=now_on,
        steps=casework.steps(tx, now_on.id) if is_appeal and now_on else (),
        order=order if not is_appeal else None,
        claims=claims,
        defences=[] if is_appeal else [(c, file_of(tx, c)) for c in claims],
        returns=aftersales.returns_of(tx, [order_id]).get(order_id, ()) if order_id else (),
        tickets=[] if is_appeal else [casework.get_ticket(tx, number) for number in numbers],
        replies=replies,
        missed=late,
        attempts=found.attempts,
        refunds=found.refunds,
        requests=found.requests,
        decisions=found.decisions,
        holds=holds.listed(tx, suspension=now_on.id)[::-1] if is_appeal and now_on else (),
        snapshots=[s for s in snapshots.snapshots(tx, 100_000) if s["kind"] == "orders"] if is_appeal else (),
        orders_held=orders.count(tx),
        rates=_rates(tx, book) if is_appeal else {},
        entries=_entries(tx, scope, now_on, numbers, order_id, found),
    )


def _tickets(tx: Tx, scope: Scope, now_on: Suspension | None) -> tuple[list[Any], str]:
    if scope.kind is Kind.TICKET:
        row, _ = casework.get_ticket(tx, int(scope.ref))
        return [row], row.order_id or ""
    rows = casework.tickets(tx)[::-1]  # oldest first
    if scope.kind is Kind.ORDER:
        return [row for row in rows if row.order_id == scope.ref], scope.ref
    return rows, ""


def _claims(tx: Tx, scope: Scope, order_id: str, now_on: Suspension | None) -> list[Any]:
    found = defences.claims(tx)[::-1]
    if scope.kind is Kind.APPEAL and now_on:
        last = now_on.ended_at or tx.now
        return [c for c in found if c.opened_at <= last and (c.decided_at or last) >= now_on.noticed_at]
    return [c for c in found if c.order_id == order_id]


def _clocks(
    tx: Tx, rows: Sequence[Any], tried: Sequence[Attempt], book: RuleBook, during: Suspension | None
) -> tuple[list[Missed], tuple[int, int]]:
    """Missed clocks and (all, kept) of the subject; for an appeal those that ran while the account was suspended."""
    cases: list[CaseTicket] = [t for t in customers.as_tickets(tx, rows) if t.ticket.channel == "amazon"
                               and needs_response(t.ticket.tags)]  # fmt: skip
    late = [m for m in missed(cases, tried, casework.suspensions(tx), book, tx.now)
            if during is None or m.during_suspension]  # fmt: skip
    last = (during.ended_at if during else None) or tx.now
    all_of = [(b, a) for t in cases for b, a in clocks(t)
              if during is None or (during.noticed_at <= book.due("AMZ-MSG-02", b) and b <= last)]  # fmt: skip
    kept = [1 for began, answered in all_of if answered is not None and answered <= book.due("AMZ-MSG-02", began)]
    return late, (len(all_of), len(kept))


@dataclass(frozen=True, slots=True)
class _Desk:
    attempts: Sequence[Attempt]
    refunds: Sequence[Refund]
    requests: Sequence[Request]
    decisions: Sequence[Decision]

    @classmethod
    def read(cls, tx: Tx, is_appeal: bool, numbers: Sequence[int], order_id: str, now_on: Suspension | None) -> _Desk:
        since = now_on.noticed_at if is_appeal and now_on else None
        until = (now_on.ended_at if now_on else None) or tx.now

        def counts(at: datetime) -> bool:
            return since is None or since <= at <= until

        wanted = {f"ticket:{n}" for n in numbers}
        asked = [r for r in approvals.requests(tx) if not r.is_drill and counts(r.requested_at)]
        return cls(
            [a for a in attempts.listed(tx) if counts(a.tried_at)
             and (is_appeal or a.ticket in numbers or (order_id and a.order_id == order_id))],
            [r for r in refunds.listed(tx)[::-1] if counts(r.made_at) and (is_appeal or r.order_id == order_id)],
            sorted((r for r in asked if is_appeal or r.subject in wanted), key=lambda r: r.id),
            [d for d in shipping.history(tx) if counts(d.made_at) and (is_appeal or d.order_id == order_id)],
        )  # fmt: skip


def _rates(tx: Tx, book: RuleBook) -> dict[str, DefectRate]:
    first, last = metrics.window(tx.now.date(), book)
    since = datetime.combine(first, datetime.min.time(), tx.now.tzinfo)
    return dict(metrics.defect_rates(metrics.order_facts(defects.fates(tx, since)), last, book))


def _entries(
    tx: Tx, scope: Scope, now_on: Suspension | None, numbers: Sequence[int], order_id: str, found: _Desk
) -> list[Any]:
    """The log's entries on the subject, oldest first; what drills did is left out."""
    known = {f"attempt:{a.id}" for a in found.attempts} | {f"refund:{r.id}" for r in found.refunds}
    known |= {f"request:{r.id}" for r in found.requests}
    if scope.kind is Kind.APPEAL and now_on:
        known |= {f"suspension:{now_on.id}", f"order:{scope.ref}", ""}
        rows = trail.search(tx, trail.Search(since=now_on.noticed_at, before=now_on.ended_at, limit=1_000_000))
        rows += trail.search(tx, trail.Search(action="suspension.ended", subject=f"suspension:{now_on.id}"))
        rows = [
            r for r in rows if r.subject in known or r.subject.startswith(("ticket:", "order:", "macro:", "report:"))
        ]
    else:
        known |= {f"ticket:{n}" for n in numbers} | ({f"order:{order_id}"} if order_id else set())
        rows = [
            r for subject in sorted(known) for r in trail.search(tx, trail.Search(subject=subject, limit=1_000_000))
        ]
    unique = {r.seq: r for r in rows if r.action.startswith(TOLD)}
    return [unique[seq] for seq in sorted(unique)]
