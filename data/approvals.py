"""Requests to send exact bytes, and what a second person said of them. States follow from what is on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from data import desk_text
from data.errors import BadInput, Refused
from data.schema.containment import approval_decision, approval_request, dispatch, dispatch_result
from data.store import Tx
from data.upsert import chunks


class State(StrEnum):
    """Where a request stands at a moment."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # nobody answered, or nobody used the approval, in time
    REPLACED = "replaced"  # the text was changed: the change voids everything said of it
    CLAIMED = "claimed"  # being handed over; nobody has told yet what became of it
    SENT = "sent"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``text`` is None once it was erased; ``decided_by`` granted or refused it."""

    id: int
    kind: str
    subject: str
    ticket: int | None
    macro_version: int | None
    slots: Mapping[str, str]
    language: str | None
    sha256: str
    guard: Mapping[str, Any]
    replaces: int | None
    is_drill: bool
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    text: str | None
    state: State
    decided_by: str | None = None
    decided_at: datetime | None = None
    valid_until: datetime | None = None
    note: str = ""
    dispatch: int | None = None
    sender: str | None = None
    place: str | None = None
    sent_by: str | None = None
    sent_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it may still lead to a sending."""
        return self.state in (State.PENDING, State.GRANTED)


def add(
    tx: Tx,
    *,
    kind: str,
    subject: str,
    text: str,
    expires_at: datetime,
    ticket: int | None = None,
    macro_version: int | None = None,
    slots: Mapping[str, str] | None = None,
    language: str | None = None,
    guard: Mapping[str, Any] | None = None,
    replaces: int | None = None,
    is_drill: bool = False,
) -> int:
    """Put a request and its text on record; returns its number. The database refuses who may not ask, and how."""
    digest = desk_text.sha256(text)
    result = tx.conn.execute(
        approval_request.insert().values(
            kind=kind,
            subject=subject,
            ticket=ticket,
            macro_version=macro_version,
            slots=dict(slots or {}),
            language=language,
            sha256=digest,
            guard=dict(guard or {}),
            replaces=replaces,
            is_drill=is_drill,
            requested_by=tx.actor.id,
            requested_at=tx.now,
            expires_at=expires_at,
        )
    )
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    desk_text.keep(tx, "request", number, text)
    told = {"kind": kind, "subject": subject, "sha256": digest, "macro": macro_version or 0, "drill": int(is_drill)}
    tx.audit("approval.requested", f"request:{number}", told | {"replaces": replaces or 0})
    return number


def decide(
    tx: Tx, number: int, verdict: str, sha256: str, *, note: str = "", expires_at: datetime | None = None
) -> None:
    """Put ``granted``, ``refused``, ``withdrawn`` or ``lapsed`` on record, bound to the bytes that were looked at."""
    get(tx, number)
    tx.conn.execute(
        approval_decision.insert().values(
            request=number,
            verdict=verdict,
            sha256=sha256,
            note=note,
            decided_by=tx.actor.id,
            decided_at=tx.now,
            expires_at=expires_at,
        )
    )
    tx.audit(f"approval.{verdict}", f"request:{number}", {"sha256": sha256})


def claim(tx: Tx, number: int, sha256: str, *, sender: str, place: str) -> int:
    """Claim the one sending that an approval allows; returns the dispatch's number.

    To be committed before anything is handed over. Raises Refused when it was claimed before, and where the database
    sees no valid approval of exactly these bytes.
    """
    get(tx, number)
    if tx.conn.execute(select(dispatch.c.id).where(dispatch.c.request == number)).first() is not None:
        raise Refused("this text was handed over already (rule DESK-SEND-ONCE)", rule="DESK-SEND-ONCE")
    result = tx.conn.execute(
        dispatch.insert().values(
            request=number, sha256=sha256, sender=sender, place=place, sent_by=tx.actor.id, sent_at=tx.now
        )
    )
    made = int(result.inserted_primary_key[0])  # type: ignore[index]
    tx.audit("reply.claimed", f"request:{number}", {"sha256": sha256, "sender": sender, "place": place})
    return made


