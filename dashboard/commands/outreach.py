"""The outreach plan and the weekly export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard import access, plan_words
from dashboard.commands.call import Answer, Call, in_workspace
from dashboard.commands.typed_values import day_of
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
@in_workspace(access.Action.BUILD_PLAN)
def build(
    call: Call,
    starts_on: Annotated[
        str | None, typer.Option("--starts-on", metavar="DAY", help="Known or assumed day of the reinstatement.")
    ] = None,
) -> None:
    """Plan the outreach to the customers at risk and keep the plan."""
    made = planning.build(call.ws, call.actor, starts_on=day_of(starts_on, "--starts-on"))
    _print_plan(call.answer, made)


@plan_app.command("simulate")
@in_workspace(access.Action.SEE_PLAN)
def simulate(
    call: Call,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day we are reinstated.", show_default=False)],
) -> None:
    """Show what would go out if the account were reinstated on a day; nothing is kept."""
    day = day_of(on, "--on")
    made = planning.simulate(call.ws, day)
    _print_plan(call.answer, made)


def _print_plan(answer: Answer, told: Made) -> None:
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
    answer.give(document, lines)


@plan_app.command("show")
@in_workspace(access.Action.SEE_PLAN)
def show(call: Call) -> None:
    """Show the newest plan, task by task."""
    with call.ws.store.reading() as tx:
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
    call.answer.table(document, ("task", "day", "wave", "route", "rule", "who", "lang", "why"), rows)


@plan_app.command("done")
@in_workspace(access.Action.RECORD_OUTCOME)
def done(
    call: Call,
    task: Annotated[int, typer.Argument(metavar="TASK", show_default=False)],
    result: Annotated[
        str,
        typer.Option(help="answered, refunded, review_edited, claim_avoided or no_reply.", show_default=False),
    ],
    note: Annotated[str, typer.Option(help="In a few words; no names.")] = "",
) -> None:
    """Record what became of a task; the customer is not approached again."""
    recovering.record_outcome(call.ws, call.actor, task, result, note)
    call.answer.give({"task": task, "result": result}, [f"task {task}: {result}"])


@export_app.command("at-risk")
@in_workspace(access.Action.EXPORT)
def at_risk(
    call: Call,
    week: Annotated[str | None, typer.Option(metavar="2026-W47", help="The ISO week; this one when left out.")] = None,
    form: Annotated[Format, typer.Option("--format", help="File format.")] = Format.CSV,
    delimiter: Annotated[str, typer.Option(help="Of the CSV: , or ; or a tab.")] = ",",
    role: Annotated[Role, typer.Option(help="Whose masks apply; a person's own role always wins.")] = Role.SUPPORT_LEAD,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write; the workspace's exports when left out.")
    ] = None,
) -> None:
    """Write the customers at risk with new, worse, better and gone against last week's export."""
    path = recovering.export_at_risk(
        call.ws,
        call.actor,
        call.actor.role or role,
        week=Week.parse(week) if week else None,
        form=form,
        delimiter=delimiter.replace("\\t", "\t"),
        out=out,
    )
    call.answer.give({"file": str(path), "bytes": path.stat().st_size}, [str(path)])
