"""What training makes and scoring needs; free of scikit-learn, so that scoring starts fast."""

from __future__ import annotations

from dataclasses import dataclass

from data.domain import Category
from models.weights import Linear

CATEGORIES = (
    Category.REFUND_NOT_RECEIVED,
    Category.NOT_DELIVERED,
    Category.NO_REPLY,
    Category.WRONG_OR_DAMAGED,
    Category.CLAIM_OR_CHARGEBACK_THREAT,
    Category.SCAM_SUSPICION,
    Category.OTHER_COMPLAINT,
    Category.QUESTION,
    Category.PRAISE,
)


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything that an artefact holds."""

    frustration: Linear
    slope: float
    offset: float
    categories: Linear
    language: Linear
    rows: dict[str, int]
