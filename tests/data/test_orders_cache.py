"""The order cache on both engines: idempotent import, frozen snapshots, sealed names, blocking keys."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from data import exposures, link_people, migrate, order_index, orders, snapshots
from data.domain import Order, OrderItem
from data.errors import Refused
from data.schema.intake import sealed, snapshot
from data.snapshots import Changed, SnapshotFacts
from data.store import Store, Tx
from data.vault import Vault
from tests.builders import NOW, TESTER, an_order, days

FACTS = SnapshotFacts("orders", "orders.tsv", "0" * 64, "all_orders", "utf-8", 1, 0)


def import_orders(tx: Tx, *batch: Order) -> Changed:
    snapshot_id = snapshots.open_snapshot(tx, FACTS)
    changed = orders.add_orders(tx, snapshot_id, batch)
    snapshots.close_snapshot(tx, snapshot_id, FACTS, changed)
    return changed


def test_importing_the_same_orders_twice_changes_nothing(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        first = import_orders(tx, an_order())
        second = import_orders(tx, an_order())
    assert (first, second) == (Changed(inserted=1), Changed(unchanged=1))


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("Shipped", (True, False)),
        ("Shipped - Delivered to Buyer", (True, False)),
        ("Complete", (True, False)),
        ("Cancelled", (False, True)),
        ("Unshipped", (False, False)),
        ("PartiallyShipped", (False, False)),
    ],
)
def test_a_state_as_amazon_spells_it_tells_whether_an_order_has_left(
    store: Store, status: str, told: tuple[bool, bool]
) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order(channel="merchant", status=status, shipped_at=None, delivered_at=None))
        (found,) = exposures.own_shipments(tx, NOW - days(400))
    assert (found.is_shipped, found.is_cancelled) == told


def test_an_order_comes_back_as_it_went_in(store: Store) -> None:
    items = (OrderItem("1", "A", "B0A", "Lamp", 1, 100, None), OrderItem("2", "B", "B0B", "Bulb", 2, 50, None))
    given = an_order(items=items)
    with store.transaction(TESTER) as tx:
        import_orders(tx, given)
    with store.reading() as tx:
        held = orders.get(tx, given.order_id)
    assert held is not None and held.items == items and held.buyer_name == "Ada Lampwick"
    assert held.buyer_email is None  # only its keyed hash is kept


def test_a_report_that_knows_less_wipes_out_nothing(store: Store) -> None:
    nameless = an_order(buyer_name=None, buyer_email=None, items=(OrderItem("1", "LMP-1", None, None, 1, 8995),))
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order(tracking="FR1"))
        changed = import_orders(tx, nameless)
        held = orders.get(tx, nameless.order_id)
        key = tx.conn.execute(text("SELECT buyer_key FROM orders")).scalar_one()
    assert held is not None and (held.buyer_name, held.tracking, held.items[0].asin) == (
        "Ada Lampwick", "FR1", "B0TEST0001",
    )  # fmt: skip
    assert changed == Changed(unchanged=1) and key is not None


def test_a_report_that_knows_more_adds_to_the_order(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order(buyer_name=None, buyer_email=None))
        changed = import_orders(tx, an_order(tracking="FR1"))
        again = import_orders(tx, an_order(buyer_name=None, buyer_email=None))
        held = orders.get(tx, "405-1234567-7654321")
    assert (changed, again) == (Changed(updated=1), Changed(unchanged=1))
    assert held is not None and (held.buyer_name, held.tracking) == ("Ada Lampwick", "FR1")


def test_an_older_report_does_not_turn_an_order_back(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order(status="Shipped", updated_at=NOW))
        import_orders(tx, an_order(status="Unshipped", updated_at=NOW - days(2), carrier="Post"))
        held = orders.get(tx, "405-1234567-7654321")
    assert held is not None and (held.status, held.carrier, held.updated_at) == ("Shipped", "Post", NOW)


def test_no_name_and_no_alias_stands_in_the_database_in_plain(sqlite_store: Store) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        import_orders(tx, an_order(buyer_name="Zebedee Quux", buyer_email="canary77@marketplace.amazon.fr"))
    path = sqlite_store.url.removeprefix("sqlite:///")
    sqlite_store.close()
    held = b"".join(p.read_bytes() for p in __import__("pathlib").Path(path).parent.glob("store.sqlite3*"))
    assert b"Zebedee" not in held and b"canary77" not in held


def test_a_sealed_name_opens_only_in_its_own_place(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order())
        row = tx.conn.execute(select(sealed)).first()
    assert row is not None
    assert store.vault.open_box(row.box, f"order:{row.ref}:{row.field}") == "Ada Lampwick"
    assert store.vault.open_box(row.box, f"order:{row.ref + 1}:{row.field}") is None


def test_a_frozen_order_is_left_as_it_was_and_a_new_one_still_goes_in(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order(status="Shipped"))
        snapshots.freeze_snapshots(tx)
        changed = import_orders(tx, an_order(status="Cancelled"), an_order("405-0000000-0000001"))
        held = orders.get(tx, "405-1234567-7654321")
    assert changed == Changed(inserted=1, unchanged=1) and held is not None and held.status == "Shipped"


def test_the_database_itself_refuses_to_change_a_frozen_order(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order())
        snapshots.freeze_snapshots(tx)
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE orders SET digest = 'x'"))


def test_the_import_is_counted_and_logged(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order())
        row = tx.conn.execute(select(snapshot)).one()
    assert (row.read, row.inserted, row.sha256) == (1, 1, "0" * 64)


def test_a_key_leads_to_orders_in_the_date_window_only(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order("405-0000000-0000001"), an_order("405-0000000-0000002"))
        ids = order_index.to_index(tx, "v1", 10)
        order_index.set_keys(tx, "v1", {ids[0]: (100, [7, 8]), ids[1]: (300, [7])})
        found = [order_index.rows_by_key(tx, key, 50, 200, 10) for key in (7, 9)]
    assert found == [[(100, ids[0])], []] and len(ids) == 2


def test_a_key_that_too_many_orders_share_is_not_followed(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, *(an_order(f"405-0000000-000000{n}") for n in range(5)))
        ids = order_index.to_index(tx, "v1", 10)
        order_index.set_keys(tx, "v1", {i: (100, [7]) for i in ids})
        assert order_index.rows_by_key(tx, 7, 0, 200, cap=4) == []


def test_orders_of_other_channels_are_cached_but_never_indexed(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, an_order("S01-1234567-1234567", marketplace="non-amazon"))
        assert orders.count(tx) == 0 and order_index.to_index(tx, "v1", 10) == []


def test_keys_are_made_anew_after_a_step_back_and_orders_outlive_it(database_url: str, vault: Vault) -> None:
    migrate.upgrade(database_url)
    before = Store(database_url, vault, lambda: NOW)
    with before.transaction(TESTER) as tx:
        import_orders(tx, an_order())
        (row,) = order_index.to_index(tx, "v1", 10)
        order_index.set_keys(tx, "v1", {row: (100, [7])})
        link_people.list_never(tx, "order", "405-1234567-7654321", "asked")
    before.close()
    migrate.to(database_url, "0005")
    migrate.upgrade(database_url)
    after = Store(database_url, vault, lambda: NOW)
    with after.reading() as tx:
        assert order_index.to_index(tx, "v1", 10) == [row] and order_index.key_counts(tx, [7]) == {}
        assert orders.count(tx) == 1 and link_people.never_list(tx) == []
    after.close()
    assert migrate.missing_triggers(database_url) == ()
