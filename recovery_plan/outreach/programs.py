"""The two programs that HiGHS solves through SciPy: the placement itself, and its relaxation as a guide and a bound.

The relaxation lets jobs be split; its prices for room bound what any plan can reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from recovery_plan.outreach.board import Board, Cell, Job

NODE_LIMIT = 500  # a limit in nodes, not in seconds: the same input must always give the same plan
GRID = 5  # days; measured best of 1, 3, 5 and 10: 0.5 % below the bound at most, in less than 2 s for 10,000 jobs
WIDTH = 1.0  # candidates for each contact that workers have room for; twice as many changed nothing that mattered
Window = tuple[int, int, tuple[int, ...]]


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


def _groups(jobs: Sequence[Job], among: Iterable[int]) -> list[list[int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for number in among:
        for group in jobs[number].groups:
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
    for numbers in _groups(board.jobs, by_job):
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
    """Solve the relaxation over the jobs that may be worth their room, then place whole jobs where it puts them.

    The bound holds for all jobs: it is the Lagrangian one, by the prices that the relaxation gives to room.
    """
    classes: dict[tuple[Window, int], list[int]] = defaultdict(list)
    for number in _promising(board):
        classes[_coarse(board.jobs[number].window), board.jobs[number].minutes].append(number)
    program = _Relaxation(board, list(classes.items()))
    program.solve()
    program.place()
    return program.bound()


def _coarse(window: Window) -> Window:
    """The window on a grid of a few days, never wider than it is: far fewer classes, and prices hardly differ."""
    first, last, workers = window
    inner_first, inner_last = -(-first // GRID) * GRID, (last + 1) // GRID * GRID - 1
    return (inner_first, inner_last, workers) if inner_first <= inner_last else window


def _promising(board: Board) -> list[int]:
    """The jobs that may be worth their room: for each set of workers those with the best weight for what they take,
    a few times as many as these workers can do."""
    minutes, cap = max(sum(board.minutes.values()), 1), max(sum(board.cap.values()), 1)

    def rank(number: int) -> tuple[float, int]:
        job = board.jobs[number]
        return -job.weight / (job.minutes / minutes + 1.0 / cap), number

    by_workers: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, job in enumerate(board.jobs):
        by_workers[job.workers].append(number)
    found: list[int] = []
    for workers, numbers in by_workers.items():
        room = sum(left for (_, worker), left in board.minutes.items() if worker in workers)
        usual = sorted(board.jobs[n].minutes for n in numbers)[len(numbers) // 4]
        most = int(min(room / max(usual, 1), cap) * WIDTH) + 100
        found += sorted(numbers, key=rank)[:most]
    return sorted(found)


class _Relaxation:
    """The linear program: how much of each job is done, and how many jobs of a class stand in each cell.

    Jobs of a class have one window and one length: the program is as tight as one with a variable for every job and
    cell, and far smaller.
    """

    def __init__(self, board: Board, classes: list[tuple[tuple[Window, int], list[int]]]) -> None:
        self.board, self.classes = board, classes
        self.room, self.caps = dict(board.minutes), dict(board.cap)  # before anything is placed
        self.numbers = [number for _, numbers in classes for number in numbers]
        self.column = {number: column for column, number in enumerate(self.numbers)}
        self.cells: list[tuple[int, Cell]] = []  # class and cell of every column after those of the jobs
        self.members = _groups(board.jobs, self.column)

    def solve(self) -> None:
        at = len(self.numbers)
        equal, most = _Rows(), _Rows()
        by_cell: dict[Cell, list[tuple[int, float]]] = defaultdict(list)
        by_day: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for index, (((first, last, workers), minutes), numbers) in enumerate(self.classes):
            columns = []
            for cell in ((day, worker) for day in range(first, last + 1) for worker in workers):
                if self.board.minutes[cell] >= minutes and self.board.cap[cell[0]] > 0:
                    by_cell[cell].append((at, float(minutes)))
                    by_day[cell[0]].append((at, 1.0))
                    columns.append((at, -1.0))
                    self.cells.append((index, cell))
                    at += 1
            equal.add([(self.column[n], 1.0) for n in numbers] + columns, 0.0)
        self.priced_cells, self.priced_days = list(by_cell), list(by_day)
        for cell in self.priced_cells:
            most.add(by_cell[cell], self.board.minutes[cell])
        for day in self.priced_days:
            most.add(by_day[day], self.board.cap[day])
        for numbers in self.members:
            most.add([(self.column[n], 1.0) for n in numbers], 1.0)
        value = np.zeros(at)
        value[: len(self.numbers)] = [-self.board.jobs[n].weight for n in self.numbers]
        upper = np.full(at, np.inf)
        upper[: len(self.numbers)] = 1.0
        found = linprog(
            value,
            A_ub=most.matrix(at),
            b_ub=np.array(most.limit),
            A_eq=equal.matrix(at),
            b_eq=np.array(equal.limit),
            bounds=np.column_stack([np.zeros(at), upper]),
            method="highs",
        )
        self.x, self.prices = found.x, -found.ineqlin.marginals

    def place(self) -> None:
        """Place whole jobs into the cells that the program gives to their class, then what was cut in two."""
        board = self.board
        chosen = [
            sorted((n for n in numbers if self.x[self.column[n]] > 0.5), key=lambda n: (-board.jobs[n].weight, n))
            for _, numbers in self.classes
        ]
        start = len(self.numbers)
        for column, (index, cell) in enumerate(self.cells, start=start):
            for _ in range(int(self.x[column] + 1e-6)):
                self._next(chosen[index], cell)
        left = [n for numbers in chosen for n in numbers]
        for number in sorted(left, key=lambda n: (board.jobs[n].last, -board.jobs[n].weight, n)):
            if board.is_free(number):
                place = next((place for place in board.jobs[number].cells() if board.fits(number, place)), None)
                if place is not None:
                    board.put(number, place)

    def _next(self, waiting: list[int], cell: Cell) -> None:
        for place, number in enumerate(waiting):
            if self.board.is_free(number) and self.board.fits(number, cell):
                self.board.put(number, cell)
                del waiting[place]
                return

    def bound(self) -> float:
        """What no placement can exceed: the price of all room, and what each job is worth above the price of its."""
        minute, contact, free = self._priced()
        once = np.maximum(self.prices[len(self.priced_cells) + len(self.priced_days) :], 0.0)
        spent: dict[int, float] = defaultdict(float)
        for price, numbers in zip(once, self.members, strict=True):
            for number in numbers:
                spent[number] += float(price)
        total = float(sum(minute[cell] * room for cell, room in self.room.items()) + once.sum())
        total += float(sum(contact[day] * cap for day, cap in self.caps.items()))
        cheapest: dict[tuple[Window, int], float] = {}
        for number, job in enumerate(self.board.jobs):
            key = (job.window, job.minutes)
            if key not in cheapest:
                span, theirs = slice(job.first, job.last + 1), list(job.workers)
                cost = job.minutes * minute[span][:, theirs] + contact[span][:, None]
                fits = free[span][:, theirs] >= job.minutes
                cheapest[key] = float(cost[fits].min()) if fits.any() else float("inf")
            total += max(job.weight - cheapest[key] - spent[number], 0.0)
        return total

    def _priced(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Price of a minute by day and worker, price of a contact by day, and minutes a cell has (0 on a full day)."""
        days = 1 + max(day for day, _ in self.room)
        minute, free = np.zeros((days, self.board.workers)), np.zeros((days, self.board.workers))
        contact = np.zeros(days)
        for (day, worker), room in self.room.items():
            free[day, worker] = room if self.caps[day] > 0 else 0
        for price, cell in zip(self.prices, self.priced_cells, strict=False):
            minute[cell] = max(price, 0.0)
        for price, day in zip(self.prices[len(self.priced_cells) :], self.priced_days, strict=False):
            contact[day] = max(price, 0.0)
        return minute, contact, free
