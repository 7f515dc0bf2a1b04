"""What changed from one plan to the next, customer by customer, and why a promise was not kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from data.domain import OutreachTask


@dataclass(frozen=True, slots=True)
class Change:
    """One customer's contact in the earlier and in the newer plan; a day is None where none is planned."""

    customer: str
    order_id: str | None
    day_before: date | None
    day_after: date | None
    owner_before: str | None
    owner_after: str | None
    was_promised: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """``kept`` counts contacts with the same day, owner and route."""

    kept: int
    promised_kept: int
    added: tuple[Change, ...]
    dropped: tuple[Change, ...]
    moved: tuple[Change, ...]

    @property
    def broken(self) -> tuple[Change, ...]:
        """Promises that are not kept."""
        return tuple(c for c in (*self.dropped, *self.moved) if c.was_promised)


def difference(
    before: Iterable[OutreachTask], after: Iterable[OutreachTask], *, broken: Mapping[str, str] | None = None
) -> Difference:
    """Compare the placed contacts of two plans; ``broken`` says why a promise to a customer could not be kept.

    In ``before`` a promised task carries its number in ``promised``, whatever the plan in which it was promised.
    """
    old = {t.customer: t for t in before if t.day is not None}
    new = {t.customer: t for t in after if t.day is not None}
    now = {t.customer: t for t in after}
    why = dict(broken or {})
    kept = promised_kept = 0
    added: list[Change] = []
    dropped: list[Change] = []
    moved: list[Change] = []
    for customer in sorted(old.keys() | new.keys()):
        was, is_ = old.get(customer), new.get(customer)
        told = why.get(customer) or (now[customer].unplaced or "" if customer in now else "not at risk any more")
        change = _change(customer, was, is_, told)
        if was is None:
            added.append(change)
        elif is_ is None:
            dropped.append(change)
        elif (was.day, was.owner, was.choice.route) != (is_.day, is_.owner, is_.choice.route):
            moved.append(change)
        else:
            kept += 1
            promised_kept += was.promised is not None
    return Difference(kept, promised_kept, tuple(added), tuple(dropped), tuple(moved))


def _change(customer: str, was: OutreachTask | None, now: OutreachTask | None, why: str) -> Change:
    either = now or was
    return Change(
        customer,
        either.order_id if either else None,
        was.day if was else None,
        now.day if now else None,
        was.owner if was else None,
        now.owner if now else None,
        was is not None and was.promised is not None,
        why,
    )
