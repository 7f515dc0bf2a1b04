"""How links are weighed (``link tune|thresholds|weights|use``), and what people say beside single judgements
(``links unlink|never|tie``)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard import access
from dashboard.commands.call import Call, in_workspace, progress
from dashboard.commands.filters import link_app
from dashboard.commands.judge import MentionArgument, links_app
from data import browse, judged, link_people, link_weights
from data.domain import Verdict
from data.errors import BadInput

if TYPE_CHECKING:
    from models.link_tuning import Tuned

never_app = typer.Typer(
    help="The never-link list: orders and accounts that are linked to nothing.", no_args_is_help=True
)
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the word.", show_default=False)]
OrderOption = Annotated[str | None, typer.Option("--order", metavar="ID", help="An order.", show_default=False)]
AuthorOption = Annotated[
    int | None, typer.Option("--author", metavar="N", help="An account, by number.", show_default=False)
]
AccountArgument = Annotated[int, typer.Argument(metavar="ACCOUNT", show_default=False)]


def register(_root: typer.Typer) -> None:
    """Add the commands to ``link`` and ``links``."""
    link_app.command("tune")(tune)
    link_app.command("thresholds")(thresholds)
    link_app.command("weights")(weights)
    link_app.command("use")(use)
    links_app.command("unlink")(unlink)
    links_app.command("tie")(tie)
    links_app.add_typer(never_app, name="never")
    never_app.command("list")(never_list)
    never_app.command("add")(never_add)
    never_app.command("lift")(never_lift)


@in_workspace(access.Action.TRAIN)
def tune(
    call: Call,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare only; keep and switch nothing.")] = False,
) -> int:
    """Fit the weights to your judgements, compare on judgements held back, and switch unless they are worse."""
    from models.link_tuning import facts_of
    from models.link_tuning import tune as tune_weights
    from models.run import link_new

    with progress() as report:
        made = tune_weights(call.ws.store, call.actor, dry_run=dry_run, report=report)
        again = link_new(call.ws.store, call.ws.settings.policy, report=report).changed if made.switched else 0
    document = {"version": made.weights.version, "switched": made.switched, "new": made.is_new, "linked_again": again}
    corrections = {k: v for k, v in made.weights.corrections.items() if abs(v) >= 0.05}
    call.answer.give(document | facts_of(made) | {"corrections": corrections}, _told(made, dry_run, again))
    return 0


def _told(made: Tuned, dry_run: bool, again: int) -> list[str]:
    c = made.compared
    judged_ = ", ".join(f"{source} {n}" for source, n in made.sources.items())
    low, high = c.change
    told = [
        f"{made.weights.version} from judgements of {judged_}; {made.left_out} could not teach",
        f"  surprise at judgements held back (less is better): {c.loss_old:.4f} -> {c.loss_new:.4f} "
        f"(change {low:+.4f} to {high:+.4f}, {c.judged} judged)",
        f"  links by resemblance among them: {c.links_old} -> {c.links_new}, wrong {c.wrong_old} -> {c.wrong_new}",
        "worse: the weights in use stay" if c.is_worse else "not worse",
    ]
    if dry_run:
        return [*told, "nothing was kept"]
    told.append(f"in use: {made.weights.version if made.switched else made.before}")
    return [*told, f"{again} links changed"] if made.switched else told


@in_workspace(access.Action.SEE_MODEL)
def thresholds(call: Call) -> None:
    """Show what each threshold for links by resemblance would do with what is stored now."""
    from models.link_in_use import linking_setup
    from models.link_thresholds import stored_effects

    with call.ws.store.reading() as tx:
        setup = linking_setup(tx, call.ws.settings.policy)
        found = stored_effects(tx, setup.policy.review_at)
    now = {"link_at": setup.policy.link_at, "review_from": setup.policy.review_at}
    now |= {"link_precision": call.ws.settings.policy.link_precision}
    document = {"in_use": now, "weights": setup.weights.version, "thresholds": [asdict(e) for e in found]}
    rows = [
        (
            f"{e.link_at:.3f}",
            e.links,
            e.reviews,
            e.none,
            "" if e.promised is None else f"{e.promised:.4f}",
            f"{e.right} of {e.judged}" if e.judged else "",
            f"{e.sure[0]:.3f}-{e.sure[1]:.3f}" if e.judged else "",
        )
        for e in found
    ]
    answer = call.answer
    answer.table(document, ("from", "link", "review", "none", "promised", "right", "95 %"), rows)


@in_workspace(access.Action.SEE_MODEL)
def weights(call: Call) -> None:
    """List the versions of the weights: what they learnt from, how they compared, which one links."""
    from models.link_in_use import weights_in_use
    from models.link_weights import PRESET

    with call.ws.store.reading() as tx:
        held, current = link_weights.everything(tx), weights_in_use(tx).version
    listed: list[dict[str, Any]] = [
        {
            "version": k.version,
            "in_use": k.version == current,
            "made_at": k.made_at,
            "made_by": k.made_by,
            "judged": sum(k.facts["judged"].values()),
            "verdict": k.facts["verdict"],
        }
        for k in held
    ]
    own = {"version": PRESET.version, "in_use": current == PRESET.version, "made_at": None, "made_by": None}
    listed.append(own | {"judged": 0, "verdict": "documented"})
    rows = [
        ("in use" if v["in_use"] else "", v["version"], v["made_at"] or "ships", v["judged"], v["verdict"])
        for v in listed
    ]
    call.answer.table({"weights": listed}, ("", "version", "made", "judged", "compared"), rows)


@in_workspace(access.Action.TRAIN)
def use(
    call: Call,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="As listed, or 'documented'.", show_default=False)],
) -> None:
    """Let other weights link from now on; what no person has confirmed is linked anew."""
    from models.link_tuning import use_weights
    from models.run import link_new

    chosen = use_weights(call.ws.store, call.actor, version)
    with progress() as report:
        again = link_new(call.ws.store, call.ws.settings.policy, report=report).changed
    call.answer.give({"version": chosen, "changed": again}, [f"in use: {chosen}", f"{again} links changed"])


@in_workspace(access.Action.JUDGE_LINK)
def unlink(call: Call, mention: MentionArgument, reason: ReasonOption) -> None:
    """Take a mention off its order: the link is rejected with your reason, and what it rested on stays on record."""
    with call.ws.store.transaction(call.actor) as tx:
        row = browse.get(tx, mention)
        if row is None or row.link_order is None:
            raise BadInput(f"mention {mention} is linked to no order")
        order = str(row.link_order)
        judged.judge(tx, mention, order, Verdict.REJECTED, reason)
        tx.audit("link.removed", f"mention:{mention}", {"order": order, "was": row.link_decision})
    told = {"mention": mention, "order_id": order, "verdict": Verdict.REJECTED}
    call.answer.give(told, [f"mention {mention}: no longer linked to {order}"])


@in_workspace(access.Action.JUDGE_LINK)
def tie(
    call: Call,
    account: AccountArgument,
    other: AccountArgument,
    reason: ReasonOption,
    apart: Annotated[bool, typer.Option("--apart", help="They are two people after all.")] = False,
) -> None:
    """Say that two accounts are one author (never on X): nothing but a person's word ties accounts."""
    with call.ws.store.transaction(call.actor) as tx:
        link_people.tie(tx, account, other, reason, is_one=not apart)
    told = {"accounts": [account, other], "is_one": not apart}
    call.answer.give(told, [f"accounts {account} and {other}: {'two people' if apart else 'one author'}"])


