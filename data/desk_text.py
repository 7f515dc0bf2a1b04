"""What people wrote at the desk: kept apart from its row, bound to it by a hash, erasable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select

from data.schema.containment import desk_text
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
    """Take the text of one row away; the row, its hash and its audit entries stay."""
    tx.conn.execute(delete(desk_text).where(desk_text.c.kind == kind, desk_text.c.ref == ref))
    tx.audit("privacy.erase", f"{kind}:{ref}", {"texts": 1})
