"""Legal holds: ``audit hold place|list|release``."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.typed_values import day_of
from data import legal_holds

app = typer.Typer(help="What must not be erased until a day, and why.", no_args_is_help=True)


@app.command("place")
@in_workspace(access.Action.HOLD)
def place(
    call: Call,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT", help="order:ID, ticket:N, mention:N, entry:N, source:NAME or all.", show_default=False
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why, without a person's name.", show_default=False)],
    until: Annotated[str, typer.Option(metavar="DAY", help="First day after the hold.", show_default=False)],
) -> None:
    """Keep something from being erased until a day."""
    end = datetime.combine(day_of(until, "--until"), time.min, ZoneInfo(call.ws.settings.brand.time_zone))
    with call.ws.store.transaction(call.actor) as tx:
        number = legal_holds.place(tx, subject, reason, end)
    call.answer.give({"hold": number}, [f"hold {number}: {subject} is not erased before {until}"])


@app.command("list")
@in_workspace(access.Action.SEE_AUDIT)
def listed(call: Call) -> None:
    """List every hold, newest first, with those that have ended."""
    with call.ws.store.reading() as tx:
        holds, now = legal_holds.listed(tx), tx.now
    told = ({"hold": h.id, "subject": h.subject, "reason": h.reason, "until": h.until, "made_by": h.made_by,
             "made_at": h.made_at, "stands": h.stands(now)} for h in holds)  # fmt: skip
    document = {"holds": list(told)}
    rows = [(h.id, "stands" if h.stands(now) else "ended", h.subject, h.until.date(), h.reason) for h in holds]
    call.answer.table(document, ("hold", "", "subject", "until", "why"), rows)


@app.command("release")
@in_workspace(access.Action.HOLD)
def release(
    call: Call,
    hold: Annotated[int, typer.Argument(metavar="HOLD", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it may end now.", show_default=False)],
) -> None:
    """End a hold before its day."""
    with call.ws.store.transaction(call.actor) as tx:
        found = legal_holds.release(tx, hold, reason)
    call.answer.give({"hold": hold, "released": True}, [f"hold {hold} on {found.subject} has ended"])
