"""Eight people at one ticket at the same time, each with a connection of their own, on both engines."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from data import approvals, trail
from data.approvals import State
from data.domain import Actor
from data.errors import BadInput, Refused
from data.store import Store
from data.workspace import Workspace
from recovery_plan.desk import registers, replying, sending
from recovery_plan.desk.registers import NewRefund
from tests.builders import an_order
from tests.recovery_plan.desk_builders import (
    AGENT,
    COMPLIANCE,
    FINANCE,
    LEAD,
    ORDER,
    OTHER,
    SECOND,
    Watch,
    a_desk,
    approve_macro,
    declare,
    grant,
    keep_order,
    wish,
)

EIGHT = (AGENT, OTHER, LEAD, COMPLIANCE, SECOND, AGENT, OTHER, LEAD)


@pytest.fixture
def ws(store: Store, tmp_path: Path) -> Workspace:
    made = a_desk(store, Watch(), tmp_path / "ws")
    approve_macro(made)
    declare(made)
    keep_order(made, an_order(ORDER))
    return made


def together(ws: Workspace, work: object) -> Counter[str]:
    """Everybody does ``work(workspace of their own, actor)`` at once; counts how it ended for them."""
    ended: Counter[str] = Counter()
    start = threading.Barrier(len(EIGHT))

    def one(by: Actor) -> None:
        store = Store(ws.store.url, ws.store.vault, ws.store.clock)
        own = Workspace(ws.folder, ws.settings, store)
        start.wait()
        try:
            work(own, by)  # type: ignore[operator]
            ended["done"] += 1
        except (Refused, BadInput) as error:
            ended[getattr(error, "rule", "input")] += 1
        finally:
            store.close()

    threads = [threading.Thread(target=one, args=(by,)) for by in EIGHT]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_one_approved_answer_is_handed_over_to_exactly_one_of_them(ws: Workspace) -> None:
    asked = grant(ws, replying.request(ws, AGENT, 1, wish(ws)))
    ended = together(ws, lambda own, by: sending.hand_over(own, by, asked.id))
    assert ended == {"done": 1, "DESK-SEND-ONCE": 7}


def test_one_request_is_decided_once(ws: Workspace) -> None:
    asked = replying.request(ws, OTHER, 1, wish(ws))

    def decide(own: Workspace, by: Actor) -> None:
        replying.decide(own, by, asked.id, grant=True, sha256=asked.sha256)

    ended = together(ws, decide)
    assert ended["done"] == 1 and sum(ended.values()) == 8


def test_eight_ask_approve_each_other_and_send_and_the_text_leaves_once(ws: Workspace) -> None:
    def all_of_it(own: Workspace, by: Actor) -> None:
        replying.request(own, by, 1, wish(own))
        with own.store.reading() as tx:
            waiting = approvals.requests(tx, states=(State.PENDING,))
        for request in waiting:
            try:
                replying.decide(own, by, request.id, grant=True, sha256=request.sha256)
                sending.hand_over(own, by, request.id)
            except Refused:
                continue

    together(ws, all_of_it)
    with ws.store.reading() as tx:
        requests = approvals.requests(tx)
        log = trail.verify_log(tx)
    assert len(requests) == 8 and len({r.sha256 for r in requests}) == 1
    assert sum(r.state is State.CLAIMED for r in requests) == 1
    assert all(r.decided_by != r.requested_by for r in requests) and log.intact


def test_refunds_opened_at_once_stay_within_the_orders_total(ws: Workspace) -> None:
    new = NewRefund(ORDER, 4_000, "EUR", "card", "card", "late")  # of 89.95: two fit, a third does not
    ended = together(ws, lambda own, by: registers.open_refund(own, by, new))
    assert ended == {"done": 2, "DESK-REFUND-ONCE": 6}
    assert registers.sign_refund(ws, FINANCE, 1).state == "signed"
