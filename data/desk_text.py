"""What people wrote at the desk: kept apart from its row, bound to it by a hash, erasable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import Executable, Text, bindparam, cast, delete, select, union_all

from data import legal_holds
from data.schema.containment import approval_request, attempt, defence_entry, desk_text, thread_entry
from data.schema.desk import outreach_task, ticket
from data.schema.intake import claim, mention
from data.store import Tx
from data.upsert import chunks


def sha256(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of ``text``, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def committed(text: str) -> tuple[str, str]:
    """A fresh salt and the commitment to ``text`` under it, both 64 hexadecimal digits."""
    salt = secrets.token_hex(32)
    return salt, sha256(salt + text)


def keep(tx: Tx, kind: str, ref: int, text: str, salt: str = "") -> None:
    """Keep the text of row ``ref``; the database refuses one that the row's hash does not bind."""
    tx.conn.execute(desk_text.insert().values(kind=kind, ref=ref, salt=salt, text=text))


def read(tx: Tx, kind: str, refs: Sequence[int]) -> dict[int, str]:
    """Texts by row; those that were erased are missing."""
    found: dict[int, str] = {}
    for part in chunks(list(refs)):
        rows = tx.conn.execute(select(desk_text).where(desk_text.c.kind == kind, desk_text.c.ref.in_(part)))
        found.update({row.ref: row.text for row in rows})
    return found


def erase(tx: Tx, kind: str, ref: int) -> None:
    """Take the text of one row away; the row, its hash and its audit entries stay.

    Raises Refused while a legal hold covers its ticket, its order or the mention that it answers.
    """
    legal_holds.refuse(tx, _about(tx, kind, ref), f"erasing the text of {kind} {ref}")
    tx.conn.execute(delete(desk_text).where(desk_text.c.kind == kind, desk_text.c.ref == ref))
    tx.audit("privacy.erase", f"{kind}:{ref}", {"texts": 1})


_ABOUT: dict[str, Executable] = {  # kind -> what its row is about, as a hold names it
    "request": select(approval_request.c.subject).where(approval_request.c.id == bindparam("ref")),
    "thread": select(thread_entry.c.thread).where(thread_entry.c.id == bindparam("ref")),
    "attempt": union_all(
        select("ticket:" + cast(attempt.c.ticket, Text)).where(attempt.c.id == bindparam("ref")),
        select("order:" + attempt.c.order_id).where(attempt.c.id == bindparam("ref")),
    ),
    "defence": select("order:" + claim.c.order_id)
    .join(defence_entry, defence_entry.c.claim == claim.c.id)
    .where(defence_entry.c.id == bindparam("ref")),
}


_ORDER_OF = {
    "ticket": select(ticket.c.order_id).where(ticket.c.id == bindparam("ref")),
    "mention": select(mention.c.link_order).where(mention.c.id == bindparam("ref")),
    "task": select(outreach_task.c.order_id).where(outreach_task.c.id == bindparam("ref")),
}


def _about(tx: Tx, kind: str, ref: int) -> set[str]:
    """What a row is about, with the order of each ticket, mention and contact, and the tickets of each order."""
    found = {str(s) for s in tx.conn.execute(_ABOUT[kind], {"ref": ref}).scalars() if s}
    for subject in tuple(found):
        subject_kind, _, number = subject.partition(":")
        if subject_kind in _ORDER_OF:
            query = _ORDER_OF[subject_kind]
            found |= {f"order:{o}" for o in tx.conn.execute(query, {"ref": int(number)}).scalars() if o}
    orders = [s.removeprefix("order:") for s in found if s.startswith("order:")]
    numbers = tx.conn.execute(select(ticket.c.id).where(ticket.c.order_id.in_(orders))).scalars()
    return found | {f"ticket:{n}" for n in numbers}
