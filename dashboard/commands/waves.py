"""The plan's way out: ``plan drafts|approve|release|send|handover|effects|team|rates``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard import access, plan_words, wave_words
from dashboard.commands.call import Answer, Call, in_workspace
from dashboard.commands.outreach import plan_app
from data import people, work_lines
from data.work_lines import WorkLine
from recovery_plan.outreach.team import WRITERS
from recovery_plan.waves import drafting, handing, lines, rates, releasing, telling
from recovery_plan.waves.handing import ListFormat

WaveArgument = Annotated[int, typer.Argument(metavar="WAVE", min=1, show_default=False)]
TaskArgument = Annotated[int, typer.Argument(metavar="TASK", show_default=False)]


def register(root: typer.Typer) -> None:
    """The commands stand in the group ``plan``, which ``outreach`` adds."""


@plan_app.command("drafts")
@in_workspace()
def drafts(
    call: Call,
    wave: WaveArgument,
    request: Annotated[bool, typer.Option("--request", help="Ask for the approval of every text.")] = False,
) -> None:
    """Show the exact texts of a wave, what the guard says of each, and the hash that an approval is bound to."""
    access.require(call.actor, access.Action.REPLY if request else access.Action.SEE_PLAN)
    found = drafting.request_wave(call.ws, call.actor, wave) if request else drafting.drafts(call.ws, wave)
    sha = drafting.wave_sha(found)
    document = {"wave": wave, "sha256": sha, "drafts": [wave_words.draft(d) for d in found]}
    ready = sum(1 for d in found if not d.problems)
    told = [f"Wave {wave}: {ready} ready, {len(found) - ready} with a problem; hash {sha}"]
    call.answer.give(document, told + [line for d in found for line in wave_words.draft_lines(d)])


@plan_app.command("approve")
@in_workspace(access.Action.APPROVE_WAVE)
def approve(
    call: Call,
    wave: WaveArgument,
    sha256: Annotated[str, typer.Option("--hash", help="As 'plan drafts' shows it: eight letters will do.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no instead.")] = False,
    note: Annotated[str, typer.Option(help="In a few words; no names.")] = "",
) -> int:
    """Approve a wave as it was looked at (compliance; never a plan or a draft of one's own)."""
    done = releasing.approve(call.ws, call.actor, wave, sha256=sha256, grant=not refuse, note=note)
    return _stepped(call.answer, done, "refused" if refuse else "approved")


@plan_app.command("release")
@in_workspace(access.Action.RELEASE_WAVE)
def release(
    call: Call,
    wave: WaveArgument,
    note: Annotated[str, typer.Option(help="In a few words; no names.")] = "",
) -> int:
    """Let the approved contacts of a wave go out; those that may not are listed."""
    done = releasing.release(call.ws, call.actor, wave, note=note)
    return _stepped(call.answer, done, "released")


def _stepped(answer: Answer, done: releasing.Stepped, what: str) -> int:
    left = [{"task": task, "rule": rule, "why": why} for task, rule, why in done.left_out]
    document = {"wave": done.wave, "sha256": done.sha256, what: done.tasks, "left_out": left}
    told = [f"Wave {done.wave}: {len(done.tasks)} contacts {what}, {len(left)} left out"]
    told += [f"  task {t['task']}: {t['why']} ({t['rule']})" for t in left]
    answer.give(document, told)
    return 4 if left else 0


@plan_app.command("send")
@in_workspace(access.Action.REPLY)
def send(
    call: Call,
    task: TaskArgument,
    to: Annotated[str | None, typer.Option("--to", help="Where it goes: amazon_messages, trustpilot, reddit.")] = None,
) -> None:
    """Hand over the approved text of a released contact, once and for all; a person sends it."""
    done = releasing.hand_over(call.ws, call.actor, task, place=to)
    document = {"task": task, "request": done.request.id, "sha256": done.request.sha256, "text": done.text}
    call.answer.give(document, [done.text])


@plan_app.command("handover")
@in_workspace(access.Action.SEE_PLAN)
def handover(
    call: Call,
    agent: Annotated[str | None, typer.Option(metavar="PERSON", help="Whose list; everybody's when left out.")] = None,
    form: Annotated[ListFormat, typer.Option("--format", help="csv, pdf to print, or ics.")] = ListFormat.CSV,
    planned: Annotated[bool, typer.Option("--planned", help="What is not released yet, too; without texts.")] = False,
    delimiter: Annotated[str, typer.Option(help="Of the CSV: , or ; or a tab.")] = ",",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write; the workspace's exports when left out.")
    ] = None,
) -> None:
    """Write the list that an agent works through."""
    done = handing.write(
        call.ws, call.actor, form=form, agent=agent, only_released=not planned,
        delimiter=delimiter.replace("\\t", "\t"), out=out,
    )  # fmt: skip
    document = {"file": str(done.file), "contacts": done.contacts, "sha256": done.sha256}
    call.answer.give(document, [f"{done.file}: {done.contacts} contacts"])


