"""What importing a file did, and the rejects file beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collectors.amazon_reports.tables import Reject
from collectors.trustpilot import Outcome
from data.workspace import Workspace, write_whole


@dataclass(frozen=True, slots=True)
class FileReport:
    """What importing one file did; ``rejects_file`` is None when every row went in."""

    file: str
    sha256: str
    format: str
    encoding: str
    read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None = None
    warnings: tuple[str, ...] = ()
    outcome: Outcome | None = None


def write_rejects(ws: Workspace, path: Path, sha256: str, rejects: Sequence[Reject]) -> str | None:
    """Put rows that could not be used beside the workspace's data, with line and reason; None when there are none."""
    if not rejects:
        return None
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["line", "reason"])
    writer.writerows([r.line, r.reason] for r in rejects)
    target = ws.rejects / f"{path.stem}-{sha256[:8]}.csv"
    write_whole(target, text.getvalue().encode())
    return str(target)
