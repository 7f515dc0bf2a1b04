"""The order index over the store: the same answers as in memory, on both engines."""

from __future__ import annotations

import random

from data import casework, order_index, orders, snapshots
from data.domain import Order
from data.snapshots import SnapshotFacts
from data.store import Store, Tx
from models import run
from models.blocking import EVER, KEYS_VERSION, Search, stable_key
from models.linkage import link
from models.memory_index import MemoryIndex
from models.mention_facts import LinkMention
from models.stated_dates import day_number
from models.store_index import StoreIndex, read_facts
from tests.builders import NOW, TESTER, a_ticket, an_order, days

OURS = "405-1234567-7654321"
MANY = 1000


def import_orders(tx: Tx, *batch: Order, sha256: str = "0" * 64) -> None:
    facts = SnapshotFacts("orders", "orders.tsv", sha256, "all_orders", "utf-8", len(batch), 0)
    snapshot = snapshots.open_snapshot(tx, facts)
    snapshots.close_snapshot(tx, snapshot, facts, orders.add_orders(tx, snapshot, batch))


def keep(store: Store, *batch: Order, sha256: str = "0" * 64) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, *batch, sha256=sha256)
    run.index_orders(store)


def some_orders(count: int = 60) -> list[Order]:
    dice = random.Random(9)
    return [
        an_order(
            f"405-{n:07d}-0000000",
            purchased_at=NOW - days(dice.randrange(1, 200)),
            city=dice.choice(("Lyon", "Nantes", "Rouen")),
            buyer_name=dice.choice(("Ada Lampwick", "Zoe Hart", "Peter Okonjo", None)),
            buyer_email=f"b{n % 40}@marketplace.amazon.fr",
        )
        for n in range(count)
    ]


def key(kind: str, value: str) -> int:
    return stable_key(kind, value)


def test_the_store_finds_the_same_orders_as_memory_does(store: Store) -> None:
    batch = some_orders()
    keep(store, *batch)
    memory = MemoryIndex.of(batch, cap=15)
    wanted = [key("city", "lyon"), key("name1", "lampwick"), key("name1", "hart"), key("city", "atlantis")]
    with store.reading() as tx:
        index = StoreIndex(tx, cap=15)
        for window in (EVER, (day_number(NOW.date()) - 60, day_number(NOW.date()))):
            search = Search(tuple(wanted), *window)
            for most in (3, MANY):
                assert index.candidates([search], most) == memory.candidates([search], most)
        assert list(index.counts(wanted)) == list(memory.counts(wanted))


def test_the_store_decides_as_memory_does(store: Store) -> None:
    batch = some_orders()
    keep(store, *batch)
    texts = ("Lamp for Lyon, 89.95 €", f"{batch[7].order_id} never came", "order ending ...0000000", "Hello")
    said = [LinkMention(str(n), t, "trustpilot", "Zoe Hart", date=NOW.date()) for n, t in enumerate(texts)]
    memory = MemoryIndex.of(batch)
    with store.reading() as tx:
        index = StoreIndex(tx)
        assert [link(m, index) for m in said] == [link(m, memory) for m in said]


def test_orders_are_counted_by_the_day_of_purchase(store: Store) -> None:
    keep(
        store,
        an_order("405-0000000-0000001", purchased_at=NOW - days(10)),
        an_order("405-0000000-0000002", purchased_at=NOW - days(10)),
        an_order("405-0000000-0000003", purchased_at=NOW - days(30)),
    )
    today = day_number(NOW.date())
    with store.reading() as tx:
        index = StoreIndex(tx)
        spans = ((today - 10, today), (today - 30, today - 30), (today - 29, today - 11), (today, today - 30))
        assert [index.total, *(index.bought_between(*span) for span in spans)] == [3, 2, 1, 0, 0]


def test_an_order_is_found_by_its_id_and_an_unknown_one_is_not(sqlite_store: Store) -> None:
    keep(sqlite_store, an_order())
    with sqlite_store.reading() as tx:
        index = StoreIndex(tx)
        found = index.by_id(OURS)
        assert found is not None and found.order_id == OURS and index.by_id("405-0000000-0000000") is None


