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
        return f"{'at most' if self.is_most else 'at least'} {self.value:,g}"


TARGETS = {
    ("audit", "seconds to verify 1 M entries"): Target(15, is_most=True),
    ("trustpilot", "invented pages a second"): Target(40),
    ("trustpilot", "real pages a second"): Target(40),
    ("imports", "rows a second"): Target(20_000),
    ("classifier", "independent messages, macro-F1"): Target(0.80),
    ("classifier", "independent messages, average precision"): Target(0.88),
    ("classifier", "independent messages, calibration error"): Target(0.06, is_most=True),
    ("classifier", "independent messages, first category right"): Target(0.75),
    ("classifier", "reviews, text only, macro-F1"): Target(0.80),
    ("classifier", "reviews, rating given, macro-F1"): Target(0.90),
    ("classifier", "service tweets, macro-F1"): Target(0.72),
    ("classifier", "tweets negative or not, macro-F1"): Target(0.68),
    ("assess", "texts a second"): Target(5_000),
    ("collecting", "reddit: times as long as a bare loop"): Target(2, is_most=True),
    ("collecting", "reddit comments: times as long as a bare loop"): Target(2, is_most=True),
    ("collecting", "x: times as long as a bare loop"): Target(2, is_most=True),
    ("demo", "seconds"): Target(60, is_most=True),
    ("guard", "tuning: block recall"): Target(0.95),
    ("guard", "untouched: block recall"): Target(0.95),
    ("guard", "unseen: block recall"): Target(0.95),
    ("guard", "tuning: false block"): Target(0.10, is_most=True),
    ("guard", "untouched: false block"): Target(0.10, is_most=True),
    ("guard", "unseen: false block"): Target(0.10, is_most=True),
    ("guard", "texts a second"): Target(2_000),
    ("guard", "slowest 100 kB, ms"): Target(100, is_most=True),
    ("plan", "10,000 tasks, seconds"): Target(2, is_most=True),
    ("plan", "10,000 tasks, % below the bound"): Target(1, is_most=True),
    ("start", "seconds to the first page"): Target(5, is_most=True),
}


SLOW = ("classifier_steps",)  # measured only when named


def modules(wanted: list[str]) -> list[str]:
    """Names of the benchmarks, those in ``wanted`` only when it names any; the slow ones only then."""
    found = [m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name != "__main__"]
    asked = [name.replace("-", "_") for name in wanted]
    return [name for name in found if name in asked or (not asked and name not in SLOW)]


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
