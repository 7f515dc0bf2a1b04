"""Checks an exported audit log, or the log part of an evidence pack, with nothing but Python 3.8 or newer.

    python3 verify.py [FOLDER] [--key KEY] [--json]

FOLDER is the one that holds manifest.json (default: this file's own). KEY is the public key that you were given on
another way (one line, name+id+key); without it the keys that came with the export are used, and shown so that you can
compare them. Exit status 0: everything holds. 4: something was changed, each finding is told. 2: nothing to check here.

This file shares no code with the program that wrote the export. It uses SHA-256, the Merkle tree of RFC 6962, Ed25519
of RFC 8032 and the signed notes of C2SP (signed-note, tlog-checkpoint); all of these are spelled out below.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Point = tuple[int, int, int, int]  # extended coordinates
    Keys = dict[bytes, tuple[str, bytes]]  # id -> name and public key
    Faults = list[tuple[int, str]]  # entry (or 0) and what is wrong
    Sealed = dict[int, list[tuple[str, bytes]]]  # size -> origin and root of each checkpoint
    Fields = dict[str, Any]

GENESIS = "0" * 64
KEYS = ("action", "actor", "at", "detail", "n", "prev", "subject", "v")
ERASED = "detail.erased"


# --- Ed25519, RFC 8032 section 5.1 ---------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a: Point, b: Point) -> Point:
    """Sum of two points in extended coordinates (section 5.1.4)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def x_of(y: int, sign: int) -> int | None:
    """The x that belongs to y (section 5.1.3), or None."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(raw: bytes) -> Point | None:
    """The point that 32 bytes spell, or None."""
    y = int.from_bytes(raw, "little")
    x = x_of(y & (2**255 - 1), y >> 255)
    y &= 2**255 - 1
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is that of ``message`` by the key ``public`` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (P - key[0], key[1], 1, P - key[3])  # s*B - h*A must be R
    both = add(BASE, minus)
    total = (0, 1, 1, 0)
    for bit in range(max(s.bit_length(), h.bit_length()) - 1, -1, -1):
        total = add(total, total)
        which = (s >> bit & 1) + 2 * (h >> bit & 1)
        if which:
            total = add(total, (BASE, minus, both)[which - 1])
    return (total[0] - r[0] * total[2]) % P == 0 and (total[1] - r[1] * total[2]) % P == 0


# --- the Merkle tree, RFC 6962 section 2.1 -------------------------------------------------------------------------


def leaf_hash(raw: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + raw).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The root of a growing list: full subtrees only, widest first."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[tuple[int, bytes]] = []

    def append(self, raw: bytes) -> None:
        width, node = 1, leaf_hash(raw)
        while self.parts and self.parts[-1][0] == width:
            node = node_hash(self.parts.pop()[1], node)
            width *= 2
        self.parts.append((width, node))
        self.size += 1

    def root(self) -> bytes:
        if not self.parts:
            return hashlib.sha256(b"").digest()
        node = self.parts[-1][1]
        for _, left in reversed(self.parts[:-1]):
            node = node_hash(left, node)
        return node


def root_by(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a leaf at ``place`` leads by its path (RFC 9162 section 2.1.3.2), or None."""
    node, last = leaf, size - 1
    if not 0 <= place < size:
        return None
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


# --- keys and checkpoints, C2SP signed-note and tlog-checkpoint ----------------------------------------------------


def read_key(line: str) -> tuple[bytes, str, bytes]:
    """(id, name, public key) of ``name+id+key``; raises ValueError."""
    name, spelled_id, spelled = line.strip().split("+", 2)
    raw = base64.b64decode(spelled, validate=True)
    own_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[:1] != b"\x01" or own_id.hex() != spelled_id:
        raise ValueError("not a key")
    return own_id, name, raw[1:]


def read_checkpoint(raw: bytes, keys: Keys) -> tuple[str, int, bytes]:
    """(origin, size, root) of a checkpoint that a known key signed; raises ValueError."""
    try:
        if len(raw) > 4096:
            raise ValueError
        text, blank, signatures = raw.decode("utf-8").partition("\n\n")
        origin, size, spelled = text.split("\n")
        root = base64.b64decode(spelled, validate=True)
        number = int(size)
        again = "%s\n%d\n%s" % (origin, number, base64.b64encode(root).decode())  # noqa: UP031
        if not blank or len(root) != 32 or again != text or not signatures.endswith("\n"):
            raise ValueError
    except ValueError:
        raise ValueError("not a checkpoint") from None
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        try:
            signature = base64.b64decode(parts[2], validate=True)
            name, public = keys[signature[:4]]
        except (ValueError, KeyError, IndexError):
            continue
        is_ours = len(parts) == 3 and parts[0] == "\u2014" and parts[1] == name
        if is_ours and is_signed(public, (text + "\n").encode(), signature[4:]):
            return origin, number, root
    raise ValueError("no signature by a known key")


