"""The outreach plan and the weekly export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard import access, plan_words
from dashboard.commands.call import ActorOption, JsonOption, WorkspaceOption, actor_of, answer_of, opened
from data import plans
from data.domain import OutreachTask, Role
from data.errors import BadInput
from recovery_plan import run as recovering
from recovery_plan.exports import Format
from recovery_plan.waves import planning
from recovery_plan.waves.planning import Made
from recovery_plan.weeks import Week

plan_app = typer.Typer(help="Who is approached, by which lawful route, when and by whom.", no_args_is_help=True)
export_app = typer.Typer(help="Files for people and other tools.", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(plan_app, name="plan")
    root.add_typer(export_app, name="export")


@export_app.callback()
def _group() -> None:
    """Keeps ``at-risk`` a subcommand while it is the only one."""


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: give a day such as 2026-12-01") from None


def _told(task: OutreachTask) -> dict[str, Any]:
    return {
        "customer": task.customer,
        "order_id": task.order_id,
        "route": task.choice.route,
        "rule": task.choice.rule,
        "reason": task.choice.reason,
        "not_before": task.choice.not_before,
        "last_day": task.choice.last_day,
        "day": task.day,
        "wave": task.wave,
        "owner": task.owner,
        "language": task.language,
        "macro": task.macro,
        "value": round(task.value),
        "effort_min": task.effort_min,
        "unplaced": task.unplaced,
        "promised": task.promised,
    }


@plan_app.command("build")
def build(
    ctx: typer.Context,
    starts_on: Annotated[
        str | None, typer.Option("--starts-on", metavar="DAY", help="Known or assumed day of the reinstatement.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Plan the outreach to the customers at risk and keep the plan."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.BUILD_PLAN)
        made = planning.build(ws, actor, starts_on=_day(starts_on, "--starts-on"))
    _print_plan(ctx, as_json, made)


@plan_app.command("simulate")
def simulate(
    ctx: typer.Context,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day we are reinstated.", show_default=False)],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Show what would go out if the account were reinstated on a day; nothing is kept."""
    day = _day(on, "--on")
    if day is None:
        raise BadInput("--on: give a day such as 2026-12-01")
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_PLAN)
        made = planning.simulate(ws, day)
    _print_plan(ctx, as_json, made)


def _print_plan(ctx: typer.Context, as_json: bool, told: Made) -> None:
    made = told.plan
    placed = len(made.placed)
    document = {
        "starts_on": made.starts_on,
        "placed": placed,
        "unplaced": len(made.tasks) - placed,
        "score": made.score,
        "bound": made.bound,
        **plan_words.document(told),
        "tasks": [_told(task) for task in made.tasks],
    }
    waves = len({task.wave for task in made.placed})
    first = f"{placed} contacts in {waves} wave{'' if waves == 1 else 's'}, {len(made.tasks) - placed} not planned"
    lines = [f"From {made.starts_on}: {first}", *plan_words.lines(told)]
    reasons: dict[str, int] = {}
    for task in made.tasks:
        if task.unplaced:
            reasons[task.unplaced] = reasons.get(task.unplaced, 0) + 1
    lines += [f"  {n} not planned: {why}" for why, n in sorted(reasons.items(), key=lambda pair: -pair[1])]
    answer_of(as_json, ctx).give(document, lines)


@plan_app.command("show")
def show(
    ctx: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False, by: ActorOption = None
) -> None:
    """Show the newest plan, task by task."""
    with opened(workspace, ctx) as ws:
        access.require(actor_of(ws, by), access.Action.SEE_PLAN)
        with ws.store.reading() as tx:
            found = plans.newest_plan(tx)
    if found is None:
        raise BadInput("there is no plan yet: run 'reinstate plan build'")
    row, tasks = found
    document = {
        "plan": row.id,
        "made_at": row.made_at,
        "starts_on": row.starts_on,
        "tasks": [{k: v for k, v in task._mapping.items() if k != "plan"} for task in tasks],
    }
    rows = [
        (t.id, t.day or "-", t.wave or "", t.route, t.rule, t.owner or "", t.language or "", t.unplaced or t.reason)
        for t in tasks
    ]
    answer_of(as_json, ctx).table(document, ("task", "day", "wave", "route", "rule", "who", "lang", "why"), rows)


@plan_app.command("done")
def done(
    ctx: typer.Context,
    task: Annotated[int, typer.Argument(metavar="TASK", show_default=False)],
    result: Annotated[
        str,
        typer.Option(help="answered, refunded, review_edited, claim_avoided or no_reply.", show_default=False),
    ],
    note: Annotated[str, typer.Option(help="In a few words; no names.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Record what became of a task; the customer is not approached again."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.RECORD_OUTCOME)
        recovering.record_outcome(ws, actor, task, result, note)
    answer_of(as_json, ctx).give({"task": task, "result": result}, [f"task {task}: {result}"])


@export_app.command("at-risk")
def at_risk(
    ctx: typer.Context,
    week: Annotated[str | None, typer.Option(metavar="2026-W47", help="The ISO week; this one when left out.")] = None,
    form: Annotated[Format, typer.Option("--format", help="File format.")] = Format.CSV,
    delimiter: Annotated[str, typer.Option(help="Of the CSV: , or ; or a tab.")] = ",",
    role: Annotated[Role, typer.Option(help="Whose masks apply; a person's own role always wins.")] = Role.SUPPORT_LEAD,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write; the workspace's exports when left out.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    by: ActorOption = None,
) -> None:
    """Write the customers at risk with new, worse, better and gone against last week's export."""
    with opened(workspace, ctx) as ws:
        actor = actor_of(ws, by)
        access.require(actor, access.Action.EXPORT)
        path = recovering.export_at_risk(
            ws,
            actor,
            actor.role or role,
            week=Week.parse(week) if week else None,
            form=form,
            delimiter=delimiter.replace("\\t", "\t"),
            out=out,
        )
    answer_of(as_json, ctx).give({"file": str(path), "bytes": path.stat().st_size}, [str(path)])
