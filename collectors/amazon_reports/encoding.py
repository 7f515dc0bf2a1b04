"""Finds a file's encoding from its bytes: marks, strict UTF-8, Japanese where it is plausible, else cp1252."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from data.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x7fELF")
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
_CHUNK = 1 << 20
# letters and marks of Japanese writing, half-width katakana included
_JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]+")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_ACCENTED = 0xE0  # from here on the first byte of a Japanese character is an accented letter of cp1252
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


# cp1252 leaves 81 8D 8F 90 9D undefined; browsers read these five as Latin-1 does, and so do we
codecs.register_error("reinstate.latin-1", _as_latin1)


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises BadInput for a folder, an empty or unreadable file, and for pictures and archives."""
    return text_bytes(read_whole(path), path.name)


def read_whole(path: Path) -> bytes:
    """The file's bytes, whatever they are; raises BadInput for a folder and a file that cannot be read."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise BadInput(f"{path.name}: is a folder; name the files in it") from None
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file") from None
    except OSError as error:
        raise BadInput(f"{path.name}: cannot be read: {error.strerror}") from None


def text_bytes(raw: bytes, name: str) -> bytes:
    """``raw`` without stray control characters; raises BadInput when it is empty or not text at all."""
    if not raw.strip(b"\x00\t\n\r \xef\xbb\xbf\xfe\xff"):
        raise BadInput(f"{name}: is empty; download the file again")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw
    if raw.startswith(_BINARY) or b"\x00" in raw[:4096]:
        raise BadInput(f"{name}: is not a text file (a picture, archive or workbook?); save it as text first")
    kept = raw.translate(None, _CONTROLS)
    return raw if len(kept) == len(raw) else kept


def sniff(raw: bytes) -> str:
    """The encoding that fits: utf-8-sig, utf-16 (with a mark only), utf-8, cp932 or cp1252.

    Never ``shift_jis`` (Amazon's Japanese files are cp932), and never an assumption of UTF-8: European files come as
    cp1252. Nothing but cp1252 accepts every byte, so it is asked last.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    if raw.isascii() or _is_utf8(raw):
        return "utf-8"
    return "cp932" if _is_japanese(raw) else "cp1252"


def open_text(raw: bytes, encoding: str, newline: str) -> TextIO:
    """``raw`` as a stream of text, so that a large file is never held twice."""
    if encoding == "utf-16":  # rare and small: only spreadsheets write it
        return io.StringIO(raw.decode("utf-16", "replace").replace("\x00", ""), newline)
    errors = "reinstate.latin-1" if encoding == "cp1252" else "replace"
    return io.TextIOWrapper(io.BytesIO(raw), encoding, errors, newline)


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """The whole text and the name of its encoding; raises BadInput as ``text_bytes`` does."""
    raw = text_bytes(raw, name)
    encoding = sniff(raw)
    with open_text(raw, encoding, "") as stream:
        return stream.read(), encoding


def _is_utf8(raw: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), _CHUNK):
            decoder.decode(raw[start : start + _CHUNK])
    except UnicodeDecodeError:
        return False
    # a download that broke off inside a letter is still UTF-8, but a lone last byte proves nothing
    cut = len(decoder.getstate()[0])
    return not cut or not raw[:-cut].isascii()


def _is_japanese(raw: bytes) -> bool:
    """Whether the bytes read as cp932 look written by a person.

    An accented letter of cp1252 with its neighbour often makes one valid Japanese character, but it then stands alone
    between Latin letters; real Japanese comes in runs. Private-use characters come from accents only.
    """
    in_runs = alone = 0
    try:
        for text in _chunks(raw, "cp932"):
            if _PRIVATE.search(text):
                return False
            for run in _JAPANESE.findall(text):
                if len(run) > 1 and _HALF_WIDTH.fullmatch(run):  # capitals of cp1252 side by side make these
                    continue
                if len(run) == 1 or not any(map(_is_certain, run)):
                    alone += len(run)
                else:
                    in_runs += len(run)
    except UnicodeDecodeError:
        return False
    return in_runs > 2 * alone


def _is_certain(character: str) -> bool:
    """Whether no accented letter with a plain one behind it (the ``ég`` and ``èv`` of Mégève) makes these bytes."""
    raw = character.encode("cp932")
    return len(raw) == 2 and (raw[0] < _ACCENTED or raw[1] >= 0x80)


def _chunks(raw: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(raw), _CHUNK):
        yield decoder.decode(raw[start : start + _CHUNK])
