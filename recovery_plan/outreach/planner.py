"""The outreach plan: which customers are approached on which day, by whom, within every window and capacity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from data.domain import OutreachTask, Route
from data.errors import BadInput
from recovery_plan.outreach.assignment import assign
from recovery_plan.outreach.board import Job
from recovery_plan.outreach.promises import keep

CONTACTS = frozenset({Route.BUYER_MESSAGE, Route.PUBLIC_REPLY, Route.FIND_REVIEWER})
# rules of contacts that a buyer waits for, now or from the reinstatement on: they are owed, not chosen
ANSWERS = frozenset({"AMZ-MSG-02", "DESK-CRITICAL"})


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who writes to customers; ``languages`` are ISO 639-1 codes, ``routes`` their skills (empty: all)."""

    id: str
    languages: frozenset[str]
    minutes_per_day: int
    days_off: frozenset[int] = frozenset()  # weekdays, Monday is 0
    routes: frozenset[Route] = frozenset()

    def may_take(self, task: OutreachTask) -> bool:
        """Whether they write the task's language (any when it is not known) and work by its route."""
        speaks = task.language is None or task.language in self.languages
        return speaks and (not self.routes or task.choice.route in self.routes)


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """The lines that people draw. ``hourly_cost_minor`` is in the minor unit that the tasks' values are told in."""

    agents: tuple[Agent, ...]
    daily_contacts: int = 40
    wave_days: int = 3
    horizon_days: int = 30
    hourly_cost_minor: float = 2_800.0
    contacted: frozenset[str] = frozenset()  # customers approached before
    persons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # persons that several customer keys are


@dataclass(frozen=True, slots=True)
class Plan:
    """Placed tasks by day, then value; after them those without a day, each with ``unplaced`` saying why.

    ``score`` and ``bound`` are what was reached and what no plan can exceed, in the planner's own weights (value
    less cost, owed answers first): ``bound`` equal to ``score`` means that the plan is the best there is.
    """

    starts_on: date
    tasks: tuple[OutreachTask, ...]
    score: float
    bound: float

    @property
    def placed(self) -> tuple[OutreachTask, ...]:
        """The tasks that have a day."""
        return tuple(t for t in self.tasks if t.day is not None)

    @property
    def value(self) -> float:
        """Expected harm avoided by the placed tasks, in minor units."""
        return sum(t.value for t in self.placed)


def plan(
    tasks: Iterable[OutreachTask],
    policy: PlanPolicy,
    today: date,
    *,
    promised: Iterable[OutreachTask] = (),
    waves_from: date | None = None,
) -> Plan:
    """Place ``tasks`` from ``today`` (or the assumed day of reinstatement) on.

    Every task keeps its window, language, the minutes of its agent and the daily cap; a customer and an order get
    one contact at most. ``promised`` contacts of an earlier plan keep day and owner as long as they are lawful. Waves
    are counted from ``waves_from``, else from ``today``. The same tasks in any order give the same plan. Raises
    BadInput for a policy without room.
    """
    _check(policy)
    start = min(waves_from or today, today)
    caps = [policy.daily_contacts] * policy.horizon_days
    minutes = [_minutes(agent, today, policy.horizon_days) for agent in policy.agents]
    agents = {agent.id: agent for agent in policy.agents}
    valid = [p for p in promised if p.customer not in policy.contacted or p.choice.rule in ANSWERS]
    kept, free = keep(tasks, valid, agents, today, policy.horizon_days)
    kept, crowded = _take_room(kept, policy, today, minutes, caps)
    free += crowded
    kept = [replace(t, wave=_wave(t.day or today, start, policy)) for t in kept]
    named = {group for t in kept for group in _groups(t, policy)}
    ordered = sorted(free, key=_stable)
    reasons: dict[int, str] = {}
    jobs: list[Job] = []
    numbers: list[int] = []
    top = max((t.value for t in ordered), default=0.0)
    for number, task in enumerate(ordered):
        job = _job(task, policy, today, top)
        if isinstance(job, Job) and (taken := [g for g in job.groups if g in named]):
            job = _spoken_for(taken[0])
        if isinstance(job, str):
            reasons[number] = job
        else:
            jobs.append(job)
            numbers.append(number)
    places, bound = assign(jobs, minutes, caps)
    placed = {numbers[job]: cell for job, cell in places.items()}
    done = kept + [_placed(ordered[n], policy, today, start, cell) for n, cell in placed.items()]
    groups = Counter(group for job in places for group in jobs[job].groups)
    for job, number in zip(jobs, numbers, strict=True):
        if number not in placed:
            reasons[number] = _crowded_out(job, groups)
    done.sort(key=lambda t: (t.day or today, -t.value, t.customer, t.order_id or ""))
    left = [replace(ordered[n], day=None, wave=None, owner=None, unplaced=reasons[n]) for n in sorted(reasons)]
    return Plan(today, (*done, *left), sum(jobs[j].weight for j in places), bound)


