"""Tampering with the log is found, by both verifiers alike: a few trials of every class (``tests/prove`` has all)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.standalone import verify as standalone
from tests.data.mutations import CLASSES, mutated, state, told_alike, verified, written

TRIALS = 3


def test_there_are_at_least_twenty_four_ways_to_tamper() -> None:
    assert len(CLASSES) >= 24


def test_both_verifiers_find_an_honest_log_intact_and_say_how_much_is_sealed(tmp_path: Path) -> None:
    honest = state()
    folder = written(honest, tmp_path / "x")
    ours, theirs = verified(honest, folder), standalone.check(folder)
    assert ours.intact and theirs["intact"] and ours.covered == 50 and ours.checkpoints == 4
    assert told_alike(ours, theirs)


@pytest.mark.parametrize("name", CLASSES)
def test_both_verifiers_find_this_and_tell_it_alike(name: str, tmp_path: Path) -> None:
    for trial in range(TRIALS):
        changed = mutated(name, trial)
        folder = written(changed, tmp_path / str(trial))
        ours, theirs = verified(changed, folder), standalone.check(folder)
        assert not ours.intact and not theirs["intact"]
        assert told_alike(ours, theirs), (ours, theirs)


def test_the_verifier_runs_alone_with_the_standard_library_only(tmp_path: Path) -> None:
    folder = written(state(), tmp_path / "x")
    script = Path(str(standalone.__file__)).read_bytes()
    (tmp_path / "verify.py").write_bytes(script)
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(folder), "--json"]  # -S: no site-packages
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["intact"]


def test_a_key_that_was_given_on_another_way_is_the_only_one_believed(tmp_path: Path) -> None:
    folder = written(state(), tmp_path / "x")
    other = state().signer.verifier
    assert not standalone.check(folder, [other])["intact"]
    assert standalone.check(folder, [(folder / "keys.txt").read_text().strip()])["intact"]


def test_a_file_that_differs_from_the_manifest_is_told(tmp_path: Path) -> None:
    folder = written(state(), tmp_path / "x")
    (folder / "keys.txt").write_text((folder / "keys.txt").read_text() + "\n")
    (folder / "more.txt").write_text("x")
    assert [what for _, what in standalone.check(folder)["bad"]] == [
        "the file keys.txt is not the one of the manifest",
        "the file more.txt is not in the manifest",
    ]
