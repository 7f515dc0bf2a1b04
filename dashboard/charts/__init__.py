"""Charts: each answers one question, says its unit, and holds at most 500 points."""

from dashboard.charts.desk import capacity, defects
from dashboard.charts.frame import CONFIG
from dashboard.charts.model import indices, precision_recall, reliability, unknown_words
from dashboard.charts.opinion import balance, causes, heat, trend

MAX_POINTS = 500

__all__ = [
    "CONFIG",
    "MAX_POINTS",
    "balance",
    "capacity",
    "causes",
    "defects",
    "heat",
    "indices",
    "precision_recall",
    "reliability",
    "trend",
    "unknown_words",
]
