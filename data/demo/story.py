"""What happens on which day. Days count from the day of the build: -1 is yesterday, -35 the suspension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from data.domain import Category, Source

FIRST_DAY, LAST_DAY = -120, -1  # of mentions
SUSPENDED, PROMISED = -35, -6
THREADS = {"fr": -19, "en": -18, "de": -17}  # the Reddit discussions of week 3, by language
X_SPIKES = (-16, -11)
STORM = -12  # the worst day on Trustpilot


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of days; ``complaints`` is the share of frustrated mentions, ``about`` weighs what they are about."""

    name: str
    first: int
    last: int
    complaints: float
    about: Mapping[Category, int]


@dataclass(frozen=True, slots=True)
class Event:
    """One turn of the story, for readers of the demo."""

    on: date
    name: str
    text: str


C = Category
PHASES = (
    Phase("normal trade", -120, -36, 0.12, {C.WRONG_OR_DAMAGED: 9, C.NOT_DELIVERED: 4, C.OTHER_COMPLAINT: 5,
                                           C.REFUND_NOT_RECEIVED: 2, C.NO_REPLY: 1}),
    Phase("silence", -35, -29, 0.52, {C.NO_REPLY: 8, C.NOT_DELIVERED: 7, C.REFUND_NOT_RECEIVED: 4,
                                      C.WRONG_OR_DAMAGED: 2, C.OTHER_COMPLAINT: 1}),
    Phase("refunds stop", -28, -22, 0.66, {C.REFUND_NOT_RECEIVED: 10, C.NO_REPLY: 5, C.NOT_DELIVERED: 5,
                                           C.CLAIM_OR_CHARGEBACK_THREAT: 2, C.WRONG_OR_DAMAGED: 1}),
    Phase("the threads", -21, -15, 0.72, {C.REFUND_NOT_RECEIVED: 7, C.NOT_DELIVERED: 5, C.NO_REPLY: 4,
                                          C.SCAM_SUSPICION: 4, C.CLAIM_OR_CHARGEBACK_THREAT: 4}),
    Phase("the storm", -14, -10, 0.86, {C.REFUND_NOT_RECEIVED: 7, C.SCAM_SUSPICION: 6, C.NOT_DELIVERED: 5,
                                        C.CLAIM_OR_CHARGEBACK_THREAT: 5, C.NO_REPLY: 3}),
    Phase("still waiting", -9, -6, 0.74, {C.REFUND_NOT_RECEIVED: 7, C.CLAIM_OR_CHARGEBACK_THREAT: 5, C.NO_REPLY: 3,
                                          C.NOT_DELIVERED: 4, C.SCAM_SUSPICION: 2}),
    Phase("first signs", -5, -1, 0.5, {C.REFUND_NOT_RECEIVED: 6, C.CLAIM_OR_CHARGEBACK_THREAT: 2, C.NO_REPLY: 2,
                                       C.NOT_DELIVERED: 4}),
)  # fmt: skip
# relative number of mentions a day in each phase
_VOLUME: Mapping[Source, tuple[float, ...]] = {
    Source.TRUSTPILOT: (2.3, 4.0, 6.5, 8.0, 12.0, 9.0, 7.0),
    Source.REDDIT: (0.4, 1.2, 2.0, 4.0, 3.5, 2.5, 2.0),
    Source.X: (0.3, 0.6, 1.0, 1.6, 1.8, 1.2, 1.0),
    Source.SELLER_FEEDBACK: (0.7, 0.5, 0.4, 0.3, 0.3, 0.2, 0.2),
}


def phase_of(day: int) -> Phase:
    """The phase that ``day`` lies in; days before the first belong to normal trade."""
    return next((p for p in PHASES if p.first <= day <= p.last), PHASES[0])


def volume(source: Source, day: int) -> float:
    """How many mentions ``day`` attracts, relative to other days of the same source."""
    base = _VOLUME[source][PHASES.index(phase_of(day))]
    if source is Source.TRUSTPILOT and abs(day - STORM) <= 1:
        return base * (4.0 if day == STORM else 1.8)
    if source is Source.X and day in X_SPIKES:
        return base * 7
    return base


def days_of(rng: Random, source: Source, count: int) -> list[int]:
    """``count`` days drawn by volume, oldest first."""
    days = range(FIRST_DAY, LAST_DAY + 1)
    return sorted(rng.choices(days, [volume(source, d) for d in days], k=count))


def about(rng: Random, day: int) -> Category:
    """What a complaint of ``day`` is about."""
    weights = phase_of(day).about
    return rng.choices(list(weights), list(weights.values()))[0]


def moment(today: date, day: int, rng: Random) -> datetime:
    """A waking hour of ``day``, aware UTC, to the second."""
    at = time(rng.choices(range(6, 23), (1, 2, 3, 3, 3, 3, 4, 4, 3, 3, 3, 4, 5, 6, 6, 5, 3))[0], rng.randrange(60))
    return datetime.combine(today + timedelta(days=day), at.replace(second=rng.randrange(60)), UTC)


def events(today: date) -> tuple[Event, ...]:
    """The turns of the story, oldest first."""
    told = (
        (SUSPENDED, "suspended", "The marketplace suspends the account: a related-account notice."),
        (SUSPENDED + 7, "refunds_stop", "Returns are back at the workshop, refunds can no longer be issued."),
        (THREADS["fr"], "reddit_threads", "Three Reddit threads gather customers in French, English and German."),
        (X_SPIKES[0], "x_spike", "The first of two bursts of posts on X."),
        (STORM, "trustpilot_storm", "The worst day on Trustpilot."),
        (PROMISED, "reinstatement_promised", "The appeal is accepted: reinstatement is promised within days."),
    )
    return tuple(Event(today + timedelta(days=day), name, text) for day, name, text in told)
