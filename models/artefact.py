"""The trained model on disk: arrays and JSON under a SHA-256 manifest. No pickle: loading never runs anything."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import BadInput
from data.workspace import write_whole
from models.trained import CATEGORIES, Thresholds, Trained
from models.weights import Linear

BASE = Path(__file__).parent / "artefacts" / "base"  # the one that ships
MANIFEST, ARRAYS, WORDS = "manifest.json", "weights.npz", "vocabulary.json"
_FORMAT = 2
_OUTPUTS = ["frustrated", *(category.value for category in CATEGORIES)]
_PARTS = ("scores", "language")
_AGAIN = "install the program again, or train a model with: reinstate train"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A loaded model and what its manifest says of it."""

    trained: Trained
    version: str
    facts: Mapping[str, Any]


def save(folder: Path, trained: Trained, name: str) -> str:
    """Write the model; returns its version: ``name`` and the first ten digits of the hash over its content."""
    arrays, words = _arrays(trained), _words(trained)
    hashes = {ARRAYS: _array_hash(arrays), WORDS: hashlib.sha256(words).hexdigest()}
    manifest: dict[str, Any] = {
        "format": _FORMAT,
        "name": name,
        "sha256": hashes,
        "outputs": _OUTPUTS,
        "thresholds": asdict(trained.thresholds),
        "rows": dict(trained.rows),
        "features": len(trained.scores.index),
    }
    manifest["version"] = version = _version(manifest, hashes)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / ARRAYS, packed.getvalue())
    write_whole(folder / WORDS, words)
    write_whole(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
    return version


def _version(manifest: Mapping[str, Any], hashes: Mapping[str, str]) -> str:
    """``name`` and ten digits of the hash over everything that decides an answer."""
    decides = json.dumps([hashes, manifest.get("thresholds"), manifest.get("outputs")], sort_keys=True)
    return f"{manifest.get('name')}-{hashlib.sha256(decides.encode()).hexdigest()[:10]}"


def _arrays(trained: Trained) -> dict[str, Any]:
    """Single precision: what is saved is what scores, here and after loading."""
    made: dict[str, Any] = {"platt": trained.platt, "lines": trained.lines}
    for name in _PARTS:
        part: Linear = getattr(trained, name)
        made[f"{name}.idf"] = part.idf.astype(np.float32)
        made[f"{name}.weights"] = part.weights.astype(np.float32)
        made[f"{name}.bias"] = part.bias
    return made


def _words(trained: Trained) -> bytes:
    words = {}
    for name in _PARTS:
        index: Mapping[str, int] = getattr(trained, name).index
        words[name] = sorted(index, key=index.__getitem__)
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def _array_hash(arrays: Mapping[str, Any]) -> str:
    """Over names, shapes and values: the zip around them carries a time."""
    made = hashlib.sha256()
    for name in sorted(arrays):
        value = np.ascontiguousarray(arrays[name])
        made.update(f"{name}{value.dtype}{value.shape}".encode() + value.tobytes())
    return made.hexdigest()


def load(folder: Path) -> Artefact:
    """Read a model; raises BadInput when a file is missing or is not the one that the manifest names."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        words = (folder / WORDS).read_bytes()
        with np.load(folder / ARRAYS, allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
    except FileNotFoundError as error:
        raise BadInput(f"model: {Path(str(error.filename)).name} is missing: {_AGAIN}") from None
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error):
        raise BadInput(f"model: a file cannot be read: {_AGAIN}") from None
    if not isinstance(manifest, dict) or (manifest.get("format"), manifest.get("outputs")) != (_FORMAT, _OUTPUTS):
        raise BadInput(f"model: made by another version of this program: {_AGAIN}")
    hashes = {ARRAYS: _array_hash(arrays), WORDS: hashlib.sha256(words).hexdigest()}
    if manifest.get("sha256") != hashes or manifest.get("version") != _version(manifest, hashes):
        raise BadInput(f"model: a file is not the one that its manifest names: {_AGAIN}")
    spelled = json.loads(words)
    parts = {name: _linear(spelled[name], arrays, name) for name in _PARTS}
    thresholds = Thresholds(**manifest["thresholds"])
    platt, lines = arrays["platt"], arrays["lines"]
    trained = Trained(parts["scores"], platt, lines, thresholds, parts["language"], manifest["rows"])
    return Artefact(trained, str(manifest["version"]), manifest)


def _linear(words: list[str], arrays: Mapping[str, Any], name: str) -> Linear:
    return Linear(
        {word: row for row, word in enumerate(words)},
        arrays[f"{name}.idf"].astype(np.float64),
        arrays[f"{name}.weights"].astype(np.float64),
        arrays[f"{name}.bias"].astype(np.float64),
    )
