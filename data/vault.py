"""Personal fields: sealed with AES-256-GCM, looked up by keyed hashes; the key lives outside the database.

Losing the key file makes the sealed fields unreadable for good and leaves everything else usable.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data.errors import BadInput

_NONCE = 12


class Vault:
    """Seals and opens personal fields. ``secret`` is 32 random bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise BadInput("the vault key must hold exactly 32 bytes: restore the key file from its copy")
        self._cipher = AESGCM(hashlib.sha256(b"reinstate seal 1" + secret).digest())
        self._pepper = hashlib.sha256(b"reinstate index 1" + secret).digest()
        self._mask = hashlib.sha256(b"reinstate keys 1" + secret).digest()
        self.veil = lru_cache(maxsize=1 << 18)(self._veil)
        self.key_id = hashlib.sha256(b"reinstate id 1" + secret).hexdigest()[:8]

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Vault:
        """Read the key file, or make it (mode 0600) when ``create``; raises BadInput when it is not there."""
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
        try:
            return cls(path.read_bytes())
        except FileNotFoundError:
            raise BadInput(
                f"{path}: the vault key is missing; restore it from your copy, or run 'reinstate init'"
            ) from None

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt ``text``; ``context`` (for example ``order:17:buyer_name``) is bound to it and needed to open it."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode("utf-8"), context.encode("utf-8"))

    def open_box(self, box: bytes, context: str) -> str | None:
        """The text, or None when this vault's key or the context is not the one it was sealed with."""
        try:
            return self._cipher.decrypt(box[:_NONCE], box[_NONCE:], context.encode("utf-8")).decode("utf-8")
        except InvalidTag:
            return None

    def blind(self, text: str) -> str:
        """Keyed hash (HMAC-SHA-256, 32 hex digits) by which equal texts can be found without keeping them."""
        return hmac.digest(self._pepper, text.encode("utf-8"), "sha256").hex()[:32]

    def _veil(self, key: int) -> int:
        """Keyed hash of a signed 64-bit number: ``veil`` hides what a blocking key was made of, a name for example.

        An unkeyed hash of a name is found by hashing every name there is.
        """
        raw = hashlib.blake2b(key.to_bytes(8, "big", signed=True), digest_size=8, key=self._mask).digest()
        return int.from_bytes(raw, "big", signed=True)
