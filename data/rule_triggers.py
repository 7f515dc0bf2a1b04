"""Turns a refusal, told once, into the trigger of each engine.

A condition is written in the SQL that SQLite and PostgreSQL share, with NEW and OLD; where it holds, the row is refused
with the words ``desk rule <id>: <why>``, which data.engines raises as Refused.
"""

# ruff: noqa: S608 (table names of our own)
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WRITERS_LOCK = 0x5E1A57  # any constant; PostgreSQL advisory locks share one number space per database
_TEXT_HASH = {"sqlite": "sha256_hex({0})", "postgres": "encode(sha256(convert_to({0}, 'UTF8')), 'hex')"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing the database refuses. ``moment`` is INSERT, UPDATE or DELETE; an empty condition always holds.

    ``{hash:…}`` in the condition stands for the SHA-256 of a text, in hexadecimal.
    """

    name: str
    table: str
    moment: str
    when: str
    rule: str
    told: str

    @property
    def message(self) -> str:
        """What the engine says."""
        return f"desk rule {self.rule}: {self.told}"


def append_only(table: str, key: str = "id", *, may_erase: bool = False) -> tuple[Refusal, ...]:
    """A table whose rows are added and never changed. A REPLACE deletes unseen on SQLite: the insert is guarded."""
    told = "what is on record is corrected by a new entry, never changed"
    same = " AND ".join(f"{column} = NEW.{column}" for column in key.split(","))
    rows = [
        Refusal(f"{table}_no_update", table, "UPDATE", "", "DESK-RECORD", told),
        Refusal(
            f"{table}_no_replace", table, "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {same})", "DESK-RECORD", told
        ),
    ]
    if not may_erase:
        rows.append(Refusal(f"{table}_no_delete", table, "DELETE", "", "DESK-RECORD", told))
    return tuple(rows)


def _condition(refusal: Refusal, engine: str) -> str:
    said = refusal.when
    while "{hash:" in said:
        start = said.index("{hash:")
        end = said.index("}", start)
        said = said[:start] + _TEXT_HASH[engine].format(said[start + 6 : end]) + said[end + 1 :]
    return said


def sqlite(refusals: Iterable[Refusal]) -> dict[str, str]:
    """Trigger name -> its SQL."""
    made = {}
    for r in refusals:
        when = f"WHEN {_condition(r, 'sqlite')} " if r.when else ""
        message = r.message.replace("'", "''")
        made[r.name] = (
            f"CREATE TRIGGER {r.name} BEFORE {r.moment} ON {r.table} {when}BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
    return made


def postgres(refusals: Iterable[Refusal]) -> dict[str, str]:
    """Trigger name -> its SQL; the functions that they call come from ``postgres_functions``."""
    return {
        r.name: (
            f"CREATE TRIGGER {r.name} BEFORE {r.moment} ON {r.table} FOR EACH ROW EXECUTE FUNCTION reinstate_{r.name}()"
        )
        for r in refusals
    }


def postgres_functions(refusals: Iterable[Refusal]) -> tuple[str, ...]:
    """One function for every refusal. It queues behind other writers first: what they decide counts here."""
    return tuple(
        f"CREATE OR REPLACE FUNCTION reinstate_{r.name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n  PERFORM pg_advisory_xact_lock({WRITERS_LOCK});\n"
        f"  IF {_condition(r, 'postgres') or 'TRUE'} THEN\n"
        f"    RAISE EXCEPTION USING MESSAGE = '{r.message.replace(chr(39), chr(39) * 2)}';\n  END IF;\n"
        f"  RETURN {'OLD' if r.moment == 'DELETE' else 'NEW'};\nEND $$"
        for r in refusals
    )
