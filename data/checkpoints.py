"""Seals of the audit log, kept outside the database: after every run and every step that matters.

A checkpoint is one small signed file. Whoever changes or cuts the log later, in the database, cannot make it agree with
the files again without the signing key. The database remembers the frontier of the last one, so that the next reads
only what came since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from data import log, notes, trail
from data.audit import Verification, origin_of
from data.config import secret
from data.domain import Actor
from data.errors import BadInput, Refused, ReinstateError
from data.files import write_secret, write_whole
from data.merkle import MerkleTree
from data.notes import Checkpoint, Signer
from data.schema.trail import audit_checkpoint
from data.store import Store, Tx

KEY_VARIABLE = "REINSTATE_AUDIT_KEY"
KEYS = "keys.txt"  # the public keys whose seals count, one a line
SUFFIX = ".checkpoint"
ACTOR = Actor.system("checkpoint")
# after these the log is sealed at once, whoever does them and by whatever page or command
SENSITIVE = (
    "approval.", "attempt.", "channel.", "checkpoint.", "detail.", "evidence.", "export.", "hold.", "legal_hold.",
    "macro.", "person.", "privacy.", "readiness.", "refund.", "reply.", "shipping.", "step.", "suspension.", "wave.",
)  # fmt: skip
_log = log.get("data.checkpoints")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a workspace's seals are: the folder of the files, and the file of the signing key."""

    folder: Path
    key_file: Path

    def signer(self, origin: str, *, create: bool) -> Signer:
        """The key that the environment names, or the key file's; a new one when ``create`` and there is none."""
        if named := secret(KEY_VARIABLE):
            return Signer.parse(named)
        try:
            return Signer.parse(self.key_file.read_text(encoding="ascii"))
        except FileNotFoundError:
            if not create:
                raise BadInput(f"{self.key_file}: the signing key is missing; restore it from your copy") from None
        except ValueError:
            raise BadInput("the audit log's signing key is damaged: restore the key file from its copy") from None
        signer = Signer.new(origin)
        try:
            write_secret(self.key_file, f"{signer.secret}\n".encode())
        except FileExistsError:  # another process was a moment faster
            return Signer.parse(self.key_file.read_text(encoding="ascii"))
        return signer

    def path(self, size: int) -> Path:
        """The file of one checkpoint; names sort as sizes do."""
        return self.folder / f"{size:012d}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Seals:
    """What a folder holds: checkpoints of a known key, and (size or 0, what is wrong) for files that are none."""

    checkpoints: tuple[Checkpoint, ...]
    faults: tuple[tuple[int, str], ...]


def make(store: Store, place: Place, reason: str) -> Checkpoint | None:
    """Seal the log as it is now; None while it is empty. Repeating it changes nothing.

    Raises Refused when the folder holds a seal of more entries than the log has, or of another log: then something
    was removed or rewritten, and a new seal must not cover it up.
    """
    with store.transaction(ACTOR) as tx:
        checkpoint = _advance(tx, reason)
    if checkpoint is None:
        return None
    try:
        signer = place.signer(checkpoint.origin, create=True)
        _refuse_behind(store, place, checkpoint)
        _make_known(place, signer)
        if not place.path(checkpoint.size).exists():
            write_whole(place.path(checkpoint.size), signer.sign(checkpoint))
    except OSError as error:
        raise ReinstateError(f"{place.folder}: no checkpoint can be written there: {error.strerror}") from None
    return checkpoint


def ask(store: Store, place: Place, actor: Actor) -> Checkpoint | None:
    """Seal the log because a person asks for it, which is on the log itself; as ``make`` otherwise."""
    with store.transaction(actor) as tx:
        tx.audit("checkpoint.asked", "audit")
    return make(store, place, "asked")


def _advance(tx: Tx, reason: str) -> Checkpoint | None:
    """Bring the frontier up to the log's end and remember it."""
    last = next(iter(newest(tx, 1)), None)
    tree = MerkleTree(last.size, [bytes.fromhex(p) for p in last.peaks.split()]) if last else MerkleTree()
    for _seq, line, _salt, _detail in trail.sealed_lines(tx, after=tree.size):
        tree.append(line.encode("utf-8", "surrogateescape"))
    if not tree.size:
        return None
    if last is None or tree.size > last.size:
        peaks = " ".join(p.hex() for p in tree.peaks())
        row = {"size": tree.size, "root": tree.root(), "peaks": peaks, "reason": reason, "made_at": tx.now}
        tx.conn.execute(audit_checkpoint.insert().values(row))
    return Checkpoint(_origin(tx), tree.size, tree.root())


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """A checkpoint as the database remembers it."""

    size: int
    root: str
    peaks: str
    reason: str
    made_at: datetime


def newest(tx: Tx, limit: int) -> list[Checkpointed]:
    """The last checkpoints as the database remembers them, newest first."""
    rows = tx.conn.execute(select(audit_checkpoint).order_by(audit_checkpoint.c.size.desc()).limit(limit))
    return [Checkpointed(row.size, row.root, row.peaks, row.reason, row.made_at) for row in rows]


