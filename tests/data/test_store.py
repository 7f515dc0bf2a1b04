"""The store on both engines: units of work, what the database refuses, and the migrations."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from data import aftersales, contact_stops, engines, mentions, migrate, plans, trail
from data.domain import Claim, OutreachTask, Route, RouteChoice, Source
from data.errors import BadInput, Refused
from data.schema import metadata
from data.store import Store
from data.vault import Vault
from tests.builders import NOW, TESTER, a_mention


def test_a_unit_of_work_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction(TESTER) as tx:
        tx.audit("thing.done")
        raise RuntimeError
    with store.reading() as tx:
        assert trail.size(tx) == 0


def test_entries_of_many_threads_form_one_intact_log(store: Store) -> None:
    def work(worker: int) -> None:
        for n in range(10):
            with store.transaction(TESTER) as tx:
                tx.audit("thing.done", f"worker:{worker}", {"n": n})

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as tx:
        result = trail.verify_log(tx)
    assert result.intact and result.entries == 60


def test_a_failing_unit_does_not_take_its_neighbours_with_it(store: Store) -> None:
    def work(worker: int) -> None:
        try:
            with store.transaction(TESTER) as tx:
                tx.audit("thing.done", f"worker:{worker}")
                if worker % 2:
                    raise ValueError
        except ValueError:
            return

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as tx:
        result = trail.verify_log(tx)
    assert result.intact and result.entries == 4


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(BadInput), store.reading() as tx:
        tx.conn.execute(text("INSERT INTO workspace (key, value) VALUES ('a', 'b')"))


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_entry SET line = 'x' WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = 1",
        "UPDATE audit_detail SET detail = 'x'",
    ],
)
def test_the_database_refuses_to_change_the_log(store: Store, attack: str) -> None:
    with store.transaction(TESTER) as tx:
        tx.audit("thing.done")
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        tx.conn.execute(text(attack))


def test_insert_or_replace_cannot_replace_a_log_entry(sqlite_store: Store) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        tx.audit("thing.done")
    with pytest.raises(Refused), sqlite_store.transaction(TESTER) as tx:
        tx.conn.execute(
            text(
                "INSERT OR REPLACE INTO audit_entry (seq, line, action, actor, subject, at) "
                "VALUES (1, 'x', 'a', 'b', 'c', 0)"
            )
        )


def test_sqlite_runs_with_the_promised_settings(sqlite_store: Store) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        read = {name: tx.conn.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
        secure = tx.conn.execute(text("PRAGMA secure_delete")).scalar()
    assert read == {"journal_mode": "wal", "synchronous": 2} and secure == 1


def test_two_processes_worth_of_stores_lose_no_update(tmp_path: Path, vault: Vault) -> None:
    url = engines.sqlite_url(tmp_path / "shared.sqlite3")
    migrate.upgrade(url)
    stores = [Store(url, vault), Store(url, vault)]
    with stores[0].transaction(TESTER) as tx:
        tx.conn.execute(text("INSERT INTO workspace (key, value) VALUES ('n', '0')"))

    def add(store: Store) -> None:
        for _ in range(25):
            with store.transaction(TESTER) as tx:
                n = int(tx.conn.execute(text("SELECT value FROM workspace WHERE key = 'n'")).scalar_one())
                tx.conn.execute(text("UPDATE workspace SET value = :v WHERE key = 'n'"), {"v": str(n + 1)})

    threads = [threading.Thread(target=add, args=(s,)) for s in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores[0].reading() as tx:
        assert tx.conn.execute(text("SELECT value FROM workspace WHERE key = 'n'")).scalar() == "50"
    for store in stores:
        store.close()


def test_the_migrations_make_exactly_the_declared_schema(database_url: str) -> None:
    migrate.upgrade(database_url)
    engine = (
        create_engine(database_url, module=engines.sqlite_module())
        if "sqlite" in database_url
        else create_engine(database_url)
    )
    with engine.connect() as conn:
        difference = compare_metadata(
            MigrationContext.configure(
                conn,
                opts={
                    "include_object": lambda _o, name, *_: (
                        not str(name).startswith(("mention_search", "ix_mention_search"))
                    )
                },
            ),
            metadata,
        )
    engine.dispose()
    assert difference == []


def test_the_migrations_go_down_and_up_again(database_url: str) -> None:
    migrate.upgrade(database_url)
    migrate.to(database_url, "base")
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.head()


def test_a_workspace_with_data_goes_a_version_down_and_up_again(database_url: str, vault: Vault) -> None:
    migrate.upgrade(database_url)
    store = Store(database_url, vault, lambda: NOW)
    long = "The brass lamp never came, and nobody has answered any of my letters since the beginning of November."
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1", text=long), a_mention("m2"), a_mention("spam", is_spam=True)])
        mentions.add(tx, [a_mention("m1", source=Source.REDDIT, text=long)])
    store.close()

    def counted() -> int:
        opened = Store(database_url, vault, lambda: NOW)
        with opened.reading() as tx:
            n = int(tx.conn.execute(text("SELECT sum(n) FROM mention_daily")).scalar_one())
        opened.close()
        return n

    assert counted() == 2
    migrate.to(database_url, "0001")
    assert counted() == 4
    migrate.upgrade(database_url)
    assert counted() == 3 and migrate.missing_triggers(database_url) == ()


def test_claims_and_tasks_outlive_a_step_back_before_the_outreach(database_url: str, vault: Vault) -> None:
    migrate.upgrade(database_url)
    store = Store(database_url, vault, lambda: NOW)
    choice = RouteChoice(Route.BUYER_MESSAGE, "AMZ-MSG-05", "open problem")
    with store.transaction(TESTER) as tx:
        aftersales.add_claims(tx, [Claim("405-1234567-1234567", NOW, kind="chargeback")])
        plans.add_plan(tx, NOW.date(), [OutreachTask("c", choice, 1.0, 5, day=NOW.date(), promised=3)], {})
        contact_stops.add(tx, ["c"], "never", "opted_out")
    store.close()
    migrate.to(database_url, "0006")
    migrate.upgrade(database_url)
    again = Store(database_url, vault, lambda: NOW)
    with again.reading() as tx:
        (row,) = aftersales.claims_of(tx, ["405-1234567-1234567"])["405-1234567-1234567"]
        kept = plans.newest_plan(tx)
        assert kept is not None
        (task,) = kept[1]
        assert (row.kind, task.customer, task.promised, contact_stops.listed(tx)) == ("a_to_z", "c", None, [])
    again.close()
    assert migrate.missing_triggers(database_url) == ()


def test_a_lost_trigger_is_noticed(database_url: str, vault: Vault) -> None:
    migrate.upgrade(database_url)
    store = Store(database_url, vault)
    with store.transaction(TESTER) as tx:
        on = "" if tx.is_sqlite else " ON audit_entry"
        tx.conn.execute(text(f"DROP TRIGGER audit_entry_no_update{on}"))
    store.close()
    assert migrate.missing_triggers(database_url) == ("audit_entry_no_update",)


def test_a_database_of_a_newer_version_is_refused(database_url: str, vault: Vault) -> None:
    migrate.upgrade(database_url)
    store = Store(database_url, vault)
    with store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(BadInput, match="newer version"):
        migrate.check(database_url)
