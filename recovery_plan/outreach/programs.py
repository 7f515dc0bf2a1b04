"""The two programs that HiGHS solves through SciPy: the placement itself, and its relaxation as a guide and a bound.

The relaxation lets jobs be split and keeps minutes and counts only per window, so no real plan exceeds its value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from recovery_plan.outreach.board import Board, Cell, Job

NODE_LIMIT = 500  # a limit in nodes, not in seconds: the same input must always give the same plan
LOOK_AHEAD = 3  # days among which a job takes the one that its length suits; measured best of 1, 3, 6, 12


class _Rows:
    """Builds one sparse constraint matrix row by row."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.limit: list[float] = []

    def add(self, entries: Sequence[tuple[int, float]], limit: float) -> None:
        for column, value in entries:
            self.row.append(len(self.limit))
            self.column.append(column)
            self.value.append(value)
        self.limit.append(limit)

    def matrix(self, columns: int) -> csr_array:
        return csr_array((self.value, (self.row, self.column)), shape=(len(self.limit), columns))


def _groups(jobs: Sequence[Job]) -> list[list[int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for number, job in enumerate(jobs):
        for group in job.groups:
            members[group].append(number)
    return [numbers for numbers in members.values() if len(numbers) > 1]


def exactly(board: Board) -> float:
    """Solve the placement as it is, one binary choice for every job and cell."""
    choices = [(number, cell) for number, job in enumerate(board.jobs) for cell in job.cells()]
    by_job: dict[int, list[int]] = defaultdict(list)
    by_cell: dict[Cell, list[int]] = defaultdict(list)
    by_day: dict[int, list[int]] = defaultdict(list)
    for column, (number, cell) in enumerate(choices):
        by_job[number].append(column)
        by_cell[cell].append(column)
        by_day[cell[0]].append(column)
    rows = _Rows()
    for columns in by_job.values():
        rows.add([(column, 1.0) for column in columns], 1.0)
    for numbers in _groups(board.jobs):
        rows.add([(column, 1.0) for number in numbers for column in by_job[number]], 1.0)
    for cell, columns in by_cell.items():
        rows.add([(column, board.jobs[choices[column][0]].minutes) for column in columns], board.minutes[cell])
    for day, columns in by_day.items():
        rows.add([(column, 1.0) for column in columns], board.cap[day])
    weights = np.array([-board.jobs[number].weight for number, _ in choices])
    found = milp(
        weights,
        integrality=np.ones(len(choices)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows.matrix(len(choices)), -np.inf, np.array(rows.limit)),
        options={"node_limit": NODE_LIMIT, "mip_rel_gap": 1e-6},
    )
    chosen = np.flatnonzero(found.x > 0.5).tolist() if found.x is not None else []
    for place in chosen:
        board.put(*choices[place])
    bound = -found.mip_dual_bound if found.mip_dual_bound is not None else float("inf")
    return float(max(bound, sum(board.jobs[number].weight for number in board.places)))


def guided(board: Board) -> float:
    """Solve the relaxation, then place whole jobs where it puts the work of their window."""
    jobs = board.jobs
    members: dict[tuple[int, int, tuple[int, ...]], list[int]] = defaultdict(list)
    for number, job in enumerate(jobs):
        members[job.window].append(number)
    at = len(jobs)
    work: dict[tuple[int, Cell], int] = {}
    count: dict[tuple[int, int], int] = {}
    equal, most = _Rows(), _Rows()
    windows = list(members.items())
    by_cell: dict[Cell, list[int]] = defaultdict(list)
    by_day: dict[int, list[int]] = defaultdict(list)
    for index, ((first, last, workers), numbers) in enumerate(windows):
        for day in range(first, last + 1):
            count[index, day] = at
            by_day[day].append(at)
            at += 1
            for worker in workers:
                work[index, (day, worker)] = at
                by_cell[day, worker].append(at)
                at += 1
        spans = range(first, last + 1)
        equal.add(
            [(n, float(jobs[n].minutes)) for n in numbers]
            + [(work[index, (day, worker)], -1.0) for day in spans for worker in workers],
            0.0,
        )
        equal.add([(n, 1.0) for n in numbers] + [(count[index, day], -1.0) for day in spans], 0.0)
    for cell, columns in by_cell.items():
        most.add([(column, 1.0) for column in columns], board.minutes[cell])
    for day, columns in by_day.items():
        most.add([(column, 1.0) for column in columns], board.cap[day])
    for numbers in _groups(jobs):
        most.add([(n, 1.0) for n in numbers], 1.0)
    value = np.zeros(at)
    value[: len(jobs)] = [-job.weight for job in jobs]
    upper = np.full(at, np.inf)
    upper[: len(jobs)] = 1.0
    found = linprog(
        value,
        A_ub=most.matrix(at),
        b_ub=np.array(most.limit),
        A_eq=equal.matrix(at),
        b_eq=np.array(equal.limit),
        bounds=np.column_stack([np.zeros(at), upper]),
        method="highs",
    )
    share: dict[tuple[tuple[int, ...], int], float] = defaultdict(float)
    for (index, (_, worker)), column in work.items():
        share[windows[index][0][2], worker] += float(found.x[column])
    _place_chosen(board, [n for n in range(len(jobs)) if found.x[n] > 0.5], share)
    return float(-found.fun)


def _place_chosen(board: Board, chosen: Sequence[int], share: dict[tuple[tuple[int, ...], int], float]) -> None:
    """Place the relaxation's jobs, those with the earliest last day first, on one of the first days with room.

    ``share`` tells how many minutes of each language the relaxation gives to each worker: scarce speakers are kept.
    """
    for number in sorted(chosen, key=lambda n: (board.jobs[n].last, -board.jobs[n].weight, n)):
        job = board.jobs[number]
        if not board.is_free(number):
            continue
        open_days = [day for day in range(job.first, job.last + 1) if board.able(number, day)][:LOOK_AHEAD]
        if open_days:
            day = min(open_days, key=lambda d: (abs(board.minutes_per_contact(d) - job.minutes), d))
            worker = max(board.able(number, day), key=lambda w: (share[job.workers, w], -w))
            board.put(number, (day, worker))
            share[job.workers, worker] -= job.minutes
