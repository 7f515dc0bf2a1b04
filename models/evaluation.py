"""How good the classifier is: on writers that it has never read, on messages by another hand, on public sets.

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
from models.examples import FRESH, HANDS, Example, check_texts, gathered, spelled_alike, without_hand
from models.fitting import ELSEWHERE, Report, fit_scores
from models.independent_set import INDEPENDENT, independent
from models.language import LANGUAGES
from models.measured_sets import RATED, SUMMED, public_sets
from models.measures import Figures, figures, share
from models.second_hand import SECOND_HAND, second_hand
from models.text import AssessInput
from models.trained import CATEGORIES, COMPLAINTS, Thresholds

BARE = "independent, words alone"  # without stars and titles
MEANS = ("macro_f1", "average_precision", "calibration_error")  # of the parts of what is summed up
LEFT_OUT = {HANDS: "hands, left out", FRESH: "fresh, left out"}  # by models that had not read that source
OWN_SETS = (INDEPENDENT, BARE, SECOND_HAND, *LEFT_OUT.values())
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
    left_out = {name: _judged(*_without(artefact, examples, hand)) for hand, name in LEFT_OUT.items()}
    tell(1, 3, "evaluate")
    shipped = Assessor(artefact)
    apart = list(independent())
    sets = {
        INDEPENDENT: _judged(shipped, apart),
        BARE: _judged(shipped, [_bare(e) for e in apart]),
        SECOND_HAND: _judged(shipped, list(second_hand())),
        **left_out,
    }
    public = public_sets(text_folder, {spelled_alike(e.text) for e in examples})
    sets |= {name: _judged(shipped, [_bare(e) for e in rows]) for name, rows in public.items()}
    rated = [e for rows in public.values() for e in rows if e.rating is not None]
    tell(2, 3, "evaluate")
    thresholds = artefact.trained.thresholds
    summed = {name: [part.of(sets, _language_of) for part in parts] for name, parts in SUMMED.items()}
    summed[RATED] = [_judged(shipped, rated)]
    document = {
        "model": artefact.version,
        "thresholds": asdict(thresholds),
        "summed": {name: _mean(parts, thresholds) for name, parts in summed.items() if all(parts)},
        "sets": {name: _by_language(judged, thresholds) for name, judged in sets.items()},
        "categories": {name: _categories(sets[name]) for name in OWN_SETS},
        "kinds": {name: _kinds(sets[name]) for name in (BARE, *LEFT_OUT.values())},
        "language": {name: _language(judged) for name, judged in sets.items()},
        "texts_per_second": round(speed(shipped, [e for e in examples if e.source == HANDS])),
    }
    tell(3, 3, "evaluate")
    return document


def _without(artefact: Artefact, examples: Sequence[Example], hand: str) -> tuple[Assessor, list[Example]]:
    """A model that has read all but the texts of ``hand``, and these texts without their stars."""
    kept, out = without_hand(examples, hand)
    model = Assessor(replace(artefact, trained=replace(artefact.trained, scores=fit_scores(kept))))
    return model, [_bare(e) for e in out]


def _bare(example: Example) -> Example:
    return replace(example, title=None, rating=None)


Judged = list[tuple[Example, Assessment]]


def _judged(assessor: Assessor, examples: Sequence[Example]) -> Judged:
    return list(zip(examples, assessor.assess([AssessInput(e.text, e.title, e.rating) for e in examples]), strict=True))


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


def _language_of(pair: tuple[Example, Assessment]) -> str:
    return pair[0].language


def _mean(parts: Sequence[Judged], thresholds: Thresholds) -> dict[str, float]:
    """The number of texts of all parts, and the mean of each part's figures."""
    found = [_figures(part, thresholds) for part in parts]
    means = {name: sum(getattr(f, name) for f in found) / len(found) for name in MEANS}
    return {"texts": sum(f.texts for f in found), **{name: round(mean, 3) for name, mean in means.items()}}


def _plain(made: Figures) -> dict[str, float]:
    """Three digits; what could not be measured is left out."""
    return {name: round(value, 3) for name, value in asdict(made).items() if value == value}


def _categories(judged: Judged) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of every category that the set knows, their mean F1, and how often the first is right.

    ``top`` is of the frustrated about an order: the share of them whose first category is one of theirs.
    """
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
    complaints = [(e, a) for e, a in judged if e.label and e.kind not in ELSEWHERE and COMPLAINTS & set(e.categories)]
    right = [a.categories[0][0] in e.categories for e, a in complaints]
    top = {"texts": len(right), "top": round(sum(right) / len(right), 3)} if right else {}
    return {"mean": {"f1": round(mean, 3), **top}, **made}


def _kinds(judged: Judged) -> dict[str, dict[str, float]]:
    """By kind of difficulty and label: how many texts, how many are told right at one half, the share in each band."""
    found = defaultdict(list)
    for example, made in judged:
        if example.kind:
            found[f"{example.kind}, {'frustrated' if example.label else 'not'}"].append((example.label, made))
    return {kind: _told(rows) for kind, rows in sorted(found.items())}


def _told(rows: Sequence[tuple[int, Assessment]]) -> dict[str, float]:
    right = sum((made.probability >= 0.5) == bool(label) for label, made in rows)
    bands = [made.band for _, made in rows]
    return {"texts": len(rows), "right": round(right / len(rows), 3)} | {
        band.value: round(bands.count(band) / len(rows), 3) for band in Band
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
    summed = document["summed"].items()
    made += [f"{name}: {found['texts']} texts, macro-F1 {found['macro_f1']:.3f}" for name, found in summed]
    for name, by_language in document["sets"].items():
        for language, found in by_language.items():
            if language == ALL or name in OWN_SETS:
                made.append(
                    f"{name}, {language}: {found['texts']} texts, macro-F1 {found['macro_f1']:.3f}, "
                    f"average precision {found.get('average_precision', float('nan')):.3f}, "
                    f"calibration error {found['calibration_error']:.3f}, unsure {found['unsure']:.3f}"
                )
    return made