def checkpoints_in(folder: Path, keys: Keys, bad: Faults) -> Sealed:
    """Size -> list of (origin, root) of every good checkpoint file; what is wrong with others goes to ``bad``."""
    found: Sealed = {}
    for path in sorted(folder.glob("*.checkpoint")):
        stem = path.name[: -len(".checkpoint")]
        size = int(stem) if stem.isascii() and stem.isdigit() else 0
        try:
            origin, number, root = read_checkpoint(path.read_bytes(), keys)
        except ValueError as error:
            bad.append((size, f"the checkpoint file of entry {size} cannot be relied on: {error}"))
            continue
        if number != size:
            bad.append((size, f"the checkpoint file of entry {size} holds that of entry {number}"))
        found.setdefault(number, []).append((origin, root))
    return found


# --- one line of the log -------------------------------------------------------------------------------------------

TEXT = r'([^"\\\x00-\x1f\x80-\U0010ffff]*)'
PLAIN = re.compile(
    r'\{"action":"' + TEXT + r'","actor":"' + TEXT + r'","at":"' + TEXT + r'","detail":"([0-9a-f]{64})",'
    r'"n":([1-9][0-9]{0,17}),"prev":"([0-9a-f]{64})","subject":"' + TEXT + r'","v":1\}'
)


