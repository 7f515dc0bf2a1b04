"""A workspace: the folder of one seller, with settings, database, vault key, rejects and exports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from data import checkpoints, config, engines, migrate
from data.clock import Clock, utc_now
from data.errors import BadInput
from data.files import write_whole as write_whole
from data.store import Store
from data.vault import Vault

SETTINGS = "reinstate.toml"
DATABASE = "reinstate.sqlite3"
KEY = "secrets/vault.key"
AUDIT_KEY = "secrets/audit.key"
DATABASE_URL = "REINSTATE_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Workspace:
    """An opened workspace. Close its store when done."""

    folder: Path
    settings: config.Settings
    store: Store

    @property
    def exports(self) -> Path:
        """Where reports and exports are put."""
        return self.folder / "exports"

    @property
    def rejects(self) -> Path:
        """Where rows that an import refused are put, with their reasons."""
        return self.folder / "rejects"

    @property
    def saved_pages(self) -> Path:
        """The folder whose saved Trustpilot pages every run reads."""
        return self.folder / self.settings.sources.trustpilot.saved_pages

    @property
    def seals(self) -> checkpoints.Place:
        """Where the checkpoints of the audit log are."""
        return checkpoints.Place(self.folder / self.settings.audit.checkpoints, self.folder / AUDIT_KEY)


def exists(folder: Path) -> bool:
    """Whether ``folder`` holds a workspace."""
    return (folder / SETTINGS).is_file()


def database_url(folder: Path) -> str:
    """The database of a workspace: ``REINSTATE_DATABASE_URL`` when set, else the SQLite file in the folder."""
    return os.environ.get(DATABASE_URL) or engines.sqlite_url(folder.resolve() / DATABASE)


def create(folder: Path, settings: str | None = None, *, clock: Clock = utc_now) -> Workspace:
    """Make a workspace, or bring an existing one up to date; an existing settings file is left as it is."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder}: is a file; name a folder for the workspace")
    try:
        for part in ("", "secrets", "exports", "rejects", "saved/trustpilot"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        if not exists(folder):
            write_whole(folder / SETTINGS, (settings or template()).encode("utf-8"))
        vault = Vault.open(folder / KEY, create=True)
    except PermissionError:
        raise BadInput(f"{folder}: cannot be written: give this account the right, or name another folder") from None
    except OSError as error:
        raise BadInput(f"{folder}: cannot be made: {error.strerror}") from None
    url = database_url(folder)
    migrate.upgrade(url)
    return _opened(folder, config.read(folder / SETTINGS), Store(url, vault, clock))


def open_at(folder: Path, *, clock: Clock = utc_now) -> Workspace:
    """Open an existing workspace; raises BadInput when it is missing, newer than this version or out of date."""
    settings = config.read(folder / SETTINGS)
    vault = Vault.open(folder / KEY)
    url = database_url(folder)
    if url.startswith("sqlite") and not (folder / DATABASE).is_file():
        raise BadInput(f"{folder / DATABASE}: the database is missing: restore a backup, or run 'reinstate init'")
    migrate.check(url)
    return _opened(folder, settings, Store(url, vault, clock))


def _opened(folder: Path, settings: config.Settings, store: Store) -> Workspace:
    workspace = Workspace(folder, settings, store)
    checkpoints.seal_after(store, workspace.seals)
    return workspace


def template() -> str:
    """The commented settings file of a new workspace."""
    return files("data").joinpath("template.toml").read_text(encoding="utf-8")
