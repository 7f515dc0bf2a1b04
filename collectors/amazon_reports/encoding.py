"""Finds a file's encoding from its bytes: marks, strict UTF-8, Japanese where it is plausible, else cp1252."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from data.errors import BadInput

MAX_BYTES = 2_000_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x7fELF")
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises BadInput for a folder, an empty or unreadable file, and for pictures and archives."""
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        raise BadInput(f"{path.name}: is a folder; name the files in it") from None
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file") from None
    except OSError as error:
        raise BadInput(f"{path.name}: cannot be read: {error.strerror}") from None
    if not raw.strip():
        raise BadInput(f"{path.name}: is empty; download the file again")
    if raw.startswith(_BINARY) or (b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise BadInput(f"{path.name}: is not a text file (a picture, archive or workbook?); save it as text first")
    return raw


def decode(raw: bytes) -> tuple[str, str]:
    """The text and the name of the encoding that fits.

    Never ``shift_jis`` (Amazon's Japanese files are cp932), and never an assumption of UTF-8: European listings come
    as cp1252. A byte that cp1252 leaves undefined is read as Latin-1 reads it.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, errors="replace"), name
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("cp932")
    except UnicodeDecodeError:
        text = ""
    # cp1252 letters read as cp932 come out as half-width katakana or lone rare kanji; real Japanese has full kana
    kana = len(_JAPANESE.findall(text))
    if kana >= 4 and kana > 2 * len(_HALF_WIDTH.findall(text)):
        return text, "cp932"
    return _cp1252(raw), "cp1252"


def _cp1252(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes((b,)).decode("cp1252", errors="ignore") or chr(b) for b in raw)
