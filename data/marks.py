"""Small facts about the workspace itself, such as that it is a demo."""

from __future__ import annotations

from sqlalchemy import select

from data.schema.intake import workspace
from data.store import Tx
from data.upsert import upsert

DEMO = "demo"  # "1" when everything in the workspace is invented
BACKUP = "backup_at"  # when the last backup was made, RFC 3339


def keep(tx: Tx, key: str, value: str) -> None:
    """Set one fact."""
    upsert(tx.conn, workspace, [{"key": key, "value": value}], key=("key",), update=("value",))


def read(tx: Tx, key: str) -> str | None:
    """One fact, or None when it was never set."""
    found = tx.conn.execute(select(workspace.c.value).where(workspace.c.key == key)).scalar_one_or_none()
    return None if found is None else str(found)
