"""A model on disk: what is saved is what is loaded, and nothing else is accepted."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadInput
from models.artefact import ARRAYS, BASE, MANIFEST, WORDS, load, save
from models.assess import Assessor
from models.examples import OWN, SHIPPABLE
from models.text import AssessInput

TEXT = AssessInput("Still no refund, nobody answers!", rating=2)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "model"))


def test_saving_and_loading_changes_neither_the_version_nor_the_answers(tmp_path: Path) -> None:
    shipped = load(BASE)
    version = save(tmp_path, shipped.trained, "base")
    again = load(tmp_path)
    assert version == again.version == shipped.version
    assert Assessor(again).assess([TEXT]) == Assessor(shipped).assess([TEXT])


@pytest.mark.parametrize("name", [MANIFEST, ARRAYS, WORDS])
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(BadInput, match=f"{name} is missing"):
        load(copied)


def test_changed_words_are_refused(copied: Path) -> None:
    path = copied / WORDS
    path.write_bytes(path.read_bytes().replace(b'"scam"', b'"spam"', 1))
    with pytest.raises(BadInput, match="not the one that its manifest names"):
        load(copied)


def test_changed_weights_are_refused(copied: Path) -> None:
    with np.load(copied / ARRAYS) as packed:
        arrays = {name: packed[name].copy() for name in packed.files}
    arrays["scores.weights"][0, 0] += 0.5
    made = io.BytesIO()
    np.savez_compressed(made, **arrays)
    (copied / ARRAYS).write_bytes(made.getvalue())
    with pytest.raises(BadInput, match="not the one that its manifest names"):
        load(copied)


def test_changed_thresholds_are_refused(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    manifest["thresholds"]["high"] = 0.99
    (copied / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BadInput, match="not the one that its manifest names"):
        load(copied)


@pytest.mark.parametrize("name", [MANIFEST, ARRAYS])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"\x80\x04cos\nsystem\n"])
def test_a_damaged_file_is_one_clear_line(copied: Path, name: str, content: bytes) -> None:
    (copied / name).write_bytes(content)
    with pytest.raises(BadInput, match=r"^model: [^\n]+$"):
        load(copied)


def test_a_pickle_inside_the_arrays_is_never_opened(copied: Path) -> None:
    made = io.BytesIO()
    np.savez_compressed(made, allow_pickle=True, platt=np.array([{"a": 1}], dtype=object))
    (copied / ARRAYS).write_bytes(made.getvalue())
    with pytest.raises(BadInput, match="cannot be read"):
        load(copied)


def test_the_shipped_model_is_small_and_names_its_rows() -> None:
    assert sum(path.stat().st_size for path in BASE.iterdir()) < 6_000_000
    facts = load(BASE).facts
    assert facts["rows"]["authored"] == 19_980
    assert set(facts["rows"]) == {*OWN, *SHIPPABLE}
