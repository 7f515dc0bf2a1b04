"""Heads as bytes: arrays without pickle, and a version that follows from everything that decides an answer."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib

import numpy as np

from data.errors import BadInput
from models.heads import Head, Heads
from models.trained import CATEGORIES

NAME = "own"  # versions of trained models begin with it
_PARTS = ("slope", "offset", "rows", "weights")


def pack(heads: Heads) -> bytes:
    """The heads in one npz file."""
    packed = io.BytesIO()
    arrays = {f"{source}.{part}": getattr(head, part) for source, head in heads.items() for part in _PARTS}
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def unpack(raw: bytes, features: int) -> dict[str, Head]:
    """Heads for a base of so many ``features``; raises BadInput when the bytes hold anything else."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
        sources = sorted({name.rpartition(".")[0] for name in arrays})
        heads = {source: Head(*(arrays[f"{source}.{part}"] for part in _PARTS)) for source in sources}
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error):
        raise BadInput("model: its weights cannot be read: train again with 'reinstate train'") from None
    if not all(_fits(head, features) for head in heads.values()):
        raise BadInput("model: its weights do not fit the base: train again with 'reinstate train'")
    return heads


def _fits(head: Head, features: int) -> bool:
    outputs = 1 + len(CATEGORIES)
    shapes = head.slope.shape == head.offset.shape == (outputs,) and head.weights.shape == (head.rows.size, outputs)
    return shapes and (head.rows.size == 0 or (int(head.rows.min()) >= 0 and int(head.rows.max()) < features))


def version_of(heads: Heads, base: str) -> str:
    """``own-`` and ten digits of the hash over the base's version and every number of the heads."""
    made = hashlib.sha256(base.encode())
    for source, head in sorted(heads.items()):
        made.update(source.encode())
        for part in _PARTS:
            made.update(np.ascontiguousarray(getattr(head, part)).tobytes())
    return f"{NAME}-{made.hexdigest()[:10]}"
