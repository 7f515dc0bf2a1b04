"""Replies that came later than 24 hours or not at all, with the technical reason and the attempts that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.attempts import Attempt
from data.customers import CaseTicket
from data.domain import Suspension
from recovery_plan.containment import deadlines
from recovery_plan.rules import RuleBook

RULE = "AMZ-MSG-02"


@dataclass(frozen=True, slots=True)
class Missed:
    """One clock that ran out. ``answered_at`` is None while nobody has answered; ``reasons`` are codes of attempts."""

    ticket: int
    order_id: str | None
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    reasons: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    during_suspension: bool

    @property
    def is_explained(self) -> bool:
        """Whether an attempt with a technical reason stands beside it."""
        return bool(self.reasons)


def missed(
    tickets: Iterable[CaseTicket],
    attempts: Sequence[Attempt],
    suspensions: Sequence[Suspension],
    book: RuleBook,
    now: datetime,
) -> tuple[Missed, ...]:
    """Every missed clock of Amazon's buyers, oldest first; tickets that need no response are left out."""
    found = [m for t in tickets if _counts(t) for m in _of(t, attempts, suspensions, book, now)]
    return tuple(sorted(found, key=lambda m: (m.asked_at, m.ticket)))


def _counts(t: CaseTicket) -> bool:
    return t.ticket.channel == "amazon" and deadlines.needs_response(t.ticket.tags)


def clocks(t: CaseTicket) -> tuple[tuple[datetime, datetime | None], ...]:
    """When each unanswered stretch began and when our answer ended it (None: not yet). Notes answer nobody."""
    if not t.ticket.messages:
        since = deadlines.waiting_since(t.ticket)
        return () if since is None else ((since, None),)
    told: list[tuple[datetime, datetime | None]] = []
    began: datetime | None = None
    for message in t.ticket.messages:
        if message.direction == "in" and began is None:
            began = message.sent_at
        elif message.direction == "out" and began is not None:
            told.append((began, message.sent_at))
            began = None
    if began is not None and not t.is_done:
        told.append((began, None))
    return tuple(told)


def _of(
    t: CaseTicket, attempts: Sequence[Attempt], suspensions: Sequence[Suspension], book: RuleBook, now: datetime
) -> Iterable[Missed]:
    for began, answered in clocks(t):
        due = book.due(RULE, began)
        if (answered or now) <= due:
            continue
        ours = tuple(a for a in attempts if _is_about(a, t) and began <= a.tried_at <= (answered or now))
        reasons = tuple(dict.fromkeys(a.reason for a in ours if a.result != "answered" and a.reason != "none"))
        stood = any(s.noticed_at <= due and (s.ended_at is None or s.ended_at > began) for s in suspensions)
        yield Missed(t.id, t.ticket.order_id, began, due, answered, reasons, ours, stood)


def _is_about(a: Attempt, t: CaseTicket) -> bool:
    return a.ticket == t.id or (a.order_id is not None and a.order_id == t.ticket.order_id)
