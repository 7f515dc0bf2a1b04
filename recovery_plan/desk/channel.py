"""The compliance channel at the desk: who may read and write which thread."""

from __future__ import annotations

from collections.abc import Mapping

from data import channel
from data.channel import Entry
from data.domain import Actor, Role
from data.errors import BadInput
from data.workspace import Workspace
from recovery_plan import roles

_DESK = frozenset({Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE, Role.FINANCE})
WRITERS = {"ticket": _DESK, "suspension": _DESK - {Role.AGENT}}
READERS = {kind: allowed | {Role.AUDITOR} for kind, allowed in WRITERS.items()}


def write(ws: Workspace, actor: Actor, thread: str, text: str, *, corrects: int | None = None) -> int:
    """Add an entry to ``suspension:1`` or ``ticket:12``; one that corrects another stands in the same thread."""
    roles.need_person(actor, _of(WRITERS, thread), "this channel is written")
    with ws.store.transaction(actor) as tx:
        if corrects is not None and channel.entry(tx, corrects).thread != thread:
            raise BadInput(f"entry {corrects} stands in another thread")
        return channel.add(tx, thread, text, about=f"entry:{corrects}" if corrects is not None else None)


def read(ws: Workspace, actor: Actor, thread: str) -> list[Entry]:
    """A thread, oldest entry first; raises Refused for a role that it is not open to."""
    roles.need(actor, _of(READERS, thread), "this channel is read")
    with ws.store.reading() as tx:
        return channel.entries(tx, [thread])


def _of(table: Mapping[str, frozenset[Role]], thread: str) -> frozenset[Role]:
    kind = thread.partition(":")[0]
    if kind not in table:
        raise BadInput("channel: name suspension:<number> or ticket:<number>")
    return table[kind]
