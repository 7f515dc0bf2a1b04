"""Brings a database to the schema of this version, and tells when it is newer than this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from data import engines, triggers
from data.errors import BadInput, ReinstateError

_FOLDER = Path(__file__).parent / "migrations"


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = conn
    return config


def head() -> str:
    """The newest schema version that this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(url: str) -> str | None:
    """The schema version of the database at ``url``; None when it is empty."""
    engine = engines.writer(url)
    try:
        with engines.told_plainly(), engine.connect() as conn:
            return MigrationContext.configure(conn).get_current_revision()
    finally:
        engine.dispose()


def check(url: str) -> None:
    """Raise BadInput when the database is newer than this program, or older and in need of ``upgrade``."""
    version = current(url)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if version is not None and version not in known:
        raise BadInput(f"the workspace was written by a newer version (schema {version}): update reinstate to open it")
    if version != head():
        raise BadInput("the workspace has an older schema: run 'reinstate init' on it to bring it up to date")


def upgrade(url: str) -> None:
    """Create the schema or bring it to ``head``, triggers included; raises BadInput when it is newer than we are."""
    version = current(url)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if version is not None and version not in known:
        raise BadInput(f"the workspace was written by a newer version (schema {version}): update reinstate to open it")
    to(url, "head")
    missing = missing_triggers(url)
    if missing:
        raise ReinstateError(f"the schema upgrade lost these triggers: {', '.join(missing)}; restore the backup")


def to(url: str, revision: str) -> None:
    """Migrate up or down to ``revision`` (or ``head``, ``base``), in one transaction."""
    engine = engines.writer(url)
    try:
        with engines.told_plainly(), engine.begin() as conn:
            _drop_triggers(conn)
            move = command.downgrade if _is_down(conn, revision) else command.upgrade
            move(_config(conn), revision)
            if MigrationContext.configure(conn).get_current_revision() == head():
                _create_triggers(conn)
    finally:
        engine.dispose()


def _drop_triggers(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        for name in triggers.SQLITE:
            conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    held = set(conn.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars())
    for name, table in triggers.POSTGRES_TABLES.items():
        if name in held:
            conn.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")


def _create_triggers(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        for sql in triggers.SQLITE.values():
            conn.exec_driver_sql(sql)
        return
    for sql in (*triggers.POSTGRES_FUNCTIONS, *triggers.POSTGRES.values()):
        conn.exec_driver_sql(sql)


def _is_down(conn: Connection, revision: str) -> bool:
    if revision in ("head", "base"):
        return revision == "base"
    now = MigrationContext.configure(conn).get_current_revision()
    order = [s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions()]  # newest first
    return now is not None and order.index(revision) > order.index(now)


def missing_triggers(url: str) -> tuple[str, ...]:
    """Names of triggers that should guard the database and do not, or that say something else."""
    engine = engines.writer(url)
    try:
        with engine.connect() as conn:
            if conn.dialect.name == "sqlite":
                rows = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
                held = {name: _folded(sql) for name, sql in rows}
                return tuple(sorted(n for n, sql in triggers.SQLITE.items() if held.get(n) != _folded(sql)))
            names = conn.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"))
            return tuple(sorted(set(triggers.POSTGRES) - set(names.scalars())))
    finally:
        engine.dispose()


def _folded(sql: str) -> str:
    return " ".join(sql.split())
