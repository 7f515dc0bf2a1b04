"""People's judgements: ``links review|confirm|reject`` and ``assess label``."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard import access
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
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
def review(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """List the links to judge, the most valuable first, with their evidence."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_ORDER_IDS)
        with ws.store.reading() as tx:
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
    answer_of(as_json, ctx).table(document, ("mention", "source", "p", "order", "rule", "evidence (bits)"), rows)


@links_app.command("confirm")
def confirm(
    ctx: typer.Context,
    mention: MentionArgument,
    order: OrderOption = None,
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Confirm that a mention is about an order."""
    _judge(ctx, mention, order, Verdict.CONFIRMED, note, workspace, as_json, by)


@links_app.command("reject")
def reject(
    ctx: typer.Context,
    mention: MentionArgument,
    order: OrderOption = None,
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Say that a mention is not about an order; the pair is never proposed again."""
    _judge(ctx, mention, order, Verdict.REJECTED, note, workspace, as_json, by)


def _judge(
    ctx: typer.Context,
    mention: int,
    order: str | None,
    verdict: Verdict,
    note: str,
    workspace: WorkspaceOption,
    as_json: bool,
    by: str | None,
) -> None:
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.JUDGE_LINK)
        with ws.store.transaction(actor) as tx:
            row = browse.get(tx, mention)
            chosen = order or (row.link_order if row else None)
            if row is not None and chosen is None:
                raise BadInput(f"mention {mention} has no proposed order: name one with --order")
            judged.judge(tx, mention, chosen or "", verdict, note)
    told = {"mention": mention, "order_id": chosen, "verdict": verdict}
    answer_of(as_json, ctx).give(told, [f"mention {mention}: {chosen} {verdict.value}"])


def label(
    ctx: typer.Context,
    mention: MentionArgument,
    frustrated: Annotated[bool, typer.Option("--frustrated/--not-frustrated", help="What the author really is.")],
    category: Annotated[
        list[Category] | None, typer.Option(help="What it is about; may be given again.", show_default=False)
    ] = None,
    severity: Annotated[int | None, typer.Option(help="1 to 3.", show_default=False)] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Correct what the classifier said of a mention; kept with who and when."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.LABEL)
        with ws.store.transaction(actor) as tx:
            labelling.add(tx, mention, frustrated=frustrated, categories=category or (), severity=severity)
    told = {"mention": mention, "frustrated": frustrated, "categories": category or [], "severity": severity}
    answer_of(as_json, ctx).give(told, [f"mention {mention}: {'frustrated' if frustrated else 'not frustrated'}"])
