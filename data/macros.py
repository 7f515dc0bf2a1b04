"""Macro versions: drafted by one person, approved by another, retired in the end. A changed text is a new version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data import desk_text
from data.errors import BadInput
from data.schema.containment import macro_event, macro_version
from data.store import Tx


@dataclass(frozen=True, slots=True)
class MacroVersion:
    """One version. ``state`` is draft, approved or retired; ``attested_at`` when compliance last vouched for it."""

    id: int
    name: str
    language: str
    surface: str
    text: str
    sha256: str
    needs_attestation: bool
    made_by: str
    made_at: datetime
    state: str = "draft"
    approved_by: str | None = None
    approved_at: datetime | None = None
    attested_by: str | None = None
    attested_at: datetime | None = None

    @property
    def is_approved(self) -> bool:
        """Whether it may be filled in and sent."""
        return self.state == "approved"


def add(
    tx: Tx, *, name: str, language: str, surface: str, text: str, needs_attestation: bool, made_by: str | None = None
) -> int:
    """Keep a draft; the same text of the same name and language is kept once. Returns its number."""
    digest = desk_text.sha256(text)
    same = (macro_version.c.name == name, macro_version.c.language == language, macro_version.c.sha256 == digest)
    known = tx.conn.execute(select(macro_version.c.id).where(*same)).scalar_one_or_none()
    if known is not None:
        return int(known)
    result = tx.conn.execute(
        macro_version.insert().values(
            name=name,
            language=language,
            surface=surface,
            text=text,
            sha256=digest,
            needs_attestation=needs_attestation,
            made_by=made_by or tx.actor.id,
            made_at=tx.now,
        )
    )
    number = int(result.inserted_primary_key[0])  # type: ignore[index]
    tx.audit("macro.drafted", f"macro:{number}", {"name": name, "language": language, "sha256": digest})
    return number


def mark(tx: Tx, number: int, what: str, note: str = "") -> None:
    """Put ``approved``, ``retired``, ``attested`` or ``withdrawn`` on record; the database refuses who may not."""
    get(tx, number)
    tx.conn.execute(
        macro_event.insert().values(macro_version=number, what=what, note=note, made_by=tx.actor.id, made_at=tx.now)
    )
    tx.audit(f"macro.{what}", f"macro:{number}")


def get(tx: Tx, number: int) -> MacroVersion:
    """One version; raises BadInput when there is none."""
    found = _read(tx, macro_version.c.id == number)
    if not found:
        raise BadInput(f"macro {number} does not exist: see 'reinstate macro list'")
    return found[0]


def versions(tx: Tx, *, name: str | None = None, language: str | None = None) -> list[MacroVersion]:
    """All versions by name and language, newest first."""
    wanted = [macro_version.c.name == name] if name else []
    wanted += [macro_version.c.language == language] if language else []
    return _read(tx, *wanted)


def approved(tx: Tx, name: str, language: str) -> MacroVersion | None:
    """The newest approved version, or None."""
    return next((m for m in versions(tx, name=name, language=language) if m.is_approved), None)


def _read(tx: Tx, *where: Any) -> list[MacroVersion]:
    query = select(macro_version).where(*where)
    rows = list(
        tx.conn.execute(query.order_by(macro_version.c.name, macro_version.c.language, macro_version.c.id.desc()))
    )
    said: dict[int, list[Any]] = {}
    for event in tx.conn.execute(select(macro_event).order_by(macro_event.c.id)):
        said.setdefault(event.macro_version, []).append(event)
    return [_version(row, said.get(row.id, ())) for row in rows]


def _version(row: Any, events: Iterable[Any]) -> MacroVersion:
    facts: dict[str, Any] = dict(row._mapping)
    for event in events:
        if event.what == "approved":
            facts |= {"state": "approved", "approved_by": event.made_by, "approved_at": event.made_at}
        elif event.what == "retired":
            facts["state"] = "retired"
        else:
            is_on = event.what == "attested"
            facts |= {"attested_by": event.made_by if is_on else None, "attested_at": event.made_at if is_on else None}
    return MacroVersion(**facts)
