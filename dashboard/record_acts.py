"""What people do with the record from a page: seal and export the log, place holds, make and check packs."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.access import Action
from dashboard.acts import allowed
from dashboard.viewer import Viewer
from data import audit_export, checkpoints, legal_holds
from data.audit_export import MANIFEST
from data.errors import BadInput
from data.notes import Checkpoint
from data.standalone import verify as standalone
from data.workspace import Workspace
from recovery_plan.evidence.document import Redact, Scope

LARGEST = 500 * 2**20  # bytes of a pack that is unpacked to be checked


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a pack or an exported log found; ``bad`` is (entry or 0, what is wrong)."""

    kind: str
    entries: int
    covered: int
    bad: tuple[tuple[int, str], ...]
    manifest: str

    @property
    def is_intact(self) -> bool:
        """True when nothing is wrong."""
        return not self.bad


def seal(ws: Workspace, viewer: Viewer) -> Checkpoint | None:
    """Seal the log as it is now."""
    return allowed(ws, viewer, Action.SEE_AUDIT, lambda: checkpoints.ask(ws.store, ws.seals, viewer.actor))


def place_hold(ws: Workspace, viewer: Viewer, subject: str, reason: str, until: datetime) -> int:
    """Keep something from being erased until a moment."""

    def work() -> int:
        with ws.store.transaction(viewer.actor) as tx:
            return legal_holds.place(tx, subject, reason, until)

    return allowed(ws, viewer, Action.HOLD, work)


def end_hold(ws: Workspace, viewer: Viewer, number: int, reason: str) -> None:
    """End a legal hold before its day."""

    def work() -> None:
        with ws.store.transaction(viewer.actor) as tx:
            legal_holds.release(tx, number, reason)

    allowed(ws, viewer, Action.HOLD, work)


def export_log(ws: Workspace, viewer: Viewer) -> bytes:
    """The whole log with its verifier as a zip file."""

    def work() -> bytes:
        with tempfile.TemporaryDirectory(prefix="reinstate-log-") as folder:
            return _zipped(audit_export.export(ws, viewer.actor, Path(folder) / "audit-log").folder)

    return allowed(ws, viewer, Action.SEE_AUDIT, work)


def make_pack(ws: Workspace, viewer: Viewer, scope: Scope, language: str, redact: Collection[Redact]) -> bytes:
    """An evidence pack as a zip file; raises BadInput for an unknown subject."""
    from recovery_plan.evidence.making import make_pack as make  # typst takes a moment to load

    def work() -> bytes:
        with tempfile.TemporaryDirectory(prefix="reinstate-pack-") as folder:
            out = Path(folder) / f"evidence-{scope.subject.replace(':', '-')}"
            return _zipped(make(ws, viewer.actor, scope, out, language=language, redact=redact).folder)

    return allowed(ws, viewer, Action.MAKE_EVIDENCE, work)


def _zipped(folder: Path) -> bytes:
    """A folder with everything in it; files that are packed already are stored as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            made.write(path, path.relative_to(folder.parent).as_posix())
    return out.getvalue()


def check_pack(ws: Workspace, viewer: Viewer, content: bytes, key: str) -> Checked:
    """Check an uploaded pack or exported log as its own verifier does, with ``key`` when one is given.

    Raises BadInput for a file that is none, or unpacks to more than LARGEST.
    """

    def work() -> Checked:
        with tempfile.TemporaryDirectory(prefix="reinstate-check-") as folder:
            root = _unpacked(content, Path(folder))
            try:
                found = standalone.check(root, [key] if key else None)
            except (AttributeError, RecursionError):  # JSON of another shape, or nested without end
                raise BadInput("the file's data cannot be read: it is no pack of this program") from None
            if not found["kind"]:
                raise BadInput("the file's manifest.json cannot be read: it is no pack of this program")
            manifest = standalone.hash_of(root / MANIFEST)
        bad = tuple((n if isinstance(n, int) else 0, str(what)) for n, what in found["bad"])
        return Checked(found["kind"], found["entries"], found["covered"], bad, manifest)

    return allowed(ws, viewer, Action.SEE_AUDIT, work)


def _unpacked(content: bytes, into: Path) -> Path:
    """Where the manifest lies after unpacking; nothing is written outside ``into``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            if sum(file.file_size for file in held.infolist()) > LARGEST:
                raise BadInput("the file holds more than 500 MB: unpack it and run 'reinstate evidence verify PATH'")
            held.extractall(into)  # drops drive letters, leading slashes and ..
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        raise BadInput("the file is not a zip file that can be read") from None
    found = sorted(into.rglob(MANIFEST), key=lambda path: len(path.parts))
    if not found:
        raise BadInput("the file holds no manifest.json: choose a pack or an exported log")
    return found[0].parent
