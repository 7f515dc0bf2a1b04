"""What the desk has on record about one case: requests, attempts, refunds, the internal thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.access import Action
from dashboard.queries import masks, tickets
from dashboard.queries.tickets import Case
from dashboard.viewer import Viewer
from data import approvals, attempts, casework, macros, people, refunds
from data.approvals import Request, State
from data.attempts import Attempt
from data.channel import Entry
from data.domain import Mode
from data.macros import MacroVersion
from data.refunds import Refund
from data.store import Tx
from data.workspace import Workspace
from recovery_plan.desk import channel


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Requests newest first, the others oldest first. ``staff``: names by id, for roles that may see owners."""

    requests: tuple[Request, ...]
    attempts: tuple[Attempt, ...]
    refunds: tuple[Refund, ...]
    notes: tuple[Entry, ...]
    staff: Mapping[str, str]
    mode: Mode
    is_drill: bool

    @property
    def current(self) -> Request | None:
        """The newest request, while it may still lead to a sending or nobody has told what became of it."""
        newest = self.requests[0] if self.requests else None
        return newest if newest and (newest.is_live or newest.state is State.CLAIMED) else None


def read(ws: Workspace, viewer: Viewer, case: Case) -> CaseFile:
    """Everything on record, with the names taken out that the viewer may not see."""
    notes = channel.read(ws, viewer.actor, f"ticket:{case.ticket}") if case.ticket is not None else []
    order_id = case.order.order_id if case.order else None
    with ws.store.reading() as tx:
        row = casework.get_ticket(tx, case.ticket)[0] if case.ticket is not None else None
        hidden = tickets.hidden_names(tx, viewer, row, order_id)
        asked = approvals.requests(tx, subject=case.line.subject) if case.ticket is not None else []
        tried = attempts.listed(
            tx, tickets=[case.ticket] if case.ticket is not None else [], orders=[order_id] if order_id else []
        )
        return CaseFile(
            requests=tuple(replace(r, text=_masked(r.text, viewer, hidden)) for r in asked),
            attempts=tuple(replace(a, note=_masked(a.note, viewer, hidden)) for a in tried),
            refunds=tuple(refunds.listed(tx, orders_of=[order_id])) if order_id else (),
            notes=tuple(replace(e, text=_masked(e.text, viewer, hidden)) for e in notes),
            staff=staff(tx, viewer),
            mode=casework.mode(tx),
            is_drill=casework.open_suspension(tx, is_drill=True) is not None,
        )


def _masked(words: str | None, viewer: Viewer, hidden: Sequence[str]) -> str | None:
    return None if words is None else masks.text(words, viewer, hidden)


def staff(tx: Tx, viewer: Viewer) -> Mapping[str, str]:
    """Names by id, for roles that may see who did what."""
    return {p.id: p.name for p in people.everyone(tx)} if viewer.may(Action.SEE_OWNERS) else {}


def usable_macros(tx: Tx, language: str) -> dict[str, MacroVersion]:
    """The newest approved reply to a buyer by name, in one language."""
    found = [m for m in macros.versions(tx, language=language) if m.is_approved and m.surface == "marketplace"]
    return {m.name: m for m in reversed(found)}
