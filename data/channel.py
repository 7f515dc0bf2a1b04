"""The compliance channel: a thread for each suspension and each ticket. Entries are added, a correction is one more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from data import desk_text
from data.clean import clean
from data.errors import BadInput
from data.schema.containment import thread_entry
from data.schema.desk import suspension, ticket
from data.store import Tx

MAX_ENTRY = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``text`` is None once it was erased. ``about`` names what it corrects: step:3 or entry:17."""

    id: int
    thread: str
    about: str | None
    made_by: str
    made_at: datetime
    text: str | None


def add(tx: Tx, thread: str, text: str, *, about: str | None = None) -> int:
    """Add an entry; raises BadInput for a thread that does not exist or an empty text."""
    said = clean(text).strip()
    if not said or len(said) > MAX_ENTRY:
        raise BadInput(f"note: write between 1 and {MAX_ENTRY} characters")
    _exists(tx, thread)
    salt, commitment = desk_text.committed(said)
    result = tx.conn.execute(
        thread_entry.insert().values(
            thread=thread, about=about, commitment=commitment, made_by=tx.actor.id, made_at=tx.now
        )
    )
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    desk_text.keep(tx, "thread", number, said, salt)
    tx.audit("channel.entry", thread, {"entry": number, "about": about or "", "commitment": commitment})
    return number


def _exists(tx: Tx, thread: str) -> None:
    kind, _, number = thread.partition(":")
    table = {"suspension": suspension, "ticket": ticket}.get(kind)
    if table is None or not number.isdecimal():
        raise BadInput("channel: name suspension:<number> or ticket:<number>")
    if tx.conn.execute(select(table.c.id).where(table.c.id == int(number))).first() is None:
        raise BadInput(f"{kind} {number} does not exist")


def entries(tx: Tx, threads: Sequence[str]) -> list[Entry]:
    """Entries of these threads, oldest first."""
    query = select(thread_entry).where(thread_entry.c.thread.in_(list(threads))).order_by(thread_entry.c.id)
    rows = list(tx.conn.execute(query))
    texts = desk_text.read(tx, "thread", [row.id for row in rows])
    return [Entry(r.id, r.thread, r.about, r.made_by, r.made_at, texts.get(r.id)) for r in rows]


def entry(tx: Tx, number: int) -> Entry:
    """One entry; raises BadInput when there is none."""
    row = tx.conn.execute(select(thread_entry).where(thread_entry.c.id == number)).first()
    if row is None:
        raise BadInput(f"entry {number} does not exist")
    return Entry(
        row.id, row.thread, row.about, row.made_by, row.made_at, desk_text.read(tx, "thread", [number]).get(number)
    )
