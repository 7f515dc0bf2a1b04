"""Says of a text how probably its author is frustrated, about what, how badly, in which language, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from data.domain import Assessment, Band, Category
from data.errors import BadInput
from models import stars
from models.artefact import BASE, Artefact, load
from models.explain import by_word, strongest
from models.language import Teller
from models.severity import severity
from models.text import AssessInput, features_of, fold, tokens, whole
from models.trained import CATEGORIES, FRUSTRATION, Thresholds
from models.weights import Floats

_STARS = "★"
_NAMED_COMPLAINTS = (
    Category.REFUND_NOT_RECEIVED,
    Category.NOT_DELIVERED,
    Category.NO_REPLY,
    Category.WRONG_OR_DAMAGED,
    Category.CLAIM_OR_CHARGEBACK_THREAT,
    Category.SCAM_SUSPICION,
)


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

    def __init__(self, artefact: Artefact) -> None:
        self.version = artefact.version
        self._trained = artefact.trained
        self._teller = Teller(artefact.trained.language)

    @staticmethod
    def shipped() -> Assessor:
        """The one that comes with the product, loaded once. Raises BadInput when its files are damaged."""
        return _shipped()

    def assess(self, inputs: Sequence[AssessInput]) -> list[Assessment]:
        """Assess every text, in order; any text is answered, empty and foreign ones too."""
        return [self._one(said) for said in inputs]

    def explain(self, said: AssessInput) -> Explained:
        """Everything that moved the score of one text."""
        return self._explain(tokens(whole(said)), said.rating)

    def _explain(self, written: list[str], rating: int | None) -> Explained:
        words = [fold(token) for token in written]
        scores, platt = self._trained.scores, self._trained.platt
        names, parts = scores.parts(features_of(words))
        calibrated = (parts.sum(axis=0) + scores.bias) * platt[:, 0] + platt[:, 1]
        kept = stars.kept_of_words(rating, float(calibrated[FRUSTRATION]))
        slope, offset = (kept * float(x) for x in platt[FRUSTRATION])
        added = by_word(written, words, names, parts[:, FRUSTRATION] * slope)
        star = stars.added(rating)
        if star and rating is not None:
            added[_STARS * rating] = added.get(_STARS * rating, 0.0) + star
        base = slope * float(scores.bias[FRUSTRATION]) + offset
        return Explained(base, added, _with_stars(calibrated[FRUSTRATION + 1 :], star))

    def _one(self, said: AssessInput) -> Assessment:
        text = whole(said)
        written = tokens(text)
        explained = self._explain(written, said.rating)
        probability = _probability(explained.log_odds)
        band = band_of(probability, self._trained.thresholds)
        categories = self._named(explained.categories, band, probability)
        return Assessment(
            probability=probability,
            band=band,
            categories=categories,
            severity=severity(text, band, [category for category, _ in categories]),
            language=self._teller.tell(text, written, said.lang),
            reasons=strongest(explained.added),
            model=self.version,
        )

    def _named(self, log_odds: Floats, band: Band, frustrated: float) -> tuple[tuple[Category, float], ...]:
        """Categories above their lines, most probable first; never none.

        What a frustrated author says is never called praise. Where no line is passed, a frustrated author has another
        complaint (probable as far as none of the named ones is), and of any other text the most probable one is told.
        """
        scored = sorted(zip(log_odds.tolist(), self._trained.lines.tolist(), CATEGORIES, strict=True), reverse=True)
        if band is Band.FRUSTRATED:
            scored = [one for one in scored if one[2] is not Category.PRAISE]
        named = tuple((c, _probability(x)) for x, line, c in scored if x >= line)
        if named:
            return named
        if band is not Band.FRUSTRATED:
            return ((scored[0][2], _probability(scored[0][0])),)
        none_of_them = math.prod(1.0 - _probability(x) for x, _, c in scored if c in _NAMED_COMPLAINTS)
        return ((Category.OTHER_COMPLAINT, frustrated * none_of_them),)


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


def _with_stars(log_odds: Floats, star: float) -> Floats:
    """A rating speaks against praise, or for it, and the other way round of a complaint that no category names."""
    moved = log_odds.copy()
    moved[CATEGORIES.index(Category.PRAISE)] -= star
    moved[CATEGORIES.index(Category.OTHER_COMPLAINT)] += star
    return moved


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
