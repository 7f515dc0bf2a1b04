"""The whole protocol as a state machine: people, clocks and a hostile hand do what they like; nothing improper leaves.

Whatever the steps were, the checks read the bare tables: what was handed over had, at its time, an approval by another
person of a proper role for exactly its bytes, in time, not taken back, of an approved macro while suspended, and once.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from data import approvals, desk_text, engines, holds, migrate, trail
from data.config import parse
from data.domain import Actor
from data.errors import BadInput, Refused
from data.store import Store, Tx
from data.vault import Vault
from data.workspace import Workspace
from recovery_plan import run
from recovery_plan.desk import replying, sending, suspending, wording
from recovery_plan.desk.replying import Wish
from tests.recovery_plan.desk_builders import (
    AGENT,
    AUDITOR,
    BRAND,
    COMPLIANCE,
    FINANCE,
    LEAD,
    OTHER,
    SECOND,
    SETTINGS,
    Watch,
    a_desk,
    approve_macro,
    declare,
    wish,
)

PEOPLE = (AGENT, OTHER, LEAD, COMPLIANCE, SECOND, FINANCE, BRAND, AUDITOR, Actor.system("cli"))
WRITERS, APPROVERS = ("agent", "support_lead", "compliance"), ("support_lead", "compliance")
people = st.sampled_from(PEOPLE)
able = st.sampled_from((AGENT, OTHER, LEAD, COMPLIANCE, SECOND))  # more often those who get somewhere
_template: list[Path] = []


def template() -> Path:
    """A desk ready to work, made once for all examples."""
    if not _template:
        file = Path(tempfile.mkdtemp(prefix="reinstate-machine-")) / "t.sqlite3"
        migrate.upgrade(engines.sqlite_url(file))
        store = Store(engines.sqlite_url(file), Vault(bytes(range(32))))
        ws = a_desk(store, Watch(), file.parent)
        approve_macro(ws, "refund_asked")
        approve_macro(ws, "follow_up")
        store.close()
        _template.append(file)
    return _template[0]


class Protocol(RuleBasedStateMachine):
    """``without`` names triggers that are taken away; ``is_hostile`` lets somebody write past every function."""

    without: tuple[str, ...] = ()
    is_hostile = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="reinstate-machine-"))
        self.watch = Watch()
        self.has_asked = False
        self.ws: Workspace

    @initialize()
    def open(self) -> None:
        """A copy of the desk."""
        shutil.copy(template(), self.folder / "s.sqlite3")
        store = Store(engines.sqlite_url(self.folder / "s.sqlite3"), Vault(bytes(range(32))), self.watch)
        self.ws = Workspace(self.folder, parse(SETTINGS, "machine"), store)
        with store.transaction(Actor.system("machine")) as tx:
            for name in self.without:
                tx.conn.execute(text(f"DROP TRIGGER {name}"))

    def teardown(self) -> None:
        """The log verifies, whatever happened."""
        if hasattr(self, "ws"):
            with self.ws.store.reading() as tx:
                log = trail.verify_log(tx)
            self.ws.store.close()
            assert log.bad == ()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def refusable(self) -> Iterator[None]:
        """A refusal or bad input is an answer; anything else is a defect."""
        try:
            yield
        except (Refused, BadInput):
            return

    def all(self) -> list[approvals.Request]:
        with self.ws.store.reading() as tx:
            return approvals.requests(tx)

    def decided(self) -> list[approvals.Request]:
        """Requests that somebody said yes or no to and that nobody has handed over."""
        return [r for r in self.all() if r.decided_by is not None and r.dispatch is None]

    @rule(
        by=st.one_of(able, people),
        macro=st.sampled_from(("refund_asked", "follow_up")),
        ahead=st.sampled_from((3, 3, 3, 5, 0, 8)),  # alike often: the same text must not leave twice
        is_drill=st.sampled_from((False, False, True)),
    )
    def ask(self, by: Actor, macro: str, ahead: int, is_drill: bool) -> None:
        with self.refusable():
            replying.request(self.ws, by, 1, wish(self.ws, macro=macro, ahead=ahead, is_drill=is_drill))
            self.has_asked = True

    @rule(
        by=st.sampled_from((AGENT, OTHER)),
        ahead=st.sampled_from((3, 5)),
        is_drill=st.sampled_from((False, False, True)),
    )
    def an_ordinary_day(self, by: Actor, ahead: int, is_drill: bool) -> None:
        """Asked by one, approved by the other: what every further step can spoil."""
        with self.refusable():
            said = wish(self.ws, macro="refund_asked", ahead=ahead, is_drill=is_drill)
            asked = replying.request(self.ws, by, 1, said)
            self.has_asked = True
            replying.decide(self.ws, LEAD, asked.id, grant=True, sha256=asked.sha256)

    @rule(by=able, is_granted=st.booleans())
    def ask_in_own_words(self, by: Actor, is_granted: bool) -> None:
        with self.refusable():
            asked = replying.request(self.ws, by, 1, Wish(text="Bonjour, nous regardons votre demande."))
            self.has_asked = True
            if is_granted:
                replying.decide(self.ws, SECOND, asked.id, grant=True, sha256=asked.sha256)

    @precondition(lambda self: self.has_asked)
    @rule(data=st.data(), by=st.one_of(able, people), grant=st.sampled_from((True, True, True, False)))
    def decide(self, data: st.DataObject, by: Actor, grant: bool) -> None:
        chosen = data.draw(st.sampled_from(self.all()))
        with self.refusable():
            replying.decide(self.ws, by, chosen.id, grant=grant, sha256=chosen.sha256)

    @precondition(lambda self: self.has_asked)
    @rule(data=st.data(), by=st.one_of(able, people))
    def withdraw(self, data: st.DataObject, by: Actor) -> None:
        with self.refusable():
            replying.withdraw(self.ws, by, data.draw(st.sampled_from(self.all())).id)

    @precondition(lambda self: self.has_asked)
    @rule(data=st.data(), by=able, ahead=st.sampled_from((3, 5, 6)))
    def change(self, data: st.DataObject, by: Actor, ahead: int) -> None:
        old = data.draw(st.sampled_from(self.decided() or self.all()))
        with self.refusable():
            replying.request(self.ws, by, 1, wish(self.ws, macro="refund_asked", ahead=ahead), replaces=old.id)

    @precondition(lambda self: self.has_asked)
    @rule(data=st.data(), by=st.one_of(able, people))
    def send(self, data: st.DataObject, by: Actor) -> None:
        with self.refusable():
            sending.hand_over(self.ws, by, data.draw(st.sampled_from(self.all())).id)

    @precondition(lambda self: self.has_asked)
    @rule(data=st.data(), by=able, was_sent=st.booleans())
    def tell(self, data: st.DataObject, by: Actor, was_sent: bool) -> None:
        with self.refusable():
            sending.tell(self.ws, by, data.draw(st.sampled_from(self.all())).id, was_sent=was_sent)

    @rule(hours=st.sampled_from((1, 5, 24, 47, 48, 49, 200, -1, -24, -60)))
    def clock_jumps(self, hours: int) -> None:
        self.watch.on(hours=hours)

    @rule(is_drill=st.sampled_from((False, False, True)))
    def declare(self, is_drill: bool) -> None:
        with self.refusable():
            declare(self.ws, is_drill=is_drill)

    @rule(by=st.sampled_from((COMPLIANCE, LEAD, AGENT)))
    def end(self, by: Actor) -> None:
        with self.refusable():
            run.end_suspension(self.ws, by)

    @rule(by=st.sampled_from((COMPLIANCE, LEAD)))
    def release(self, by: Actor) -> None:
        with self.ws.store.reading() as tx:
            held = holds.listed(tx, only_open=True)
        if held:
            with self.refusable():
                suspending.release_hold(self.ws, by, held[0].id, "checked")

    @rule(by=st.sampled_from((COMPLIANCE, LEAD)), number=st.integers(1, 60))
    def retire(self, by: Actor, number: int) -> None:
        with self.refusable():
            wording.retire(self.ws, by, number)

    @precondition(lambda self: self.is_hostile)
    @rule(
        attack=st.sampled_from(
            (
                "UPDATE approval_decision SET decided_by = 'p:agent'",
                "UPDATE approval_decision SET expires_at = expires_at + 999999999999",
                "UPDATE approval_request SET requested_by = 'p:other'",
                "UPDATE desk_text SET text = 'x'",
                "DELETE FROM approval_decision WHERE verdict <> 'granted'",
                "DELETE FROM dispatch",
                "UPDATE hold SET released_at = 1, released_by = 'p:agent'",
                "UPDATE suspension SET ended_at = 1, ended_by = 'p:lead'",
            )
        )
    )
    def hostile_hand(self, attack: str) -> None:
        with self.refusable(), self.ws.store.transaction(AGENT) as tx:
            tx.conn.execute(text(attack))

    @precondition(lambda self: self.is_hostile and self.has_asked)
    @rule(data=st.data(), stranger=people, is_own=st.booleans())
    def sneak_a_grant(self, data: st.DataObject, stranger: Actor, is_own: bool) -> None:
        """Straight into the table, past every function; whoever asked has the best reason to."""
        chosen = data.draw(st.sampled_from(self.all()))
        ends = self.watch() + timedelta(hours=48)
        by = Actor(chosen.requested_by) if is_own else stranger
        with self.refusable(), self.ws.store.transaction(by) as tx:
            approvals.decide(tx, chosen.id, "granted", chosen.sha256, expires_at=ends)

    @precondition(lambda self: self.is_hostile and self.has_asked)
    @rule(data=st.data(), by=st.one_of(st.just(AGENT), people))
    def sneak(self, data: st.DataObject, by: Actor) -> None:
        """Straight into the table, past every function; mostly what was decided on once."""
        some = self.decided() if data.draw(st.sampled_from((True, True, False))) else []
        chosen = data.draw(st.sampled_from(some or self.all()))
        with self.refusable(), self.ws.store.transaction(by) as tx:
            approvals.claim(tx, chosen.id, chosen.sha256, sender="copy", place="other")

    @invariant()
    def nothing_improper_left(self) -> None:
        if hasattr(self, "ws"):
            with self.ws.store.reading() as tx:
                found = improper(tx)
            assert found == [], found


_LEFT = """
SELECT d.id AS id, d.request AS request, d.sha256 AS sha, d.sent_by AS sent_by, d.sent_at AS sent_at, d.sender,
  r.sha256 AS asked, r.requested_by AS asked_by, r.macro_version AS macro, r.is_drill AS drill, r.subject AS subject,
  (SELECT role FROM actor WHERE id = d.sent_by) AS sender_role,
  (SELECT text FROM desk_text WHERE kind = 'request' AND ref = d.request) AS words
