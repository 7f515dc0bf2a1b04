"""Which jobs fit into which days and hands: exact for small plans, guided by a linear program for large ones."""

from __future__ import annotations

from collections.abc import Sequence

from recovery_plan.outreach.board import Board, Cell, Job
from recovery_plan.outreach.programs import exactly, guided

EXACT_UP_TO = 3_000  # job x day x worker choices; beyond it branching takes too long
ROUNDS = 3  # each exchange makes room for others; a fourth round changed nothing that mattered


def assign(jobs: Sequence[Job], minutes: Sequence[Sequence[int]], caps: Sequence[int]) -> tuple[dict[int, Cell], float]:
    """Place jobs so that the sum of their weights is as large as possible.

    ``minutes[worker][day]`` is the room of a worker on a day and ``caps[day]`` the jobs a day allows in all. Returns
    job number -> (day, worker) and an upper bound that no placement can exceed. Weights must be positive and finite.
    """
    days = len(minutes[0]) if minutes else 0
    room = {(day, worker): minutes[worker][day] for worker in range(len(minutes)) for day in range(days)}
    board = Board(jobs, room, {day: max(caps[day], 0) for day in range(days)}, len(minutes))
    if not jobs or not room or max(caps) < 1:
        return {}, 0.0
    is_small = sum(1 for job in jobs for _ in job.cells()) <= EXACT_UP_TO
    bound = exactly(board) if is_small else guided(board)
    _fill(board)
    if not is_small:
        for _ in range(ROUNDS):
            _exchange(board)
            _fill(board)
    _earlier(board)
    return board.places, bound


def _fill(board: Board) -> None:
    """Use the room that is left: best weight for the scarce room it takes, earliest day, fewest languages."""
    minutes = max(sum(board.minutes.values()), 1)
    cap = max(sum(board.cap.values()), 1)

    def rank(number: int) -> tuple[float, int]:
        job = board.jobs[number]
        return -job.weight / (job.minutes / minutes + 1.0 / cap), number

    for number in sorted((n for n in range(len(board.jobs)) if board.is_free(n)), key=rank):
        if board.is_free(number):
            cell = next((cell for cell in board.jobs[number].cells() if board.fits(number, cell)), None)
            if cell is not None:
                board.put(number, cell)


def _exchange(board: Board) -> None:
    """Give the place of a lighter job to a heavier one that found none, the lightest first."""

    def lightest(cell: Cell) -> float:
        return min((board.jobs[n].weight for n in board.held[cell]), default=float("inf"))

    floor = {cell: lightest(cell) for cell in board.minutes}
    waiting = sorted((n for n in range(len(board.jobs)) if n not in board.places), key=lambda n: -board.jobs[n].weight)
    for number in waiting:
        job = board.jobs[number]
        if not board.is_free(number):
            continue
        found = [
            (board.jobs[n].weight, n, cell)
            for cell in job.cells()
            if floor[cell] < job.weight
            for n in board.held[cell]
            if board.jobs[n].weight < job.weight and board.minutes[cell] + board.jobs[n].minutes >= job.minutes
        ]
        if found:
            _, other, cell = min(found)
            board.lift(other)
            board.put(number, cell)
            floor[cell] = lightest(cell)


def _earlier(board: Board) -> None:
    """Move heavy jobs to earlier days, into free room or in exchange with a lighter job that can wait."""
    for number in sorted(board.places, key=lambda n: (-board.jobs[n].weight, n)):
        now = board.places[number]
        for cell in board.jobs[number].cells():
            if cell[0] >= now[0]:
                break
            if board.fits(number, cell):
                board.lift(number)
                board.put(number, cell)
                break
            if (other := _lighter(board, number, cell, now)) is not None:
                board.lift(number)
                board.lift(other)
                board.put(number, cell)
                board.put(other, now)
                break


def _lighter(board: Board, number: int, cell: Cell, now: Cell) -> int | None:
    """The lightest job in ``cell`` that may take the place ``now`` and whose room ``number`` can use."""
    job = board.jobs[number]
    fitting = [
        n
        for n in board.held[cell]
        if (other := board.jobs[n]).weight < job.weight
        and other.first <= now[0] <= other.last
        and now[1] in other.workers
        and board.minutes[cell] + other.minutes >= job.minutes
        and board.minutes[now] + job.minutes >= other.minutes
    ]
    return min(fitting, key=lambda n: (board.jobs[n].weight, n), default=None)
