"""The compliance channel at the desk: who may read and write which thread."""

from __future__ import annotations

from data import channel
from data.channel import Entry
from data.domain import Actor, Role
from data.errors import BadInput
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.rules import load

_DESK = frozenset({Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE, Role.FINANCE})
WRITERS = {"ticket": _DESK, "suspension": _DESK - {Role.AGENT}}
READERS = {kind: allowed | {Role.AUDITOR} for kind, allowed in WRITERS.items()}


def may_read(role: Role | None, thread: str) -> bool:
    """Whether a role sees a thread."""
    return role in READERS.get(thread.partition(":")[0], frozenset())


def write(ws: Workspace, actor: Actor, thread: str, text: str, *, corrects: int | None = None) -> int:
    """Add an entry to ``suspension:1`` or ``ticket:12``; one that corrects another stands in the same thread."""
    kind = thread.partition(":")[0]
    if actor.role is None:
        raise load().refusal("DESK-ROLES", "the channel is written by a person: name them with --as")
    roles.need(actor, WRITERS.get(kind, frozenset()), "this channel is written")
    with ws.store.transaction(actor) as tx:
        if corrects is not None and channel.entry(tx, corrects).thread != thread:
            raise BadInput(f"entry {corrects} stands in another thread")
        return channel.add(tx, thread, text, about=f"entry:{corrects}" if corrects is not None else None)


def read(ws: Workspace, actor: Actor, thread: str) -> list[Entry]:
    """A thread, oldest entry first; raises Refused for a role that it is not open to."""
    roles.need(actor, READERS.get(thread.partition(":")[0], frozenset()), "this channel is read")
    with ws.store.reading() as tx:
        return channel.entries(tx, [thread])