FROM dispatch d JOIN approval_request r ON r.id = d.request ORDER BY d.id
"""


def improper(tx: Tx) -> list[str]:
    """What was handed over and should not have been, told from the bare rows."""
    faults: list[str] = []
    seen: dict[tuple[Any, ...], str] = {}
    left = list(tx.conn.execute(text(_LEFT)).mappings())
    after = _by_the_log(tx) if left else {}
    for row in left:
        grant = (
            tx.conn.execute(
                text(
                    "SELECT d.*, (SELECT role FROM actor WHERE id = d.decided_by) AS role FROM approval_decision d "
                    "WHERE request = :r AND verdict = 'granted'"
                ),
                {"r": row["request"]},
            )
            .mappings()
            .first()
        )
        others = tx.conn.execute(
            text("SELECT decided_at FROM approval_decision WHERE request = :r AND verdict <> 'granted'"),
            {"r": row["request"]},
        ).all()
        told = tx.conn.execute(
            text("SELECT result FROM dispatch_result WHERE dispatch = :d"), {"d": row["id"]}
        ).scalar_one_or_none()
        faults += list(_faults(row, grant, others))
        faults += [f"dispatch {row['id']}: {why}" for why in after.get(row["request"], ())]
        key = (row["subject"], row["sha"], row["drill"])
        if key in seen and seen[key] != "not_sent":
            faults.append(f"dispatch {row['id']} repeats a text that went before")
        seen[key] = told or "claimed"
    return faults


def _faults(row: Any, grant: Any, others: Any) -> Iterator[str]:
    number = row["id"]
    if grant is None:
        yield f"dispatch {number} has no approval"
        return
    if grant["decided_by"] == row["asked_by"]:
        yield f"dispatch {number} was approved by who asked"
    if grant["role"] not in APPROVERS or (row["macro"] is None and grant["role"] != "compliance"):
        yield f"dispatch {number} was approved by a {grant['role']}"
    if not row["sha"] == row["asked"] == grant["sha256"] == desk_text.sha256(row["words"] or ""):
        yield f"dispatch {number} is not what was approved"
    if not grant["decided_at"] <= row["sent_at"] < grant["expires_at"]:
        yield f"dispatch {number} left outside its approval's time"
    if others:
        yield f"dispatch {number} left after its approval was taken back"
    if row["sender_role"] not in WRITERS:
        yield f"dispatch {number} was sent by a {row['sender_role']}"
    if row["drill"] != (row["sender"] == "drill"):
        yield f"dispatch {number} mixes drill and reality"


def _by_the_log(tx: Tx) -> dict[int, list[str]]:
    """Request -> what was wrong when it was claimed, by the order of the log: clocks may lie, its order does not."""
    free = set(tx.conn.execute(text("SELECT id FROM approval_request WHERE macro_version IS NULL")).scalars())
    changes = tx.conn.execute(text("SELECT id, replaces FROM approval_request WHERE replaces IS NOT NULL"))
    newer: dict[int, int] = {row.id: row.replaces for row in changes}
    drills = set(tx.conn.execute(text("SELECT id FROM suspension WHERE is_drill")).scalars())
    replaced: set[int] = set()
    found: dict[int, list[str]] = {}
    is_on = False
    for entry in reversed(trail.entries(tx, limit=100_000)):
        kind, _, number = entry.subject.partition(":")
        if entry.action in ("suspension.declared", "suspension.ended") and int(number) not in drills:
            is_on = entry.action == "suspension.declared"
        elif entry.action == "approval.requested" and int(number) in newer:
            replaced.add(newer[int(number)])
        elif entry.action == "reply.claimed" and kind == "request":
            wrong = found.setdefault(int(number), [])
            wrong += ["free text left while suspended"] if is_on and int(number) in free else []
            wrong += ["its text had been changed"] if int(number) in replaced else []
    return found
