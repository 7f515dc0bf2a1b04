"""Who is never contacted, and where we may answer: ``contact never|allow|list|community``."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from data import communities, contact_stops
from recovery_plan.at_risk_rows import alias
from recovery_plan.waves import lines

app = typer.Typer(help="Who is never contacted, and where companies may answer.", no_args_is_help=True)
WhoArgument = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="An order number, or the pseudonym of lists.", show_default=False)
]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="contact")


@app.command("never")
@in_workspace(access.Action.STOP_CONTACT)
def never(
    call: Call,
    who: WhoArgument,
    reason: Annotated[str, typer.Option(help="opted_out, legal, abuse or decision.")] = "opted_out",
) -> None:
    """Never approach somebody again; what they ask is still answered."""
    keys = lines.never(call.ws, call.actor, who, reason)
    call.answer.give({"stopped": keys, "reason": reason}, [f"never contacted from now on ({reason})"])


@app.command("allow")
@in_workspace(access.Action.SET_LINES)
def allow(
    call: Call,
    who: WhoArgument,
    reason: Annotated[str, typer.Option(help="consent or mistake.", show_default=False)],
) -> None:
    """Take somebody off the never-contact list."""
    keys = lines.allow(call.ws, call.actor, who, reason)
    call.answer.give({"allowed": keys, "reason": reason}, [f"may be contacted again ({reason})"])


@app.command("list")
@in_workspace(access.Action.SEE_PLAN)
def show(call: Call) -> None:
    """Who is never contacted, and which communities let companies answer."""
    with call.ws.store.reading() as tx:
        stops = [(alias(s.who, tx.vault.blind), s) for s in contact_stops.listed(tx)]
        known = communities.listed(tx)
    document = {
        "contacts": [
            {"customer": name, "what": s.what, "reason": s.reason, "by": s.made_by, "at": s.made_at}
            for name, s in stops
        ],
        "communities": [{"name": c.name, "allows": c.allows, "basis": c.basis, "at": c.made_at} for c in known],
    }
    rows = [(name, s.what, s.reason, s.made_by, s.made_at.date()) for name, s in stops]
    rows += [(f"r/{c.name}", "may answer" if c.allows else "no", c.basis, c.made_by, c.made_at.date()) for c in known]
    call.answer.table(document, ("who", "what", "why", "by", "on"), rows)


@app.command("community")
@in_workspace(access.Action.SET_LINES)
def community(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="SUBREDDIT", show_default=False)],
    allows: Annotated[bool, typer.Option("--allows/--forbids", help="Whether companies may answer there.")],
    basis: Annotated[str, typer.Option(help="Where that stands: a rule's number, a moderator's word.")],
) -> None:
    """Put on record whether a community lets companies answer; without a word it counts as no."""
    plain = lines.tell_community(call.ws, call.actor, name, allows=allows, basis=basis)
    told = f"r/{plain}: {'companies may answer' if allows else 'we stay out'}"
    call.answer.give({"community": plain, "allows": allows}, [told])
