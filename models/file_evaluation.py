"""How good a model is on a seller's own labelled file: figures by language, reliability, confusion, worst errors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from data.domain import Assessment, Band, Category
from models.assess import Assessor
from models.report import Description, describe
from models.seller_files import Labelled, LabelledFile

WORST = 10
_BATCH = 1_000
_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row whose probability is far from its label, with the words that moved it most."""

    line: int
    id: str
    frustrated: bool
    probability: float
    reasons: tuple[str, ...]
    excerpt: str


@dataclass(frozen=True, slots=True)
class FileEvaluation:
    """The answer. ``confusion`` counts by label and band; ``severity`` by label and what the model said."""

    model: str
    whole: Description
    languages: Mapping[str, Description]
    confusion: Mapping[str, Mapping[str, int]]
    categories: Mapping[str, Mapping[str, float]]
    severity: Mapping[str, Mapping[str, int]]
    worst: tuple[Wrong, ...]


Judged = list[tuple[Labelled, Assessment]]


def evaluate_file(assessor: Assessor, file: LabelledFile, report: Any = None) -> FileEvaluation:
    """Assess every row and compare."""
    judged: Judged = []
    for start in range(0, len(file.rows), _BATCH):
        part = file.rows[start : start + _BATCH]
        judged += zip(part, assessor.assess([row.said for row in part]), strict=True)
        if report is not None:
            report(len(judged), len(file.rows), "evaluate")
    by_language: dict[str, Judged] = defaultdict(list)
    for row, made in judged:
        by_language[row.said.lang or made.language].append((row, made))
    return FileEvaluation(
        model=assessor.version,
        whole=_described(assessor, judged),
        languages={code: _described(assessor, by_language[code]) for code in sorted(by_language)},
        confusion=_confusion(judged),
        categories=_categories(judged),
        severity=_severity(judged),
        worst=_worst(judged),
    )


def _described(assessor: Assessor, judged: Judged) -> Description:
    probabilities = np.array([made.probability for _, made in judged])
    return describe([row.frustrated for row, _ in judged], probabilities, assessor.base.trained.thresholds)


def _confusion(judged: Judged) -> dict[str, dict[str, int]]:
    counted = Counter((row.frustrated, made.band) for row, made in judged)
    names = {True: Band.FRUSTRATED.value, False: Band.NOT_FRUSTRATED.value}
    return {name: {band.value: counted[label, band] for band in Band} for label, name in names.items()}


def _categories(judged: Judged) -> dict[str, dict[str, float]]:
    """Precision and recall of the categories that the file names, over the rows that name any."""
    told = [(set(row.categories), {c for c, _ in made.categories}) for row, made in judged if row.categories]
    found: dict[str, dict[str, float]] = {}
    for category in Category:
        wanted = sum(category in right for right, _ in told)
        said = sum(category in ours for _, ours in told)
        both = sum(category in right and category in ours for right, ours in told)
        if wanted:
            found[category.value] = {
                "texts": wanted,
                "precision": round(both / said, 3) if said else 0.0,
                "recall": round(both / wanted, 3),
            }
    return found


def _severity(judged: Judged) -> dict[str, dict[str, int]]:
    counted = Counter((row.severity, made.severity) for row, made in judged if row.severity is not None)
    return {
        str(said): {str(ours): counted[said, ours] for ours in (1, 2, 3)}
        for said in sorted({s for s, _ in counted if s})
    }


def _worst(judged: Judged) -> tuple[Wrong, ...]:
    ranked = sorted(judged, key=lambda one: (-abs(one[1].probability - one[0].frustrated), one[0].line))
    return tuple(
        Wrong(
            row.line,
            row.id,
            row.frustrated,
            made.probability,
            tuple(r.term for r in made.reasons[:4]),
            " ".join(row.said.text.split())[:_EXCERPT],
        )
        for row, made in ranked[:WORST]
        if (made.probability >= 0.5) != row.frustrated
    )


def document(found: FileEvaluation, file: LabelledFile, name: str) -> dict[str, Any]:
    """The whole as JSON."""
    refused = [{"line": line, "reason": reason} for line, reason in file.refused]
    return {"file": name, "counted": len(file.rows), "refused": refused, **asdict(found)}


def lines_of(found: FileEvaluation, file: LabelledFile, name: str) -> list[str]:
    """The whole for people."""
    told = [f"{name}: {len(file.rows)} rows counted, {len(file.refused)} refused; model {found.model}"]
    told += [f"  line {line}: {reason}" for line, reason in file.refused[:20]]
    if len(file.refused) > 20:
        told.append(f"  and {len(file.refused) - 20} more")
    told += [_line("all", found.whole), *(_line(code, d) for code, d in found.languages.items())]
    told.append("probability told, share frustrated (95 % interval):")
    told += [
        f"  {b.told:.2f}  {b.share:.2f} ({b.low:.2f}–{b.high:.2f})  {b.texts} texts" for b in found.whole.reliability
    ]
    told.append("label and band:")
    told += [f"  {label}: {_counts(bands)}" for label, bands in found.confusion.items()]
    told += [
        f"category {n}: {c['texts']} texts, precision {c['precision']}, recall {c['recall']}"
        for n, c in found.categories.items()
    ]
    told += [f"severity {said}: model said {_counts(ours)}" for said, ours in found.severity.items()]
    told.append("worst errors:" if found.worst else "no text is on the wrong side of one half")
    told += [
        f"  line {w.line}: {'frustrated' if w.frustrated else 'not frustrated'}, model {w.probability:.2f} "
        f"({', '.join(w.reasons)}): {w.excerpt}"
        for w in found.worst
    ]
    return told


def _line(name: str, d: Description) -> str:
    macro, ranking = _figure(d.macro_f1), _figure(d.average_precision)
    return (
        f"{name}: {d.texts} texts, {d.frustrated} frustrated; macro-F1 {macro}, average precision {ranking}, "
        f"right when flagged {_figure(d.precision)}, found {_figure(d.recall)}, "
        f"calibration error {d.calibration_error:.3f}"
    )


def _figure(figure: Any) -> str:
    return "–" if figure.value is None else f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})"


def _counts(held: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in held.items())
