"""Turns a seller's labels into heads: what may train, what is held back for good, and whether there is enough."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import Category
from data.errors import BadInput
from data.labelling import NEVER, LabelledText
from models.adapting import Seen, fit_head
from models.assess import Assessor
from models.examples import spelled_alike
from models.heads import Head, shares_of
from models.text import AssessInput, features, whole
from models.trained import CATEGORIES

LEAST = 20  # labels of a source that train, both answers among them
_OF = 5  # every fifth label is held back
Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SellerText:
    """A mention as its source gives it, with what a person said of it. There is none of a post from X."""

    label: int
    mention: int
    source: str
    said: AssessInput
    frustrated: bool
    categories: tuple[Category, ...]

    def __post_init__(self) -> None:
        if self.source in NEVER:
            raise ValueError("a post from X never trains a model (rule X-01)")


def seller_text(labelled: LabelledText) -> SellerText:
    """What training reads of a stored label."""
    hint = labelled.declared_language
    said = AssessInput(labelled.text, labelled.title, labelled.rating, labelled.source.value, hint)
    made = labelled.label
    return SellerText(made.id, made.mention, labelled.source.value, said, made.frustrated, made.categories)


def is_held_back(mention: int) -> bool:
    """Whether the labels of a mention only ever measure. It hangs on the mention's number alone and never changes."""
    return hashlib.sha256(f"held back:{mention}".encode()).digest()[0] % _OF == 0


def parted(texts: Iterable[SellerText]) -> tuple[list[SellerText], list[SellerText]]:
    """Those that train and those that are held back; a text that reads like a held one does not train."""
    every = list(texts)
    held = [t for t in every if is_held_back(t.mention)]
    told = {spelled_alike(whole(t.said)) for t in held}
    return [t for t in every if not is_held_back(t.mention) and spelled_alike(whole(t.said)) not in told], held


def enough(training: Sequence[SellerText]) -> tuple[str, ...]:
    """Sources with labels enough for a head, in order; raises BadInput that says how many are missing."""
    sizes = Counter(t.source for t in training)
    answers = {source: {t.frustrated for t in training if t.source == source} for source in sizes}
    found = tuple(sorted(s for s, n in sizes.items() if n >= LEAST and len(answers[s]) == 2))
    if not found:
        raise BadInput(f"train: {_shortfall(sizes, answers)}")
    return found


def _shortfall(sizes: Counter[str], answers: dict[str, set[bool]]) -> str:
    wanted = (
        f"{LEAST} labels of one source are wanted that may train (every fifth is held back, posts from X never count)"
    )
    if not sizes:
        return f"{wanted}; there are none, {LEAST} are missing: see 'reinstate labels suggest'"
    told = [
        f"{source} has {n}, {LEAST - n} missing" if n < LEAST else f"{source} has {n}, all of them with one answer"
        for source, n in sizes.most_common()
        if n < LEAST or len(answers[source]) < 2
    ]
    return f"{wanted}: {'; '.join(told)}: see 'reinstate labels suggest'"


def train_heads(
    base: Assessor, training: Sequence[SellerText], sources: Sequence[str], report: Report | None = None
) -> dict[str, Head]:
    """A head for each of ``sources``, on the words of ``base`` alone."""
    made: dict[str, Head] = {}
    for number, source in enumerate(sources):
        if report is not None:
            report(number, len(sources), "train")
        made[source] = fit_head([see(base, t) for t in training if t.source == source])
    if report is not None:
        report(len(sources), len(sources), "train")
    return made


def see(base: Assessor, text: SellerText) -> Seen:
    """One labelled text as the frozen base sees it."""
    scores = base.base.trained.scores
    explained = base.explain(text.said)
    names = [name for name in features(whole(text.said)) if name in scores.index]
    rows, shares = shares_of(scores, names)
    topics = [float(c in text.categories) if text.categories else float("nan") for c in CATEGORIES]
    log_odds = np.concatenate([[explained.log_odds], explained.categories])
    return Seen(rows, shares, log_odds, np.array([float(text.frustrated), *topics]))