def settle(tx: Tx, number: int, result: str, receipt: str = "") -> None:
    """Tell what became of a claimed sending: ``sent`` or ``not_sent``; told once."""
    found = get(tx, number)
    if found.dispatch is None:
        raise BadInput(f"request {number}: nothing was handed over yet")
    if found.state is not State.CLAIMED:
        raise Refused(f"request {number}: is told to be {found.state} already", rule="DESK-RECORD")
    tx.conn.execute(
        dispatch_result.insert().values(
            dispatch=found.dispatch, result=result, receipt=receipt, told_by=tx.actor.id, told_at=tx.now
        )
    )
    tx.audit(f"reply.{result}", f"request:{number}", {"sha256": found.sha256, "receipt": receipt})


def get(tx: Tx, number: int) -> Request:
    """One request; raises BadInput when there is none."""
    found = _read(tx, approval_request.c.id == number)
    if not found:
        raise BadInput(f"request {number} does not exist: see 'reinstate approval list'")
    return found[0]


def requests(
    tx: Tx, *, states: Iterable[State] = (), subject: str | None = None, limit: int | None = None
) -> list[Request]:
    """Requests, newest first; of all states when none is named."""
    wanted = set(states)
    found = _read(tx, *([approval_request.c.subject == subject] if subject else []))
    kept = [r for r in found if not wanted or r.state in wanted]
    return kept[:limit] if limit else kept


def sent_times(tx: Tx, tickets: Sequence[int]) -> dict[int, list[datetime]]:
    """Ticket -> when answers of ours went out through the desk, rehearsals left out."""
    found: dict[int, list[datetime]] = {}
    for part in chunks(list(tickets)):
        query = (
            select(approval_request.c.ticket, dispatch.c.sent_at)
            .join(dispatch, dispatch.c.request == approval_request.c.id)
            .join(dispatch_result, dispatch_result.c.dispatch == dispatch.c.id)
            .where(
                approval_request.c.ticket.in_(part),
                approval_request.c.kind == "reply",
                approval_request.c.is_drill.is_(False),
                dispatch_result.c.result == "sent",
            )
        )
        for row in tx.conn.execute(query.order_by(dispatch.c.sent_at)):
            found.setdefault(row.ticket, []).append(row.sent_at)
    return found


def _read(tx: Tx, *where: Any) -> list[Request]:
    newer = approval_request.alias()
    query = (
        select(
            approval_request,
            newer.c.id.label("newer"),
            dispatch.c.id.label("dispatch"),
            dispatch.c.sender,
            dispatch.c.place,
            dispatch.c.sent_by,
            dispatch.c.sent_at,
            dispatch_result.c.result,
        )
        .outerjoin(newer, newer.c.replaces == approval_request.c.id)
        .outerjoin(dispatch, dispatch.c.request == approval_request.c.id)
        .outerjoin(dispatch_result, dispatch_result.c.dispatch == dispatch.c.id)
    )
    rows = list(tx.conn.execute(query.where(*where).order_by(approval_request.c.id.desc())))
    ids = [row.id for row in rows]
    texts = desk_text.read(tx, "request", ids)
    said: dict[int, list[Any]] = {}
    for part in chunks(ids):
        decided = (
            select(approval_decision).where(approval_decision.c.request.in_(part)).order_by(approval_decision.c.id)
        )
        for row in tx.conn.execute(decided):
            said.setdefault(row.request, []).append(row)
    return [_request(row, said.get(row.id, ()), texts.get(row.id), tx.now) for row in rows]


_COLUMNS = tuple(c.name for c in approval_request.c)


def _request(row: Any, said: Sequence[Any], text: str | None, now: datetime) -> Request:
    answer = next((d for d in said if d.verdict in ("granted", "refused")), None)
    return Request(
        **{name: row._mapping[name] for name in _COLUMNS},
        text=text,
        state=_state(row, said, answer, now),
        decided_by=answer.decided_by if answer else None,
        decided_at=answer.decided_at if answer else None,
        valid_until=answer.expires_at if answer else None,
        note=said[-1].note if said else "",
        dispatch=row.dispatch,
        sender=row.sender,
        place=row.place,
        sent_by=row.sent_by,
        sent_at=row.sent_at,
    )


def _state(row: Any, said: Sequence[Any], answer: Any, now: datetime) -> State:
    if row.dispatch is not None:
        return State.CLAIMED if row.result is None else State(row.result)
    if row.newer is not None:
        return State.REPLACED
    if said and said[-1].verdict != "granted":
        return State(said[-1].verdict)
    ends = answer.expires_at if answer else row.expires_at
    if now >= ends:
        return State.LAPSED
    return State.GRANTED if answer else State.PENDING
