"""Text that spreadsheets leave alone: no formula can start in a cell, and every cell can be read back exactly."""

from __future__ import annotations

import re
import unicodedata

TRIGGERS = frozenset("=+-@|%")
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,6})?", re.ASCII)
# some scripts need these two to join letters (and some emoji); they start no formula behind another letter
KEPT_FORMAT = frozenset("\u200c\u200d")


def clean(text: str) -> str:
    """``text`` on one line without control and invisible characters; line ends and tabs become spaces."""
    spaced = re.sub(r"[\r\n\t\v\f\x85\u2028\u2029]+", " ", text)
    kept = [c for c in spaced if c in KEPT_FORMAT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn")]
    return "".join(kept).strip()


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might read the cell as a formula: its first visible character is a trigger.

    Look-alikes count (full-width forms by NFKC), leading spaces, quotes and joiners do not hide one; plain numbers
    are harmless.
    """
    if PLAIN_NUMBER.fullmatch(text):
        return False
    folded = unicodedata.normalize("NFKC", text).lstrip(" '\"\u00a0\u200c\u200d")
    return folded[:1] in TRIGGERS if folded else False


def guarded(text: str) -> str:
    """``text`` cleaned, with an apostrophe before it when it is risky."""
    plain = clean(text)
    return f"'{plain}" if is_risky(plain) else plain


def unguarded(cell: str) -> str:
    """What ``guarded`` was given, cleaned: the apostrophe of ours is taken off again."""
    return cell[1:] if cell.startswith("'") and is_risky(cell[1:]) else cell
