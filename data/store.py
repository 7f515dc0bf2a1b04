"""The store: opens the database, and hands out units of work.

SQLite: one writer per process. Threads queue in order; a unit of work that finishes while others wait leaves the
transaction open for the next one and all of them commit together (group commit), each inside its own savepoint.
``BEGIN IMMEDIATE`` everywhere a write may follow a read: the default loses updates silently.
PostgreSQL: a transaction per unit of work; appends to the audit log queue on an advisory lock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Transaction, select, text

from data import engines
from data.audit import seal
from data.clock import Clock, utc_now
from data.domain import Actor
from data.rule_triggers import WRITERS_LOCK
from data.schema.trail import audit_detail, audit_entry
from data.vault import Vault

_GROUP_LIMIT = 64


@dataclass
class Tx:
    """One unit of work: everything done through it commits together, the audit entries included."""

    conn: Connection
    actor: Actor
    now: datetime
    vault: Vault
    actions: set[str] = field(default_factory=set, repr=False)  # what was put on the log so far
    _head: str | None = field(default=None, repr=False)
    _seq: int | None = field(default=None, repr=False)

    @property
    def is_sqlite(self) -> bool:
        """Which of the two engines this is; only statements that differ between them ask."""
        return self.conn.dialect.name == "sqlite"

    def audit(self, action: str, subject: str = "", detail: Mapping[str, object] | None = None) -> int:
        """Append to the audit log in this transaction; returns the entry's number.

        ``action`` is ``noun.verb``; ``subject`` an opaque id (``mention:17``); ``detail`` strings and integers, never
        a person's words or name.
        """
        if self._seq is None:
            if not self.is_sqlite:
                self.conn.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": WRITERS_LOCK})
            last = self.conn.execute(
                select(audit_entry.c.seq, audit_entry.c.line).order_by(audit_entry.c.seq.desc()).limit(1)
            ).first()
            self._seq, self._head = (last.seq, last.line) if last else (0, None)
        entry = seal(
            self._head,
            self._seq + 1,
            actor=self.actor.id,
            action=action,
            subject=subject,
            at=self.now,
            detail=detail or {},
        )
        self.conn.execute(
            audit_entry.insert().values(
                seq=entry.seq, line=entry.line, action=action, actor=self.actor.id, subject=subject, at=self.now
            )
        )
        self.conn.execute(audit_detail.insert().values(seq=entry.seq, salt=entry.salt, detail=entry.detail))
        self._seq, self._head = entry.seq, entry.line
        self.actions.add(action)
        return entry.seq


class Store:
    """An open workspace database."""

    def __init__(self, url: str, vault: Vault, clock: Clock = utc_now) -> None:
        """``url`` is a SQLAlchemy URL (``sqlite:///…`` or ``postgresql+psycopg://…``); the schema must be current."""
        self.url = url
        self.vault = vault
        self.clock = clock
        self.after: Callable[[Collection[str]], None] | None = None  # told what a committed unit of work audited
        self._readers = engines.reader(url)
        self._writer: Engine = engines.writer(url)
        self._group = _Group(self._writer) if url.startswith("sqlite") else None

    @classmethod
    def for_file(cls, path: Path, vault: Vault, clock: Clock = utc_now) -> Store:
        """The store in one SQLite file."""
        return cls(engines.sqlite_url(path), vault, clock)

    @contextmanager
    def transaction(self, actor: Actor) -> Iterator[Tx]:
        """A unit of work by ``actor``: commits when the block ends, rolls back when it raises."""
        unit = self._group.unit() if self._group is not None else self._writer.begin()
        with engines.told_plainly(), unit as conn:
            tx = Tx(conn, actor, self.clock(), self.vault)
            yield tx
        if self.after is not None and tx.actions:
            self.after(tx.actions)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A consistent view for queries; the database refuses writes through it."""
        with engines.told_plainly(), self._readers.begin() as conn:
            yield Tx(conn, Actor.system("reader"), self.clock(), self.vault)

    def close(self) -> None:
        """Release all connections; on SQLite the write-ahead log is folded back into the file."""
        if self._group is not None:
            self._group.close()
        self._readers.dispose()
        self._writer.dispose()


class _Batch:
    """Units of work that commit together."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.error: BaseException | None = None
        self.size = 0


class _Group:
    """One writing connection, a fair queue before it, and group commit behind it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gate = threading.Lock()  # guards the fields below, held only briefly
        self._waiting: deque[threading.Event] = deque()
        self._busy = False
        self._conn: Connection | None = None
        self._open: Transaction | None = None
        self._batch = _Batch()

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        self._enter()
        batch = self._batch
        try:
            conn = self._begin()
            savepoint = conn.begin_nested()
            try:
                yield conn
            except BaseException:
                savepoint.rollback()
                raise
            savepoint.commit()
            batch.size += 1
        finally:
            self._leave(batch)
        batch.done.wait()
        if batch.error is not None:
            raise batch.error

    def _enter(self) -> None:
        with self._gate:
            if not self._busy:
                self._busy = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def _begin(self) -> Connection:
        if self._conn is None:
            self._conn = self._engine.connect()
        if self._open is None:
            self._open = self._conn.begin()
        return self._conn

    def _leave(self, batch: _Batch) -> None:
        with self._gate:
            more = bool(self._waiting) and batch.size < _GROUP_LIMIT
        if not more:
            self._commit(batch)
        with self._gate:
            if self._waiting:
                self._waiting.popleft().set()
                return
            self._busy = False

    def _commit(self, batch: _Batch) -> None:
        self._batch = _Batch()
        try:
            if self._open is not None:
                self._open.commit()
        except BaseException as error:
            batch.error = error
            self._drop()
        finally:
            self._open = None
            batch.done.set()

    def _drop(self) -> None:
        if self._conn is not None:
            self._conn.invalidate()
            self._conn.close()
            self._conn = None

    def close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None
