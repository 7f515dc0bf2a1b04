"""Everything that is due, gathered from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from data import aftersales, casework, customers, orders, shipping
from data.store import Tx
from data.workspace import Workspace
from recovery_plan.containment.desk import queue_ticket
from recovery_plan.containment.duties import Duty, Owed, Parcel, in_one_list
from recovery_plan.containment.queue import QueueTicket
from recovery_plan.rules import load


def everything(ws: Workspace) -> tuple[Duty, ...]:
    """One list of all dated duties, most pressing first; refunds and A-to-z lead."""
    book = load()
    with ws.store.reading() as tx:
        cases = customers.gather(tx)
        stands = shipping.standing(tx)
        parcels = shipping.waiting(tx)
        held = orders.load(tx, [row.id for row in parcels], with_names=False)
        owed = Owed(
            tickets=_tickets(tx, casework.tickets(tx, status="unsolved")),
            claims=[c for case in cases for c in case.claims],
            returns=[r for case in cases for r in case.returns],
            orders={o.order_id: o for case in cases for o in case.orders},
            parcels=[Parcel(o, _is_stopped(stands.get(o.order_id))) for o in held],
            suspension=casework.open_suspension(tx),
        )
        return in_one_list(owed, book, tx.now)


def _is_stopped(decision: shipping.Decision | None) -> bool:
    return decision is not None and decision.decision == "stop"


def of_ticket(tx: Tx, row: Any) -> QueueTicket:
    """One ticket as the queue sees it, with everything that is due about it."""
    return _tickets(tx, [row])[0][0]


def _tickets(tx: Tx, rows: Sequence[Any]) -> list[tuple[QueueTicket, str | None]]:
    ids = sorted({row.order_id for row in rows if row.order_id})
    known = {o.order_id: o for o in orders.load(tx, list(orders.row_ids(tx, ids).values()), with_names=False)}
    claims, returns = aftersales.claims_of(tx, ids), aftersales.returns_of(tx, ids)
    found = []
    for t in customers.as_tickets(tx, rows):
        order_id = t.ticket.order_id or ""
        placed = queue_ticket(
            t,
            known.get(order_id),
            [customers.as_claim(r) for r in claims.get(order_id, ())],
            [customers.as_return(r) for r in returns.get(order_id, ())],
            load(),
        )
        found.append((replace(placed, ticket_id=t.id), t.ticket.order_id))
    return found
