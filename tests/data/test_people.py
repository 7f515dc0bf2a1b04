"""People and their passwords."""

from __future__ import annotations

import pytest

from data import people
from data.domain import Role
from data.errors import BadInput
from data.people import Person
from data.store import Store
from tests.builders import TESTER

INES = Person("p:ines", "Inès", Role.AGENT, ("fr",))
SECRET = "long enough to keep"


def with_password(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        people.add(tx, INES)
        people.set_password(tx, INES.id, SECRET)


def test_the_right_password_opens_and_a_wrong_one_does_not(store: Store) -> None:
    with_password(store)
    with store.reading() as tx:
        assert people.check_password(tx, INES.id, SECRET) == INES
        assert people.check_password(tx, INES.id, SECRET + "!") is None


def test_nobody_signs_in_without_a_password_of_their_own(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        people.add(tx, INES)
    with store.reading() as tx:
        assert people.check_password(tx, INES.id, "nobody has this password") is None
        assert people.check_password(tx, "p:unknown", SECRET) is None


def test_a_person_who_has_left_does_not_sign_in(store: Store) -> None:
    with_password(store)
    with store.transaction(TESTER) as tx:
        people.add(tx, Person(INES.id, INES.name, INES.role, INES.languages, active=False))
    with store.reading() as tx:
        assert people.check_password(tx, INES.id, SECRET) is None


def test_a_short_password_is_refused(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        people.add(tx, INES)
    with pytest.raises(BadInput, match="12 characters"), store.transaction(TESTER) as tx:
        people.set_password(tx, INES.id, "short")


def test_the_password_stands_nowhere_in_the_log(sqlite_store: Store) -> None:
    with_password(sqlite_store)
    with sqlite_store.reading() as tx:
        lines = tx.conn.exec_driver_sql(
            "SELECT line || coalesce(detail, '') FROM audit_entry LEFT JOIN audit_detail USING (seq)"
        )
        assert SECRET not in "".join(lines.scalars())
