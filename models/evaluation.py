"""How good the classifier is: on phrases held out of our own, on messages by another hand, on public sets.

Nothing that is measured here was trained on. Public sets that may not train are only ever read here.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from data.domain import Assessment, Band
from models.artefact import BASE, Artefact, load
from models.assess import Assessor
from models.examples import Example, check_texts, gathered, labelled_rows, spelled_alike, split
from models.fitting import Report, fit_scores
from models.independent_set import INDEPENDENT, independent
from models.language import LANGUAGES
from models.measures import Figures, figures, share
from models.second_hand import SECOND_HAND, second_hand
from models.text import AssessInput
from models.trained import CATEGORIES, Thresholds

HELD_OUT = "own phrases held out"
BARE = "independent, words alone"  # without stars and titles
OWN_SETS = (INDEPENDENT, BARE, SECOND_HAND, HELD_OUT)
_HELD = 0  # the fold whose phrases are held out
_SPEED_TEXTS = 5_000
ALL = "all"


def evaluate(text_folder: Path | None, report: Report | None = None, folder: Path = BASE) -> dict[str, Any]:
    """The evaluation document of the model in ``folder``, the shipped one by default; see ``measure``.

    Raises BadInput when the model is damaged or ``text_folder`` holds no such sets.
    """
    check_texts(text_folder)
    return measure(load(folder), text_folder, report)


def measure(artefact: Artefact, text_folder: Path | None, report: Report | None = None) -> dict[str, Any]:
    """Figures by set and language, by category, of the language told, and texts a second.

    ``text_folder`` holds ``ship`` and ``evaluate_only``; without it only the product's own sets are measured.
    """
    tell = report or (lambda done, total, what: None)
    tell(0, 3, "evaluate")
    examples = gathered(text_folder)
    kept, held_out = split(examples, _HELD)
    partly = Assessor(replace(artefact, trained=replace(artefact.trained, scores=fit_scores(kept))))
    tell(1, 3, "evaluate")
    shipped = Assessor(artefact)
    trained_on = {spelled_alike(e.text) for e in examples}
    apart = list(independent())
    sets = {
        INDEPENDENT: _judged(shipped, apart),
        BARE: _judged(shipped, [replace(e, title=None, rating=None) for e in apart]),
        SECOND_HAND: _judged(shipped, list(second_hand())),
        HELD_OUT: _judged(partly, held_out),
        **{name: _judged(shipped, rows) for name, rows in public_sets(text_folder, trained_on).items()},
    }
    tell(2, 3, "evaluate")
    thresholds = artefact.trained.thresholds
    document = {
        "model": artefact.version,
        "thresholds": asdict(thresholds),
        "sets": {name: _by_language(judged, thresholds) for name, judged in sets.items()},
        "categories": {name: _categories(sets[name]) for name in (INDEPENDENT, SECOND_HAND, HELD_OUT)},
        "kinds": _kinds(sets[INDEPENDENT]),
        "language": {name: _language(judged) for name, judged in sets.items()},
        "texts_per_second": round(speed(shipped, held_out)),
    }
    tell(3, 3, "evaluate")
    return document


Judged = list[tuple[Example, Assessment]]


def _judged(assessor: Assessor, examples: Sequence[Example]) -> Judged:
    return list(zip(examples, assessor.assess([AssessInput(e.text, e.title, e.rating) for e in examples]), strict=True))


def public_sets(text_folder: Path | None, trained_on: set[str]) -> Mapping[str, list[Example]]:
    """The development parts of XED and the sets that may only evaluate; texts that were trained on are left out."""
    found: dict[str, list[Example]] = defaultdict(list)
    if text_folder is not None:
        paths = [*(text_folder / "ship").glob("xed_*_dev.jsonl"), *(text_folder / "evaluate_only").glob("*.jsonl")]
        for path in sorted(paths):
            for row in labelled_rows(path):
                if spelled_alike(row["text"]) not in trained_on:
                    found[row["source"]].append(Example(row["text"], row["label"], row["lang"], row["source"]))
    return found


def _by_language(judged: Judged, thresholds: Thresholds) -> dict[str, dict[str, float]]:
    made = {ALL: _plain(_figures(judged, thresholds))}
    for language in LANGUAGES:
        part = [pair for pair in judged if pair[0].language == language]
        if part and len(part) < len(judged):
            made[language] = _plain(_figures(part, thresholds))
    return made


def _figures(judged: Judged, thresholds: Thresholds) -> Figures:
    labels = np.array([example.label for example, _ in judged])
    return figures(labels, np.array([made.probability for _, made in judged]), thresholds)


def _plain(made: Figures) -> dict[str, float]:
    """Three digits; what could not be measured is left out."""
    return {name: round(value, 3) for name, value in asdict(made).items() if value == value}


def _categories(judged: Judged) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of every category that the set knows, and their mean F1."""
    made: dict[str, dict[str, float]] = {}
    for category in CATEGORIES:
        wanted = np.array([category in example.categories for example, _ in judged])
        said = np.array([category in dict(a.categories) for _, a in judged])
        if wanted.any():
            both, either = int((wanted & said).sum()), int(wanted.sum() + said.sum())
            precision = share(wanted & said, said) if said.any() else 0.0
            made[category.value] = {
                "texts": int(wanted.sum()),
                "precision": round(precision, 3),
                "recall": round(share(wanted & said, wanted), 3),
                "f1": round(2 * both / either, 3),
            }
    mean = sum(f["f1"] for f in made.values()) / len(made)
    return {"mean": {"f1": round(mean, 3)}, **made}


def _kinds(judged: Judged) -> dict[str, dict[str, float]]:
    """By kind of difficulty and label: how many texts, and the share of them in each band."""
    bands = defaultdict(list)
    for example, made in judged:
        bands[f"{example.phrases[0]}, {'frustrated' if example.label else 'not'}"].append(made.band)
    return {
        kind: {"texts": len(found)} | {band.value: round(found.count(band) / len(found), 3) for band in Band}
        for kind, found in sorted(bands.items())
    }


def _language(judged: Judged) -> float:
    """Share of texts whose language was told right, none being given."""
    return round(sum(example.language == made.language for example, made in judged) / len(judged), 3)


def speed(assessor: Assessor, examples: Sequence[Example]) -> float:
    """Texts a second on one core: the best of three runs over short messages."""
    inputs = [AssessInput(e.text) for e in examples[:_SPEED_TEXTS]]
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        assessor.assess(inputs)
        best = min(best, time.perf_counter() - begun)
    return len(inputs) / best


def lines_of(document: Mapping[str, Any]) -> list[str]:
    """The document for people: one line a set, the own ones by language."""
    made = [f"model {document['model']}, {document['texts_per_second']:,} texts a second"]
    for name, by_language in document["sets"].items():
        for language, found in by_language.items():
            if language == ALL or name in OWN_SETS:
                made.append(
                    f"{name}, {language}: {found['texts']} texts, macro-F1 {found['macro_f1']:.3f}, "
                    f"average precision {found.get('average_precision', float('nan')):.3f}, "
                    f"calibration error {found['calibration_error']:.3f}, unsure {found['unsure']:.3f}"
                )
    return made
