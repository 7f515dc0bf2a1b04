"""The rates beside the order defect rate: late shipment, cancellation before dispatch, late response; and what the
open orders and messages add to them if nothing happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from data.exposures import BuyerMessage, OwnShipment
from recovery_plan.containment.deadlines import needs_response
from recovery_plan.rules import RuleBook

AHEAD = timedelta(days=7)  # how far the exposure looks


class Measure(StrEnum):
    """What is counted."""

    LATE_SHIPMENT = "late_shipment"
    CANCELLATION = "cancellation"
    LATE_RESPONSE = "late_response"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One rate of one marketplace (or of all messages). ``bad`` of ``counted`` are late or cancelled now; ``open_bad``
    of ``open_all`` further ones become so within a week if nothing happens. ``unknown`` could not be judged."""

    measure: Measure
    marketplace: str
    days: int
    limit: float
    rule: str
    counted: int
    bad: int
    open_all: int
    open_bad: int
    unknown: int = 0

    @property
    def rate(self) -> float | None:
        """Share 0-1 today; None when nothing is counted."""
        return self.bad / self.counted if self.counted else None

    @property
    def rate_if_nothing_happens(self) -> float | None:
        """Share 0-1 within a week, when everything open turns bad that can."""
        counted = self.counted + self.open_all
        return (self.bad + self.open_bad) / counted if counted else None

    @property
    def is_over(self) -> bool:
        """Whether the rate has reached the limit."""
        return self.rate is not None and self.rate >= self.limit


def late_shipments(shipments: Iterable[OwnShipment], now: datetime, book: RuleBook) -> tuple[Exposure, ...]:
    """By the promised day: those of the last 30 days are counted, unshipped ones of the next week are open."""
    days = book.days("AMZ-ODR-03-WINDOW")

    def counts(market: str, theirs: list[OwnShipment]) -> Exposure:
        sold = [s for s in theirs if not s.is_cancelled]
        dated = [(s, s.promised_at) for s in sold if s.promised_at is not None]
        due = [(s, at) for s, at in dated if now - timedelta(days=days) <= at <= now]
        late = [s for s, at in due if not s.is_shipped or (s.shipped_at is not None and s.shipped_at > at)]
        ahead = [s for s, at in dated if now < at <= now + AHEAD]
        unknown = sum(1 for s in sold if s.promised_at is None and s.purchased_at >= now - timedelta(days=days))
        waiting = sum(1 for s in ahead if not s.is_shipped)
        limit = book.share("AMZ-ODR-03")
        return Exposure(
            Measure.LATE_SHIPMENT, market, days, limit, "AMZ-ODR-03", len(due), len(late), len(ahead), waiting, unknown
        )

    return _by_market(shipments, counts)


def cancellations(shipments: Iterable[OwnShipment], now: datetime, book: RuleBook) -> tuple[Exposure, ...]:
    """By the day of the order, the last seven days. The files do not tell who cancelled: all count, so that the rate
    is an upper bound. Open are the unshipped orders, which may have to be cancelled."""
    days = book.days("AMZ-ODR-03-CANCEL-WINDOW")

    def counts(market: str, theirs: list[OwnShipment]) -> Exposure:
        recent = [s for s in theirs if now - timedelta(days=days) <= s.purchased_at <= now]
        gone = sum(1 for s in recent if s.is_cancelled)
        waiting = sum(1 for s in recent if not s.is_cancelled and not s.is_shipped)
        limit = book.share("AMZ-ODR-03-CANCEL")
        # an open order is counted already: only its fate is open, so that open_all adds nothing
        return Exposure(Measure.CANCELLATION, market, days, limit, "AMZ-ODR-03-CANCEL", len(recent), gone, 0, waiting)

    return _by_market(shipments, counts)


def late_responses(
    messages: Iterable[BuyerMessage], now: datetime, book: RuleBook, days: Iterable[int] = (7, 30, 90)
) -> tuple[Exposure, ...]:
    """Messages of the last 7, 30 and 90 days not answered within 24 hours; those marked as needing no response are
    left out (AMZ-MSG-03), and so are unanswered ones of closed tickets. Open are messages that still can be in time."""
    hours = timedelta(hours=book.hours("AMZ-MSG-03"))
    wanted = [m for m in messages if needs_response(m.tags) and not (m.is_closed and m.answered_at is None)]
    limit = round(1.0 - book.share("AMZ-MSG-04"), 9)

    def of(span: int) -> Exposure:
        recent = [m for m in wanted if now - timedelta(days=span) <= m.asked_at <= now]
        waiting = [m for m in recent if m.answered_at is None and now - m.asked_at <= hours]
        late = sum(1 for m in recent if (m.answered_at or now) - m.asked_at > hours)
        settled = len(recent) - len(waiting)
        return Exposure(Measure.LATE_RESPONSE, "", span, limit, "AMZ-MSG-04", settled, late, len(waiting), len(waiting))

    return tuple(of(span) for span in days)


def _by_market(
    shipments: Iterable[OwnShipment], counts: Callable[[str, list[OwnShipment]], Exposure]
) -> tuple[Exposure, ...]:
    by_market: dict[str, list[OwnShipment]] = {}
    for s in {s.order_id: s for s in shipments}.values():
        by_market.setdefault(s.marketplace, []).append(s)
    return tuple(counts(market, theirs) for market, theirs in sorted(by_market.items()))
