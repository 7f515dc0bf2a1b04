"""Column maps: which of a file's columns is which of our fields, from a file or kept by name in the workspace."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from collectors.mention_files import FIELDS
from data.domain import Source
from data.errors import BadInput
from data.workspace import write_whole

SOURCE = "default_source"  # the one key of a kept map that is no field of ours
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Our field -> the file's own column, and the source of rows that name none."""

    columns: Mapping[str, str] = field(default_factory=dict)
    source: Source = Source.PASTE


def folder_in(workspace: Path) -> Path:
    """Where a workspace keeps its maps."""
    return workspace / "maps"


def find(folder: Path, named: str | None, source: str | None) -> ColumnMap:
    """The map of the file ``named``, else the one kept under that name in ``folder``; none at all when it is None.

    ``source`` wins over what the map says. Raises BadInput for a map that is not there or has a field that is not
    ours, and for an unknown source.
    """
    found: Mapping[str, str] = {}
    if named is not None:
        path = Path(named)
        kept = folder / f"{named}.toml"
        if not path.exists() and _NAME.fullmatch(named) and kept.is_file():
            path = kept
        found = read(path)
    columns = {name: column for name, column in found.items() if name != SOURCE}
    wrong = sorted(set(columns) - set(FIELDS))
    if wrong:
        raise BadInput(f"--map {named}: {wrong[0]!r} is not one of our fields ({', '.join(FIELDS)})")
    return ColumnMap(columns, source_of(source or found.get(SOURCE) or Source.PASTE.value))


def for_tickets(folder: Path, named: str | None) -> Mapping[str, str]:
    """Columns of a help-desk table: of the file ``named``, else kept under that name; none at all when it is None."""
    if named is None:
        return {}
    path, kept = Path(named), folder / f"tickets-{named}.toml"
    return read(kept if not path.exists() and _NAME.fullmatch(named) and kept.is_file() else path)


def keep_for_tickets(folder: Path, name: str, columns: Mapping[str, str]) -> None:
    """Keep the columns of a help-desk table as ``name``; see ``check_name``."""
    check_name(name)
    write_whole(folder / f"tickets-{name}.toml", tomli_w.dumps(dict(columns)).encode("utf-8"))


def source_of(name: str) -> Source:
    """The source called ``name``; raises BadInput with the choices."""
    try:
        return Source(name.strip().lower())
    except ValueError:
        raise BadInput(f"--source {name}: choose one of {', '.join(Source)}") from None


def check_name(name: str) -> None:
    """Raise BadInput for a name that is no plain word."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"--save-map {name}: use letters, digits, - and _ only")


def keep(folder: Path, name: str, used: ColumnMap) -> None:
    """Keep ``used`` as ``name``; see ``check_name``."""
    check_name(name)
    document: dict[str, Any] = {**used.columns, SOURCE: used.source.value}
    write_whole(folder / f"{name}.toml", tomli_w.dumps(document).encode("utf-8"))


def read(path: Path) -> Mapping[str, str]:
    """A column map as it stands: an object of texts, as JSON or TOML; raises BadInput."""
    try:
        raw = path.read_text(encoding="utf-8-sig")
        found = json.loads(raw) if raw.lstrip().startswith("{") else tomllib.loads(raw)
    except OSError as error:
        raise BadInput(f"--map {path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise BadInput(f"--map {path}: neither JSON nor TOML") from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise BadInput(f'--map {path}: expected lines such as ticket_id = "Ticket ID"')
    return found