def _origin(tx: Tx) -> str:
    first = next(iter(trail.entries_from(tx, 1, 1)), None)
    return origin_of(first.line) if first else ""


def _refuse_behind(store: Store, place: Place, new: Checkpoint) -> None:
    newest = max((p for p in place.folder.glob(f"*{SUFFIX}")), default=None)
    if newest is None:
        return
    size = size_of(newest)
    with store.reading() as tx:
        query = select(audit_checkpoint.c.root).where(audit_checkpoint.c.size == size)
        root = tx.conn.execute(query).scalar_one_or_none()
    sealed = _checkpoint_in(newest, place)
    is_same = sealed is not None and sealed.root == root and sealed.origin == new.origin
    if size > new.size or not is_same:
        raise Refused(
            f"the log is not the one that was sealed at entry {size}: keep both as they are, run 'reinstate audit "
            "verify', and restore the newest backup or name a new checkpoint folder",
            rule="DESK-RECORD",
        )


def _checkpoint_in(path: Path, place: Place) -> Checkpoint | None:
    try:
        return notes.read(path.read_bytes(), keys(place))
    except (OSError, ValueError):
        return None


def size_of(path: Path) -> int:
    """The size that a checkpoint file's name tells; 0 for another file's."""
    stem = path.name.removesuffix(SUFFIX)
    return int(stem) if stem.isascii() and stem.isdigit() else 0


def _make_known(place: Place, signer: Signer) -> None:
    known = place.folder / KEYS
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    if signer.verifier not in lines:
        write_whole(known, "".join(f"{line}\n" for line in [*lines, signer.verifier]).encode())


def keys(place: Place) -> dict[bytes, tuple[str, bytes]]:
    """Public keys whose seals count: those in the folder's key list. Raises BadInput for a list that is damaged."""
    known = place.folder / KEYS
    return notes.keys_of(known.read_text(encoding="utf-8").splitlines()) if known.exists() else {}


def verifier_keys(place: Place) -> tuple[str, ...]:
    """The same as strings, oldest first: what a third party is given."""
    known = place.folder / KEYS
    return tuple(k for k in known.read_text(encoding="utf-8").splitlines() if k.strip()) if known.exists() else ()


def read(folder: Path, trusted: dict[bytes, tuple[str, bytes]]) -> Seals:
    """Every checkpoint file of a folder, by size."""
    found: list[Checkpoint] = []
    faults: list[tuple[int, str]] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        size = size_of(path)
        try:
            checkpoint = notes.read(path.read_bytes(), trusted)
        except (OSError, ValueError) as error:
            why = str(error) if type(error) is ValueError else "cannot be read"
            faults.append((size, f"the checkpoint file of entry {size} cannot be relied on: {why}"))
            continue
        if checkpoint.size != size:
            faults.append((size, f"the checkpoint file of entry {size} holds that of entry {checkpoint.size}"))
        found.append(checkpoint)
    return Seals(tuple(found), tuple(faults))


def verify(store: Store, place: Place, trusted: dict[bytes, tuple[str, bytes]] | None = None) -> Verification:
    """The log against its chain, its details, its search columns and every seal in the folder.

    A seal that the database tells of and that is not in the folder is a fault, too: somebody took it away.
    ``trusted`` are the keys to believe; the folder's own list when not given.
    """
    seals = read(place.folder, keys(place) if trusted is None else trusted)
    held = {size_of(path) for path in place.folder.glob(f"*{SUFFIX}")}
    with store.reading() as tx:
        found = trail.verify_log(tx, seals.checkpoints)
        told = tx.conn.execute(select(audit_checkpoint.c.size).order_by(audit_checkpoint.c.size)).scalars().all()
    gone = [(size, f"the checkpoint file of entry {size} is not in the folder") for size in told if size not in held]
    return replace(found, bad=tuple(sorted((*found.bad, *seals.faults, *gone))))


def is_sensitive(action: str) -> bool:
    """Whether the log is sealed at once after this action."""
    return action.startswith(SENSITIVE)


def try_make(store: Store, place: Place, reason: str) -> bool:
    """Seal the log where what was done must not fail for it; a failure is logged, and ``reinstate doctor`` tells."""
    try:
        make(store, place, reason)
    except ReinstateError as error:
        _log.error("checkpoint.failed", kind=type(error).__name__)
        return False
    return True


def seal_after(store: Store, place: Place) -> None:
    """Have ``store`` seal the log after every unit of work that did something sensitive; the work is done by then."""

    def after(actions: Collection[str]) -> None:
        reason = next((action for action in sorted(actions) if is_sensitive(action)), None)
        if reason is not None:
            try_make(store, place, reason)

    store.after = after


def state(store: Store, place: Place) -> tuple[int, int]:
    """Size of the last checkpoint whose file is in the folder, and of the log."""
    sizes = [size_of(p) for p in place.folder.glob(f"*{SUFFIX}")]
    with store.reading() as tx:
        return max(sizes, default=0), trail.size(tx)
