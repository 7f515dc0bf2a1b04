"""How a pack speaks: its language, its zone, and what it leaves out."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_percent, get_currency_precision

from data.people import Person
from recovery_plan.evidence.document import Redact

LANGUAGES = ("en", "fr")
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = tomllib.loads(files("recovery_plan.evidence").joinpath("words.toml").read_text("utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Wording:
    """Words, times, money and people of one pack."""

    language: str
    zone: ZoneInfo
    people: Mapping[str, Person]
    redact: Collection[Redact] = ()

    def __call__(self, key: str, **values: object) -> str:
        """The words for ``key`` such as ``appeal.title``, values filled in; raises KeyError for an unknown one."""
        group, _, name = key.partition(".")
        spelled: str = _words()[group][name][self.language]
        return spelled.format(**values) if values else spelled

    def code(self, group: str, code: str | None) -> str:
        """A code's words; the code itself where there are none."""
        told = _words().get(group, {}).get((code or "").replace(".", "_"))
        return str(told[self.language]) if told else (code or "").replace("_", " ")

    def time(self, at: datetime | None) -> str:
        """Day and time in the pack's zone, to the minute; empty for None."""
        if at is None:
            return ""
        return format_datetime(at.astimezone(self.zone), "d MMM y, HH:mm", locale=_LOCALES[self.language])

    def day(self, day: date) -> str:
        """A day."""
        return format_date(day, "d MMM y", locale=_LOCALES[self.language])

    def money(self, minor: int | None, currency: str | None) -> str:
        """An amount; empty when it is not known."""
        if minor is None or not currency:
            return ""
        return format_currency(minor / 10 ** get_currency_precision(currency), currency, locale=_LOCALES[self.language])

    def percent(self, share: float) -> str:
        """A share (0-1) with two decimals."""
        form = "0.00%" if self.language == "en" else "0.00\xa0%"
        return format_percent(share, format=form, locale=_LOCALES[self.language])

    def known(self, told: str) -> str:
        """A sentence that the program itself says in English, in the pack's language; any other as it is."""
        spelled = next((s for s in _words()["sentence"].values() if s["en"] == told), None)
        return str(spelled[self.language]) if spelled else told

    def fact(self, name: str, value: str) -> str:
        """One fact from the cache by its name; a time is told in the pack's zone."""
        with suppress(ValueError):  # a word with a capital T, such as a carrier's name
            value = self.time(datetime.fromisoformat(value)) if "T" in value else value
        return self("word.fact", name=self.code("fact", name), value=value)

    def yes_no(self, is_so: bool) -> str:
        """Yes or no."""
        return self("word.yes" if is_so else "word.no")

    def person(self, actor: str | None) -> str:
        """Who it was: name and role, the role alone when names are left out, ``system`` for the program."""
        if not actor:
            return ""
        if actor.startswith("system:"):
            return self("word.system")
        known = self.people.get(actor)
        if known is None:
            return self("word.unknown_person") if Redact.NAMES in self.redact else actor
        role = self.code("role", known.role.value)
        return role if Redact.NAMES in self.redact else f"{known.name} ({role})"

    def buyer(self, name: str | None) -> str:
        """A customer's name, or that it is left out."""
        if not name:
            return ""
        return self("word.withheld") if Redact.NAMES in self.redact else name

    def text(self, said: str | None) -> str:
        """What somebody wrote; left out, its SHA-256 stands for it."""
        if said is None:
            return self("word.erased")
        if Redact.TEXTS in self.redact and said:
            return self("word.text_withheld", sha256=hashlib.sha256(said.encode("utf-8", "replace")).hexdigest())
        return said
