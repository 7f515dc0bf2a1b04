"""What a star rating adds to the words, in log-odds: a policy, not a measurement.

The reviews with stars that we have may only evaluate, so the values below were set by hand: one star is a frustrated
author whatever the words ("Super, merci" is sarcasm), five stars never are. The words still say how sure we are, and
decide alone at three stars and where there is no star.
"""

from __future__ import annotations

_ADDED = {1: 3.0, 2: 2.2, 3: 0.3, 4: -2.0, 5: -3.2}
_WORDS_MOST = 1.8  # log-odds that words may move a text beside one, two, four or five stars


def added(rating: int | None) -> float:
    """Log-odds of frustration that the rating adds; 0 where there is none."""
    return _ADDED.get(rating, 0.0) if rating is not None else 0.0


def kept_of_words(rating: int | None, log_odds: float) -> float:
    """The share (0-1] of the words' log-odds that counts beside the rating."""
    if rating is None or rating not in _ADDED or rating == 3:
        return 1.0
    return min(1.0, _WORDS_MOST / abs(log_odds)) if log_odds else 1.0
