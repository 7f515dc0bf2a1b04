"""What people do at the contained desk from a page: each act asks the access table, and a refusal is on record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from dashboard.access import Action
from dashboard.acts import Upload, allowed
from dashboard.viewer import Viewer
from data.approvals import Request
from data.domain import Suspension
from data.errors import BadInput
from data.macros import MacroVersion
from data.refunds import Refund
from data.workspace import Workspace
from recovery_plan.desk import channel, closing, defending, ready, registers, replying, sending, suspending, wording
from recovery_plan.desk.registers import NewAttempt, NewRefund
from recovery_plan.desk.replying import Wish
from recovery_plan.desk.sending import HandedOver


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared; ``owner`` is a person's id. See ``suspending.declare_suspension``."""

    reason: str
    owner: str
    marketplace: str
    noticed_at: datetime
    is_drill: bool


def ask(ws: Workspace, viewer: Viewer, ticket: int, wish: Wish, *, replaces: int | None = None) -> Request:
    """Ask for an answer's approval; ``replaces`` names the request that this text takes the place of."""
    return allowed(
        ws, viewer, Action.REPLY, lambda: replying.request(ws, viewer.actor, ticket, wish, replaces=replaces)
    )


def decide(ws: Workspace, viewer: Viewer, number: int, *, grant: bool, sha256: str, note: str = "") -> Request:
    """Yes or no to exactly the bytes that the page showed."""

    def work() -> Request:
        return replying.decide(ws, viewer.actor, number, grant=grant, sha256=sha256, note=note)

    return allowed(ws, viewer, Action.APPROVE, work)


def withdraw(ws: Workspace, viewer: Viewer, number: int, note: str = "") -> Request:
    """Take a request or an approval back."""
    return allowed(ws, viewer, Action.REPLY, lambda: replying.withdraw(ws, viewer.actor, number, note))


def hand_over(ws: Workspace, viewer: Viewer, number: int, place: str = "amazon_messages") -> HandedOver:
    """The approved text, once, for the person to copy and send."""
    return allowed(ws, viewer, Action.REPLY, lambda: sending.hand_over(ws, viewer.actor, number, place=place))


def tell(ws: Workspace, viewer: Viewer, number: int, *, was_sent: bool, receipt: str = "") -> Request:
    """What became of a text that was handed over."""

    def work() -> Request:
        return sending.tell(ws, viewer.actor, number, was_sent=was_sent, receipt=receipt)

    return allowed(ws, viewer, Action.REPLY, work)


def draft_macro(
    ws: Workspace, viewer: Viewer, name: str, language: str, text: str, surface: str, *, names_a_cause: bool = False
) -> MacroVersion:
    """Keep a draft."""

    def work() -> MacroVersion:
        return wording.draft(
            ws,
            viewer.actor,
            name=name,
            language=language,
            text=text,
            surface=surface,
            needs_attestation=names_a_cause,
        )

    return allowed(ws, viewer, Action.DRAFT_MACRO, work)


def approve_macro(ws: Workspace, viewer: Viewer, number: int, note: str = "") -> MacroVersion:
    """Approve a draft of somebody else's."""
    return allowed(ws, viewer, Action.APPROVE_MACRO, lambda: wording.approve(ws, viewer.actor, number, note))


def retire_macro(ws: Workspace, viewer: Viewer, number: int, note: str = "") -> MacroVersion:
    """Take a version out of use."""
    return allowed(ws, viewer, Action.APPROVE_MACRO, lambda: wording.retire(ws, viewer.actor, number, note))


def attest(ws: Workspace, viewer: Viewer, number: int, statement: str, *, withdraw: bool = False) -> MacroVersion:
    """Vouch for the cause that a macro names, or take the word back."""
    act = wording.withdraw_attestation if withdraw else wording.attest
    return allowed(ws, viewer, Action.APPROVE_MACRO, lambda: act(ws, viewer.actor, number, statement))


def write(ws: Workspace, viewer: Viewer, thread: str, text: str, corrects: int | None = None) -> int:
    """An entry in ``ticket:12`` or ``suspension:1``."""
    action = Action.NOTE if thread.startswith("ticket:") else Action.SEE_CHANNEL
    return allowed(ws, viewer, action, lambda: channel.write(ws, viewer.actor, thread, text, corrects=corrects))


def close_ticket(ws: Workspace, viewer: Viewer, ticket: int, note: str) -> None:
    """Close a ticket with its reason."""
    allowed(ws, viewer, Action.REPLY, lambda: closing.close_ticket(ws, viewer.actor, ticket, note))


def record_attempt(ws: Workspace, viewer: Viewer, new: NewAttempt, proof: Upload | None = None) -> int:
    """Put an attempt on record; ``proof`` is what the browser sent."""

    def work() -> int:
        with _on_disk(proof) as file:
            return registers.record_attempt(ws, viewer.actor, replace(new, proof=file))

    return allowed(ws, viewer, Action.RECORD_ATTEMPT, work)


