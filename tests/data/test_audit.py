"""The tamper-evident log, pure: sealing and verifying."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.audit import ERASED, MerkleTree, Sealed, canonical, seal, verify
from data.merkle import leaf_hash, proofs
from data.standalone import verify as standalone
from tests.builders import NOW

Line = tuple[int, str, bytes | None, str | None]


def a_log(size: int = 5) -> list[Line]:
    lines: list[Line] = []
    previous: str | None = None
    for seq in range(1, size + 1):
        made: Sealed = seal(
            previous, seq, actor="p:1", action="thing.done", subject=f"thing:{seq}", at=NOW, detail={"n": seq}
        )
        lines.append((made.seq, made.line, made.salt, made.detail))
        previous = made.line
    return lines


def test_a_log_as_it_was_written_verifies() -> None:
    assert verify(a_log(20)).intact


def test_an_empty_log_verifies() -> None:
    assert verify([]).intact


def changed(log: list[Line], place: int, **fields: object) -> list[Line]:
    seq, line, salt, detail = log[place]
    return [*log[:place], (seq, canonical(json.loads(line) | fields), salt, detail), *log[place + 1 :]]


@pytest.mark.parametrize("field", ["action", "actor", "at", "detail", "prev", "subject"])
def test_a_changed_field_is_found(field: str) -> None:
    assert not verify(changed(a_log(), 2, **{field: "something else"})).intact


def test_a_removed_line_is_found() -> None:
    log = a_log()
    assert not verify(log[:2] + log[3:]).intact


def test_two_exchanged_lines_are_found() -> None:
    log = a_log()
    assert not verify([log[0], log[2], log[1], *log[3:]]).intact


def test_a_changed_detail_is_found() -> None:
    log = a_log()
    seq, line, salt, _ = log[1]
    assert not verify([log[0], (seq, line, salt, '{"n":99}'), *log[2:]]).intact


def test_a_line_in_another_spelling_is_found() -> None:
    log = a_log()
    seq, line, salt, detail = log[4]
    assert not verify([*log[:4], (seq, line.replace(",", ", "), salt, detail)]).intact


def erased(log: list[Line], place: int) -> list[Line]:
    seq, line, _, _ = log[place]
    return [*log[:place], (seq, line, None, None), *log[place + 1 :]]


def test_an_erased_detail_still_verifies_when_an_entry_tells_of_it_and_is_counted() -> None:
    log = a_log()
    told = seal(log[-1][1], 6, actor="p:1", action=ERASED, subject="entry:2", at=NOW, detail={})
    result = verify([*erased(log, 1), (6, told.line, told.salt, told.detail)])
    assert result.intact and result.erased_details == 1


def test_a_detail_that_is_gone_without_a_word_is_found() -> None:
    assert [seq for seq, _ in verify(erased(a_log(), 1)).bad] == [2]


def test_a_clock_that_stepped_back_is_counted_but_no_fault() -> None:
    first = seal(None, 1, actor="a", action="x.y", subject="", at=NOW, detail={})
    second = seal(first.line, 2, actor="a", action="x.y", subject="", at=NOW - timedelta(hours=1), detail={})
    result = verify([(1, first.line, first.salt, first.detail), (2, second.line, second.salt, second.detail)])
    assert result.intact and result.clock_steps_back == 1


def test_a_float_has_no_place_on_a_line() -> None:
    with pytest.raises(TypeError):
        canonical({"a": 0.5})


def merkle_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    left, right = merkle_by_definition(leaves[:k]), merkle_by_definition(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_incremental_root_is_the_root_of_rfc_6962(leaves: list[bytes]) -> None:
    tree = MerkleTree()
    for leaf in leaves:
        tree.append(leaf)
    assert tree.root() == merkle_by_definition(leaves).hex()


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_every_inclusion_proof_leads_to_the_root_and_no_other_leaf_does(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    place = data.draw(st.integers(0, len(leaves) - 1))
    root, paths = proofs(hashes, range(len(leaves)))
    assert root == merkle_by_definition(leaves).hex()
    assert all(rooted(hashes[n], n, len(leaves), paths[n]) == root for n in range(len(leaves)))
    assert rooted(leaf_hash(b"another leaf"), place, len(leaves), paths[place]) != root


def rooted(leaf: bytes, place: int, size: int, path: Sequence[str]) -> str | None:
    """The root as the stand-alone verifier finds it."""
    found = standalone.root_by(leaf, place, size, [bytes.fromhex(step) for step in path])
    return found.hex() if found is not None else None


@given(st.lists(st.binary(max_size=4), max_size=40), st.integers(0, 40))
def test_a_tree_that_goes_on_from_its_frontier_is_the_same_tree(leaves: list[bytes], first: int) -> None:
    whole, part = MerkleTree(), MerkleTree()
    for leaf in leaves:
        whole.append(leaf)
    for leaf in leaves[:first]:
        part.append(leaf)
    again = MerkleTree(part.size, part.peaks())
    for leaf in leaves[first:]:
        again.append(leaf)
    assert (again.size, again.root()) == (whole.size, whole.root())
