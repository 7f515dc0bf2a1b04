"""The register of refunds by hand: opened at the desk, signed off by finance, paid with a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from data.errors import BadInput
from data.proofs import Proof
from data.schema.containment import refund_case, refund_event
from data.schema.intake import order_return, orders
from data.store import Tx

DEAD = ("refused", "cancelled")


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund by hand; ``state`` is open, signed, refused, cancelled or paid."""

    id: int
    order_id: str
    ticket: int | None
    amount_minor: int
    currency: str
    method: str
    paid_with: str
    agreement: str | None
    stated_total_minor: int | None
    reason: str
    is_drill: bool
    made_by: str
    made_at: datetime
    state: str = "open"
    signed_by: str | None = None
    signed_at: datetime | None = None
    paid_by: str | None = None
    paid_at: datetime | None = None
    proof: str | None = None
    proof_kind: str | None = None
    note: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether finance has said yes to it."""
        return self.state in ("signed", "paid")


@dataclass(frozen=True, slots=True)
class Paid:
    """What an order cost and what of it has gone back or is on its way; None where the cache has no total."""

    total_minor: int | None
    currency: str | None
    refunded_minor: int  # by Amazon, as returns reports tell, and by hand, refused and cancelled ones left out


def add(
    tx: Tx,
    *,
    order_id: str,
    ticket: int | None,
    amount_minor: int,
    currency: str,
    method: str,
    paid_with: str,
    reason: str,
    agreement: str | None = None,
    stated_total_minor: int | None = None,
    is_drill: bool = False,
) -> int:
    """Open a refund; the database refuses one beyond the order's total or by another means without agreement."""
    result = tx.conn.execute(
        refund_case.insert().values(
            order_id=order_id,
            ticket=ticket,
            amount_minor=amount_minor,
            currency=currency,
            method=method,
            paid_with=paid_with,
            agreement=agreement,
            stated_total_minor=stated_total_minor,
            reason=reason,
            is_drill=is_drill,
            made_by=tx.actor.id,
            made_at=tx.now,
        )
    )
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    told = {"order": order_id, "amount_minor": amount_minor, "currency": currency, "method": method}
    tx.audit("refund.opened", f"refund:{number}", told | {"drill": int(is_drill)})
    return number


def mark(tx: Tx, number: int, what: str, *, proof: Proof | None = None, note: str = "") -> None:
    """Put ``signed``, ``refused``, ``cancelled`` or ``paid`` on record; the database refuses a wrong order or role."""
    get(tx, number)
    tx.conn.execute(
        refund_event.insert().values(
            refund=number,
            what=what,
            proof=proof.sha256 if proof else None,
            proof_kind=proof.kind if proof else None,
            note=note,
            made_by=tx.actor.id,
            made_at=tx.now,
        )
    )
    tx.audit(f"refund.{what}", f"refund:{number}", {"proof": proof.sha256 if proof else ""})


def get(tx: Tx, number: int) -> Refund:
    """One refund; raises BadInput when there is none."""
    found = _read(tx, refund_case.c.id == number)
    if not found:
        raise BadInput(f"refund {number} does not exist: see 'reinstate refund list'")
    return found[0]


def listed(tx: Tx, *, orders_of: Sequence[str] | None = None, with_drills: bool = False) -> list[Refund]:
    """Refunds, newest first; of these orders only when some are named."""
    wanted: list[Any] = [] if with_drills else [refund_case.c.is_drill.is_(False)]
    if orders_of is not None:
        wanted.append(refund_case.c.order_id.in_(list(orders_of)))
    return _read(tx, *wanted)


def paid(tx: Tx, order_id: str) -> Paid:
    """What may still be refunded of an order follows from this."""
    query = select(orders.c.total_minor, orders.c.currency).where(orders.c.order_id == order_id)
    held = tx.conn.execute(query).first()
    back = select(func.coalesce(func.sum(order_return.c.refunded_minor), 0)).where(order_return.c.order_id == order_id)
    by_hand = sum(r.amount_minor for r in listed(tx, orders_of=[order_id]) if r.state not in DEAD)
    by_amazon = int(tx.conn.execute(back).scalar_one())
    return Paid(held.total_minor if held else None, held.currency if held else None, by_amazon + by_hand)


def _read(tx: Tx, *where: Any) -> list[Refund]:
    rows = list(tx.conn.execute(select(refund_case).where(*where).order_by(refund_case.c.id.desc())))
    said: dict[int, list[Any]] = {}
    events = select(refund_event).where(refund_event.c.refund.in_([row.id for row in rows]))
    for event in tx.conn.execute(events.order_by(refund_event.c.id)):
        said.setdefault(event.refund, []).append(event)
    return [_refund(row, said.get(row.id, ())) for row in rows]


def _refund(row: Any, events: Sequence[Any]) -> Refund:
    facts: dict[str, Any] = dict(row._mapping)
    for event in events:
        facts |= {"state": event.what, "note": event.note or facts.get("note", "")}
        if event.what == "signed":
            facts |= {"signed_by": event.made_by, "signed_at": event.made_at}
        elif event.what == "paid":
            facts |= {"paid_by": event.made_by, "paid_at": event.made_at}
            facts |= {"proof": event.proof, "proof_kind": event.proof_kind}
    return Refund(**facts)
