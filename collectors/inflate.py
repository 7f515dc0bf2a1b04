"""Bodies read with a limit on both sizes: as they came over the wire, and as they are when inflated."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

OFFERED = "gzip, deflate"
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class TooMuch(Exception):
    """More bytes than any honest answer has."""


class Damaged(Exception):
    """The packed body is broken, ends early, or is packed in a way that was not asked for."""


def read_body(parts: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Join ``parts`` and unpack them by their ``content-encoding``; never holds much more than ``limit`` bytes.

    Raises TooMuch beyond the limit, packed or unpacked, and Damaged when the body cannot be unpacked.
    """
    named = encoding.strip().lower()
    if named in ("", "identity"):
        return _joined(parts, limit)
    if named not in _WINDOWS:
        raise Damaged
    return _Unpacking(_WINDOWS[named], limit).all(parts)


def _joined(parts: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > limit:
            raise TooMuch
    return bytes(body)


class _Unpacking:
    """One packed body: several gzip members may follow one another, and some servers send deflate without its head."""

    def __init__(self, window: int, limit: int) -> None:
        self._window, self._limit = window, limit
        self._body = bytearray()
        self._unpacker = zlib.decompressobj(window)

    def all(self, parts: Iterable[bytes]) -> bytes:
        came = 0
        for part in parts:
            came += len(part)
            if came > self._limit:
                raise TooMuch
            try:
                self._add(part)
            except zlib.error:
                raise Damaged from None
        if came and not self._unpacker.eof:
            raise Damaged
        return bytes(self._body)

    def _add(self, part: bytes) -> None:
        while part:
            if self._unpacker.eof:
                if self._window != _WINDOWS["gzip"] or not part.startswith(b"\x1f\x8b"):
                    return  # padding behind the last member says nothing
                self._unpacker = zlib.decompressobj(self._window)
            try:
                self._body += self._unpacker.decompress(part, self._limit + 1 - len(self._body))
            except zlib.error:
                if self._window != _WINDOWS["deflate"] or self._body:
                    raise
                self._window = -15
                self._unpacker = zlib.decompressobj(self._window)
                continue
            if len(self._body) > self._limit:
                raise TooMuch
            part = self._unpacker.unconsumed_tail or self._unpacker.unused_data
