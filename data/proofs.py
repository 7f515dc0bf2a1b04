"""Files that prove something (screenshots, receipts, letters): kept in the workspace under their SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from data.errors import BadInput
from data.workspace import Workspace, write_whole

MAX_BYTES = 20_000_000
_STARTS = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"%PDF-": "pdf",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One kept file: the SHA-256 of its bytes and what it is (png, jpg, gif, webp, pdf, txt)."""

    sha256: str
    kind: str


def keep(ws: Workspace, file: Path) -> Proof:
    """Copy ``file`` into the workspace, once for the same bytes; raises BadInput for what cannot be a proof."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadInput(f"{file.name}: larger than {MAX_BYTES // 1_000_000} MB: cut it or make it smaller")
        raw = file.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{file}: there is no such file") from None
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from None
    proof = Proof(hashlib.sha256(raw).hexdigest(), _kind(raw, file.name))
    path = path_of(ws, proof.sha256, proof.kind)
    if not path.exists():
        write_whole(path, raw)
    return proof


def _kind(raw: bytes, name: str) -> str:
    if not raw:
        raise BadInput(f"{name}: is empty")
    for start, kind in _STARTS.items():
        if raw.startswith(start):
            return kind
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "webp"
    try:
        if b"\x00" not in raw and raw.decode("utf-8"):
            return "txt"
    except UnicodeDecodeError:
        pass
    raise BadInput(f"{name}: a proof is a picture (PNG, JPEG, GIF, WebP), a PDF or a text")


def path_of(ws: Workspace, sha256: str, kind: str) -> Path:
    """Where a proof is kept."""
    return ws.folder / "proofs" / sha256[:2] / f"{sha256}.{kind}"


def is_intact(ws: Workspace, sha256: str, kind: str | None) -> bool:
    """Whether the kept file is there and still has its hash; where its kind is not on record, whatever its ending."""
    found = sorted(path_of(ws, sha256, "").parent.glob(f"{sha256}.{kind or '*'}"))
    return bool(found) and all(hashlib.sha256(path.read_bytes()).hexdigest() == sha256 for path in found)
