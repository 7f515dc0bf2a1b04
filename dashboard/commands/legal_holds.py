"""Legal holds: ``audit hold place|list|release``."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dashboard import access
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
from data import legal_holds
from data.errors import BadInput

app = typer.Typer(help="What must not be erased until a day, and why.", no_args_is_help=True)


@app.command("place")
def place(
    ctx: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(metavar="SUBJECT", help="order:ID, ticket:N, mention:N, entry:N, source:NAME or all.",
                       show_default=False),
    ],
    reason: Annotated[str, typer.Option(help="Why, without a person's name.", show_default=False)],
    until: Annotated[str, typer.Option(metavar="DAY", help="First day after the hold.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:  # fmt: skip
    """Keep something from being erased until a day."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.HOLD)
        end = _day(until, ZoneInfo(ws.settings.brand.time_zone))
        with ws.store.transaction(actor) as tx:
            number = legal_holds.place(tx, subject, reason, end)
    answer_of(as_json, ctx).give({"hold": number}, [f"hold {number}: {subject} is not erased before {until}"])


def _day(given: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(given), time.min, zone)
    except ValueError:
        raise BadInput("--until: give a day such as 2027-03-31") from None


@app.command("list")
def listed(
    ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False, by: ActorOption = None
) -> None:
    """List every hold, newest first, with those that have ended."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_AUDIT)
        with ws.store.reading() as tx:
            holds, now = legal_holds.listed(tx), tx.now
    told = ({"hold": h.id, "subject": h.subject, "reason": h.reason, "until": h.until, "made_by": h.made_by,
             "made_at": h.made_at, "stands": h.stands(now)} for h in holds)  # fmt: skip
    document = {"holds": list(told)}
    rows = [(h.id, "stands" if h.stands(now) else "ended", h.subject, h.until.date(), h.reason) for h in holds]
    answer_of(as_json, ctx).table(document, ("hold", "", "subject", "until", "why"), rows)


@app.command("release")
def release(
    ctx: typer.Context,
    hold: Annotated[int, typer.Argument(metavar="HOLD", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it may end now.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """End a hold before its day."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.HOLD)
        with ws.store.transaction(actor) as tx:
            found = legal_holds.release(tx, hold, reason)
    answer_of(as_json, ctx).give({"hold": hold, "released": True}, [f"hold {hold} on {found.subject} has ended"])
