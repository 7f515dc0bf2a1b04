"""Seals of the log outside the database: when they are made, what they show, and what is refused."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from data import checkpoints, migrate, notes, trail
from data.checkpoints import Place
from data.domain import Actor
from data.errors import BadInput, Refused
from data.notes import Checkpoint, Signer
from data.standalone import verify as standalone
from data.store import Store, Tx
from data.workspace import Workspace
from tests.builders import TESTER

ROOT = "ab" * 32


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "seals", tmp_path / "secrets" / "audit.key")


def fill(store: Store, entries: int) -> None:
    with store.transaction(TESTER) as tx:
        for n in range(entries):
            tx.audit("thing.done", f"thing:{n}", {"n": n})


def tamper(store: Store, *statements: str) -> None:
    """Change the database from outside, its triggers taken away and put back."""
    with store.transaction(TESTER) as tx:
        _without_triggers(tx)
        for statement in statements:
            tx.conn.execute(text(statement))


def _without_triggers(tx: Tx) -> None:
    if tx.is_sqlite:
        for (name,) in list(tx.conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))):
            tx.conn.execute(text(f"DROP TRIGGER {name}"))
    else:
        tx.conn.execute(text("SET session_replication_role = replica"))


def test_a_sealed_log_verifies_up_to_its_seal(store: Store, place: Place) -> None:
    fill(store, 5)
    checkpoints.make(store, place, "test")
    fill(store, 2)
    found = checkpoints.verify(store, place)
    assert found.intact and (found.entries, found.covered) == (7, 5)


def test_sealing_goes_on_from_the_frontier_and_never_repeats_itself(store: Store, place: Place) -> None:
    for size in (1, 4, 9):
        fill(store, size)
        checkpoints.make(store, place, "test")
        checkpoints.make(store, place, "test")
    found = checkpoints.verify(store, place)
    assert found.intact and found.checkpoints == 3 and found.covered == 14


def test_an_empty_log_is_not_sealed(store: Store, place: Place) -> None:
    assert checkpoints.make(store, place, "test") is None


@pytest.mark.parametrize(
    "attack",
    [
        ("DELETE FROM audit_detail WHERE seq > 4", "DELETE FROM audit_entry WHERE seq > 4"),
        ("UPDATE audit_entry SET line = replace(line, 'thing:3', 'thing:9') WHERE seq = 4",),
        ("UPDATE audit_detail SET detail = '{}' WHERE seq = 2",),
        ("DELETE FROM audit_detail WHERE seq = 2",),
        ("UPDATE audit_entry SET action = 'thing.hidden' WHERE seq = 3",),
        ("UPDATE audit_entry SET at = at - 1 WHERE seq = 3",),
    ],
    ids=["end cut off", "line changed", "detail changed", "detail removed", "search column", "search time"],
)
def test_what_was_done_to_the_database_is_found(store: Store, place: Place, attack: tuple[str, ...]) -> None:
    fill(store, 6)
    checkpoints.make(store, place, "test")
    tamper(store, *attack)
    assert not checkpoints.verify(store, place).intact


def test_bytes_that_are_no_text_are_a_fault_and_no_crash(sqlite_store: Store, place: Place) -> None:
    fill(sqlite_store, 3)
    tamper(sqlite_store, "UPDATE audit_entry SET line = CAST(X'7BFF7D' AS TEXT) WHERE seq = 2")
    assert 2 in [seq for seq, _ in checkpoints.verify(sqlite_store, place).bad]


def test_a_seal_that_somebody_took_away_is_missed(store: Store, place: Place) -> None:
    fill(store, 3)
    checkpoints.make(store, place, "test")
    place.path(3).unlink()
    assert [told for _, told in checkpoints.verify(store, place).bad] == [
        "the checkpoint file of entry 3 is not in the folder"
    ]


def test_a_shorter_log_is_never_sealed_over(store: Store, place: Place) -> None:
    fill(store, 6)
    checkpoints.make(store, place, "test")
    rollback = [f"DELETE FROM {table}" for table in ("audit_checkpoint", "audit_detail", "audit_entry")]
    tamper(store, *rollback)
    fill(store, 2)
    with pytest.raises(Refused, match="sealed at entry 6"):
        checkpoints.make(store, place, "test")


def test_a_seal_lost_in_a_crash_is_written_again_with_the_same_bytes(store: Store, place: Place) -> None:
    fill(store, 3)
    checkpoints.make(store, place, "test")
    before = place.path(3).read_bytes()
    place.path(3).unlink()
    checkpoints.make(store, place, "test")
    assert place.path(3).read_bytes() == before


def test_the_key_file_is_its_owners_alone(store: Store, place: Place) -> None:
    fill(store, 1)
    checkpoints.make(store, place, "test")
    assert stat.S_IMODE(place.key_file.stat().st_mode) == 0o600


def test_a_key_in_the_environment_is_used_and_none_is_written(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = Signer.new("somebody")
    monkeypatch.setenv("REINSTATE_AUDIT_KEY", signer.secret)
    fill(store, 2)
    checkpoints.make(store, place, "test")
    assert checkpoints.verifier_keys(place) == (signer.verifier,)
    assert not place.key_file.exists() and checkpoints.verify(store, place).covered == 2


def test_after_a_new_key_the_seals_of_the_old_one_still_count(store: Store, place: Place) -> None:
    fill(store, 2)
    checkpoints.make(store, place, "test")
    place.key_file.unlink()
    fill(store, 2)
    checkpoints.make(store, place, "test")
    found = checkpoints.verify(store, place)
    assert found.intact and found.checkpoints == 2 and len(checkpoints.verifier_keys(place)) == 2


def test_a_damaged_key_is_told_without_showing_it(store: Store, place: Place) -> None:
    fill(store, 1)
    place.key_file.parent.mkdir()
    place.key_file.write_text("PRIVATE+KEY+x+y+c2VjcmV0")
    with pytest.raises(BadInput) as told:
        checkpoints.make(store, place, "test")
    assert "c2VjcmV0" not in str(told.value)


@pytest.mark.parametrize("table", ["audit_checkpoint", "legal_hold", "legal_hold_release"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET made_at = 0"])
def test_the_database_refuses_to_change_what_is_on_record(store: Store, place: Place, table: str, change: str) -> None:
    from data import legal_holds

    fill(store, 1)
    checkpoints.make(store, place, "test")
    with store.transaction(TESTER) as tx:
        number = legal_holds.place(tx, "all", "appeal", tx.now.replace(year=2027))
        legal_holds.release(tx, number, "done")
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        tx.conn.execute(text(change.format(table)))


def test_a_workspace_seals_itself_after_a_step_that_matters_and_not_after_others(workspace: Workspace) -> None:
    with workspace.store.transaction(TESTER) as tx:
        tx.audit("mention.labelled")
    assert checkpoints.state(workspace.store, workspace.seals) == (0, 1)
    with workspace.store.transaction(TESTER) as tx:
        tx.audit("suspension.declared")
    assert checkpoints.state(workspace.store, workspace.seals) == (2, 2)


def test_a_folder_that_cannot_be_written_does_not_undo_the_step(workspace: Workspace) -> None:
    (workspace.folder / "checkpoints").write_text("in the way")
    with workspace.store.transaction(TESTER) as tx:
        tx.audit("suspension.declared")
    with workspace.store.reading() as tx:
        assert trail.size(tx) == 1


def test_an_older_workspace_comes_up_with_its_log_and_can_be_sealed(
    database_url: str, vault: object, place: Place
) -> None:
    from data.vault import Vault

    assert isinstance(vault, Vault)
    migrate.upgrade(database_url)
    store = Store(database_url, vault)
    fill(store, 3)
    checkpoints.make(store, place, "test")
    store.close()
    migrate.to(database_url, "0004")
    migrate.upgrade(database_url)
    again = Store(database_url, vault)
    found_before = checkpoints.verify(again, place)
    checkpoints.make(again, place, "test")
    found = checkpoints.verify(again, place)
    again.close()
    assert found_before.intact and found.intact and found.covered == 3 and migrate.missing_triggers(database_url) == ()


def test_an_erased_detail_is_told_and_the_log_stays_intact(store: Store, place: Place) -> None:
    fill(store, 3)
    with store.transaction(TESTER) as tx:
        trail.erase_detail(tx, 2, "asked for")
    found = checkpoints.verify(store, place)
    assert found.intact and found.erased_details == 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (trail.Search(words="LAMP"), [2]),
        (trail.Search(action="thing."), [2, 1]),
        (trail.Search(subject="thing:1"), [1]),
        (trail.Search(actor="p:nobody"), []),
        (trail.Search(limit=1), [2]),
    ],
)
def test_the_log_is_searched_by_any_of_its_fields(store: Store, wanted: trail.Search, found: list[int]) -> None:
    with store.transaction(TESTER) as tx:
        tx.audit("thing.done", "thing:1", {"of": "table"})
        tx.audit("thing.done", "thing:2", {"of": "lamp"})
    with store.reading() as tx:
        assert [row.seq for row in trail.search(tx, wanted)] == found


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 63), st.integers(0, 7))
def test_the_stand_alone_signature_check_agrees_with_the_library(seed: bytes, said: bytes, at: int, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(said))
    assert standalone.is_signed(public, said, bytes(signature))
    signature[at] ^= 1 << bit
    assert not standalone.is_signed(public, said, bytes(signature))


def test_the_stand_alone_signature_check_passes_the_second_vector_of_rfc_8032() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert standalone.is_signed(public, b"\x72", signature)


def test_a_signature_whose_number_is_beyond_the_order_is_refused() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"x")
    s = int.from_bytes(signature[32:], "little") + standalone.ORDER
    assert not standalone.is_signed(public, b"x", signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b"\n7\n", b"\n07\n"),
        lambda raw: raw.replace(b"\n7\n", b"\n7 \n"),
        lambda raw: raw.replace(b"\n\n", b"\nmore\n\n"),
        lambda raw: raw.replace("—".encode(), b"-"),
        lambda raw: b"",
        lambda raw: raw * 40,
    ],
)
def test_a_note_in_any_other_form_is_refused_by_both(spoil: Callable[[bytes], bytes]) -> None:
    signer = Signer.new("a")
    raw = spoil(signer.sign(Checkpoint("a", 7, ROOT)))
    keys = notes.keys_of([signer.verifier])
    for read in (notes.read, standalone.read_checkpoint):
        with pytest.raises(ValueError, match=r"not a checkpoint|no signature"):
            read(raw, keys)


def test_a_key_string_comes_back_as_the_same_key() -> None:
    signer = Signer.new("reinstate/abc")
    assert Signer.parse(signer.secret).verifier == signer.verifier
    assert notes.parse_key(signer.verifier) == (signer.name, signer.public)


@pytest.mark.skipif(os.name != "posix", reason="needs file modes")
def test_entries_of_eight_threads_are_sealed_in_order(workspace: Workspace) -> None:
    import threading

    def work(n: int) -> None:
        with workspace.store.transaction(Actor(f"p:{n}")) as tx:
            tx.audit("approval.granted", f"approval:{n}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = checkpoints.verify(workspace.store, workspace.seals)
    assert found.intact and found.covered == 8
