"""Mentions written by people who had not seen the training sentences, kept apart from the first day: 160 a language.

They are only ever measured on: the nearest thing to the truth that we have. Nothing may be chosen by them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

from data.domain import Category
from models.examples import Example
from models.language import LANGUAGES

INDEPENDENT = "independent"


def independent() -> Iterator[Example]:
    """Every mention with its title and stars; ``kind`` is the difficulty that it was written for."""
    for language in LANGUAGES:
        table = (files("models") / "independent" / f"{language}.jsonl").read_text(encoding="utf-8")
        for line in table.splitlines():
            row = json.loads(line)
            categories = (Category(row["category"]),)
            yield Example(
                row["text"],
                row["label"],
                language,
                INDEPENDENT,
                categories,
                (),
                row["title"],
                row["rating"],
                row["group"],
            )
