"""Jobs, and the board on which they are placed into days and hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Cell = tuple[int, int]  # day, worker


@dataclass(frozen=True, slots=True)
class Job:
    """One job: ``first`` and ``last`` are day numbers (inclusive), ``groups`` allow one job each."""

    weight: float
    minutes: int
    first: int
    last: int
    workers: tuple[int, ...]
    groups: tuple[str, ...] = ()

    @property
    def window(self) -> tuple[int, int, tuple[int, ...]]:
        """Jobs with the same window can change places."""
        return self.first, self.last, self.workers

    def cells(self) -> Iterator[Cell]:
        """Every place the job may take, earliest day first."""
        return ((day, worker) for day in range(self.first, self.last + 1) for worker in self.workers)


@dataclass
class Board:
    """The room that is left while jobs are placed."""

    jobs: Sequence[Job]
    minutes: dict[Cell, int]
    cap: dict[int, int]
    workers: int
    places: dict[int, Cell] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    held: dict[Cell, set[int]] = field(default_factory=lambda: defaultdict(set))

    def fits(self, number: int, cell: Cell) -> bool:
        """Whether there are minutes in the cell and room under the day's cap."""
        return self.minutes[cell] >= self.jobs[number].minutes and self.cap[cell[0]] > 0

    def put(self, number: int, cell: Cell) -> None:
        """Place a job that fits."""
        self.places[number] = cell
        self.held[cell].add(number)
        self.taken.update(self.jobs[number].groups)
        self.minutes[cell] -= self.jobs[number].minutes
        self.cap[cell[0]] -= 1

    def lift(self, number: int) -> Cell:
        """Take a job off its place again."""
        cell = self.places.pop(number)
        self.held[cell].discard(number)
        self.taken.difference_update(self.jobs[number].groups)
        self.minutes[cell] += self.jobs[number].minutes
        self.cap[cell[0]] += 1
        return cell

    def is_free(self, number: int) -> bool:
        """Whether the job is not placed and no other job of its groups is."""
        return number not in self.places and self.taken.isdisjoint(self.jobs[number].groups)
