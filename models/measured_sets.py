"""The sets that the classifier is measured on, which of them are summed up together, and what none of them may hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models.examples import Example, labelled_rows, spelled_alike
from models.language import LANGUAGES

T = TypeVar("T")

REVIEWS, RATED = "reviews, text only", "reviews, rating given"
SERVICE, TWEETS = "service tweets", "tweets negative or not"


@dataclass(frozen=True, slots=True)
class Part:
    """What one figure of a mean is over: all texts of some sets, or those of one language."""

    sets: tuple[str, ...]
    language: str | None = None

    def of(self, by_set: Mapping[str, Sequence[T]], language: Callable[[T], str]) -> list[T]:
        """The rows of this part; ``language`` tells that of a row."""
        rows = [row for name in self.sets for row in by_set.get(name, ())]
        return [row for row in rows if self.language in (None, language(row))]


# A mean of its parts, so that the largest set does not speak for all: as the aims were stated.
SUMMED = {
    REVIEWS: (
        Part(("trustpilot_a3", "trustpilot_ja", "trustpilot_stellantis")),
        Part(("opinion_assurances",)),
        Part(("opener_hotel",)),
    ),
    SERVICE: (Part(("airline",)), Part(("complaints_acl19",)), Part(("germeval2017",))),
    TWEETS: tuple(Part(("xlmt",), language) for language in LANGUAGES),
}
_RUN = 4  # words in a row that near copies share
_NEAR = 0.5  # share of such runs from which two texts are near copies
_FEWEST_WORDS = 5  # shorter texts are the same by chance


def public_sets(text_folder: Path | None, trained_on: set[str]) -> Mapping[str, list[Example]]:
    """The development parts of XED and the sets that may only evaluate; texts that were trained on are left out."""
    found: dict[str, list[Example]] = defaultdict(list)
    if text_folder is not None:
        paths = [*(text_folder / "ship").glob("xed_*_dev.jsonl"), *(text_folder / "evaluate_only").glob("*.jsonl")]
        for path in sorted(paths):
            for row in labelled_rows(path):
                if spelled_alike(row["text"]) not in trained_on:
                    stars = row["orig_label"][0] if row["orig_label"].endswith("star") else ""
                    rating = int(stars) if stars else None
                    found[row["source"]].append(
                        Example(row["text"], row["label"], row["lang"], row["source"], rating=rating)
                    )
    return found


def near_copies(texts: Sequence[str], others: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of a text and another that share half of their runs of four words, or all their words in order."""
    holders: dict[str, set[int]] = defaultdict(set)
    runs = [_runs(text) for text in others]
    for n, held in enumerate(runs):
        for run in held:
            holders[run].add(n)
    found = []
    for text in texts:
        own = _runs(text)
        for n in sorted({n for run in own for n in holders.get(run, ())}):
            if len(own & runs[n]) >= _NEAR * len(own | runs[n]):
                found.append((text, others[n]))
    return found


def _runs(text: str) -> frozenset[str]:
    words = spelled_alike(text).split()
    if len(words) < _FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))