@plan_app.command("effects")
@in_workspace(access.Action.SEE_PLAN)
def effects(call: Call) -> None:
    """What the contacts did: by route, over time, before and after, with intervals."""
    found = telling.effects_of(call.ws)
    call.answer.give(wave_words.effects(found), wave_words.effect_lines(found))


@plan_app.command("rates")
@in_workspace(access.Action.SEE_AT_RISK)
def rates_now(call: Call) -> None:
    """The marketplace's rates: today, ahead without help, and ahead with the stored plan."""
    found = rates.rates(call.ws)
    document = {
        "at": found.at,
        "defects": {m: plan_words.relief_document(r) for m, r in found.relief.items()},
        "exposures": [wave_words.exposure(e) for e in found.exposures],
    }
    told = [plan_words.relief_line(m, r).strip() for m, r in found.relief.items()]
    call.answer.give(document, told + [wave_words.exposure_line(e) for e in found.exposures])


@plan_app.command("team")
@in_workspace(access.Action.SEE_PLAN)
def team(
    call: Call,
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", show_default=False)] = None,
    minutes: Annotated[int | None, typer.Option(help="A day's minutes for the outreach.", min=0, max=1440)] = None,
    days_off: Annotated[str | None, typer.Option(help="Weekdays such as sat,sun; none with ''.")] = None,
    routes: Annotated[str | None, typer.Option(help="Such as buyer_message,public_reply; all with ''.")] = None,
) -> None:
    """Show who writes to customers, or set one person's minutes, days off and routes."""
    if person is not None:
        access.require(call.actor, access.Action.SET_LINES)
        off, by_routes = _several(days_off), _several(routes)
        lines.set_work_line(call.ws, call.actor, person, minutes=minutes, days_off=off, routes=by_routes)
    with call.ws.store.reading() as tx:
        own = work_lines.lines(tx)
        staff = [p for p in people.everyone(tx) if p.active and p.role in WRITERS]
    shown = [(p, own.get(p.id) or WorkLine(p.id, call.ws.settings.policy.minutes_per_agent)) for p in staff]
    document = {"team": [_line(line, p.languages) for p, line in shown]}
    rows = [(d["person"], d["minutes"], " ".join(d["days_off"]), " ".join(d["routes"]) or "all",
             " ".join(d["languages"])) for d in document["team"]]  # fmt: skip
    call.answer.table(document, ("person", "minutes", "off", "routes", "languages"), rows)


def _several(told: str | None) -> list[str] | None:
    return None if told is None else [part.strip() for part in told.split(",") if part.strip()]


def _line(line: WorkLine, languages: tuple[str, ...]) -> dict[str, Any]:
    return {
        "person": line.actor, "minutes": line.minutes_per_day, "languages": list(languages),
        "days_off": [lines.WEEKDAYS[day] for day in sorted(line.days_off)],
        "routes": sorted(route.value for route in line.routes),
    }  # fmt: skip