def _take_room(
    kept: Iterable[OutreachTask], policy: PlanPolicy, today: date, minutes: list[list[int]], caps: list[int]
) -> tuple[list[OutreachTask], list[OutreachTask]]:
    """What was promised takes its minutes and its place under the cap first; where the lines were drawn narrower
    since then, the promises that no longer fit are free again."""
    workers = {agent.id: number for number, agent in enumerate(policy.agents)}
    fitting: list[OutreachTask] = []
    crowded: list[OutreachTask] = []
    for task in kept:
        day, worker, needed = ((task.day or today) - today).days, workers[task.owner or ""], max(task.effort_min, 1)
        if caps[day] < 1 or minutes[worker][day] < needed:
            crowded.append(replace(task, day=None, owner=None, promised=None))
            continue
        caps[day] -= 1
        minutes[worker][day] -= needed
        fitting.append(task)
    return fitting, crowded


def _check(policy: PlanPolicy) -> None:
    if policy.daily_contacts < 0 or policy.wave_days < 1 or not 1 <= policy.horizon_days <= 366:
        raise BadInput("plan policy: daily_contacts is 0 or more, wave_days 1 or more, horizon_days 1 to 366")
    if len({agent.id for agent in policy.agents}) != len(policy.agents):
        raise BadInput("plan policy: an agent is listed twice")


def _stable(task: OutreachTask) -> tuple[object, ...]:
    """Every field that can tell two tasks apart: only equal tasks may tie."""
    choice = task.choice
    window = (choice.last_day or date.max, choice.not_before or date.min)
    said = (task.customer, task.order_id or "", choice.route, choice.rule, choice.reason)
    return (-task.value, *window, *said, task.effort_min, task.language or "", task.macro or "")


def _job(task: OutreachTask, policy: PlanPolicy, today: date, top: float) -> Job | str:
    """The task as a job, or why it cannot be one."""
    if task.choice.route not in CONTACTS:
        return f"{task.choice.reason} ({task.choice.rule})"
    is_owed = task.choice.rule in ANSWERS
    if task.customer in policy.contacted and not is_owed:
        return "this customer was approached before (DESK-ONCE)"
    first, last = _window(task, policy, today)
    if last < 0:
        return f"the last lawful day has passed ({task.choice.rule})"
    if first >= policy.horizon_days or first > last:
        return f"no lawful day within the plan ({task.choice.rule})"
    minutes = max(task.effort_min, 1)
    net = task.value - minutes / 60.0 * policy.hourly_cost_minor
    if net <= 0 and not is_owed:
        return "costs more than it is expected to save"
    speakers = _speakers(task, policy)
    if not speakers:
        is_spoken = any(task.language is None or task.language in a.languages for a in policy.agents)
        why = "works by this route in this language" if is_spoken else "writes this language"
        return f"nobody in the plan {why} (DESK-CAPACITY)"
    able = tuple(n for n in speakers if policy.agents[n].minutes_per_day >= minutes)
    if not able:
        return "takes more minutes than anybody has on a day (DESK-CAPACITY)"
    weight = max(net, 1.0) + (top if is_owed else 0.0)
    return Job(weight, minutes, max(first, 0), min(last, policy.horizon_days - 1), able, _groups(task, policy))


def _groups(task: OutreachTask, policy: PlanPolicy) -> tuple[str, ...]:
    """What gets one contact: the customer, the order, and whoever is the same person under another key."""
    persons = (f"person {name}" for name in policy.persons.get(task.customer, ()))
    return (f"customer {task.customer}", *([f"order {task.order_id}"] if task.order_id else []), *persons)


def _window(task: OutreachTask, policy: PlanPolicy, today: date) -> tuple[int, int]:
    first = (task.choice.not_before - today).days if task.choice.not_before else 0
    last = (task.choice.last_day - today).days if task.choice.last_day else policy.horizon_days - 1
    return max(first, 0), last


def _speakers(task: OutreachTask, policy: PlanPolicy) -> list[int]:
    """Agents who may take the task, those with the fewest languages first."""
    able = [n for n, a in enumerate(policy.agents) if a.may_take(task)]
    return sorted(able, key=lambda n: (len(policy.agents[n].languages), policy.agents[n].id))


def _minutes(agent: Agent, today: date, days: int) -> list[int]:
    return [
        0 if (today + timedelta(days=n)).weekday() in agent.days_off else agent.minutes_per_day for n in range(days)
    ]


def _wave(day: date, start: date, policy: PlanPolicy) -> int:
    return (day - start).days // policy.wave_days + 1


def _placed(task: OutreachTask, policy: PlanPolicy, today: date, start: date, cell: tuple[int, int]) -> OutreachTask:
    day, worker = today + timedelta(days=cell[0]), cell[1]
    return replace(
        task,
        day=day,
        wave=_wave(day, start, policy),
        owner=policy.agents[worker].id,
        unplaced=None,
    )


def _crowded_out(job: Job, placed_groups: Counter[str]) -> str:
    for group in job.groups:
        if placed_groups[group]:
            return _spoken_for(group)
    return "no room left within its window: more valuable contacts come first (DESK-CAP, DESK-CAPACITY)"


def _spoken_for(group: str) -> str:
    return f"another contact with this {group.split(' ', 1)[0]} is planned (DESK-ONCE)"
