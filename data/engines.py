"""SQLAlchemy engines with the settings that the product relies on (see docs/adr)."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from data.errors import BadInput, Refused, ReinstateError

BUSY_MS = 15_000


@cache
def sqlite_module() -> ModuleType:
    """A SQLite without the WAL-reset race (3.51.3 or newer) where its wheel exists, else the standard library's."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        dbapi2 = sqlite3
    # without an adapter the driver looks for ways to adapt every null that it binds: 0.86 microseconds each, now 0.11
    dbapi2.register_adapter(type(None), {None: None}.get)
    return dbapi2  # type: ignore[no-any-return]


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def writer(url: str) -> Engine:
    """The engine for units of work: one connection on SQLite, a small pool on PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=5, max_overflow=5, pool_pre_ping=True)
    engine = create_engine(url, module=sqlite_module(), poolclass=StaticPool, connect_args={"check_same_thread": False})
    # with the usual 2 MB a large import spills its pages again and again: 777 MB written instead of 115 (measured)
    careful = ("synchronous=FULL", "secure_delete=ON", "recursive_triggers=ON", "cache_size=-65536")
    _sqlite(engine, begin="BEGIN IMMEDIATE", pragmas=careful)
    return engine


def reader(url: str) -> Engine:
    """The engine for queries: on SQLite it cannot write, whatever it is asked."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_size=5, max_overflow=15, pool_pre_ping=True)
        event.listen(engine, "begin", _read_only)
        return engine
    engine = create_engine(
        url,
        module=sqlite_module(),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        connect_args={"check_same_thread": False},
    )
    _sqlite(engine, begin="BEGIN", pragmas=("query_only=ON", "cache_size=-65536", "mmap_size=268435456"))
    return engine


_PLAIN: tuple[tuple[str, type[ReinstateError], str], ...] = (
    ("append-only", Refused, "the audit log is append-only: nothing in it can be changed or removed"),
    ("erased, never changed", Refused, "an audit detail may be erased, never changed"),
    ("superseded, never changed", Refused, "a judgement is superseded by a new one, never changed"),
    ("is frozen", Refused, "this order snapshot is frozen since the suspension: import the file as a new snapshot"),
    ("readonly database", BadInput, "the workspace is read-only: give this account the right to write to its folder"),
    ("read-only transaction", BadInput, "this connection only reads"),
    ("database is locked", ReinstateError, "another process is writing to the workspace: try again in a moment"),
    ("disk is full", ReinstateError, "the disk is full: free some space and run the command again; nothing is lost"),
    ("unable to open", BadInput, "the database file cannot be opened: check the workspace folder and its rights"),
    ("not a database", BadInput, "the database file is damaged or not a database: restore a backup"),
    ("malformed", BadInput, "the database file is damaged: restore a backup"),
    ("connection refused", ReinstateError, "the database server does not answer: check REINSTATE_DATABASE_URL"),
)


_RULED = re.compile(r"desk rule ([A-Z0-9-]+): ([^\n]+)")  # data.rule_triggers


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what the engine says into one line a person can act on; anything unknown rises as it is."""
    try:
        yield
    except DBAPIError as error:
        if ruled := _RULED.search(str(error.orig)):
            raise Refused(f"{ruled[2]} (rule {ruled[1]}; the database refuses it)", rule=ruled[1]) from error
        said = str(error.orig).lower()
        for words, kind, plain in _PLAIN:
            if words in said:
                raise kind(plain) from error
        raise


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read_only(conn: Connection) -> None:
    conn.exec_driver_sql("SET TRANSACTION READ ONLY")


def _sqlite(engine: Engine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(dbapi: Any, _record: object) -> None:
        dbapi.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)  # the desk's triggers compare texts
        dbapi.isolation_level = None  # the driver must not begin by itself: it would begin too late
        cursor = dbapi.cursor()
        for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "foreign_keys=ON", "temp_store=MEMORY", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(conn: Connection) -> None:
        conn.exec_driver_sql(begin)
