"""The people who work at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy import select

from data.domain import Role
from data.errors import BadInput
from data.schema.desk import actor, credential
from data.store import Tx
from data.upsert import upsert

MIN_PASSWORD = 12  # characters; length beats rules about signs
# argon2id with 19 MiB and two passes: the smallest setting that OWASP's password storage cheat sheet allows
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash("nobody has this password")


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


def find(tx: Tx, person_id: str) -> Person | None:
    """One active person, or None."""
    return next((p for p in everyone(tx) if p.id == person_id and p.active), None)


def set_password(tx: Tx, person_id: str, password: str) -> None:
    """Keep an argon2id hash; raises BadInput for an unknown person or a password shorter than MIN_PASSWORD."""
    if find(tx, person_id) is None:
        raise BadInput(f"{person_id}: no such person in this workspace: see 'reinstate user list'")
    if len(password) < MIN_PASSWORD:
        raise BadInput(f"password: give at least {MIN_PASSWORD} characters")
    row = {"actor": person_id, "hash": _HASHER.hash(password), "changed_at": tx.now}
    upsert(tx.conn, credential, [row], key=("actor",), update=("hash", "changed_at"))
    tx.audit("person.password_set", f"actor:{person_id}")


def check_password(tx: Tx, person_id: str, password: str) -> Person | None:
    """The person when the password is theirs; an unknown person takes as long to refuse as a wrong password."""
    person = find(tx, person_id)
    kept = tx.conn.execute(select(credential.c.hash).where(credential.c.actor == person_id)).scalar_one_or_none()
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except Argon2Error:
        return None
    return person if kept else None
