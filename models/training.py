"""Makes a model that can ship: trains it, measures it, and writes its files and its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.workspace import write_whole
from models.artefact import load, save
from models.card import render
from models.evaluation import measure
from models.examples import check_texts, gathered
from models.fitting import Report, train

EVALUATION, CARD = "evaluation.json", "model-card.md"


def train_base(text_folder: Path | None, out_folder: Path, report: Report | None = None) -> Mapping[str, Any]:
    """Train on our own sentences and on ``text_folder/ship``; returns the manifest of the new model.

    Writes the artefact, ``evaluation.json`` and ``model-card.md`` into ``out_folder`` (the card of the model that
    ships is kept as docs/model-card.md). Raises BadInput when ``text_folder`` holds no such sets. ``report`` hears
    (done, total, what).
    """
    check_texts(text_folder)
    save(out_folder, train(gathered(text_folder), report), "base")
    record(out_folder, text_folder, report)
    return load(out_folder).facts


def record(folder: Path, text_folder: Path | None, report: Report | None = None) -> None:
    """Measure the model in ``folder`` and write its ``evaluation.json`` and ``model-card.md``."""
    made = load(folder)
    document = measure(made, text_folder, report)
    write_whole(folder / EVALUATION, (json.dumps(document, indent=1) + "\n").encode())
    write_whole(folder / CARD, render(made.facts, document).encode())
