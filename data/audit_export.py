"""The whole audit log as a folder that a third party can check without this program."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from data import checkpoints, trail
from data.checkpoints import KEYS, SUFFIX
from data.clock import rfc3339
from data.domain import Actor
from data.errors import BadInput
from data.files import write_whole
from data.workspace import Workspace

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    folder: Path
    entries: int
    covered: int  # entries up to the last checkpoint
    manifest: str  # SHA-256 of the manifest's bytes


def export(ws: Workspace, actor: Actor, out: Path) -> Exported:
    """Write log, details, checkpoints, public keys, verifier and instructions into the new folder ``out``.

    The export is on the log before it is made, and sealed. Raises BadInput when ``out`` holds anything.
    """
    with ws.store.transaction(actor) as tx:
        tx.audit("export.log", "audit")
    checkpoints.make(ws.store, ws.seals, "export")
    with new_folder(out) as building:
        with ws.store.reading() as tx:
            entries, made_at = _write_log(building, trail.sealed_lines(tx)), rfc3339(tx.now)
        covered = _copy_seals(ws.seals, building)
        give_verifier(building)
        manifest = write_manifest(building, {"kind": "log", "made_at": made_at, "entries": entries})
    return Exported(out, entries, covered, manifest)


def _write_log(folder: Path, lines: Iterator[trail.Line]) -> int:
    count = 0
    with (folder / "log.txt").open("wb") as log, (folder / "details.jsonl").open("wb") as details:
        for seq, line, salt, detail in lines:
            log.write(b"%d\t%s\n" % (seq, line.encode("utf-8", "surrogateescape")))
            if salt is not None or detail is not None:
                told = {"detail": detail, "n": seq, "salt": None if salt is None else salt.hex()}
                details.write(json.dumps(told).encode() + b"\n")
            count += 1
    return count


def _copy_seals(place: checkpoints.Place, folder: Path) -> int:
    sizes = [0]
    (folder / "checkpoints").mkdir()
    for path in sorted(place.folder.glob(f"*{SUFFIX}*")):
        if not path.name.startswith("."):
            shutil.copyfile(path, folder / "checkpoints" / path.name)
            sizes.append(checkpoints.size_of(path))
    write_whole(folder / KEYS, "".join(f"{key}\n" for key in checkpoints.verifier_keys(place)).encode())
    return max(sizes)


def give_verifier(folder: Path) -> None:
    """Put the stand-alone verifier and a page of instructions into a folder."""
    for name, target in (("verify.py", "verify.py"), ("instructions.txt", "README.txt")):
        (folder / target).write_bytes(files("data.standalone").joinpath(name).read_bytes())


def write_manifest(folder: Path, facts: Mapping[str, object]) -> str:
    """List every file with its SHA-256 in ``manifest.json``, beside ``facts``; returns the manifest's own SHA-256."""
    listed = {p.relative_to(folder).as_posix(): _hash(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    raw = (json.dumps({**facts, "files": listed}, indent=1, sort_keys=True) + "\n").encode()
    (folder / MANIFEST).write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder to build in, moved to ``out`` when the block ends well; raises BadInput when ``out`` holds anything."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out}: is not empty: name a new folder")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}") from None
    try:
        yield building
        building.chmod(0o755)
        if out.exists():
            out.rmdir()
        building.rename(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)
