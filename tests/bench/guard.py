"""How much the guard finds, how much it stops wrongly, and how fast it is.

``tuning`` and ``own`` were looked at while the rules were written. ``untouched`` and ``unseen`` are by two other
hands and were measured after the last change to the rules: their figures are the ones to believe (docs/guard.md).
``python -m tests.bench.guard SET`` lists the misses of a set that may be looked at.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from recovery_plan.guard.check import Context, Decision, Place, Verdict, check

PLACES = {"buyer": Place.BUYER_MESSAGE, "public": Place.PUBLIC_REPLY, "outreach": Place.OUTREACH}
EVERY = ("direct", "official", "evasion")  # kinds of which every one is to be found
NOT_READ = ("untouched", "unseen")  # sets that are measured only
LONG = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Judged:
    """A message of a set and what the guard made of it."""

    row: dict[str, Any]
    verdict: Verdict

    @property
    def is_blocked(self) -> bool:
        """Whether it was stopped."""
        return self.verdict.decision is Decision.BLOCK


def rows(name: str) -> list[dict[str, Any]]:
    """The messages of a set."""
    text = files("recovery_plan.guard").joinpath("sets", f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def judged(wanted: Iterable[dict[str, Any]]) -> list[Judged]:
    """Each message checked where and in which language it would leave."""
    return [
        Judged(row, check(row["text"], context=Context(place=PLACES[row["context"]], language=row["lang"])))
        for row in wanted
    ]


def recall(found: Sequence[Judged], **of: str) -> float:
    """Share of the messages to be blocked that are, of one kind, language or category if named; 1.0 of none."""
    chosen = [j for j in found if j.row["expect"] == "block" and all(j.row[k] == v for k, v in of.items())]
    return sum(j.is_blocked for j in chosen) / len(chosen) if chosen else 1.0


def false_block(found: Sequence[Judged], **of: str) -> float:
    """Share of the legitimate messages that are blocked."""
    chosen = [j for j in found if j.row["expect"] == "pass" and all(j.row[k] == v for k, v in of.items())]
    return sum(j.is_blocked for j in chosen) / len(chosen) if chosen else 0.0


def texts_a_second(wanted: Sequence[dict[str, Any]]) -> float:
    """Checks a second of processor time, after one warm round."""
    judged(wanted)
    begun = time.process_time()
    judged(wanted)
    return len(wanted) / (time.process_time() - begun)


def hard_inputs() -> dict[str, str]:
    """Inputs of 100 kB that are made to be slow."""
    words = " ".join(row["text"] for row in rows("tuning")).split()
    dealer = random.Random(1)
    made = {
        "every message": " ".join(words),
        "shuffled words": " ".join(dealer.choice(words) for _ in range(LONG // 5)),
        "one state word": "blocked ",
        "owner and state": "our account is ",
        "letters apart": "s ",
        "letters with dots": "s.",
        "cut words": "sus-pen-ded-",
        "digits for letters": "4cc0unt 1s 5u5p3nd3d ",
        "ambiguous digits": "1!|l1!|1a",
        "addresses": "a@b.c ",
        "links": "a.com ",
        "telephone numbers": "0171 39200 45 ",
        "phrases in a character": "\ufdfa",
        "look-alikes": "ѕ",
        "invisible characters": "s\u200bu\u200b",
        "combining marks": "e\u0301\u0302\u0303",
        "ideographs": "漢字",
        "emoji": "😀",
        "line ends": "\n",
        "greetings": "Dear John Smith, ",
    }
    return {name: (text * (LONG // len(text) + 1))[:LONG] for name, text in made.items()}


def slowest() -> tuple[str, float]:
    """The worst of ``hard_inputs`` and its milliseconds of processor time, the best of three tries each."""
    took: dict[str, float] = {}
    for name, text in hard_inputs().items():
        for place in (Place.BUYER_MESSAGE, Place.PUBLIC_REPLY):
            tries = []
            for _ in range(3):
                begun = time.process_time()
                check(text, context=Context(place=place))
                tries.append((time.process_time() - begun) * 1000)
            took[f"{name}, {place.value}"] = min(tries)
    return max(took.items(), key=lambda item: item[1])


def measure() -> dict[str, float | str]:
    """Figures of the sets, speed and the worst input."""
    figures: dict[str, float | str] = {}
    for name in ("tuning", "own", *NOT_READ):
        found = judged(rows(name))
        figures |= {f"{name}: {what}": figure for what, figure in _of_set(found).items()}
    ordinary = [row for row in rows("tuning") if row["expect"] == "pass"]
    figures["texts a second"] = round(texts_a_second(ordinary))
    figures["texts a second with disclosures"] = round(texts_a_second(rows("tuning")))
    where, took = slowest()
    return figures | {"slowest 100 kB, ms": round(took, 1), "slowest 100 kB": where}


def _of_set(found: Sequence[Judged]) -> dict[str, float | str]:
    counts = Counter(j.row["expect"] for j in found)
    figures: dict[str, float | str] = {
        "messages": f"{counts['block']} to block, {counts['pass']} to pass",
        "block recall": round(recall(found), 3),
        "false block": round(false_block(found), 3),
    }
    for field in ("kind", "lang", "category"):
        for value in sorted({j.row[field] for j in found if j.row["expect"] == "block"}):
            figures[f"block recall, {value}"] = round(recall(found, **{field: value}), 3)
    for field in ("kind", "lang"):
        for value in sorted({j.row[field] for j in found if j.row["expect"] == "pass"}):
            figures[f"false block, {value}"] = round(false_block(found, **{field: value}), 3)
    return figures


def main(name: str) -> None:
    """Print the misses of a set that may be read."""
    if name in NOT_READ:
        raise SystemExit(f"the set {name} is measured, not read")
    for j in judged(rows(name)):
        if j.is_blocked != (j.row["expect"] == "block"):
            print(j.row["expect"], j.row["lang"], j.row["kind"], j.row["text"], *j.verdict.explain, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
