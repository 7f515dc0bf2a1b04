"""How good a model is on the messages that ship for measuring and on a seller's held-back labels, with intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.domain import Assessment, Band
from models.assess import Assessor
from models.examples import Example
from models.independent_set import INDEPENDENT, independent
from models.intervals import Interval, share
from models.language import LANGUAGES
from models.report import Description, describe
from models.retraining import SellerText
from models.second_hand import SECOND_HAND, second_hand
from models.text import AssessInput
from models.trained import CATEGORIES

BARE = "bare"  # the independent messages without stars and titles
SELLER = "seller"
ALL = "all"
_KEPT_MOST = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of messages with one difficulty: how many are put on the right side, on neither and on the wrong one."""

    name: str
    frustrated: bool
    texts: int
    right: int
    unsure: int
    wrong: int
    interval: Interval  # of the share put right


@dataclass(frozen=True, slots=True)
class Topic:
    """How well one category is told."""

    name: str
    texts: int
    said: int
    right: int


@dataclass(frozen=True, slots=True)
class SelfReport:
    """Set -> language (ALL among them) -> description; groups and topics of the independent messages."""

    sets: Mapping[str, Mapping[str, Description]]
    kinds: tuple[Kind, ...]
    topics: tuple[Topic, ...]


_kept: dict[str, SelfReport] = {}  # by version: a version is a hash over everything that decides an answer


def self_report(assessor: Assessor) -> SelfReport:
    """Measure a model on the messages that ship, once for each version in a process (about a second)."""
    if assessor.version not in _kept:
        while len(_kept) >= _KEPT_MOST:
            _kept.pop(next(iter(_kept)))
        _kept[assessor.version] = _measured(assessor)
    return _kept[assessor.version]


def _measured(assessor: Assessor) -> SelfReport:
    apart = list(independent())
    judged = _judged(assessor, apart)
    bare = _judged(assessor, [replace(e, title=None, rating=None) for e in apart])
    sets = {INDEPENDENT: judged, BARE: bare, SECOND_HAND: _judged(assessor, list(second_hand()))}
    described = {name: _by_language(assessor, pairs) for name, pairs in sets.items()}
    return SelfReport(described, _kinds(judged), _topics(judged))


def on_held_back(assessor: Assessor, held: Sequence[SellerText]) -> Description | None:
    """The same on a seller's labels that never train; None without any."""
    if not held:
        return None
    made = assessor.assess([t.said for t in held])
    return describe([t.frustrated for t in held], _probabilities(made), assessor.base.trained.thresholds)


Judged = list[tuple[Example, Assessment]]


def _judged(assessor: Assessor, examples: Sequence[Example]) -> Judged:
    return list(zip(examples, assessor.assess([AssessInput(e.text, e.title, e.rating) for e in examples]), strict=True))


def _probabilities(made: Sequence[Assessment]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([a.probability for a in made], dtype=np.float64)


def _by_language(assessor: Assessor, judged: Judged) -> dict[str, Description]:
    parts: dict[str, Judged] = {ALL: judged}
    parts |= {code: [pair for pair in judged if pair[0].language == code] for code in LANGUAGES}
    lines = assessor.base.trained.thresholds
    return {
        name: describe([e.label == 1 for e, _ in part], _probabilities([a for _, a in part]), lines)
        for name, part in parts.items()
        if part
    }


def _kinds(judged: Judged) -> tuple[Kind, ...]:
    groups: dict[tuple[str, bool], list[Band]] = defaultdict(list)
    for example, made in judged:
        groups[example.kind, example.label == 1].append(made.band)
    found = []
    for (name, frustrated), bands in sorted(groups.items()):
        good, bad = (Band.FRUSTRATED, Band.NOT_FRUSTRATED) if frustrated else (Band.NOT_FRUSTRATED, Band.FRUSTRATED)
        right, n = bands.count(good), len(bands)
        found.append(Kind(name, frustrated, n, right, bands.count(Band.UNSURE), bands.count(bad), share(right, n)))
    return tuple(sorted(found, key=lambda k: (k.right / k.texts, k.name)))


def _topics(judged: Judged) -> tuple[Topic, ...]:
    told = [(set(e.categories), {c for c, _ in made.categories}) for e, made in judged]
    return tuple(
        Topic(
            c.value,
            sum(c in wanted for wanted, _ in told),
            sum(c in said for _, said in told),
            sum(c in wanted and c in said for wanted, said in told),
        )
        for c in CATEGORIES
        if any(c in wanted for wanted, _ in told)
    )
