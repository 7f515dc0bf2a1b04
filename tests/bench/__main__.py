"""``make bench``: measures everything in this folder and prints one table. A slow figure never fails the run."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

import tests.bench
from data import log


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is to reach: at least ``value``, or at most."""

    value: float
    is_most: bool = False

    def __str__(self) -> str:
        return f"{'at most' if self.is_most else 'at least'} {self.value:,.0f}"


TARGETS = {
    ("trustpilot", "invented pages a second"): Target(40),
    ("trustpilot", "real pages a second"): Target(40),
    ("imports", "rows a second"): Target(20_000),
    ("assess", "texts a second"): Target(5_000),
    ("collecting", "reddit: times as long as a bare loop"): Target(2, is_most=True),
    ("collecting", "x: times as long as a bare loop"): Target(2, is_most=True),
    ("demo", "seconds"): Target(60, is_most=True),
    ("start", "seconds to the first page"): Target(5, is_most=True),
}


def modules(wanted: list[str]) -> list[str]:
    """Names of the benchmarks, those in ``wanted`` only when it names any."""
    found = [m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name != "__main__"]
    return [name for name in found if not wanted or name in wanted]


def main(wanted: list[str]) -> int:
    """Print the table; 1 when a benchmark could not run at all."""
    log.configure()
    table = Table("name", "figure", "target", "figure / target", box=None, pad_edge=False, header_style="bold")
    failed = 0
    for name in modules(wanted):
        sys.stderr.write(f"measuring {name} …\n")
        try:
            figures = importlib.import_module(f"tests.bench.{name}").measure()
        except Exception as error:  # the other benchmarks still run
            failed += 1
            table.add_row(name, f"failed: {type(error).__name__}: {error}", "", "")
            continue
        for what, figure in figures.items():
            table.add_row(*_row(name, what, figure))
    Console(width=110, highlight=False).print(table, markup=False)
    return 1 if failed else 0


def _row(name: str, what: str, figure: float | str) -> tuple[str, str, str, str]:
    spelled = figure if isinstance(figure, str) else f"{figure:,}"
    target = TARGETS.get((name, what))
    if target is None or isinstance(figure, str):
        return f"{name}: {what}", spelled, "", ""
    return f"{name}: {what}", spelled, str(target), f"{figure / target.value:.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
