"""Says of a text how probably its author is frustrated, about what, how badly, in which language, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any

import numpy as np

from data.domain import Assessment, Band, Category
from data.errors import BadInput
from models import stars
from models.artefact import BASE, Artefact, load
from models.explain import by_word, strongest
from models.heads import Head, Heads
from models.language import Teller
from models.severity import severity
from models.text import AssessInput, Sections, fold, sections_of, tokens, whole
from models.trained import CATEGORIES, COMPLAINTS, FRUSTRATION, Thresholds
from models.weights import Floats, Linear

_STARS = "★"
_TOGETHER = 500  # texts assessed at once
_PRAISE = CATEGORIES.index(Category.PRAISE)
_NEVER_OF_THE_FRUSTRATED = (Category.PRAISE, Category.NOT_ABOUT_US)


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole of one score: ``base`` and what every word (and the rating) added sum to ``log_odds`` exactly.

    ``log_odds`` is the calibrated one of frustration; ``categories`` has those of CATEGORIES, the rating counted.
    """

    base: float
    added: Mapping[str, float]
    categories: Floats

    @property
    def log_odds(self) -> float:
        return self.base + math.fsum(self.added.values())


class Assessor:
    """Assesses texts with one loaded model. Pure: the same input gives the same assessment."""

    def __init__(self, artefact: Artefact, heads: Heads | None = None, version: str | None = None) -> None:
        """``heads`` are what a seller's labels add for some sources; ``version`` then names the whole."""
        self.version = version or artefact.version
        self.base = artefact
        self.heads: Heads = heads or {}
        self._trained = artefact.trained
        self._lines: list[float] = artefact.trained.lines.tolist()
        self._teller = Teller(artefact.trained.language)

    @staticmethod
    def shipped() -> Assessor:
        """The one that comes with the product, loaded once. Raises BadInput when its files are damaged."""
        return _shipped()

    def assess(self, inputs: Sequence[AssessInput]) -> list[Assessment]:
        """Assess every text, in order; any text is answered, empty and foreign ones too."""
        starts = range(0, len(inputs), _TOGETHER)
        return [made for start in starts for made in self._assessed(inputs[start : start + _TOGETHER])]

    def explain(self, said: AssessInput) -> Explained:
        """Everything that moved the score of one text."""
        return self._explained([said], [tokens(whole(said))])[0]

    def _assessed(self, inputs: Sequence[AssessInput]) -> list[Assessment]:
        """All texts at once: numpy's cost of a call is shared, and each gets what it would get alone, to the bit."""
        texts = [whole(said) for said in inputs]
        written = [tokens(text) for text in texts]
        explained = self._explained(inputs, written)
        return [self._one(*one) for one in zip(inputs, texts, written, explained, strict=True)]

    def _explained(self, inputs: Sequence[AssessInput], written: Sequence[list[str]]) -> list[Explained]:
        words = [list(map(fold, tokens_)) for tokens_ in written]
        scores, platt = self._trained.scores, self._trained.platt
        told = [sections_of(folded) for folded in words]
        shares = scores.shares([list(chain.from_iterable(sections)) for sections in told])
        calibrated = (shares.sums() + scores.bias) * platt[:, 0] + platt[:, 1]
        ratings = [said.rating for said in inputs]
        kept = np.array(list(map(stars.kept_of_words, ratings, calibrated[:, FRUSTRATION].tolist())))
        slopes, offsets = kept * platt[FRUSTRATION, 0], kept * platt[FRUSTRATION, 1]
        parts = iter((shares.parts[:, FRUSTRATION] * np.repeat(slopes, shares.counts)).tolist())
        bases = (slopes * scores.bias[FRUSTRATION] + offsets).tolist()
        given = [stars.added(rating) for rating in ratings]
        topics = calibrated[:, FRUSTRATION + 1 :].copy()
        topics[:, _PRAISE] -= given  # a rating speaks against praise, or for it, and tells nothing about complaints
        made = []
        for i, (said, count) in enumerate(zip(inputs, shares.counts.tolist(), strict=True)):
            added = by_word(written[i], words[i], told[i], list(islice(parts, count)))
            if given[i] and said.rating is not None:
                added[_STARS * said.rating] = added.get(_STARS * said.rating, 0.0) + given[i]
            one = Explained(bases[i], added, topics[i])
            head = self.heads.get(said.source) if said.source is not None else None
            made.append(one if head is None else _turned(one, head, written[i], words[i], told[i], scores))
        return made

    def _one(self, said: AssessInput, text: str, written: list[str], explained: Explained) -> Assessment:
        probability = _probability(explained.log_odds)
        band = band_of(probability, self._trained.thresholds)
        categories = self._named(explained.categories.tolist(), probability)
        return Assessment(
            probability=probability,
            band=band,
            categories=categories,
            severity=severity(text, band, [category for category, _ in categories]),
            language=self._teller.tell(text, written, said.lang),
            reasons=strongest(explained.added),
            model=self.version,
        )

    def _named(self, log_odds: Sequence[float], frustrated: float) -> tuple[tuple[Category, float], ...]:
        """Categories above their lines, never none: complaints first, then the most probable first.

        What an author says who is more probably frustrated than not is never called praise, nor somebody else's affair,
        and is about a complaint: the most probable one where none passes its line.
        """
        is_likely = frustrated >= 0.5
        scored = [
            (is_likely and c in COMPLAINTS, x, line, c)
            for x, line, c in zip(log_odds, self._lines, CATEGORIES, strict=True)
            if not (is_likely and c in _NEVER_OF_THE_FRUSTRATED)
        ]
        scored.sort(reverse=True)
        named = [one for one in scored if one[1] >= one[2]]
        if not named or named[0][0] != scored[0][0]:
            named.insert(0, scored[0])
        return tuple((c, _probability(x)) for _, x, _, c in named)


