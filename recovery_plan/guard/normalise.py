"""Text as the rules read it: plain lower-case letters, whatever the writer did to them, and where each came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

# letters that look like Latin ones; what only sounds like one is left to the transliteration below
LOOKALIKES = {
    **dict(zip("авеёкмнорстухіјѕԁԛԝһӏѵьпгзчбдилцшщъыюя", "abeekmhopctyxijsdqwhlvbnrzhбдилцшщъыюя", strict=True)),
    **dict(zip("αβγεζηικλμνορςτυχωϲϳσφ", "abyezniklmvopstuxwcjoo", strict=True)),
    **dict(zip("օոսցհյպզեіԍᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "onughjwqeigabcdefghijklmnoprstuvwyz", strict=True)),
    **dict(zip("ıɩƖɑɡɢʋʌⅼⅰοƅƽℓ℮∂", "iiiaggvalioblleo", strict=True)),
    **dict(zip("ßæœøđðłþħŧ", ("ss", "ae", "oe", "o", "d", "d", "l", "th", "h", "t"), strict=True)),
    **dict(zip("’‘ʼ`´ʹ′＇", "''''''''", strict=True)),
    **dict(zip("‐‑‒–—−﹣－", "--------", strict=True)),
    "…": ".",
    "。": ".",
    "·": ".",
    "•": ".",
    "․": ".",
    "‧": ".",
}
_SPACES = {"Zs", "Zl", "Zp"}
_INVISIBLE = {"Cf", "Mn", "Me", "Cc"}
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5"
# no alternative can begin like another and nothing is optional twice: linear in the standard engine too, and it is
# four times as fast as re2 at many short finds
WORD = re.compile(
    r"[a-z0-9]+(?:[@$|!€*#]+[a-z0-9]+)*|[@$€][a-z0-9]+(?:[@$|!€*#]+[a-z0-9]+)*|\.{2,}|\n+|[^\x00-\x7f]+|[^\sa-z0-9]"
)


class _Plain(dict[int, str]):
    """What each character becomes, found on first sight. Context-free, so that places can be followed."""

    def __missing__(self, code: int) -> str:
        made = self[code] = _plain(chr(code))
        return made


def _plain(char: str) -> str:
    if char in "\n\r\t":
        return "\n" if char != "\t" else " "
    if char in _INVISIBLE_LETTERS:
        return ""
    out = []
    for piece in unicodedata.normalize("NFKD", char).casefold():
        piece = LOOKALIKES.get(piece, piece)
        kind = unicodedata.category(piece[0])
        if piece.isascii():
            out.append(piece if piece.isprintable() or piece == "\n" else "")
        elif kind in _SPACES:
            out.append(" ")
        elif kind not in _INVISIBLE:
            out.append(_spelled(piece))
    return "".join(out)


def _spelled(piece: str) -> str:
    """A foreign letter as Latin ones where that is one letter; a sign or an ideograph stays as it is."""
    if not piece.isalpha():
        return piece
    latin = anyascii(piece).lower()
    return latin if len(latin) == 1 and latin.isalnum() else piece


PLAIN = _Plain()


@lru_cache(maxsize=10_000)
def is_latin(letter: str) -> bool:
    """Whether ``letter`` is of the Latin script, in whatever dress; look-alikes of other scripts are not."""
    return unicodedata.normalize("NFKD", letter)[0].isascii() or "LATIN" in unicodedata.name(letter, "")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign; ``start`` and ``end`` are places in the original text, ``at`` and ``to`` in the plain one."""

    text: str
    at: int
    to: int


class Normal:
    """A text made plain; ``span`` leads from the plain text back to the original."""

    def __init__(self, original: str, plain: str) -> None:
        self.original = original
        self.plain = plain
        self._origins: list[int] | None = None

    def words(self) -> Iterator[Word]:
        """Words and signs in order."""
        for found in WORD.finditer(self.plain):
            yield Word(found.group(), found.start(), found.end())

    def span(self, at: int, to: int) -> tuple[int, int]:
        """Where the plain characters ``at`` to ``to`` stand in the original."""
        if len(self.original) == len(self.plain) and self.original.isascii():
            return at, to
        if self._origins is None:
            self._origins = [place for place, char in enumerate(self.original) for _ in range(len(PLAIN[ord(char)]))]
        if at >= len(self._origins):
            return len(self.original), len(self.original)
        return self._origins[at], (self._origins[to - 1] if to > at else self._origins[at] - 1) + 1


def normalise(text: str) -> Normal:
    """``text`` without accents, capitals, look-alikes and invisible characters; linear in its length.

    A character that stands for a whole phrase must not make the text longer than it can be: what is plain is cut.
    """
    plain = text.lower() if text.isascii() and text.isprintable() else text.translate(PLAIN)
    return Normal(text, plain[: 2 * len(text)])
