"""What an earlier plan promised: contacts that were approved or released keep their day and their owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from data.domain import OutreachTask


class Worker(Protocol):
    """Whoever may own a task."""

    @property
    def days_off(self) -> frozenset[int]:
        """Weekdays, Monday is 0."""

    def may_take(self, task: OutreachTask) -> bool:
        """Whether they write its language and work by its route."""


def keep(
    tasks: Iterable[OutreachTask],
    promised: Iterable[OutreachTask],
    workers: Mapping[str, Worker],
    today: date,
    horizon_days: int,
) -> tuple[list[OutreachTask], list[OutreachTask]]:
    """The promised tasks that can be kept, as they are known now, and the tasks that are free to be placed.

    A promise is dropped, and its task is free again, when the route or the order has changed, its day has passed or
    is not lawful any more, or its owner cannot do it; it is gone when the customer is not at risk any more.
    """
    by_customer = {p.customer: p for p in sorted(promised, key=lambda p: (p.customer, p.promised or 0))}
    kept: list[OutreachTask] = []
    free: list[OutreachTask] = []
    held: set[str] = set()
    for task in sorted(tasks, key=lambda t: (t.customer, t.order_id or "", -t.value)):
        promise = by_customer.get(task.customer)
        groups = {f"customer {task.customer}", f"order {task.order_id or task.customer}"}
        if promise is None or groups & held or why_broken(promise, task, workers, today, horizon_days):
            free.append(task)
            continue
        held |= groups
        kept.append(
            replace(
                task,
                day=promise.day,
                owner=promise.owner,
                promised=promise.promised,
                macro=promise.macro,
                unplaced=None,
            )
        )
    kept.sort(key=lambda t: (t.day or today, t.customer))
    return kept, free


def why_broken(
    promise: OutreachTask,
    task: OutreachTask | None,
    workers: Mapping[str, Worker],
    today: date,
    horizon_days: int,
) -> str | None:
    """Why a promise cannot be kept, or None when it can. ``task`` is the contact as it is known now."""
    day, owner = promise.day, workers.get(promise.owner or "")
    if task is None:
        return "the customer is not at risk any more"
    if day is None or day < today or day >= today + timedelta(days=horizon_days):
        return "its day has passed or lies beyond the plan"
    if task.choice.route is not promise.choice.route or task.order_id != promise.order_id:
        return f"the route or the order has changed: {task.choice.reason} ({task.choice.rule})"
    if (task.choice.not_before and day < task.choice.not_before) or (
        task.choice.last_day and day > task.choice.last_day
    ):
        return f"its day is not lawful any more ({task.choice.rule})"
    if owner is None or day.weekday() in owner.days_off or not owner.may_take(task):
        return "its owner cannot do it any more (DESK-CAPACITY)"
    return None
