"""One run at a time, on both engines; a dead run stops nobody."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from data import lease
from data.errors import Refused
from data.store import Store
from tests.builders import NOW, TESTER

OTHER = "elsewhere:1:1"


def taken(store: Store, who: str) -> None:
    with store.transaction(TESTER) as tx:
        lease.take(tx, "run", who)


def test_a_second_run_is_told_since_when_the_first_one_is_at_work(store: Store) -> None:
    taken(store, OTHER)
    with pytest.raises(Refused, match="another run is at work since 2026-11-24T12:00:00Z"), lease.held(store):
        pytest.fail("both are at work")


def test_a_lease_that_nobody_keeps_fresh_is_void(store: Store) -> None:
    taken(store, OTHER)
    store.clock = lambda: NOW + lease.LENGTH + timedelta(seconds=1)
    with lease.held(store):
        pass


def test_a_lease_is_given_back_even_when_the_run_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), lease.held(store):
        raise ZeroDivisionError
    taken(store, OTHER)


def test_a_run_keeps_its_own_lease_fresh_and_its_beginning(store: Store) -> None:
    taken(store, OTHER)
    store.clock = lambda: NOW + lease.LENGTH - timedelta(seconds=1)
    taken(store, OTHER)
    store.clock = lambda: NOW + lease.LENGTH + timedelta(minutes=1)
    with pytest.raises(Refused, match="since 2026-11-24T12:00:00Z"):
        taken(store, "another:2:2")


def test_a_dead_process_of_this_machine_is_not_waited_for(store: Store) -> None:
    code = "from data import lease; print(lease.owner())"
    dead = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    taken(store, dead.stdout.strip())
    with lease.held(store):
        pass


def test_a_process_id_that_was_given_to_another_process_is_no_owner(store: Store) -> None:
    host, pid, started = lease.owner().rsplit(":", 2)
    taken(store, f"{host}:{pid}:{int(started) - 1}")
    taken(store, lease.owner())


def test_two_threads_of_one_process_are_two_runs(store: Store) -> None:
    with lease.held(store), pytest.raises(Refused), lease.held(store):
        pytest.fail("both are at work")


def test_of_many_that_begin_together_one_is_at_work(store: Store) -> None:
    won: list[str] = []

    def begin(who: str) -> None:
        try:
            taken(store, who)
        except Refused:
            return
        won.append(who)

    threads = [threading.Thread(target=begin, args=(f"host{n}:1:1",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
