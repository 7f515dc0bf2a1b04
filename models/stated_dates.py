"""Days that a text states in five languages: "3 décembre 2025", "03.12.", "on March 5th", "vor 34 Tagen"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january janvier januar janner enero gennaio jan janv ene gen",
            "february fevrier februar febrero febbraio feb fevr fev",
            "march mars marz maerz marzo mar mrz",
            "april avril abril aprile apr avr abr",
            "may mai mayo maggio mag",
            "june juin juni junio giugno jun giu",
            "july juillet juli julio luglio jul juil lug",
            "august aout agosto aug ago",
            "september septembre septiembre settembre sep sept set",
            "october octobre oktober octubre ottobre oct okt ott",
            "november novembre noviembre nov",
            "december decembre dezember diciembre dicembre dec dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a an one un une ein eine einem einer una",
            "two deux zwei dos due",
            "three trois drei tres tre",
            "four quatre vier cuatro quattro",
            "five cinq funf fuenf cinco cinque",
            "six sechs seis sei",
            "seven sept sieben siete sette",
            "eight huit acht ocho otto",
            "nine neuf neun nueve nove",
            "ten dix zehn diez dieci",
        ),
        start=1,
    )
    for word in words.split()
}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?<![\d./-])(?P<day>[0-3]?\d)"
_YEAR = r"(?:,?\s{1,2}(?:de[l]?\s)?(?P<year>20\d\d)\b)?"
_PATTERNS = (
    re.compile(rf"{_DAY}(?:st|nd|rd|th|er|\.|o)?\s{{0,2}}(?:de\s|of\s)?{_MONTH}{_YEAR}"),
    re.compile(rf"\b{_MONTH}\s{{1,2}}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d/.:€]){_YEAR}"),
    re.compile(r"(?<![\d./-])(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])"),
    re.compile(r"(?<![\d./-])(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)[./](?P<year>20\d\d|\d\d)(?![\d/-])"),
    re.compile(r"(?<![\d./-])(?P<day>[0-3]\d)[./](?P<month>[01]\d)(?P<year>)(?![\d/-]|[.,]\d)"),
)
_COUNT = r"(?P<n>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_UNITS = {
    1: r"jours?|days?|tage?n?|dias?|giorn[oi]",
    7: r"semaines?|weeks?|wochen?|semanas?|settiman[ae]",
    30: r"mois|months?|monate?n?|mes(?:es)?|mes[ei]",
}
_UNIT = "(?:" + "|".join(f"(?P<u{days}>{words})" for days, words in _UNITS.items()) + r")\b"
_AGO = (
    re.compile(rf"\bil y a (?:environ |deja )?{_COUNT}\s{_UNIT}"),
    re.compile(rf"\bvor (?:etwa |ca\.? )?{_COUNT}\s{_UNIT}"),
    re.compile(rf"\bhace (?:unos |unas )?{_COUNT}\s{_UNIT}"),
    re.compile(rf"\b{_COUNT}\s{_UNIT} (?:ago|fa)\b"),
)
_SLACK = {1: 4, 7: 6, 30: 15}


@dataclass(frozen=True, slots=True)
class StatedDay:
    """A day in a text, as days since 1970-01-01, and by how many days the writer may be off."""

    day: int
    slack: int = 0


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def date_of(number: int) -> date:
    """The date that is ``number`` days after 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=number)


@lru_cache(maxsize=8192)
def spelled(number: int) -> str:
    """The date that is ``number`` days after 1970-01-01, as 2026-11-24."""
    return date_of(number).isoformat()


def stated_days(plain: str, written_on: date) -> tuple[StatedDay, ...]:
    """Days stated in ``plain`` (lower-case ASCII); without a year, the last such day up to ``written_on``.

    Days after ``written_on`` or more than two years before it are left out: they date no purchase.
    """
    if not re.search(r"\d| ago\b| fa\b|il y a|\bvor\b|\bhace\b", plain):
        return ()
    today = day_number(written_on)
    found = [StatedDay(day) for day in _dates(plain, written_on)] + list(_ages(plain, today))
    return tuple(dict.fromkeys(s for s in found if today - 730 <= s.day <= today + 1))


def _dates(plain: str, written_on: date) -> Iterator[int]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            month = _MONTHS.get(match["month"]) or (int(match["month"]) if match["month"].isdigit() else 0)
            if (made := _make(int(match["day"]), month, match["year"], written_on)) is not None:
                yield day_number(made)


def _make(day: int, month: int, year: str | None, written_on: date) -> date | None:
    years = (int(year) % 100 + 2000,) if year else (written_on.year, written_on.year - 1)
    if not year and day == month == 10:
        return None  # "10/10" praises; it dates nothing
    for candidate in years:
        try:
            made = date(candidate, month, day)
        except ValueError:
            continue
        if year or made <= written_on + timedelta(days=1):
            return made
    return None


def _ages(plain: str, today: int) -> Iterator[StatedDay]:
    for pattern in _AGO:
        for match in pattern.finditer(plain):
            count = int(match["n"]) if match["n"].isdigit() else _NUMBERS[match["n"]]
            unit = next(days for days in _UNITS if match[f"u{days}"])
            yield StatedDay(today - count * unit, _SLACK[unit])
