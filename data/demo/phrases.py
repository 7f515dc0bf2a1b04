"""The invented texts of one language, with its own way to write a day and an amount."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "fr", "de", "es", "it")
_SYMBOLS = {"EUR": "€", "GBP": "£"}


def table(name: str) -> Mapping[str, Any]:
    """The text table ``texts/<name>.toml``."""
    return tomllib.loads((files("data.demo") / "texts" / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All texts of one language (ISO 639-1), by table and key of its file."""

    language: str
    tables: Mapping[str, Mapping[str, Any]]

    def lines(self, section: str, key: str) -> list[str]:
        """The templates below ``[section] key``; empty when the language has none."""
        found: list[str] = self.tables[section].get(key, [])
        return found

    def day(self, when: date) -> str:
        """A day as people write it in a message: without the year."""
        words = self.tables["words"]
        number = "1er" if self.language == "fr" and when.day == 1 else str(when.day)
        return str(words["date"]).format(day=number, month=words["months"][when.month - 1])

    def amount(self, minor: int, currency: str) -> str:
        """An amount as people write it: ``£89.90`` in English, ``89,90 €`` elsewhere."""
        symbol = _SYMBOLS[currency]
        plain = f"{minor // 100}.{minor % 100:02d}"
        return f"{symbol}{plain}" if self.language == "en" else f"{plain.replace('.', ',')} {symbol}"


@cache
def phrasebook(language: str) -> Phrasebook:
    """The texts of ``language``, one of LANGUAGES."""
    return Phrasebook(language, table(language))
