"""Dated duties: ``deadlines list|missed``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.typed_values import duration_of
from data.clock import rfc3339
from recovery_plan.containment.duties import Duty
from recovery_plan.containment.missed import Missed
from recovery_plan.desk import registers
from recovery_plan.desk.due import everything

app = typer.Typer(help="Dated duties: what is due, and what was missed.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="deadlines")


@app.command("list")
@in_workspace(access.Action.SEE_TICKETS)
def due(call: Call, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50) -> None:
    """List every dated duty: tickets, claims, refunds, parcels, the plan of action; most pressing first."""
    found = everything(call.ws)[:limit]
    rows = [(d.subject, d.order_id or "", d.place.next and rfc3339(d.place.next.due_at),
             "; ".join(d.place.reasons)) for d in found]  # fmt: skip
    call.answer.table({"deadlines": [_due(d) for d in found]}, ("what", "order", "due", "why here"), rows)


def _due(d: Duty) -> dict[str, Any]:
    due = d.place.next
    return {
        "subject": d.subject,
        "order_id": d.order_id,
        "ticket": d.ticket,
        "lane": d.place.lane.name.lower(),
        "priority": d.place.priority,
        "kind": due.kind if due else None,
        "rule": due.rule if due else None,
        "due_at": due.due_at if due else None,
        "grace_at": due.grace_at if due else None,
        "reasons": d.place.reasons,
    }


@app.command("missed")
@in_workspace(access.Action.SEE_TICKETS)
def missed(
    call: Call,
    since: Annotated[str | None, typer.Option(metavar="SPAN", help="Such as 30d; all when left out.")] = None,
) -> None:
    """List the 24-hour clocks that ran out, with the technical reason and the attempts: for the plan of action."""
    back = duration_of("--since", since) if since else None
    found = registers.missed_clocks(call.ws, call.ws.store.clock() - back if back else None)
    rows = [(m.ticket, m.order_id or "", rfc3339(m.asked_at), rfc3339(m.due_at),
             rfc3339(m.answered_at) if m.answered_at else "open", ", ".join(m.reasons) or "no attempt on record",
             "suspended" if m.during_suspension else "") for m in found]  # fmt: skip
    columns = ("ticket", "order", "asked", "due", "answered", "reason", "")
    call.answer.table({"missed": [_missed(m) for m in found]}, columns, rows)


def _missed(m: Missed) -> dict[str, Any]:
    facts = asdict(m)
    return facts | {"attempts": [a.id for a in m.attempts], "proofs": [a.proof for a in m.attempts if a.proof]}
