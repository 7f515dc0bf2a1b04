"""``python -m tests.prove.mutations [TRIALS]``: every way to tamper with a sealed log against both verifiers."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from data.standalone import verify as standalone
from tests.data.mutations import CLASSES, mutated, told_alike, verified, written

TRIALS = 25


@dataclass(frozen=True, slots=True)
class Tally:
    """Of how many trials of one class each verifier found the change, and in how many both told the same."""

    name: str
    trials: int
    ours: int
    theirs: int
    alike: int

    @property
    def is_clean(self) -> bool:
        """Found by both and told alike in every trial."""
        return self.ours == self.theirs == self.alike == self.trials


def tally(name: str, trials: int = TRIALS) -> Tally:
    """Try one class ``trials`` times."""
    ours = theirs = alike = 0
    for trial in range(trials):
        changed = mutated(name, trial)
        with tempfile.TemporaryDirectory() as scratch:
            folder = written(changed, Path(scratch) / "x")
            own, other = verified(changed, folder), standalone.check(folder)
        ours += not own.intact
        theirs += not other["intact"]
        alike += told_alike(own, other)
    return Tally(name, trials, ours, theirs, alike)


def main(arguments: list[str]) -> int:
    """Print the matrix; 1 when anything was missed."""
    trials = int(arguments[0]) if arguments else TRIALS
    table = Table("tampering", "trials", "audit verify", "stand-alone", "told alike", box=None, header_style="bold")
    tallies = [tally(name, trials) for name in CLASSES]
    for t in tallies:
        table.add_row(t.name, *(str(n) for n in (t.trials, t.ours, t.theirs, t.alike)))
    total = len(tallies) * trials
    table.add_row(f"all {len(tallies)} classes", str(total), *(
        str(sum(getattr(t, column) for t in tallies)) for column in ("ours", "theirs", "alike")))  # fmt: skip
    Console(width=110, highlight=False).print(table, markup=False)
    return 0 if all(t.is_clean for t in tallies) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