def read_line(raw: bytes) -> Fields | str:
    """The fields of a line that is spelled as it has to be, or a text that says what is wrong."""
    plain = PLAIN.fullmatch(raw.decode("utf-8", "surrogateescape"))
    if plain:
        entry = dict(zip(KEYS, (*plain.groups(), 1)))  # noqa: B905 (Python 3.8)
        entry["n"] = int(entry["n"])
        return entry
    try:
        entry = json.loads(raw.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return "the line is not JSON"
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        return "the line has other fields than a log line"
    if any(type(entry[k]) is not (int if k in ("n", "v") else str) for k in KEYS) or entry["v"] != 1:
        return "the line holds a value a log line cannot hold"
    if json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() != raw:
        return "the line is not in its canonical form"
    return entry


def details_of(path: Path) -> Iterator[tuple[int, bytes | None, str | None]]:
    """Yield (number, salt, detail) as written; the salt or the detail may be None."""
    with path.open("rb") as file:
        for line in file:
            told = json.loads(line)
            salt, detail = told.get("salt"), told.get("detail")
            yield told["n"], None if salt is None else bytes.fromhex(salt), None if detail is None else detail


def commitment_fault(entry: Fields, salt: bytes | None, detail: str | None) -> str | None:
    if salt is None or detail is None:
        return "half of the detail is missing"
    if hashlib.sha256(salt + detail.encode("utf-8", "surrogateescape")).hexdigest() != entry["detail"]:
        return "the detail is not the one that was committed"
    return None


# --- a whole log ---------------------------------------------------------------------------------------------------


def check_log(folder: Path, keys: Keys) -> Fields:
    """Verify log.txt, details.jsonl and checkpoints/ of a folder; returns the findings as a dict."""
    bad: Faults = []
    gone: list[int] = []
    told: set[str] = set()
    good: list[int] = []
    sealed = checkpoints_in(folder / "checkpoints", keys, bad)
    tree, head, expected, erased, steps_back, last_at, origin = Tree(), GENESIS, 1, 0, 0, "", ""
    details = details_of(folder / "details.jsonl")
    waiting = next(details, None)
    with (folder / "log.txt").open("rb") as file:
        for row in file:
            number, _, raw = row.rstrip(b"\n").partition(b"\t")
            seq = int(number)
            salt: bytes | None = None
            detail: str | None = None
            while waiting is not None and waiting[0] < seq:
                waiting = next(details, None)
            if waiting is not None and waiting[0] == seq:
                _, salt, detail = waiting
                waiting = next(details, None)
            if seq != expected:
                bad.append((seq, f"entry {expected} is missing or out of order"))
                expected = seq
            entry = read_line(raw)
            if isinstance(entry, str):
                bad.append((seq, entry))
            else:
                if entry["n"] != seq:
                    bad.append((seq, "the line tells another number than its place"))
                if entry["prev"] != head:
                    bad.append((seq, "the line does not follow the one before"))
                if salt is None and detail is None:
                    gone.append(seq)
                else:
                    fault = commitment_fault(entry, salt, detail)
                    if fault:
                        bad.append((seq, fault))
                steps_back += entry["at"] < last_at
                last_at = entry["at"]
                if entry["action"] == ERASED:
                    told.add(entry["subject"])
            erased += salt is None and detail is None
            head = hashlib.sha256(raw).hexdigest()
            tree.append(raw)
            origin = origin or "reinstate/" + head[:16]
            for name, root in sealed.pop(tree.size, ()):
                if name != origin:
                    bad.append((tree.size, "a checkpoint of this entry belongs to another log"))
                elif root != tree.root():
                    bad.append((tree.size, "the log up to this entry is not the one that its checkpoint sealed"))
                else:
                    good.append(tree.size)
            expected += 1
    for size in sealed:
        bad.append((size, f"the log ends at entry {tree.size}: its checkpoint of entry {size} says that it was longer"))
    bad += [(n, "the detail is gone and no entry tells of its erasure") for n in gone if f"entry:{n}" not in told]
    return {
        "entries": expected - 1,
        "head": head,
        "root": tree.root().hex(),
        "erased_details": erased,
        "clock_steps_back": steps_back,
        "checkpoints": len(good),
        "covered": max(good, default=0),
        "bad": sorted(bad),
    }


# --- the entries of an evidence pack -------------------------------------------------------------------------------


def check_pack(folder: Path, keys: Keys) -> Fields:
    """Verify that the entries of a pack stood in the log that its checkpoint sealed."""
    bad: Faults = []
    count = 0
    try:
        _, size, root = read_checkpoint((folder / "log" / "log.checkpoint").read_bytes(), keys)
    except ValueError as error:
        return {"entries": 0, "covered": 0, "bad": [(0, f"the checkpoint cannot be relied on: {error}")]}
    with (folder / "log" / "entries.jsonl").open("rb") as file:
        for row in file:
            told = json.loads(row)
            raw, n = told["line"].encode(), told["n"]
            count += 1
            entry = read_line(raw)
            if isinstance(entry, str):
                bad.append((n, entry))
                continue
            if entry["n"] != n:
                bad.append((n, "the line tells another number than its place"))
            path = [bytes.fromhex(part) for part in told["proof"]]
            if root_by(leaf_hash(raw), n - 1, size, path) != root:
                bad.append((n, "the entry did not stand at this place in the sealed log"))
            if told.get("salt") is not None or told.get("detail") is not None:
                salt = None if told.get("salt") is None else bytes.fromhex(told["salt"])
                fault = commitment_fault(entry, salt, told.get("detail"))
                if fault:
                    bad.append((n, fault))
    return {"entries": count, "covered": size, "bad": sorted(bad)}


# --- the folder ----------------------------------------------------------------------------------------------------


def check_files(folder: Path, manifest: Fields) -> Faults:
    """What differs from the list of files and hashes in manifest.json."""
    bad: Faults = []
    for name, wanted in sorted(manifest["files"].items()):
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
            bad.append((0, f"the file {name} is missing"))
        elif hash_of(path) != wanted:
            bad.append((0, f"the file {name} is not the one of the manifest"))
    held = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    extra = sorted(n for n in held - set(manifest["files"]) - {"manifest.json"} if "__pycache__" not in n)
    return bad + [(0, f"the file {name} is not in the manifest") for name in extra]


def hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def check(folder: Path, key_lines: list[str] | None = None) -> Fields:
    """Everything about a folder: the findings, with ``intact`` and the keys that were believed."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        kind = manifest["kind"]
        files = check_files(folder, manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"intact": False, "bad": [(0, "there is no manifest.json that can be read")], "kind": "", "keys": []}
    keys_file = folder / ("keys.txt" if kind == "log" else "log/keys.txt")
    try:
        lines = key_lines or [k for k in keys_file.read_text(encoding="utf-8").split("\n") if k.strip()]
        keys = {own_id: (name, public) for own_id, name, public in map(read_key, lines)}
        found = check_log(folder, keys) if kind == "log" else check_pack(folder, keys)
    except (OSError, ValueError, KeyError, TypeError) as error:
        lines = []
        found = {"entries": 0, "covered": 0, "bad": [(0, f"cannot be read: {type(error).__name__}")]}
    found["bad"] = files + found["bad"]
    found.update(intact=not found["bad"], kind=kind, keys=lines, keys_given=key_lines is not None)
    return found


def told(found: Fields) -> Iterator[str]:
    """The findings as lines for a person."""
    yield "INTACT" if found["intact"] else "CHANGED"
    if found["kind"] == "log":
        yield f"{found['entries']} entries; sealed by checkpoints: the first {found['covered']}"
        if "head" in found:
            yield f"head {found['head']}"
            yield f"root {found['root']}"
            yield f"details erased: {found['erased_details']}; clock stepped back: {found['clock_steps_back']} times"
    elif found["kind"]:
        yield f"{found['entries']} entries, each with its proof, of a log that was sealed at entry {found['covered']}"
    for key in found["keys"]:
        yield f"key {key}"
    if found["keys"] and not found["keys_given"]:
        yield "These keys came with the files: compare them with what the sender told you on another way."
    for n, what in found["bad"][:50]:
        yield f"  entry {n}: {what}" if n else f"  {what}"
    if len(found["bad"]) > 50:
        yield f"  and {len(found['bad']) - 50} more"


def main(arguments: Sequence[str]) -> int:
    rest: list[str] = []
    as_json = False
    key_lines: list[str] | None = None
    words = iter(arguments)
    for word in words:
        if word in ("-h", "--help"):
            sys.stdout.write(__doc__ or "")
            return 0
        if word == "--json":
            as_json = True
        elif word == "--key":
            key_lines = [next(words, "")]
        else:
            rest.append(word)
    folder = Path(rest[0]) if rest else Path(__file__).resolve().parent
    found = check(folder, key_lines)
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        sys.stdout.write("".join(line + "\n" for line in told(found)))
    return 2 if not found["kind"] else 0 if found["intact"] else 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
