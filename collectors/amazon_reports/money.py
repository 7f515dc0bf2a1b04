"""Amounts as sellers' files spell them, in minor units of their currency."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

# ISO 4217 exponents other than 2
_NO_MINOR = frozenset(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"))
_THREE_MINOR = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
LARGEST = 10**13  # minor units; a larger number in an amount's column is an id that slipped

_DECORATION = re.compile(r"[\s'’\u00a0\u202f]|[$€£¥￥円₹]|^(?:[A-Z]{3})|(?:[A-Z]{3})$")
_WHOLE = re.compile(r"\d+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?=([.,]))(?:\1\d{2,3})*\1\d{3}", re.ASCII)  # 1,234,567 and the Indian 1,00,000


def exponent(currency: str | None) -> int:
    """How many decimals the currency has; 2 when it is not known."""
    code = (currency or "").upper()
    return 0 if code in _NO_MINOR else 3 if code in _THREE_MINOR else 2


@lru_cache(maxsize=65_536)
def minor(text: str, currency: str | None) -> int:
    """An amount in minor units of ``currency``; raises ValueError, whose message never holds the text.

    Comma and dot are both read. Where both occur the last is the decimal mark. A single one followed by three digits
    groups thousands (``1.234`` is one thousand …) unless the currency has three decimals or the number starts with 0.
    Further decimals are rounded half up.
    """
    plain = _DECORATION.sub("", text.strip().replace("\u2212", "-"))
    sign = -1 if plain.startswith("-") else 1
    whole, fraction = _parts(plain[1:] if plain[:1] in ("+", "-") else plain, exponent(currency))
    units = Decimal(f"{whole or 0}.{fraction or 0}").scaleb(exponent(currency))
    amount = int(units.to_integral_value(ROUND_HALF_UP))
    if amount > LARGEST:
        raise ValueError("not an amount")
    return sign * amount


def _parts(plain: str, decimals: int) -> tuple[str, str]:
    if len(plain) > 32:
        raise ValueError("not an amount")
    last = max(plain.rfind(","), plain.rfind("."))
    head, tail = (plain[:last], plain[last + 1 :]) if last >= 0 else (plain, "")
    has_both = "," in plain and "." in plain
    groups = last >= 0 and not has_both and len(tail) == 3 and head not in ("", "0") and decimals != 3
    if groups or (last >= 0 and not has_both and plain.count(plain[last]) > 1):
        head, tail = plain, ""
    if not (head or tail) or (head and not _WHOLE.fullmatch(head) and not _GROUPED.fullmatch(head)):
        raise ValueError("not an amount")
    if tail and not _WHOLE.fullmatch(tail):
        raise ValueError("not an amount")
    return re.sub("[.,]", "", head), tail
