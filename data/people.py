"""The people who work at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from data.domain import Role
from data.schema.desk import actor
from data.store import Tx
from data.upsert import upsert


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in; ``id`` is opaque (``p:…``) and is all that the audit log ever holds."""

    id: str
    name: str
    role: Role
    languages: tuple[str, ...] = ()
    active: bool = True


def add(tx: Tx, person: Person) -> None:
    """Add or change a person."""
    upsert(
        tx.conn,
        actor,
        [
            {
                "id": person.id,
                "name": person.name,
                "role": person.role.value,
                "languages": list(person.languages),
                "active": person.active,
            }
        ],
        key=("id",),
        update=("name", "role", "languages", "active"),
    )
    tx.audit("person.kept", f"actor:{person.id}", {"role": person.role.value, "active": int(person.active)})


def everyone(tx: Tx) -> list[Person]:
    """All people, by role and name."""
    rows = tx.conn.execute(select(actor).order_by(actor.c.role, actor.c.name))
    return [Person(r.id, r.name, Role(r.role), tuple(r.languages), r.active) for r in rows]
