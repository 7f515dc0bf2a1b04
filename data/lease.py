"""One process at a time: a row that says who is at work, kept fresh while they are, and void soon after they die."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update

from data.clock import rfc3339
from data.domain import Actor
from data.errors import Refused, ReinstateError
from data.schema.base import EPOCH
from data.schema.trail import lease
from data.store import Store, Tx
from data.upsert import upsert

LENGTH = timedelta(minutes=5)
FRESHEN_S = 60.0
ACTOR = Actor.system("lease")


def owner() -> str:
    """This process: host, process id, and when it started (ids are used again)."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    """Clock ticks since boot at which a process started; empty where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def _is_dead(said: str) -> bool:
    """Whether a lease's owner is a process of this machine that is no more: it need not be waited for."""
    host, pid, started = said.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return bool(started) and _started(int(pid)) != started


def take(tx: Tx, name: str, who: str) -> None:
    """Take the lease, or make one's own last longer; raises Refused while somebody else is at work."""
    free = {"name": name, "owner": "", "taken_at": EPOCH, "expires_at": EPOCH}
    upsert(tx.conn, lease, [free], key=("name",), update=())
    held = tx.conn.execute(select(lease).where(lease.c.name == name).with_for_update()).one()
    is_free = held.owner in ("", who) or held.expires_at <= tx.now or _is_dead(held.owner)
    if not is_free:
        raise Refused(
            f"another run is at work since {rfc3339(held.taken_at)}: wait until it ends",
            rule="OPS-ONE-RUN",
            unlock="nobody; it ends by itself",
        )
    taken_at = held.taken_at if held.owner == who else tx.now
    tx.conn.execute(
        update(lease).where(lease.c.name == name).values(owner=who, taken_at=taken_at, expires_at=tx.now + LENGTH)
    )


def release(tx: Tx, name: str, who: str) -> None:
    """Give the lease back; nothing happens when somebody else has it by now."""
    tx.conn.execute(delete(lease).where(lease.c.name == name, lease.c.owner == who))


@contextmanager
def held(store: Store, name: str = "run") -> Iterator[None]:
    """Hold a lease while the block runs. Raises Refused when another process (or thread's block) holds it."""
    who = owner()
    with _INSIDE:
        if (store.url, name) in _HELD:
            raise Refused("another run is at work in this program: wait until it ends", rule="OPS-ONE-RUN")
        with store.transaction(ACTOR) as tx:
            take(tx, name, who)
        _HELD.add((store.url, name))
    done = threading.Event()
    fresh = threading.Thread(target=_freshen, args=(store, name, who, done), daemon=True)
    fresh.start()
    try:
        yield
    finally:
        done.set()
        fresh.join()
        _HELD.discard((store.url, name))
        with store.transaction(ACTOR) as tx:
            release(tx, name, who)


_HELD: set[tuple[str, str]] = set()  # leases of this process: two of its threads are no more one run than two processes
_INSIDE = threading.Lock()


def _freshen(store: Store, name: str, who: str, done: threading.Event) -> None:
    while not done.wait(FRESHEN_S):
        try:
            with store.transaction(ACTOR) as tx:
                take(tx, name, who)
        except ReinstateError:  # busy or taken over: the next turn tries again, what is stored is safe either way
            continue
