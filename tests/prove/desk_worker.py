"""A desk to be killed: asks, approves and hands over for ever, through a sender that leaves a trace outside.

``python -m tests.prove.desk_worker FOLDER WAY`` prints ``ready``, then ``sent N`` after each answer was told as sent.
The trace is a line ``N SHA256`` in ``FOLDER/left.txt``, on disk before anything else happens. WAY is ``real`` or a
mistake that the checks must notice: ``send_first`` hands over before the claim is committed, ``unapproved`` asks
nobody.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from data import approvals, casework, log
from data.domain import Actor, Mode, Role
from data.errors import Refused
from data.workspace import Workspace, open_at
from recovery_plan.containment.language_check import look
from recovery_plan.containment.sender import Letter
from recovery_plan.desk import replying, sending
from recovery_plan.desk.replying import Wish
from tests.builders import a_ticket

AGENT, LEAD = Actor("p:agent", Role.AGENT), Actor("p:lead", Role.SUPPORT_LEAD)


class Traced:
    """Stands for a platform: whatever it was given has left."""

    name, is_final = "traced", True

    def __init__(self, file: Path) -> None:
        self._file = file

    def hand_over(self, letter: Letter) -> str:
        """One line, on disk when this returns."""
        with self._file.open("a", encoding="utf-8") as trace:
            trace.write(f"{letter.request} {letter.sha256}\n")
            trace.flush()
            os.fsync(trace.fileno())
        return "accepted"


def work(ws: Workspace, way: str) -> None:
    """One ticket after the other until killed; what a former life left open is tried again first."""
    sender = Traced(ws.folder / "left.txt")
    for request in _open(ws):
        _send(ws, request, sender, way)
    while True:
        with ws.store.transaction(LEAD) as tx:
            number = len(casework.tickets(tx)) + 1
            casework.add_tickets(tx, [(a_ticket(str(number)), "refund_not_received")], suspend_amazon=True)
            ticket = max(row.id for row in casework.tickets(tx))
        soon = ws.store.clock().date() + timedelta(days=3)
        asked = replying.request(ws, AGENT, ticket, Wish(update_date=soon, macro="refund_asked"))
        if way != "unapproved":
            replying.decide(ws, LEAD, asked.id, grant=True, sha256=asked.sha256)
        _send(ws, asked, sender, way)


def _open(ws: Workspace) -> list[approvals.Request]:
    """Requests that were approved and not told as sent; a clumsy program tries all of them again."""
    with ws.store.reading() as tx:
        return approvals.requests(tx, states=(approvals.State.GRANTED, approvals.State.CLAIMED))


def _send(ws: Workspace, request: approvals.Request, sender: Traced, way: str) -> None:
    if way == "real":
        try:
            sending.hand_over(ws, AGENT, request.id, sender=sender)
        except Refused:
            return
    else:
        sender.hand_over(Letter(request.id, request.subject, request.text or "", request.sha256))
        if way == "unapproved":
            return
        with ws.store.transaction(AGENT) as tx:
            approvals.claim(tx, request.id, request.sha256, sender=sender.name, place="other")
        sending.tell(ws, AGENT, request.id, was_sent=True)
    sys.stdout.write(f"sent {request.id}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    log.configure()  # to stderr: stdout is for what was sent
    opened = open_at(Path(sys.argv[1]))
    look(
        "Bonjour", surface="buyer", language="fr", mode=Mode.SUSPENDED
    )  # the guard reads its words before the clock runs
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    work(opened, sys.argv[2])