def test_multi_channel_orders_stay_out(store: Store) -> None:
    keep(
        store,
        an_order("S01-1234567-7654321", marketplace="non-amazon"),
        an_order("S02-1234567-7654321"),
        an_order("405-1234567-0000000", marketplace="non-amazon"),
    )
    with store.reading() as tx:
        index = StoreIndex(tx)
        found = index.candidates([Search((key("city", "lyon"),), *EVER)], MANY)
        assert (index.total, list(found), index.by_id("S01-1234567-7654321")) == (0, [], None)
        assert index.by_id("405-1234567-0000000") is None


def test_a_key_that_too_many_orders_share_in_the_window_is_left_out(store: Store) -> None:
    keep(store, *(an_order(f"405-000000{n}-0000000", purchased_at=NOW - days(10 * n)) for n in range(6)))
    today = day_number(NOW.date())
    with store.reading() as tx:
        index = StoreIndex(tx, cap=4)
        assert len(index.candidates([Search((key("city", "lyon"),), *EVER)], MANY)) == 0
        assert len(index.candidates([Search((key("city", "lyon"),), today - 25, today)], MANY)) == 3


def test_tickets_about_an_order_give_their_days(store: Store) -> None:
    keep(store, an_order())
    with store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket(created_at=NOW - days(2)), None)], suspend_amazon=False)
    with store.reading() as tx:
        found = StoreIndex(tx).by_id(OURS)
    assert found is not None and found.ticket_days == (day_number((NOW - days(2)).date()),)


def test_a_name_that_comes_later_is_found_for_the_buyers_earlier_order(store: Store) -> None:
    keep(store, an_order(buyer_name=None))
    keep(store, an_order("405-7777777-1111111", buyer_name="Ada Lampwick"), sha256="1" * 64)
    with store.reading() as tx:
        found = StoreIndex(tx).candidates([Search((key("name1", "lampwick"),), *EVER)], MANY)
    assert [o.order_id for o in found] == [OURS, "405-7777777-1111111"]


def test_a_changed_order_is_found_under_its_new_keys_only(store: Store) -> None:
    keep(store, an_order(city="Lyon"))
    keep(store, an_order(city="Nantes"), sha256="1" * 64)
    with store.reading() as tx:
        assert list(StoreIndex(tx).counts([key("city", "lyon"), key("city", "nantes")])) == [0, 1]


def test_only_new_and_changed_orders_are_indexed(sqlite_store: Store) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        import_orders(tx, an_order(), an_order("405-7777777-1111111", buyer_email="other@marketplace.amazon.fr"))
    indexed = [run.index_orders(sqlite_store), run.index_orders(sqlite_store)]
    with sqlite_store.transaction(TESTER) as tx:
        import_orders(tx, an_order(city="Nantes"), sha256="1" * 64)
    assert [*indexed, run.index_orders(sqlite_store)] == [2, 0, 1]


def test_keys_of_another_version_are_made_anew(store: Store) -> None:
    keep(store, an_order())
    with store.transaction(TESTER) as tx:
        (row,) = order_index.linkable_ids(tx, [OURS]).values()
        order_index.set_keys(tx, "keys-0", {row: (1, [1])})
    assert run.index_orders(store) == 1
    with store.reading() as tx:
        assert order_index.to_index(tx, KEYS_VERSION, 10) == []
        assert order_index.key_counts(tx, [1]) == {}


def test_a_trade_buyer_with_many_orders_is_read_in_part(sqlite_store: Store) -> None:
    keep(sqlite_store, *(an_order(f"405-{n:07d}-0000000") for n in range(order_index.SIBLINGS + 10)))
    with sqlite_store.reading() as tx:
        (row,) = order_index.linkable_ids(tx, ["405-0000000-0000000"]).values()
        group = order_index.same_buyer(tx, [row])[row]
        assert len(group) == order_index.SIBLINGS + 1 and row in group
        assert read_facts(tx, [row])[row].order_id == "405-0000000-0000000"


def test_counts_and_facts_are_asked_of_the_database_once(sqlite_store: Store) -> None:
    keep(sqlite_store, *some_orders())
    with sqlite_store.reading() as tx:
        index = StoreIndex(tx)
        first = index.candidates([Search((key("city", "lyon"),), *EVER)], MANY)
        again = index.candidates([Search((key("city", "lyon"),), *EVER)], MANY)
    assert first and all(a is b for a, b in zip(first, again, strict=True))
