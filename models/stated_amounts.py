"""Sums of money that a text states: "17,95 €", "£20", "EUR 1.299,00", "18 euros"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUM = r"(?P<{0}>\d{{1,3}}(?:[., ]\d{{3}})+(?:[.,]\d{{1,2}})?|\d{{1,6}}(?:[.,]\d{{1,2}})?)"
_SIGN = r"(?:€|£|\$|eur\b|gbp\b|usd\b)"
_WORD = r"(?:€|£|\$|eur(?:os?)?\b|gbp\b|usd\b|pounds?\b|quid\b|dollars?\b|libras?\b|sterline\b)"
_AMOUNT = re.compile(
    rf"{_SIGN}\s?{_SUM.format('after')}(?!\d)|(?<![\d.,]){_SUM.format('before')}\s?{_WORD}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """A sum in hundredths; ``is_whole`` when it was written without cents and may be rounded."""

    minor: int
    is_whole: bool


def stated_amounts(text: str) -> tuple[StatedAmount, ...]:
    """The sums with a currency sign or word in ``text``, in written order; bare numbers are none."""
    found = (_read(m["after"] or m["before"]) for m in _AMOUNT.finditer(text))
    return tuple(dict.fromkeys(a for a in found if a.minor))


def _read(written: str) -> StatedAmount:
    match = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", written)
    whole, cents = (match[1], match[2]) if match else (written, None)
    units = int(re.sub(r"\D", "", whole) or 0)
    return StatedAmount(units * 100 + int((cents or "0").ljust(2, "0")), cents is None)


def agrees(stated: StatedAmount, minor: int) -> bool:
    """Whether ``stated`` is ``minor``, or its rounding when written without cents."""
    if not stated.is_whole:
        return stated.minor == minor
    return stated.minor in (minor // 100 * 100, (minor + 50) // 100 * 100, -(-minor // 100) * 100)
