"""Many rows by one statement, and sets of values as one parameter, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from data import browse, bulk, mentions
from data.among import among
from data.mention_rows import row_of
from data.schema.intake import author, mention
from data.store import Store, Tx
from tests.builders import NOW, TESTER, a_mention

BACK = ("id", "source", "native_id")
AWKWARD = ("42", 'a"b', "c'd", "e,f", "ünï", "[g]", "%s ? :h", "")


def account(native_id: str, name: str | None = None) -> dict[str, Any]:
    return {"source": "reddit", "native_id": native_id, "name": name, "first_seen": NOW, "person": None}


def test_every_row_gets_its_own_number_however_many_statements_they_take(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_PARAMETERS", 40)
    rows = [account(f"u{n}", f"Ada {n}") for n in range(50)]
    with store.transaction(TESTER) as tx:
        made = bulk.insert(tx.conn, author, rows, returning=BACK)
        kept = {row.native_id: (row.id, row.name, row.first_seen) for row in tx.conn.execute(select(author))}
    assert {row.native_id: row.id for row in made} == {name: held[0] for name, held in kept.items()}
    assert {name: held[1:] for name, held in kept.items()} == {f"u{n}": (f"Ada {n}", NOW) for n in range(50)}


def test_a_known_key_is_brought_up_to_date_and_given_back_too(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        (first,) = bulk.insert(tx.conn, author, [account("a", "Ada")], returning=BACK)
        rows = [account("a"), account("b")]
        made = bulk.insert(tx.conn, author, rows, key=("source", "native_id"), update=("name",), returning=BACK)
        names = {row.native_id: row.name for row in tx.conn.execute(select(author))}
    assert {row.native_id: row.id for row in made}["a"] == first.id and names == {"a": None, "b": None}


def test_a_bulk_of_rows_reads_back_as_rows_written_one_by_one(store: Store) -> None:
    one, two = (row_of(a_mention(name, text=AWKWARD[4], updated_at=NOW), None, NOW) for name in ("m1", "m2"))
    with store.transaction(TESTER) as tx:
        bulk.insert(tx.conn, mention, [one], returning=BACK)
        tx.conn.execute(mention.insert(), [two])
        kept = list(tx.conn.execute(select(mention).order_by(mention.c.native_id)).mappings())
    facts = [{name: value for name, value in row.items() if name not in ("id", "native_id")} for row in kept]
    assert facts[0] == facts[1] and facts[0]["text"] == AWKWARD[4]


@pytest.mark.parametrize("wanted", [AWKWARD, AWKWARD[:1], ()])
def test_a_set_finds_exactly_its_members(store: Store, wanted: tuple[str, ...]) -> None:
    with store.transaction(TESTER) as tx:
        bulk.insert(tx.conn, author, [account(name) for name in (*AWKWARD, "other")], returning=BACK)
        found = tx.conn.execute(select(author.c.native_id).where(among(author.c.native_id, "ids")), {"ids": wanted})
        assert set(found.scalars()) == set(wanted)


def test_a_set_is_looked_up_by_the_index(sqlite_store: Store) -> None:
    query = select(mention.c.id).where(mention.c.source == "x", among(mention.c.native_id, "ids"))
    with sqlite_store.reading() as tx:
        told = plan(tx, query)
    assert any("(source=? AND native_id=?)" in line for line in told), told


def plan(tx: Tx, query: Any) -> list[str]:
    sql = str(query.compile(tx.conn.engine, compile_kwargs={"render_postcompile": True}))
    return [row[3] for row in tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("x", "[]"))]


def test_a_bulk_of_mentions_is_found_by_its_words_in_the_same_transaction(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(f"m{n}", text=f"the lamp number{n} never came") for n in range(30)])
        found = browse.page(tx, browse.Filter(words="number17"), size=10).rows
    assert [row.native_id for row in found] == ["m17"]
