"""What waits for a second person: answers with their exact text, refunds for finance, prepared replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard import safe
from dashboard.access import Action
from dashboard.queries import case_file, masks, tickets
from dashboard.viewer import Viewer
from data import approvals, casework, macros, people, refunds
from data.approvals import Request, State
from data.domain import Role
from data.macros import MacroVersion
from data.refunds import Refund
from data.store import Tx
from recovery_plan.containment import blockers as rules_against
from recovery_plan.containment.blockers import Blocker
from recovery_plan.containment.language_check import Seen
from recovery_plan.desk import replying, situation

PAGE = 25
VIEWS = ("answers", "refunds", "macros", "decided")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``able`` are the roles that decide on it; ``before`` is the text that this one takes the place of.

    ``blockers`` would stand in the way even after a yes of the viewer's.
    """

    request: Request
    seen: Seen
    blockers: tuple[Blocker, ...]
    able: frozenset[Role]
    title: str
    asks: str
    asked_at: datetime | None
    before: str | None

    def may(self, viewer: Viewer) -> bool:
        """Whether the viewer may say yes or no."""
        return may_decide(viewer, self.request)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits. ``requests`` come in the order in which they lapse; ``decided`` is one page.

    ``tickets``: the help desk's numbers of the tickets; ``macros``: names by version.
    """

    requests: tuple[Request, ...]
    lapsed: tuple[Request, ...]
    decided: tuple[Request, ...]
    decided_total: int
    refunds: tuple[Refund, ...]
    drafts: tuple[MacroVersion, ...]
    macros: Mapping[int, str]
    tickets: Mapping[int, str]
    staff: Mapping[str, str]


def may_decide(viewer: Viewer, request: Request) -> bool:
    """Whether the viewer may decide: the role, and never on their own request."""
    return (
        viewer.may(Action.APPROVE)
        and viewer.role in replying.approvers(request)
        and request.requested_by != viewer.actor.id
    )


def waiting_for(tx: Tx, viewer: Viewer) -> int:
    """How many decisions wait for this very person: answers, and refunds for finance."""
    asked = approvals.requests(tx, states=(State.PENDING,)) if viewer.may(Action.APPROVE) else []
    own = sum(may_decide(viewer, r) for r in asked)
    return own + (len(_to_finance(tx)) if viewer.may(Action.SIGN_REFUND) else 0)


def _to_finance(tx: Tx) -> list[Refund]:
    return [r for r in refunds.listed(tx) if r.state in ("open", "signed")][::-1]


def read(tx: Tx, viewer: Viewer, page: int = 1) -> Waiting:
    """Everything that waits, and the ``page``-th page of what was decided, newest first."""
    known = approvals.requests(tx)
    pending = sorted((r for r in known if r.state is State.PENDING), key=lambda r: (r.expires_at, r.id))
    lapsed = [r for r in known if r.state is State.LAPSED and r.decided_by is None][:PAGE]
    decided = [r for r in known if r.state is not State.PENDING]
    shown = decided[(page - 1) * PAGE : page * PAGE]
    versions = macros.versions(tx)
    about = {r.ticket for r in (*pending, *lapsed, *shown) if r.ticket is not None}
    return Waiting(
        requests=tuple(pending),
        lapsed=tuple(lapsed),
        decided=tuple(shown),
        decided_total=len(decided),
        refunds=tuple(_to_finance(tx)),
        drafts=tuple(m for m in versions if m.state == "draft"),
        macros={m.id: m.name for m in versions},
        tickets={number: safe.plain(casework.get_ticket(tx, number)[0].native_id, 24) for number in sorted(about)},
        staff=case_file.staff(tx, viewer),
    )


def asked(tx: Tx, viewer: Viewer, number: int) -> Asked:
    """One request with everything a second person looks at; raises BadInput when there is none."""
    found = approvals.get(tx, number)
    facts = situation.of_request(tx, viewer.actor, found)
    row, messages = casework.get_ticket(tx, found.ticket) if found.ticket is not None else (None, [])
    hidden = tickets.hidden_names(tx, viewer, row, row.order_id if row is not None else None)
    said = next((m for m in reversed(messages) if m.direction == "in"), None)
    old = approvals.get(tx, found.replaces).text if found.replaces is not None else None
    after_yes = replace(facts, approver_role=viewer.role)
    lifted = ("DESK-APPROVAL", "DESK-ROLES")
    return Asked(
        request=replace(found, text=masks.text(found.text, viewer, hidden) if found.text is not None else None),
        seen=facts.seen or Seen("block"),
        blockers=tuple(b for b in rules_against.blockers(after_yes) if b.rule not in lifted),
        able=replying.approvers(found),
        title=safe.plain(masks.text(row.subject, viewer, hidden), 120) if row is not None else "",
        asks=safe.cut(masks.text(said.text, viewer, hidden), tickets.MAX_MESSAGE) if said else "",
        asked_at=said.sent_at if said else None,
        before=masks.text(old, viewer, hidden) if old is not None else None,
    )


def deciders(tx: Tx, able: frozenset[Role], request: Request) -> Sequence[str]:
    """Names of the people who may decide on a request."""
    return [p.name for p in people.everyone(tx) if p.active and p.role in able and p.id != request.requested_by]
