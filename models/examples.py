"""Labelled texts that may train the shipped model: our own sentences, and public sets whose licence allows it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.domain import Category
from data.errors import BadInput
from models.text import fold, tokens

AUTHORED, VARIED, HANDS, FRESH = "authored", "varied", "hands", "fresh"
OWN = (AUTHORED, VARIED, HANDS, FRESH)
ONE_BY_ONE = (VARIED, HANDS, FRESH)  # each text stands for itself; the authored ones are put together from phrases
SHIPPABLE = ("goemotions", "xed", "xed_pairs_projected")  # CC BY; see docs/model-card.md
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text; ``label`` 1 is a frustrated author.

    ``phrases`` are ids of what the text is made of; ``title`` and ``rating`` (1-5 stars) stand beside some texts.
    ``kind`` is what a text was written to be: sarcasm, a review, a post ...
    """

    text: str
    label: int
    language: str
    source: str
    categories: tuple[Category, ...] = ()
    phrases: tuple[str, ...] = ()
    title: str | None = None
    rating: int | None = None
    kind: str = ""


def own_examples() -> list[Example]:
    """The sentences of our own that the product carries (models/corpus/README.md tells their columns)."""
    folder = files("models") / "corpus"
    authored = gzip.decompress((folder / "authored.tsv.gz").read_bytes()).decode("utf-8")
    one_by_one = {name: (folder / f"{name}.tsv").read_text(encoding="utf-8") for name in ONE_BY_ONE}
    return [*_own(authored, AUTHORED), *[e for name, table in one_by_one.items() for e in _own(table, name)]]


def _own(table: str, source: str) -> Iterator[Example]:
    for line in table.splitlines():
        language, label, names, phrases, text, *beside = line.split("\t")
        kind, stars = beside or ("", "")
        yield Example(
            text,
            int(label),
            language,
            source,
            tuple(Category(name) for name in names.split(",") if name),
            tuple(p for p in phrases.split(",") if p),
            rating=int(stars) if stars else None,
            kind=kind,
        )


def labelled_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines set that carry a label of 0 or 1."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            if row["label"] in (0, 1):
                yield row


def public_examples(folder: Path) -> Iterator[Example]:
    """Rows of the public sets in ``folder`` that may train a shipped model; no other source gets in."""
    for path in sorted(folder.glob("*_train.jsonl")):
        for row in labelled_rows(path):
            if row["source"] in SHIPPABLE:
                yield Example(row["text"], row["label"], row["lang"], row["source"])


def gathered(text_folder: Path | None) -> list[Example]:
    """Our own sentences, and the public ones of ``text_folder/ship`` when a folder is given."""
    public = [] if text_folder is None else list(public_examples(text_folder / "ship"))
    return [*own_examples(), *public]


def check_texts(text_folder: Path | None) -> None:
    """Raise BadInput when a folder is named that does not hold the public sets."""
    if text_folder is not None and not (text_folder / "ship").is_dir():
        raise BadInput(f"{text_folder}: holds no folder 'ship' with public sets; name another, or none")


def folds_of(example: Example) -> frozenset[int]:
    """The folds (0 to FOLDS - 1) that hold a phrase of ``example``; none for public texts."""
    return frozenset(_fold(f"{example.language}:{phrase}") for phrase in example.phrases)


def _fold(phrase: str) -> int:
    return int.from_bytes(hashlib.sha256(phrase.encode()).digest()[:4]) % FOLDS


def split(examples: Sequence[Example], held: int) -> tuple[list[Example], list[Example]]:
    """Those without any phrase of fold ``held``, and those with one: no held-out phrase is in the first list."""
    kept = [e for e in examples if held not in folds_of(e)]
    return kept, [e for e in examples if held in folds_of(e)]


def without_hand(examples: Sequence[Example], hand: str) -> tuple[list[Example], list[Example]]:
    """Those of every other source, and those of ``hand``: what a model makes of a writer it has never read."""
    return [e for e in examples if e.source != hand], [e for e in examples if e.source == hand]


def spelled_alike(text: str) -> str:
    """What two copies of a text have in common: its folded words."""
    return " ".join(word for token in tokens(text) if (word := fold(token))[0].isalnum())