def open_refund(ws: Workspace, viewer: Viewer, new: NewRefund, agreement: Upload | None = None) -> Refund:
    """Open a refund by hand."""

    def work() -> Refund:
        with _on_disk(agreement) as file:
            return registers.open_refund(ws, viewer.actor, replace(new, agreement=file))

    return allowed(ws, viewer, Action.OPEN_REFUND, work)


def cancel_refund(ws: Workspace, viewer: Viewer, number: int, note: str) -> Refund:
    """Take back a refund that was not paid."""
    return allowed(ws, viewer, Action.OPEN_REFUND, lambda: registers.cancel_refund(ws, viewer.actor, number, note))


def sign_refund(ws: Workspace, viewer: Viewer, number: int, *, grant: bool, note: str = "") -> Refund:
    """Finance's yes or no."""
    act = registers.sign_refund if grant else registers.refuse_refund
    return allowed(ws, viewer, Action.SIGN_REFUND, lambda: act(ws, viewer.actor, number, note))


def pay_refund(ws: Workspace, viewer: Viewer, number: int, proof: Upload, note: str = "") -> Refund:
    """Finance tells that the money went."""

    def work() -> Refund:
        with _on_disk(proof) as file:
            if file is None:
                raise BadInput("proof: choose the receipt or a screenshot")
            return registers.pay_refund(ws, viewer.actor, number, file, note)

    return allowed(ws, viewer, Action.SIGN_REFUND, work)


def decide_shipping(ws: Workspace, viewer: Viewer, order_id: str, decision: str, reason: str) -> None:
    """Ship or stop one order."""

    def work() -> None:
        registers.decide_shipping(ws, viewer.actor, order_id, decision, reason)

    allowed(ws, viewer, Action.DECIDE_SHIPPING, work)


def say_of_claim(
    ws: Workspace, viewer: Viewer, claim: int, point: str, state: str, note: str = "", proof: Upload | None = None
) -> None:
    """A person's word on one point of a defence."""

    def work() -> None:
        with _on_disk(proof) as file:
            defending.say(ws, viewer.actor, claim, point, state, note, file)

    allowed(ws, viewer, Action.DEFEND, work)


def declare(ws: Workspace, viewer: Viewer, new: Declaration) -> Suspension:
    """Declare a suspension, or a drill."""

    def work() -> Suspension:
        return suspending.declare_suspension(ws, viewer.actor, **asdict(new))

    return allowed(ws, viewer, Action.DECLARE, work)


def end_suspension(ws: Workspace, viewer: Viewer) -> Suspension:
    """End the suspension that is on, or the drill when only a drill is."""
    return allowed(ws, viewer, Action.REINSTATE, lambda: suspending.end_suspension(ws, viewer.actor))


def assign_step(ws: Workspace, viewer: Viewer, name: str, owner: str, due_at: datetime | None = None) -> None:
    """Who sees to an open step, and until when."""
    allowed(ws, viewer, Action.ASSIGN_STEP, lambda: suspending.assign_step(ws, viewer.actor, name, owner, due_at))


def close_step(ws: Workspace, viewer: Viewer, name: str, note: str) -> None:
    """Close the next step."""
    allowed(ws, viewer, Action.CLOSE_STEP, lambda: suspending.close_step(ws, viewer.actor, name, note))


def correct_step(ws: Workspace, viewer: Viewer, name: str, note: str) -> int:
    """Correct a closed step by a new entry."""
    return allowed(ws, viewer, Action.CLOSE_STEP, lambda: suspending.correct_step(ws, viewer.actor, name, note))


def release_hold(ws: Workspace, viewer: Viewer, number: int, note: str) -> None:
    """Let one held action go before the reinstatement."""
    allowed(ws, viewer, Action.RELEASE_HOLD, lambda: suspending.release_hold(ws, viewer.actor, number, note))


def keep_readiness(ws: Workspace, viewer: Viewer) -> int:
    """Keep a readiness report of now."""
    return allowed(ws, viewer, Action.DECLARE, lambda: ready.keep(ws, viewer.actor))


def backed_up(ws: Workspace, viewer: Viewer) -> None:
    """Note that a backup was made just now."""
    allowed(ws, viewer, Action.DECLARE, lambda: ready.backed_up(ws, viewer.actor))


@contextmanager
def _on_disk(upload: Upload | None) -> Iterator[Path | None]:
    """The upload as a file for as long as the block lasts; its name is ours, the sender's is no path."""
    if upload is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="reinstate-upload-") as folder:
        file = Path(folder) / "proof"
        file.write_bytes(upload.content)
        yield file