@in_workspace(access.Action.SEE_ORDER_IDS)
def never_list(call: Call) -> None:
    """Show the never-link list."""
    with call.ws.store.reading() as tx:
        rows = link_people.never_list(tx)
    document = {"never": [{"kind": r.kind, "ref": r.ref, "reason": r.reason, "by": r.by, "at": r.at} for r in rows]}
    listed = [(r.kind, r.ref, r.reason, r.by, r.at) for r in rows]
    call.answer.table(document, ("kind", "which", "reason", "by", "at"), listed)


@in_workspace(access.Action.JUDGE_LINK)
def never_add(call: Call, reason: ReasonOption, order: OrderOption = None, author: AuthorOption = None) -> None:
    """Never link this order, or anything this account writes; the next run takes its links away."""
    _never(call, order, author, reason, True)


@in_workspace(access.Action.JUDGE_LINK)
def never_lift(call: Call, reason: ReasonOption, order: OrderOption = None, author: AuthorOption = None) -> None:
    """Take an order or an account off the list again."""
    _never(call, order, author, reason, False)


def _never(call: Call, order: str | None, author: int | None, reason: str, is_listed: bool) -> None:
    if (order is None) == (author is None):
        raise BadInput("links never: name one order with --order, or one account with --author")
    with call.ws.store.transaction(call.actor) as tx:
        kind: link_people.Kind = "order" if order is not None else "author"
        link_people.list_never(tx, kind, order or str(author), reason, is_listed=is_listed)
    told = {"kind": kind, "ref": order or str(author), "listed": is_listed}
    call.answer.give(told, [f"{kind} {told['ref']}: {'never linked' if is_listed else 'off the list'}"])
