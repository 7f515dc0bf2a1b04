"""What training makes and scoring needs; free of scikit-learn, so that scoring starts fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.domain import Category
from models.weights import Floats, Linear

CATEGORIES = tuple(Category)
COMPLAINTS = frozenset({*CATEGORIES} - {Category.QUESTION, Category.PRAISE, Category.NOT_ABOUT_US})
FRUSTRATION = 0  # the first output of Trained.scores; the categories follow in their order


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below ``low`` an author is not frustrated, from ``high`` on frustrated, between them unsure (probabilities)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything that an artefact holds.

    ``scores`` has one output for frustration and one a category. ``platt`` (outputs x 2) holds the slope and offset
    that make a calibrated log-odds of each; ``lines`` (categories) are the log-odds from which a category is named.
    ``rows`` counts the training texts by source.
    """

    scores: Linear
    platt: Floats
    lines: Floats
    thresholds: Thresholds
    language: Linear
    rows: Mapping[str, int]
