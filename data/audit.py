"""The tamper-evident log, pure: how a line is sealed and how a run of lines is verified.

A line is canonical JSON: ASCII keys in order, no spaces, only strings and integers. ``prev`` is the SHA-256 of the
line before, so changing, removing or moving any line breaks the chain; RFC 6962 leaf and node hashes over the same
bytes give one Merkle root for the whole log. A detail is committed as SHA-256(salt + detail): it can be erased and
the log still verifies, because an entry says that it was erased. Checkpoints kept outside the database show a log
whose end was cut off, or that was written anew from some entry on.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data.clock import rfc3339
from data.merkle import MerkleTree as MerkleTree
from data.notes import Checkpoint

GENESIS = "0" * 64
ERASED = "detail.erased"  # the action that tells of a detail that was taken out; its subject is ``entry:N``
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
    checkpoints: int = 0  # that were compared and agree
    covered: int = 0  # entries up to the last of these: none of them can have been changed or removed

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
    return hashlib.sha256(spelled(line)).hexdigest()


def spelled(line: str) -> bytes:
    """The bytes of a line; what is no UTF-8 in a damaged one comes back as it was (see ``trail.sealed_lines``)."""
    return line.encode("utf-8", "surrogateescape")


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
    told = canonical(detail)
    salt = secrets.token_bytes(32)
    commitment = hashlib.sha256(salt + told.encode("ascii")).hexdigest()
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
    return Sealed(seq, line, salt, told)


_Entry = tuple[str, str, str, int, str, str]  # action, time, commitment, number, link, subject

# what json.dumps spells without an escape: a line of only these is canonical, and need not be spelled again
_TEXT = r'([^"\\\x00-\x1f\x80-\U0010ffff]*)'
_ANY = _TEXT.replace("(", "(?:", 1)
_HASH = "([0-9a-f]{64})"
PLAIN = re.compile(
    rf'\{{"action":"{_TEXT}","actor":"{_ANY}","at":"{_TEXT}","detail":"{_HASH}","n":([1-9][0-9]{{0,17}}),'
    rf'"prev":"{_HASH}","subject":"{_TEXT}","v":1\}}'
)


@dataclass
class _Findings:
    """What has been found so far, and which details are gone or told of as erased."""

    bad: list[tuple[int, str]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    good: list[int] = field(default_factory=list)  # sizes of checkpoints that agree


def verify(
    lines: Iterable[tuple[int, str, bytes | None, str | None]], checkpoints: Iterable[Checkpoint] = ()
) -> Verification:
    """Check ``(seq, line, salt, detail)`` in order of seq; an erased detail comes as None, None.

    Finds changed, missing, added and reordered lines, lines not in canonical form, details that are not what was
    committed or are gone without an entry that says so, and a log that is not the one of its ``checkpoints`` (of
    verified signature). A clock that stepped back is counted, not an error: the sequence orders, a time is only a
    claim.
    """
    found, sealed = _Findings(), _by_size(checkpoints)
    tree, head, expected, erased, steps_back, last_at, origin = MerkleTree(), GENESIS, 1, 0, 0, "", ""
    for seq, line, salt, detail in lines:
        raw = spelled(line)
        if seq != expected:
            found.bad.append((seq, f"entry {expected} is missing or out of order"))
            expected = seq
        entry = _read(line)
        if isinstance(entry, str):
            found.bad.append((seq, entry))
        else:
            action, at, commitment, n, prev, subject = entry
            # the usual case first: this loop runs a million times
            is_bound = salt is not None and detail is not None and _commitment(salt, detail) == commitment
            if n != seq or prev != head or not is_bound:
                _blame(found, seq, n == seq, prev == head, is_bound, (salt is None, detail is None))
            steps_back += at < last_at
            last_at = at
            if action == ERASED:
                found.told.add(subject)
        erased += salt is None and detail is None
        head = hashlib.sha256(raw).hexdigest()
        tree.append(raw)
        origin = origin or origin_of(line)
        if tree.size in sealed:
            _compare_sealed(found, sealed.pop(tree.size), tree, origin)
        expected += 1
    for size in sorted(sealed):
        found.bad.append(
            (size, f"the log ends at entry {tree.size}: its checkpoint of entry {size} says that it was longer")
        )
    found.bad += [(n, "the detail is gone and no entry tells of its erasure")
                  for n in found.gone if f"entry:{n}" not in found.told]  # fmt: skip
    covered = max(found.good, default=0)
    return Verification(expected - 1, head, tree.root(), tuple(found.bad), erased, steps_back, len(found.good), covered)


def origin_of(first_line: str) -> str:
    """The name of a log, under which its checkpoints are signed: it cannot be another log's."""
    return f"reinstate/{line_hash(first_line)[:16]}"


def _by_size(checkpoints: Iterable[Checkpoint]) -> dict[int, list[Checkpoint]]:
    found: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _compare_sealed(found: _Findings, sealed: Sequence[Checkpoint], tree: MerkleTree, origin: str) -> None:
    root = tree.root()
    for checkpoint in sealed:
        if checkpoint.origin != origin:
            found.bad.append((tree.size, "a checkpoint of this entry belongs to another log"))
        elif checkpoint.root != root:
            found.bad.append((tree.size, "the log up to this entry is not the one that its checkpoint sealed"))
        else:
            found.good.append(tree.size)


def _read(line: str) -> _Entry | str:
    """Action, time, commitment, number, link and subject of a line, or what is wrong with it."""
    if plain := PLAIN.fullmatch(line):
        action, at, detail, n, prev, subject = plain.groups()
        return action, at, detail, int(n), prev, subject
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return "the line is not JSON"
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        return "the line has other fields than a log line"
    if any(type(entry[key]) is not (int if key in ("n", "v") else str) for key in _KEYS) or entry["v"] != 1:
        return "the line holds a value a log line cannot hold"
    if json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True) != line:
        return "the line is not in its canonical form"
    return entry["action"], entry["at"], entry["detail"], entry["n"], entry["prev"], entry["subject"]


def _commitment(salt: bytes, detail: str) -> str:
    return hashlib.sha256(salt + spelled(detail)).hexdigest()


def _blame(
    found: _Findings, seq: int, is_placed: bool, is_chained: bool, is_bound: bool, missing: tuple[bool, bool]
) -> None:
    if not is_placed:
        found.bad.append((seq, "the line tells another number than its place"))
    if not is_chained:
        found.bad.append((seq, "the line does not follow the one before"))
    if all(missing):
        found.gone.append(seq)
    elif any(missing):
        found.bad.append((seq, "half of the detail is missing"))
    elif not is_bound:
        found.bad.append((seq, "the detail is not the one that was committed"))
