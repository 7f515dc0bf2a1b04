"""The tamper-evident log, pure: how a line is sealed and how a run of lines is verified.

A line is canonical JSON: ASCII keys in order, no spaces, only strings and integers. ``prev`` is the SHA-256 of the
line before, so changing, removing or moving any line breaks the chain; RFC 6962 leaf and node hashes over the same
bytes give one Merkle root for the whole log. A detail is committed as SHA-256(salt + detail): it can be erased and
the log still verifies.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from data.clock import rfc3339

GENESIS = "0" * 64
_KEYS = {"action", "actor", "at", "detail", "n", "prev", "subject", "v"}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A line ready to append, and its erasable detail."""

    seq: int
    line: str
    salt: bytes
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: ``bad`` lists (sequence number, what is wrong); empty means intact."""

    entries: int
    head: str
    root: str
    bad: tuple[tuple[int, str], ...]
    erased_details: int
    clock_steps_back: int

    @property
    def intact(self) -> bool:
        """True when nothing is wrong."""
        return not self.bad


def canonical(value: Mapping[str, object]) -> str:
    """The one spelling of ``value``; raises TypeError for anything but (nested) strings, integers and booleans."""
    _only_exact(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _only_exact(value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError("keys of an audit line are ASCII strings")
            _only_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _only_exact(inner)
    elif value is not None and not isinstance(value, str | int):
        raise TypeError(f"an audit line holds strings and integers, not {type(value).__name__}")


def line_hash(line: str) -> str:
    """SHA-256 of the line's bytes, in hex."""
    return hashlib.sha256(line.encode("ascii")).hexdigest()


def seal(
    previous: str | None,
    seq: int,
    *,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, object],
) -> Sealed:
    """The next line after ``previous`` (None for the first), with a fresh 32-byte salt for its detail."""
    spelled = canonical(detail)
    salt = secrets.token_bytes(32)
    commitment = hashlib.sha256(salt + spelled.encode("ascii")).hexdigest()
    line = canonical(
        {
            "action": action,
            "actor": actor,
            "at": rfc3339(at),
            "detail": commitment,
            "n": seq,
            "prev": GENESIS if previous is None else line_hash(previous),
            "subject": subject,
            "v": 1,
        }
    )
    return Sealed(seq, line, salt, spelled)


class MerkleTree:
    """Root of an append-only list of leaves as in RFC 6962 section 2.1, in O(log n) memory."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []  # (size, hash), sizes falling powers of two

    def append(self, leaf: bytes) -> None:
        """Add one leaf (raw bytes)."""
        size, node = 1, hashlib.sha256(b"\x00" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == size:
            _, left = self._peaks.pop()
            size, node = size * 2, hashlib.sha256(b"\x01" + left + node).digest()
        self._peaks.append((size, node))

    def root(self) -> str:
        """The root in hex; the hash of nothing for an empty tree."""
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        node = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node.hex()


def verify(lines: Iterable[tuple[int, str, bytes | None, str | None]]) -> Verification:
    """Check ``(seq, line, salt, detail)`` in order of seq; an erased detail comes as None, None.

    Finds changed, missing, added and reordered lines, lines not in canonical form, and details that are not what
    was committed. A clock that stepped back is counted, not an error: the sequence orders, a time is only a claim.
    """
    bad: list[tuple[int, str]] = []
    tree, head, expected, erased, steps_back, last_at = MerkleTree(), GENESIS, 1, 0, 0, ""
    for seq, line, salt, detail in lines:
        problem, entry = _read(line)
        if seq != expected:
            bad.append((seq, f"entry {expected} is missing or out of order"))
            expected = seq
        if problem:
            bad.append((seq, problem))
        else:
            bad.extend((seq, fault) for fault in _faults(entry, seq, head, salt, detail))
            steps_back += str(entry["at"]) < last_at
            last_at = str(entry["at"])
        erased += salt is None and detail is None
        head = line_hash(line) if line.isascii() else GENESIS
        tree.append(line.encode("utf-8"))
        expected += 1
    return Verification(expected - 1, head, tree.root(), tuple(bad), erased, steps_back)


def _read(line: str) -> tuple[str, dict[str, object]]:
    try:
        entry = json.loads(line)
    except ValueError:
        return "the line is not JSON", {}
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        return "the line has other fields than a log line", {}
    try:
        if canonical(entry) != line:
            return "the line is not in its canonical form", {}
    except TypeError:
        return "the line holds a value a log line cannot hold", {}
    return "", entry


def _faults(entry: Mapping[str, object], seq: int, head: str, salt: bytes | None, detail: str | None) -> Iterable[str]:
    if entry["n"] != seq:
        yield "the line tells another number than its place"
    if entry["prev"] != head:
        yield "the line does not follow the one before"
    if (salt is None) != (detail is None):
        yield "half of the detail is missing"
    elif (
        salt is not None
        and detail is not None
        and hashlib.sha256(salt + detail.encode("utf-8")).hexdigest() != entry["detail"]
    ):
        yield "the detail is not the one that was committed"
