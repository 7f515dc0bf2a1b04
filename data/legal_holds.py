"""What must not be erased for a while, because a claim, an appeal or a court needs it: with a reason and an end date.

A hold stops our own erasing: of a source, of a person, by age. It does not stop what a source confirms as deleted by
its author: the contracts of those sources know no exception (rules X-04, TP-07).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from data.clean import clean
from data.clock import rfc3339
from data.errors import BadInput, Refused
from data.schema.intake import mention
from data.schema.trail import legal_hold, legal_hold_release
from data.store import Tx

RULE = "DESK-LEGAL-HOLD"
LONGEST = timedelta(days=3660)
ALL = "all"
_SUBJECT = re.compile(r"all|(?:order:[A-Za-z0-9-]{3,40}|(?:ticket|mention|entry):[0-9]{1,18}|source:[a-z_]{1,40})")


@dataclass(frozen=True, slots=True)
class LegalHold:
    """One hold; it stands until its end date or its release, whichever comes first."""

    id: int
    subject: str
    reason: str
    until: datetime
    made_by: str
    made_at: datetime
    released_by: str | None = None
    released_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it still forbids erasing."""
        return self.released_at is None and now < self.until


def place(tx: Tx, subject: str, reason: str, until: datetime) -> int:
    """Forbid erasing ``subject`` until a day; raises BadInput for another spelling, a past day or an empty reason."""
    told = clean(reason).strip()
    if not _SUBJECT.fullmatch(subject):
        raise BadInput("hold: name order:ID, ticket:N, mention:N, entry:N, source:NAME or all")
    if not told or len(told) > 500:
        raise BadInput("hold: give the reason in at most 500 characters, without a person's name")
    if not tx.now < until <= tx.now + LONGEST:
        raise BadInput("hold: its end lies in the past, or more than ten years away")
    row = {"subject": subject, "reason": told, "until": until, "made_by": tx.actor.id, "made_at": tx.now}
    number = int(tx.conn.execute(legal_hold.insert().values(row)).inserted_primary_key[0])  # type: ignore[index]
    tx.audit("legal_hold.placed", subject, {"hold": number, "until": rfc3339(until)})
    return number


def release(tx: Tx, number: int, reason: str) -> LegalHold:
    """End a hold before its date; raises BadInput when there is none, or it has ended already."""
    found = next((h for h in listed(tx) if h.id == number), None)
    if found is None or not found.stands(tx.now):
        raise BadInput(f"hold {number}: there is none that stands: see 'reinstate audit hold list'")
    if not clean(reason).strip():
        raise BadInput("release: give the reason")
    row = {"hold": number, "reason": clean(reason).strip()[:500], "made_by": tx.actor.id, "made_at": tx.now}
    tx.conn.execute(legal_hold_release.insert().values(row))
    tx.audit("legal_hold.released", found.subject, {"hold": number})
    return found


def listed(tx: Tx) -> list[LegalHold]:
    """Every hold, newest first, ended ones too."""
    query = (
        select(legal_hold, legal_hold_release.c.made_by.label("by"), legal_hold_release.c.made_at.label("released"))
        .outerjoin(legal_hold_release, legal_hold_release.c.hold == legal_hold.c.id)
        .order_by(legal_hold.c.id.desc())
    )
    return [
        LegalHold(r.id, r.subject, r.reason, r.until, r.made_by, r.made_at, r.by, r.released)
        for r in tx.conn.execute(query)
    ]


def standing(tx: Tx) -> list[LegalHold]:
    """The holds that forbid erasing now."""
    return [h for h in listed(tx) if h.stands(tx.now)]


def refuse(tx: Tx, subjects: Collection[str], what: str) -> None:
    """Raise Refused when a hold stands on one of ``subjects`` (or on everything); to be asked before erasing."""
    covering = [h for h in standing(tx) if h.subject == ALL or h.subject in subjects]
    if covering:
        last = max(covering, key=lambda h: h.until)
        others = f" and {len(covering) - 1} more" if len(covering) > 1 else ""
        raise Refused(
            f"{what} is deferred until {last.until.date().isoformat()}: legal hold {last.id}{others} on "
            f"{last.subject} (rule {RULE}); compliance can release it with 'reinstate audit hold release {last.id}'",
            rule=RULE,
            unlock="compliance",
        )


def refuse_source(tx: Tx, source: str) -> None:
    """As ``refuse``, for everything of a source: its mentions and the orders that they are linked to."""
    refuse(tx, {f"source:{source}", *_of_source(tx, source)}, f"erasing {source}")


def _of_source(tx: Tx, source: str) -> Iterable[str]:
    for hold in standing(tx):
        kind, _, ref = hold.subject.partition(":")
        if kind not in ("mention", "order"):
            continue
        wanted = mention.c.id == int(ref) if kind == "mention" else mention.c.link_order == ref
        query = select(mention.c.id).where(mention.c.source == source, wanted).limit(1)
        if tx.conn.execute(query).first():
            yield hold.subject
