"""Ways to tamper with an exported log, as somebody who may rewrite everything but has no signing key.

``state`` is a log of 60 entries sealed at 10, 25, 40 and 50; every class changes something up to entry 50. The covered
part is what a seal vouches for: each change in it has to be found, by both verifiers alike.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from data import audit, checkpoints, notes
from data.audit import Verification, canonical, line_hash, origin_of, seal
from data.audit_export import write_manifest
from data.merkle import MerkleTree
from data.notes import Checkpoint, Signer
from tests.builders import NOW, days

ENTRIES, SEALED = 60, (10, 25, 40, 50)
Entry = tuple[int, str, bytes | None, str | None]


@dataclass(frozen=True)
class State:
    """A log with its seals (size -> file) and the public keys that are believed."""

    log: list[Entry]
    seals: Mapping[int, bytes]
    keys: tuple[str, ...]
    signer: Signer = field(repr=False)


def state(seed: int = 0) -> State:
    """An honest log: its salts differ from call to call, its words do not."""
    log: list[Entry] = []
    previous: str | None = None
    for n in range(1, ENTRIES + 1):
        made = seal(previous, n, actor=f"p:{n % 3}", action="thing.done", subject=f"thing:{n}",
                    at=NOW + days(n / 24), detail={"n": n, "seed": seed})  # fmt: skip
        log.append((n, made.line, made.salt, made.detail))
        previous = made.line
    signer = Signer.new(origin_of(log[0][1]))
    return State(log, sealed(log, signer), (signer.verifier,), signer)


def sealed(log: list[Entry], signer: Signer) -> dict[int, bytes]:
    tree, found = MerkleTree(), {}
    for _, line, _, _ in log:
        tree.append(line.encode("utf-8", "surrogateescape"))
        if tree.size in SEALED:
            found[tree.size] = signer.sign(Checkpoint(origin_of(log[0][1]), tree.size, tree.root()))
    return found


def put(s: State, place: int, entry: Entry) -> State:
    return replace(s, log=[*s.log[:place], entry, *s.log[place + 1 :]])


def put_line(s: State, place: int, line: str) -> State:
    seq, _, salt, detail = s.log[place]
    return put(s, place, (seq, line, salt, detail))


def with_field(s: State, place: int, name: str, value: object) -> State:
    return put_line(s, place, canonical(json.loads(s.log[place][1]) | {name: value}))


def rechained(log: list[Entry], first: int) -> list[Entry]:
    """Numbers and links made good again from a place on, as a careful forger would."""
    done = log[:first]
    for _, line, salt, detail in log[first:]:
        prev = line_hash(done[-1][1]) if done else audit.GENESIS
        entry = json.loads(line) | {"n": len(done) + 1, "prev": prev}
        done.append((len(done) + 1, canonical(entry), salt, detail))
    return done


def _place(dice: random.Random) -> int:
    return dice.randrange(SEALED[-1])


def _field(name: str, value: Callable[[random.Random], object]) -> Mutation:
    return lambda s, dice: with_field(s, _place(dice), name, value(dice))


def _hex(dice: random.Random) -> str:
    return dice.randbytes(32).hex()


def _extra_field(s: State, dice: random.Random) -> State:
    return with_field(s, _place(dice), "note", "x")


def _lost_field(s: State, dice: random.Random) -> State:
    place = _place(dice)
    entry = json.loads(s.log[place][1])
    entry.pop(dice.choice(sorted(entry)))
    return put_line(s, place, canonical(entry))


def _spacing(s: State, dice: random.Random) -> State:
    place = _place(dice)
    line = s.log[place][1]
    at = dice.choice([n for n, sign in enumerate(line) if sign in ",:{" and line[n - 1] != "\\"])
    return put_line(s, place, f"{line[: at + 1]} {line[at + 1 :]}")


def _key_order(s: State, dice: random.Random) -> State:
    place = _place(dice)
    entry = list(json.loads(s.log[place][1]).items())
    dice.shuffle(entry)
    spelled = json.dumps(dict(entry), separators=(",", ":"))
    return put_line(s, place, spelled if spelled != s.log[place][1] else spelled[::-1])


def _escape(s: State, dice: random.Random) -> State:
    return put_line(s, place := _place(dice), s.log[place][1].replace("thing", "\\u0074hing", 1))


def _bit(s: State, dice: random.Random) -> State:
    place = _place(dice)
    raw = bytearray(s.log[place][1].encode())
    at = dice.randrange(len(raw))
    raw[at] ^= 1 << dice.randrange(8)
    if raw[at] == 10:
        raw[at] = 11
    return put_line(s, place, raw.decode("utf-8", "surrogateescape"))


def _removed(s: State, dice: random.Random) -> State:
    place = _place(dice)
    return replace(s, log=s.log[:place] + s.log[place + 1 :])


def _removed_rechained(s: State, dice: random.Random) -> State:
    place = _place(dice)
    return replace(s, log=rechained(s.log[:place] + s.log[place + 1 :], place))


def _cut(s: State, dice: random.Random) -> State:
    return replace(s, log=s.log[: dice.randrange(SEALED[-1])])


def _swapped(s: State, dice: random.Random) -> State:
    place = _place(dice)
    a, b = s.log[place], s.log[place + 1]
    return replace(s, log=[*s.log[:place], (a[0], *b[1:]), (b[0], *a[1:]), *s.log[place + 2 :]])


def _doubled(s: State, dice: random.Random) -> State:
    place = _place(dice)
    log = [*s.log[: place + 1], *s.log[place:]]
    return replace(s, log=[(n, *entry[1:]) for n, entry in enumerate(log, start=1)])


def _inserted_rechained(s: State, dice: random.Random) -> State:
    place = _place(dice)
    made = seal(None, 1, actor="p:9", action="thing.forged", subject="", at=NOW, detail={})
    log = [*s.log[:place], (0, made.line, made.salt, made.detail), *s.log[place:]]
    return replace(s, log=rechained(log, place))


def _changed_rechained(s: State, dice: random.Random) -> State:
    place = _place(dice)
    changed = with_field(s, place, "actor", "p:nobody")
    return replace(changed, log=rechained(changed.log, place))


def _detail(s: State, dice: random.Random) -> State:
    seq, line, salt, _ = s.log[place := _place(dice)]
    return put(s, place, (seq, line, salt, f'{{"n":{seq + dice.randrange(1, 99)}}}'))


def _salt(s: State, dice: random.Random) -> State:
    seq, line, _, detail = s.log[place := _place(dice)]
    return put(s, place, (seq, line, dice.randbytes(32), detail))


def _half(s: State, dice: random.Random) -> State:
    seq, line, salt, detail = s.log[place := _place(dice)]
    return put(s, place, (seq, line, None, detail) if dice.random() < 0.5 else (seq, line, salt, None))


def _silently_erased(s: State, dice: random.Random) -> State:
    seq, line, _, _ = s.log[place := _place(dice)]
    return put(s, place, (seq, line, None, None))


def _details_exchanged(s: State, dice: random.Random) -> State:
    a, b = dice.sample(range(SEALED[-1]), 2)
    one, two = s.log[a], s.log[b]
    return put(put(s, a, (*one[:2], *two[2:])), b, (*two[:2], *one[2:]))


def _made_anew(s: State, dice: random.Random) -> State:
    return replace(s, log=state(dice.randrange(1, 1000)).log)


def _sealed_by_another(s: State, dice: random.Random) -> State:
    changed = _changed_rechained(s, dice)
    return replace(changed, seals=sealed(changed.log, Signer.new(s.signer.name)))


def _sealed_text(s: State, dice: random.Random, line: int, new: str) -> State:
    size = dice.choice(SEALED)
    parts = s.seals[size].decode().split("\n")
    parts[line] = new
    return replace(s, seals={**s.seals, size: "\n".join(parts).encode()})


def _sealed_root(s: State, dice: random.Random) -> State:
    other = Checkpoint("x", 1, dice.randbytes(32).hex()).text.split("\n")[2]
    return _sealed_text(s, dice, 2, other)


def _sealed_size(s: State, dice: random.Random) -> State:
    return _sealed_text(s, dice, 1, str(dice.randrange(1, 9)))


def _seals_exchanged(s: State, dice: random.Random) -> State:
    a, b = dice.sample(SEALED, 2)
    return replace(s, seals={**s.seals, a: s.seals[b], b: s.seals[a]})


def _signature(s: State, dice: random.Random) -> State:
    size = dice.choice(SEALED)
    raw = bytearray(s.seals[size])
    at = raw.rindex(b" ") + 7 + dice.randrange(70)  # beyond the key's id
    raw[at] = ord("A") if raw[at] != ord("A") else ord("B")
    return replace(s, seals={**s.seals, size: bytes(raw)})


def _glued(s: State, dice: random.Random) -> State:
    place = _place(dice)
    log = [*s.log[:place], *state(dice.randrange(1, 1000)).log[place:]]
    return replace(s, log=rechained(log, place))


Mutation = Callable[[State, random.Random], State]
CLASSES: Mapping[str, Mutation] = {
    "another action": _field("action", lambda d: f"thing.{d.choice(['undone', 'denied'])}"),
    "another actor": _field("actor", lambda d: f"p:{d.randrange(10, 99)}"),
    "another time": _field("at", lambda d: f"2026-10-{d.randrange(10, 31)}T00:00:00Z"),
    "another subject": _field("subject", lambda d: f"thing:{d.randrange(100, 999)}"),
    "another number": _field("n", lambda d: d.randrange(100, 999)),
    "another link": _field("prev", _hex),
    "another commitment": _field("detail", _hex),
    "another version": _field("v", lambda d: d.randrange(2, 9)),
    "a field more": _extra_field,
    "a field less": _lost_field,
    "a space added": _spacing,
    "keys in another order": _key_order,
    "a letter as an escape": _escape,
    "a bit flipped": _bit,
    "a line removed": _removed,
    "a line removed, the rest re-chained": _removed_rechained,
    "the end cut off": _cut,
    "two lines exchanged": _swapped,
    "a line doubled": _doubled,
    "a line inserted, the rest re-chained": _inserted_rechained,
    "a line changed, the rest re-chained": _changed_rechained,
    "an older log with another end": _glued,
    "the whole log made anew": _made_anew,
    "a detail changed": _detail,
    "a salt changed": _salt,
    "half a detail removed": _half,
    "a detail removed in silence": _silently_erased,
    "two details exchanged": _details_exchanged,
    "re-chained and sealed by another key": _sealed_by_another,
    "a seal of another root": _sealed_root,
    "a seal of another size": _sealed_size,
    "two seals exchanged": _seals_exchanged,
    "a signature changed": _signature,
}


def mutated(name: str, trial: int) -> State:
    """One trial of a class; the same trial tampers in the same way."""
    return CLASSES[name](state(), random.Random(f"{name} {trial}"))


def written(s: State, folder: Path) -> Path:
    """The state as an export folder, its manifest made good: a forger would do that, too."""
    (folder / "checkpoints").mkdir(parents=True)
    lines = (b"%d\t%s\n" % (seq, line.encode("utf-8", "surrogateescape")) for seq, line, _, _ in s.log)
    (folder / "log.txt").write_bytes(b"".join(lines))
    told = (json.dumps({"n": n, "salt": salt.hex() if salt is not None else None, "detail": detail}) + "\n"
            for n, _, salt, detail in s.log if salt is not None or detail is not None)  # fmt: skip
    (folder / "details.jsonl").write_text("".join(told))
    for size, raw in s.seals.items():
        (folder / "checkpoints" / f"{size:012d}.checkpoint").write_bytes(raw)
    (folder / "keys.txt").write_text("".join(f"{key}\n" for key in s.keys))
    write_manifest(folder, {"kind": "log"})
    return folder


def verified(s: State, folder: Path) -> Verification:
    """What ``audit verify`` says of the same, reading the seals from a written folder."""
    seals = checkpoints.read(folder / "checkpoints", notes.keys_of(s.keys))
    found = audit.verify(s.log, seals.checkpoints)
    return replace(found, bad=tuple(sorted((*found.bad, *seals.faults))))


def told_alike(ours: Verification, theirs: Mapping[str, object]) -> bool:
    """Whether both verifiers say the same in everything."""
    same = ("entries", "head", "root", "erased_details", "clock_steps_back", "checkpoints", "covered")
    return all(theirs[name] == getattr(ours, name) for name in same) and theirs["bad"] == list(ours.bad)
