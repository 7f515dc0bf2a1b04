"""Says of a text how probably its author is frustrated, about what, how badly, in which language, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from data.domain import Assessment, Band, Category
from data.errors import BadInput
from models import stars
from models.artefact import BASE, Artefact, load
from models.explain import Added
from models.heads import Head, Heads
from models.language import Teller
from models.lexicon import Ints, Lexicon
from models.reading import Reading, read
from models.severity import severity
from models.text import AssessInput, tokens, whole
from models.trained import CATEGORIES, COMPLAINTS, FRUSTRATION, Thresholds
from models.weights import Floats, sums

_STARS = "★"
_TOGETHER = 500  # texts assessed at once
_PRAISE = CATEGORIES.index(Category.PRAISE)
_IS_COMPLAINT = np.array([category in COMPLAINTS for category in CATEGORIES])
_IS_NEVER = np.array([category in (Category.PRAISE, Category.NOT_ABOUT_US) for category in CATEGORIES])  # if frustrated


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


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model makes of some texts: ``base`` and the ``added`` of a text sum to its ``log_odds``."""

    base: Floats
    added: Added
    log_odds: Floats
    categories: Floats  # (texts x CATEGORIES)


class Assessor:
    """Assesses texts with one loaded model. Pure: the same input gives the same assessment."""

    def __init__(self, artefact: Artefact, heads: Heads | None = None, version: str | None = None) -> None:
        """``heads`` are what a seller's labels add for some sources; ``version`` then names the whole."""
        self.version = version or artefact.version
        self.base = artefact
        self.heads: Heads = heads or {}
        self._trained = artefact.trained
        self._teller = Teller(artefact.trained.language)
        self._lexicon = Lexicon(artefact.trained.scores.index, self._teller)
        scores = artefact.trained.scores
        self._idf = np.append(scores.idf, 0.0)  # what is unknown is worth nothing: its row is the last one
        self._gains = self._idf * np.append(scores.weights[:, FRUSTRATION], 0.0)

    @staticmethod
    def shipped() -> Assessor:
        """The one that comes with the product, loaded once. Raises BadInput when its files are damaged."""
        return _shipped()

    def assess(self, inputs: Sequence[AssessInput]) -> list[Assessment]:
        """Assess every text, in order; any text is answered, empty and foreign ones too."""
        made: dict[int, Assessment] = {}
        for source in {said.source if said.source in self.heads else None for said in inputs}:
            head = self.heads.get(source) if source is not None else None
            theirs = [n for n, said in enumerate(inputs) if self.heads.get(said.source or "") is head]
            for start in range(0, len(theirs), _TOGETHER):
                some = theirs[start : start + _TOGETHER]
                made.update(zip(some, self._assessed([inputs[n] for n in some], head), strict=True))
        return [made[n] for n in range(len(inputs))]

    def explain(self, said: AssessInput) -> Explained:
        """Everything that moved the score of one text."""
        reading = read(self._lexicon, [tokens(whole(said))])
        scored = self._scored([said], reading, self.heads.get(said.source or ""))
        return Explained(float(scored.base[0]), scored.added.of(0), scored.categories[0])

    def _assessed(self, inputs: Sequence[AssessInput], head: Head | None) -> list[Assessment]:
        """All texts at once; each gets what it would get alone, to the bit."""
        texts = [whole(said) for said in inputs]
        reading = read(self._lexicon, list(map(tokens, texts)))
        scored = self._scored(inputs, reading, head)
        probabilities = list(map(_probability, scored.log_odds.tolist()))
        named = self._named(scored.categories, np.array(probabilities))
        languages = self._teller.tell(texts, [said.lang for said in inputs], reading.heard())
        reasons = scored.added.strongest(len(texts))
        made = []
        for text, probability, categories, language, shown in zip(
            texts, probabilities, named, languages, reasons, strict=True
        ):
            band = band_of(probability, self._trained.thresholds)
            badly = severity(text, band, [category for category, _ in categories])
            made.append(Assessment(probability, band, categories, badly, language, shown, self.version))
        return made

    def _scored(self, inputs: Sequence[AssessInput], reading: Reading, head: Head | None) -> Scored:
        scores, (slope, offset) = self._trained.scores, self._trained.platt[FRUSTRATION]
        counts, rows = reading.features()
        calibrated = scores.scores(rows, counts) * self._trained.platt[:, 0] + self._trained.platt[:, 1]
        ratings = [said.rating for said in inputs]
        kept = np.array(list(map(stars.kept_of_words, ratings, calibrated[:, FRUSTRATION].tolist())))
        given = np.array(list(map(stars.added, ratings)))
        calibrated[:, FRUSTRATION] = kept * calibrated[:, FRUSTRATION] + given
        calibrated[:, 1 + FRUSTRATION + _PRAISE] -= given  # speaks against praise, and tells nothing about complaints
        base = kept * (slope * scores.bias[FRUSTRATION] + offset)
        lengths = scores.lengths(rows, counts)
        gains, worth = slope * kept / lengths, 1.0 / lengths
        if head is not None:
            base, given, gains = base * head.slope[0] + head.offset[0], given * head.slope[0], gains * head.slope[0]
            own = sums(head.of(rows) * (scores.idf[rows] / np.repeat(lengths, counts))[:, None], counts)
            calibrated = calibrated * head.slope + head.offset + own

        def weigh(texts: Ints, rows: Ints) -> Floats:
            made: Floats = gains[texts] * self._gains[rows]
            return made if head is None else made + worth[texts] * self._idf[rows] * head.of(rows)[:, FRUSTRATION]

        words = reading.credit(weigh)
        added = _with_stars(reading, words, ratings, given)
        return Scored(base, added, calibrated[:, FRUSTRATION], calibrated[:, FRUSTRATION + 1 :])

    def _named(self, log_odds: Floats, probabilities: Floats) -> list[tuple[tuple[Category, float], ...]]:
        """Categories above their lines, never none: complaints first, then the most probable first.

        What an author says who is more probably frustrated than not is never called praise, nor somebody else's affair,
        and is about a complaint: the most probable one where none passes its line.
        """
        is_likely = (probabilities >= 0.5)[:, None]
        is_first = ~is_likely | _IS_COMPLAINT  # one of these is named in any case
        rivals = np.where(is_first, log_odds, -np.inf)
        passes = (log_odds >= self._trained.lines) & ~(is_likely & _IS_NEVER)
        lacks = ~(passes & is_first).any(axis=1)
        passes[lacks, rivals[lacks].argmax(axis=1)] = True
        ranked = np.lexsort((-log_odds, ~is_first))
        texts, places = np.nonzero(np.take_along_axis(passes, ranked, axis=1))
        found = ranked[texts, places]
        odds = map(_probability, log_odds[texts, found].tolist())
        named = list(zip(map(CATEGORIES.__getitem__, found.tolist()), odds, strict=True))
        ends = np.cumsum(passes.sum(axis=1)).tolist()
        return [tuple(named[start:end]) for start, end in pairwise([0, *ends])]


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


def _with_stars(reading: Reading, words: Floats, ratings: Sequence[int | None], given: Floats) -> Added:
    """What words and ratings added; a rating counts with the stars that a text holds itself."""
    terms = list(map(reading.tokens.written.__getitem__, reading.word_first.tolist()))
    given = given.copy()
    if 1 in ratings:
        for word in (n for n, term in enumerate(terms) if term == _STARS):  # more stars are never one token
            if ratings[text := int(reading.word_text[word])] == 1:
                words[word] += given[text]
                given[text] = 0.0
    rated = np.flatnonzero(given)
    terms += [_STARS * (ratings[text] or 0) for text in rated.tolist()]
    last = np.concatenate([reading.word_last, np.full(rated.size, -1)])
    return Added(np.concatenate([reading.word_text, rated]), last, terms, np.concatenate([words, given[rated]]))


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
