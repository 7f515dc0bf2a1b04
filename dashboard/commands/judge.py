"""People's judgements: ``links review|confirm|reject`` and ``assess label``."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace
from dashboard.commands.filters import assess_app
from data import browse, judged, labelling
from data.domain import Category, Verdict
from data.errors import BadInput

links_app = typer.Typer(help="Links between mentions and orders that wait for a person.", no_args_is_help=True)
MentionArgument = Annotated[int, typer.Argument(metavar="MENTION", help="The mention's number.", show_default=False)]
OrderOption = Annotated[
    str | None, typer.Option("--order", metavar="ID", help="The order; the proposed one when left out.")
]
NoteOption = Annotated[str, typer.Option(help="Why; kept with the judgement.")]


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(links_app, name="links")
    assess_app.command("label")(label)


@links_app.command("review")
@in_workspace(access.Action.SEE_ORDER_IDS)
def review(call: Call, limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """List the links to judge, the most valuable first, with their evidence."""
    with call.ws.store.reading() as tx:
        queue = [(row, judged.newest_link(tx, row.id)) for row in judged.review_queue(tx, limit)]
    document = {
        "links": [
            {
                "mention": row.id,
                "source": row.source,
                "published_at": row.published_at,
                "order_id": link.order_id,
                "probability": link.probability,
                "rule": link.rule,
                "evidence": link.evidence,
                "candidates": [{"order_id": c.order_id, "probability": c.probability} for c in link.candidates],
            }
            for row, link in queue
            if link is not None
        ]
    }
    rows = [
        (row.id, row.source, f"{link.probability:.2f}", link.order_id, link.rule,
         ", ".join(f"{e.field} {e.outcome} {e.weight:+.1f}" for e in link.evidence[:4]))
        for row, link in queue
        if link is not None
    ]  # fmt: skip
    call.answer.table(document, ("mention", "source", "p", "order", "rule", "evidence (bits)"), rows)


@links_app.command("confirm")
@in_workspace(access.Action.JUDGE_LINK)
def confirm(call: Call, mention: MentionArgument, order: OrderOption = None, note: NoteOption = "") -> None:
    """Confirm that a mention is about an order."""
    _judge(call, mention, order, Verdict.CONFIRMED, note)


@links_app.command("reject")
@in_workspace(access.Action.JUDGE_LINK)
def reject(call: Call, mention: MentionArgument, order: OrderOption = None, note: NoteOption = "") -> None:
    """Say that a mention is not about an order; the pair is never proposed again."""
    _judge(call, mention, order, Verdict.REJECTED, note)


def _judge(call: Call, mention: int, order: str | None, verdict: Verdict, note: str) -> None:
    with call.ws.store.transaction(call.actor) as tx:
        row = browse.get(tx, mention)
        chosen = order or (row.link_order if row else None)
        if row is not None and chosen is None:
            raise BadInput(f"mention {mention} has no proposed order: name one with --order")
        judged.judge(tx, mention, chosen or "", verdict, note)
    told = {"mention": mention, "order_id": chosen, "verdict": verdict}
    call.answer.give(told, [f"mention {mention}: {chosen} {verdict.value}"])


@in_workspace(access.Action.LABEL)
def label(
    call: Call,
    mention: MentionArgument,
    frustrated: Annotated[bool, typer.Option("--frustrated/--not-frustrated", help="What the author really is.")],
    category: Annotated[
        list[Category] | None, typer.Option(help="What it is about; may be given again.", show_default=False)
    ] = None,
    severity: Annotated[int | None, typer.Option(help="1 to 3.", show_default=False)] = None,
) -> None:
    """Correct what the classifier said of a mention; kept with who and when."""
    with call.ws.store.transaction(call.actor) as tx:
        labelling.add(tx, mention, frustrated=frustrated, categories=category or (), severity=severity)
    told = {"mention": mention, "frustrated": frustrated, "categories": category or [], "severity": severity}
    call.answer.give(told, [f"mention {mention}: {'frustrated' if frustrated else 'not frustrated'}"])
