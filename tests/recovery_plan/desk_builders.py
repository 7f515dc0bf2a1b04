"""A staffed desk for the tests of the contained desk, and the short ways through it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data import approvals, casework, macros, people
from data.approvals import Request
from data.config import parse
from data.domain import Actor, Order, Role
from data.people import Person
from data.snapshots import SnapshotFacts, close_snapshot, open_snapshot
from data.store import Store
from data.workspace import Workspace
from recovery_plan import run
from recovery_plan.desk import replying, wording
from recovery_plan.desk.replying import Wish
from tests.builders import NOW, TESTER, a_ticket

AGENT, OTHER = Actor("p:agent", Role.AGENT), Actor("p:other", Role.AGENT)
LEAD, COMPLIANCE = Actor("p:lead", Role.SUPPORT_LEAD), Actor("p:comp", Role.COMPLIANCE)
SECOND = Actor("p:second", Role.COMPLIANCE)
FINANCE, BRAND = Actor("p:fin", Role.FINANCE), Actor("p:brand", Role.BRAND_MANAGER)
AUDITOR = Actor("p:audit", Role.AUDITOR)
STAFF = (AGENT, OTHER, LEAD, COMPLIANCE, SECOND, FINANCE, BRAND, AUDITOR)
SETTINGS = b'[brand]\nname = "B"\ntime_zone = "UTC"\n'
ORDER = "405-1234567-7654321"


class Watch:
    """A clock that a test may set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        """Move the clock; a negative span sets it back."""
        self.now += timedelta(**span)


def a_desk(store: Store, watch: Watch, folder: Path) -> Workspace:
    """A workspace with everybody, one ticket about a refund (number 1) and the shipped macros as drafts."""
    store.clock = watch
    with store.transaction(TESTER) as tx:
        for who in STAFF:
            assert who.role is not None
            people.add(tx, Person(who.id, who.id, who.role, ("fr", "en")))
        casework.add_tickets(tx, [(a_ticket(), "refund_not_received")], suspend_amazon=True)
    ws = Workspace(folder, parse(SETTINGS, "test"), store)
    wording.bring_in_shipped(ws, LEAD)
    return ws


def approve_macro(ws: Workspace, name: str = "refund_asked", language: str = "fr") -> int:
    """Compliance approves a shipped macro; returns its number."""
    with ws.store.reading() as tx:
        number = next(m.id for m in macros.versions(tx, name=name, language=language) if m.state == "draft")
    return wording.approve(ws, COMPLIANCE, number).id


def declare(ws: Workspace, *, is_drill: bool = False, noticed_h: float = 1) -> int:
    facts: dict[str, Any] = {"reason": "related account", "owner": "p:comp", "marketplace": "amazon.fr"}
    return run.declare_suspension(
        ws, COMPLIANCE, noticed_at=ws.store.clock() - timedelta(hours=noticed_h), is_drill=is_drill, **facts
    ).id


def wish(ws: Workspace, **facts: Any) -> Wish:
    """An answer whose next news comes in three days."""
    day = ws.store.clock().date() + timedelta(days=facts.pop("ahead", 3))
    return Wish(update_date=day, **facts)


def ask(ws: Workspace, by: Actor = AGENT, ticket: int = 1, **facts: Any) -> Request:
    return replying.request(ws, by, ticket, wish(ws, **facts))


def grant(ws: Workspace, request: Request, by: Actor = LEAD) -> Request:
    return replying.decide(ws, by, request.id, grant=True, sha256=request.sha256)


def again(ws: Workspace, request: Request) -> Request:
    """The request as it stands now."""
    with ws.store.reading() as tx:
        return approvals.get(tx, request.id)


def keep_order(ws: Workspace, order: Order) -> None:
    from data import orders

    facts = SnapshotFacts("orders", "orders.tsv", "0" * 64, "all_orders", "utf-8", 1, 0)
    with ws.store.transaction(TESTER) as tx:
        number = open_snapshot(tx, facts)
        close_snapshot(tx, number, facts, orders.add_orders(tx, number, [order]))
