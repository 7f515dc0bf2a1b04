"""Closing a ticket at the desk."""

from __future__ import annotations

from data import casework, channel
from data.domain import Actor
from data.errors import Refused
from data.workspace import Workspace
from recovery_plan.desk.wording import WRITERS
from recovery_plan.roles import need_person


def close_ticket(ws: Workspace, actor: Actor, ticket: int, note: str) -> None:
    """Close a ticket with the reason in its channel; raises Refused when it is closed already."""
    need_person(actor, WRITERS, "a ticket is closed")
    with ws.store.transaction(actor) as tx:
        row, _ = casework.get_ticket(tx, ticket)
        if row.status == "closed":
            raise Refused(f"ticket {ticket} is closed already", rule="DESK-RECORD")
        channel.add(tx, f"ticket:{ticket}", note, about="close")
        casework.close_ticket(tx, ticket)