@cache
def _shipped() -> Assessor:
    return Assessor(load(BASE))


def band_of(probability: float, thresholds: Thresholds) -> Band:
    """The band that a calibrated probability falls in."""
    if probability >= thresholds.high:
        return Band.FRUSTRATED
    return Band.UNSURE if probability >= thresholds.low else Band.NOT_FRUSTRATED


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, log_odds))))


def _turned(
    made: Explained, head: Head, written: list[str], words: list[str], told: Sections, scores: Linear
) -> Explained:
    """What the head of the text's source makes of the base's score; as exactly additive as before."""
    parts = head.added(scores, list(chain.from_iterable(told)))
    slope = float(head.slope[FRUSTRATION])
    added = {term: weight * slope for term, weight in made.added.items()}
    for term, weight in by_word(written, words, told, parts[:, FRUSTRATION].tolist()).items():
        added[term] = added.get(term, 0.0) + weight
    topics = slice(FRUSTRATION + 1, None)
    categories = made.categories * head.slope[topics] + head.offset[topics] + parts.sum(axis=0)[topics]
    return Explained(made.base * slope + float(head.offset[FRUSTRATION]), added, categories)


def read_input(row: Mapping[str, Any]) -> AssessInput:
    """One JSON line of ``reinstate assess``; raises BadInput naming the line's id and the field that is wrong."""
    for name in ("text", "title", "source", "lang"):
        if not isinstance(row.get(name), str | None):
            raise BadInput(f"assess: id {row.get('id')}: field {name!r} is not a text")
    rating = row.get("rating")
    if rating is not None and (isinstance(rating, bool) or rating not in (1, 2, 3, 4, 5)):
        raise BadInput(f"assess: id {row.get('id')}: field 'rating' is not a whole number from 1 to 5")
    stars_given = None if rating is None else int(rating)
    return AssessInput(row["text"], row.get("title"), stars_given, row.get("source"), row.get("lang"))


def contract(mention_id: object, made: Assessment) -> dict[str, Any]:
    """The JSON line of ``reinstate assess``; probabilities and weights to four digits."""
    return {
        "id": mention_id,
        "probability": round(made.probability, 4),
        "band": made.band.value,
        "categories": [{"name": c.value, "probability": round(p, 4)} for c, p in made.categories],
        "severity": made.severity,
        "language": made.language,
        "reasons": [{"term": r.term, "weight": round(r.weight, 4)} for r in made.reasons],
        "model": made.model,
    }
