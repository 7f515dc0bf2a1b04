"""Signed checkpoints as text: C2SP signed-note and tlog-checkpoint, with Ed25519 keys as Go's ``note`` spells them.

A checkpoint is three lines (origin, size, root), an empty line, and one line for each signature. Anybody's tools for
these forms can read it; nothing in it is particular to this program.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from data.errors import BadInput

_ED25519 = b"\x01"
_MAX = 4_096  # bytes of a note: ours have about 250


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one size: ``root`` in hex over its first ``size`` entries."""

    origin: str
    size: int
    root: str

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(bytes.fromhex(self.root)).decode()}\n"


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature names its key."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + _ED25519 + public).digest()[:4]


class Signer:
    """Signs checkpoints under a name; made from a secret key string."""

    def __init__(self, name: str, seed: bytes) -> None:
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self.public = self._key.public_key().public_bytes_raw()

    @classmethod
    def new(cls, name: str) -> Signer:
        """A signer with a fresh key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, secret: str) -> Signer:
        """Read ``PRIVATE+KEY+name+id+key``; raises BadInput without showing any of it."""
        parts = secret.strip().split("+", 4)
        try:
            raw = base64.b64decode(parts[4], validate=True)
            signer = cls(parts[2], raw[1:])
            if parts[:2] != ["PRIVATE", "KEY"] or raw[:1] != _ED25519 or signer.key_id.hex() != parts[3]:
                raise ValueError
        except (ValueError, IndexError):
            raise BadInput("the audit log's signing key is damaged: restore the key file from its copy") from None
        return signer

    @property
    def key_id(self) -> bytes:
        """Names this key in signatures."""
        return key_id(self.name, self.public)

    @property
    def secret(self) -> str:
        """The key as a string, to be kept."""
        spelled = base64.b64encode(_ED25519 + self._seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.key_id.hex()}+{spelled}"

    @property
    def verifier(self) -> str:
        """The public key as a string, to be given away."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The whole note; the same checkpoint always gives the same bytes."""
        text = checkpoint.text
        signature = base64.b64encode(self.key_id + self._key.sign(text.encode("utf-8"))).decode()
        return f"{text}\n\u2014 {self.name} {signature}\n".encode()


def parse_key(line: str) -> tuple[str, bytes]:
    """Name and public key of a verifier string; raises BadInput."""
    parts = line.strip().split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
        if len(raw) != 33 or raw[:1] != _ED25519 or key_id(parts[0], raw[1:]).hex() != parts[1]:
            raise ValueError
    except (ValueError, IndexError, binascii.Error):
        raise BadInput("this is not a public key of an audit log: name+id+key on one line") from None
    return parts[0], raw[1:]


def keys_of(lines: Iterable[str]) -> dict[bytes, tuple[str, bytes]]:
    """Key id -> name and public key, for the lines of a keys file that are not blank; raises BadInput."""
    named = [parse_key(line) for line in lines if line.strip()]
    return {key_id(name, public): (name, public) for name, public in named}


def read(raw: bytes, keys: Mapping[bytes, tuple[str, bytes]]) -> Checkpoint:
    """The checkpoint of a note that one of ``keys`` signed; raises ValueError saying in a few words what is wrong."""
    try:
        if len(raw) > _MAX:
            raise ValueError
        text, blank, signatures = raw.decode("utf-8").partition("\n\n")
        origin, size, spelled = text.split("\n")
        root = base64.b64decode(spelled, validate=True)
        checkpoint = Checkpoint(origin, int(size), root.hex())
        if not blank or len(root) != 32 or checkpoint.text != text + "\n" or not signatures.endswith("\n"):
            raise ValueError
    except ValueError:
        raise ValueError("not a checkpoint") from None
    if not any(_is_signed(line, checkpoint.text, keys) for line in signatures[:-1].split("\n")):
        raise ValueError("no signature by a known key")
    return checkpoint


def _is_signed(line: str, text: str, keys: Mapping[bytes, tuple[str, bytes]]) -> bool:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014":
        return False
    try:
        raw = base64.b64decode(parts[2], validate=True)
        name, public = keys[raw[:4]]
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode("utf-8"))
    except (ValueError, KeyError, InvalidSignature):
        return False
    return name == parts[1]
