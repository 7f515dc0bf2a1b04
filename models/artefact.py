"""The trained model on disk: arrays and JSON under a SHA-256 manifest. No pickle: loading never runs anything."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import BadInput
from data.workspace import write_whole
from models.trained import Trained
from models.weights import Linear

MANIFEST, ARRAYS, WORDS = "manifest.json", "weights.npz", "vocabulary.json"
_PARTS = ("frustration", "categories", "language")


@dataclass(frozen=True, slots=True)
class Artefact:
    """A loaded model and what its manifest says of it."""

    trained: Trained
    version: str
    facts: Mapping[str, Any]


def save(folder: Path, trained: Trained, facts: Mapping[str, Any]) -> str:
    """Write the model; returns its version: the first ten digits of the hash over its content."""
    arrays: dict[str, Any] = {}
    words: dict[str, list[str]] = {}
    for name in _PARTS:
        part: Linear = getattr(trained, name)
        words[name] = sorted(part.index, key=part.index.__getitem__)
        arrays[f"{name}.idf"] = part.idf.astype(np.float32)
        arrays[f"{name}.weights"] = part.weights.astype(np.float32)
        arrays[f"{name}.bias"] = part.bias
    arrays["platt"] = np.array([trained.slope, trained.offset])
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    spelled = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    hashes = {ARRAYS: _array_hash(arrays), WORDS: hashlib.sha256(spelled).hexdigest()}
    version = hashlib.sha256("".join(hashes.values()).encode()).hexdigest()[:10]
    manifest = {"format": 1, "version": version, "sha256": hashes, "rows": trained.rows, **facts}
    write_whole(folder / ARRAYS, packed.getvalue())
    write_whole(folder / WORDS, spelled)
    write_whole(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    return version


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
        spelled = (folder / WORDS).read_bytes()
        with np.load(folder / ARRAYS, allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
        hashes = {ARRAYS: _array_hash(arrays), WORDS: hashlib.sha256(spelled).hexdigest()}
    except FileNotFoundError as error:
        raise BadInput(f"model: {Path(str(error.filename)).name} is missing: install the model again") from None
    except (ValueError, KeyError, OSError):
        raise BadInput("model: a file cannot be read: install the model again") from None
    if manifest.get("sha256") != hashes:
        raise BadInput("model: a file is not the one that its manifest names: install the model again")
    words = json.loads(spelled)
    parts = {
        name: Linear(
            {word: col for col, word in enumerate(words[name])},
            arrays[f"{name}.idf"].astype(np.float64),
            arrays[f"{name}.weights"].astype(np.float64),
            arrays[f"{name}.bias"].astype(np.float64),
        )
        for name in _PARTS
    }
    slope, offset = (float(v) for v in arrays["platt"])
    trained = Trained(parts["frustration"], slope, offset, parts["categories"], parts["language"], manifest["rows"])
    return Artefact(trained, str(manifest["version"]), manifest)
