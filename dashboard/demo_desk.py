"""What the invented team does at the contained desk: a drill, macros, answers, attempts, refunds, claims, notes."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from data import approvals, attempts, customers, macros, refunds, shipping
from data.approvals import Request, State
from data.domain import Actor
from data.errors import BadInput, Refused
from data.workspace import Workspace
from recovery_plan import run as recovering
from recovery_plan.containment.mode import Step
from recovery_plan.containment.readiness import NEEDED_MACROS
from recovery_plan.containment.sender import ToFile
from recovery_plan.desk import channel, defending, ready, registers, replying, sending, suspending, wording
from recovery_plan.desk.registers import NewAttempt, NewRefund
from recovery_plan.desk.replying import Wish

Chapter = tuple[int, int, int, Callable[[], None]]  # day of the story, hour, minute, what happens
INES, JONTE, SALOME, RUGGERO = "p:ines", "p:jonte", "p:salome", "p:ruggero"
_SUSPENSION_NOTES = (
    (-35, 9, SALOME, "The notice names a related account and asks for a plan of action within 17 days."),
    (-34, 16, JONTE, "Two people answer from now on: Inès writes, Salomé or I approve."),
    (-30, 10, RUGGERO, "The balance is held. Refunds go by hand, from the shop's own account, two signatures."),
    (-21, 9, JONTE, "Three threads on Reddit: nobody answers there; the texts are kept."),
    (-12, 18, SALOME, "Worst day on Trustpilot. No public reply before the wording is approved."),
    (-6, 11, SALOME, "The appeal is accepted; the account is promised back within days."),
)
_WHY = ("messaging_disabled", "account_suspended", "order_hidden", "platform_error")


@dataclass(frozen=True, slots=True)
class Desk:
    """Plays the desk's part of the story through the functions that a real desk uses."""

    ws: Workspace
    person: Callable[[str], Actor]

    def chapters(self) -> Iterator[Chapter]:
        """What happens when; days before the suspension rehearse it."""
        yield -62, 9, 0, partial(self.approve_macros, ("en", "fr", "de"))
        yield -60, 9, 0, self.drill
        yield -36, 23, 50, partial(self.note_backup)
        yield -35, 6, 30, partial(self.ask, 1)
        yield -34, 14, 30, partial(self.approve_macros, ("es", "it"))
        yield -33, 9, 0, self.correct
        yield -33, 11, 0, self.decide_shipping
        for day in (-32, -26, -20, -13, -6, -2):
            yield day, 10, 30, partial(self.attempt, 6)
        for day, many in ((-20, 3), (-13, 3), (-6, 4)):
            yield day, 11, 0, partial(self.answer, many)
        yield -3, 9, 0, partial(self.ask, 3)
        yield -3, 15, 0, self.refuse
        yield -1, 9, 0, partial(self.ask, 4)
        yield -1, 14, 0, partial(self.grant, 1)
        yield -28, 10, 0, self.open_refunds
        yield -27, 15, 0, self.pay_refund
        yield -5, 9, 30, self.open_refunds
        yield -7, 12, 0, self.defend
        yield -1, 18, 0, partial(self.note_backup)
        for day, hour, who, said in _SUSPENSION_NOTES:
            yield day, hour, 10, partial(self.write, who, said)

    def _today(self) -> datetime:
        return self.ws.store.clock()

    def note_backup(self) -> None:
        """The nightly backup is noted."""
        ready.backed_up(self.ws, self.person(JONTE))

    def approve_macros(self, languages: Sequence[str]) -> None:
        """The shipped macros are entered once; compliance approves them language by language."""
        wording.bring_in_shipped(self.ws, self.person(JONTE))
        with self.ws.store.reading() as tx:
            drafts = [m for m in macros.versions(tx) if m.state == "draft" and m.language in languages]
        for macro in drafts:
            if macro.name in (*NEEDED_MACROS, "follow_up", "public_reply"):
                wording.approve(self.ws, self.person(SALOME), macro.id, "Neutral, gives a day.")

    def drill(self) -> None:
        """A Saturday morning: the whole protocol, an attempt and a refund are rehearsed."""
        salome = self.person(SALOME)
        recovering.declare_suspension(
            self.ws,
            salome,
            reason="drill: related account",
            owner=SALOME,
            marketplace="amazon.fr",
            noticed_at=self._today() - timedelta(minutes=20),
            is_drill=True,
        )
        for step in tuple(Step)[:8]:
            who = RUGGERO if step is Step.OPEN_REFUND_METHOD else SALOME
            recovering.close_step(self.ws, self.person(who), step.value, "Rehearsed.")
        order = self._orders(1)[0]
        told = {"order_id": order.order_id, "is_drill": True}
        registers.record_attempt(
            self.ws, self.person(INES), NewAttempt("buyer_message", "refused", "messaging_disabled", **told)
        )
        registers.open_refund(self.ws, self.person(INES), _refund(order, "Rehearsal.", is_drill=True))
        recovering.end_suspension(self.ws, salome)

    def ask(self, many: int) -> None:
        """Inès asks for the approval of answers to the most pressing tickets that nobody has answered here."""
        asked = 0
        for _, row in recovering.ticket_queue(self.ws):
            if asked == many:
                return
            asked += self._request(row.id) is not None

    def _request(self, ticket: int) -> Request | None:
        with self.ws.store.reading() as tx:
            if approvals.requests(tx, subject=f"ticket:{ticket}"):
                return None
        day = self._today().date() + timedelta(days=3)
        with suppress(BadInput, Refused):  # no order number, no macro for it: a person would look at the next one
            return replying.request(self.ws, self.person(INES), ticket, Wish(update_date=day))
        return None

    def _waiting(self) -> list[Request]:
        with self.ws.store.reading() as tx:
            return approvals.requests(tx, states=(State.PENDING,))

    def grant(self, many: int) -> None:
        """Jonte looks at what waits, and says yes to some."""
        for request in self._waiting()[-many:]:
            replying.decide(self.ws, self.person(JONTE), request.id, grant=True, sha256=request.sha256)

    def answer(self, many: int) -> None:
        """Answers go the whole way; the platform refused the last one."""
        self.ask(many)
        waiting = self._waiting()[:many]
        for number, request in enumerate(waiting):
            replying.decide(self.ws, self.person(SALOME), request.id, grant=True, sha256=request.sha256)
            sender = ToFile(self.ws.folder / "outbox") if number == 0 else None
            sending.hand_over(self.ws, self.person(INES), request.id, sender=sender)
            is_last = number == len(waiting) - 1
            sending.tell(
                self.ws,
                self.person(INES),
                request.id,
                was_sent=not is_last,
                receipt="not accepted" if is_last else "shown",
            )

    def refuse(self) -> None:
        """Salomé refuses one; another is changed, which voids it."""
        waiting = self._waiting()
        if len(waiting) >= 2:
            first, second = waiting[0], waiting[1]
            replying.decide(
                self.ws, self.person(SALOME), first.id, grant=False, sha256=first.sha256, note="Call the carrier first."
            )
            day = self._today().date() + timedelta(days=5)
            if second.ticket is not None:
                replying.request(self.ws, self.person(INES), second.ticket, Wish(update_date=day), replaces=second.id)

    def attempt(self, many: int) -> None:
        """Inès tries to answer in Seller Central and keeps what the screen showed."""
        with self.ws.store.reading() as tx:
            known = {a.ticket for a in attempts.listed(tx)}
        queue = [row for _, row in recovering.ticket_queue(self.ws) if row.suspended and row.id not in known]
        rows = queue[:many]
        with tempfile.TemporaryDirectory() as folder:
            for number, row in enumerate(rows):
                file = Path(folder) / "screen.png"
                file.write_bytes(picture(row.id))
                registers.record_attempt(
                    self.ws,
                    self.person(INES),
                    NewAttempt(
                        way="buyer_message",
                        result="refused",
                        reason=_WHY[(row.id + number) % len(_WHY)],
                        ticket=row.id,
                        note="The button is grey; the page says that messages cannot be sent.",
                        proof=file,
                    ),
                )

    def _orders(self, many: int) -> list[Any]:
        """Orders of returns that nobody refunded, with a known total, the oldest first."""
        with self.ws.store.reading() as tx:
            cases = customers.gather(tx)
            known = {o.order_id: o for case in cases for o in case.orders if o.total_minor and o.currency}
            asked = [r for case in cases for r in case.returns if not r.refunded_minor and r.order_id in known]
            done = {r.order_id for r in refunds.listed(tx, with_drills=True)}
        found = [known[r.order_id] for r in sorted(asked, key=lambda r: (r.returned_at, r.order_id))]
        fresh = [o for o in found if o.order_id not in done]
        return (fresh or list(known.values()))[:many]

    def open_refunds(self) -> None:
        """Refunds by hand are opened; finance signs the first."""
        for number, order in enumerate(self._orders(2)):
            opened = registers.open_refund(
                self.ws, self.person(INES), _refund(order, "The return is back at the workshop.")
            )
            if number == 0:
                registers.sign_refund(self.ws, self.person(RUGGERO), opened.id, "Checked against the return.")

    def pay_refund(self) -> None:
        """Finance pays what is signed and keeps the receipt."""
        with self.ws.store.reading() as tx:
            signed = [r for r in refunds.listed(tx) if r.state == "signed"]
        with tempfile.TemporaryDirectory() as folder:
            for refund in signed:
                receipt = Path(folder) / "receipt.png"
                receipt.write_bytes(picture(refund.id))
                registers.pay_refund(self.ws, self.person(RUGGERO), refund.id, receipt)

    def decide_shipping(self) -> None:
        """Compliance says of the open parcels which still leave."""
        with self.ws.store.reading() as tx:
            rows = shipping.waiting(tx)[:6]
        for number, row in enumerate(rows):
            decision = "ship" if number % 3 else "stop"
            reason = "Packed before the notice." if decision == "ship" else "Not packed; the buyer is refunded."
            registers.decide_shipping(self.ws, self.person(SALOME), row.order_id, decision, reason)

    def defend(self) -> None:
        """Two claims are defended as far as it goes."""
        files = defending.claim_files(self.ws)
        for number, found in enumerate(files[:2]):
            defending.say(self.ws, self.person(INES), found.id, "attempts", "have", "Screens of the refused messages.")
            if number == 0:
                defending.say(
                    self.ws, self.person(INES), found.id, "answer_to_claim", "have", "Text is ready for the claim page."
                )

    def correct(self) -> None:
        """A step's note was wrong: the channel says so, the step stays."""
        suspending.correct_step(
            self.ws,
            self.person(JONTE),
            Step.PAUSE_OUTGOING.value,
            "One review request left at 9:10, before the switch.",
        )

    def write(self, who: str, said: str) -> None:
        """An entry in the suspension's channel, and one in the channel of the most pressing ticket."""
        channel.write(self.ws, self.person(who), suspending.channel_of(self.ws), said)
        queue = recovering.ticket_queue(self.ws)
        if queue:
            channel.write(
                self.ws, self.person(INES), f"ticket:{queue[0][1].id}", "Looked at again; nothing new from the carrier."
            )


def _refund(order: Any, reason: str, *, is_drill: bool = False) -> NewRefund:
    part = order.total_minor if order.total_minor % 2 else order.total_minor // 2
    return NewRefund(order.order_id, part, order.currency, "amazon_refund", "amazon_refund", reason, is_drill=is_drill)


def picture(seed: int) -> bytes:
    """A small grey PNG that stands for a screenshot; another seed gives another picture."""
    width, height = 320, 120
    shade = bytes([180 + seed % 60])
    rows = b"".join(b"\x00" + (shade if y // 10 % 2 else b"\xf0") * width for y in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
