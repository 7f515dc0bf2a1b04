"""Prepared replies with typed slots: read, filled in, and known by the hash of their exact bytes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from babel.dates import format_date
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data import desk_text
from data.domain import Category
from data.errors import BadInput
from data.macros import MacroVersion
from recovery_plan.rules import RuleBook, load

LANGUAGES = ("en", "fr", "de", "es", "it")
LOCALES = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE", "es": "es_ES", "it": "it_IT"}
ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)  # rule AMZ-ID-01; S01 orders have no Amazon buyer
SLOT = re.compile(r"\{([^{}]*)\}")


class Slot(StrEnum):
    """Everything that may vary in a macro; there is no slot for free text."""

    ORDER_ID = "order_id"
    UPDATE_DATE = "update_date"


class Macro(BaseModel):
    """One version of a prepared reply in one language; ``digest`` names its exact bytes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]{2,40}$")]
    language: Literal["en", "fr", "de", "es", "it"]
    text: Annotated[str, Field(min_length=20, max_length=1900)]  # Amazon cuts at 2,000 (rule AMZ-MSG-10)
    surface: Literal["marketplace", "public"] = "marketplace"
    needs_attestation: bool = False  # names a cause: compliance must vouch that it is true (DESK-ATTESTATION)

    @field_validator("text")
    @classmethod
    def _only_known_slots(cls, text: str) -> str:
        unknown = sorted(set(SLOT.findall(text)) - set(Slot))
        if unknown or text.count("{") != text.count("}") or text.count("{") != len(SLOT.findall(text)):
            raise ValueError("has a slot other than {order_id} and {update_date}")
        return text

    @property
    def slots(self) -> frozenset[Slot]:
        """The slots that the text has."""
        return frozenset(Slot(name) for name in SLOT.findall(self.text))

    @property
    def digest(self) -> str:
        """SHA-256 of the exact bytes of the text, in hexadecimal."""
        return desk_text.sha256(self.text)


def parse(raw: bytes, where: str) -> tuple[Macro, ...]:
    """Read one language's macros; raises BadInput that names the file, the macro and the field."""
    try:
        document = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{where}: not valid TOML: {str(error).splitlines()[0]}") from None
    found: dict[str, Macro] = {}
    for number, entry in enumerate(document.get("macro", ()), start=1):
        try:
            macro = Macro.model_validate({"language": document.get("language"), **entry})
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            raise BadInput(f"{where}: macro {number}, {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if macro.name in found:
            raise BadInput(f"{where}: macro {number}: the name {macro.name} is taken")
        found[macro.name] = macro
    return tuple(found.values())


@cache
def shipped() -> Mapping[tuple[str, str], Macro]:
    """The macros that ship with the product by (name, language). They are drafts until somebody approves them."""
    macros: dict[tuple[str, str], Macro] = {}
    for language in LANGUAGES:
        name = f"{language}.toml"
        raw = files("recovery_plan.containment").joinpath("macros", name).read_bytes()
        macros |= {(macro.name, macro.language): macro for macro in parse(raw, name)}
    return macros


def render(
    macro: Macro,
    today: date,
    *,
    order_id: str | None = None,
    update_date: date | None = None,
    book: RuleBook | None = None,
) -> str:
    """The text to send. Raises BadInput for a slot without a value, Refused for a date that the rule forbids."""
    book = book or load()
    values: dict[str, str] = {}
    if Slot.ORDER_ID in macro.slots:
        values[Slot.ORDER_ID] = _order(order_id)
    if Slot.UPDATE_DATE in macro.slots:
        values[Slot.UPDATE_DATE] = spell_date(_date(update_date, today, book), macro.language)
    return SLOT.sub(lambda found: values[found[1]], macro.text)


def _order(order_id: str | None) -> str:
    if order_id is None or ORDER_ID.fullmatch(order_id) is None:
        raise BadInput("order_id: expected an Amazon order number such as 405-1234567-1234567")
    return order_id


def _date(day: date | None, today: date, book: RuleBook) -> date:
    if day is None:
        raise BadInput("update_date: say by which day the customer will hear again")
    latest = today + timedelta(days=book.days("DESK-UPDATE-DATE"))
    if not today < day <= latest:
        raise book.refusal("DESK-UPDATE-DATE", f"the next news is due after today and by {latest.isoformat()}")
    return day


def fill(
    version: MacroVersion, today: date, *, order_id: str | None, update_date: date | None
) -> tuple[str, dict[str, str]]:
    """As ``render``, of a kept version; also what its slots were filled with, by their names."""
    kept = {name: getattr(version, name) for name in ("name", "language", "text", "surface")}
    template = Macro.model_validate(kept)
    text = render(template, today, order_id=order_id, update_date=update_date)
    values = {Slot.ORDER_ID: order_id or "", Slot.UPDATE_DATE: update_date.isoformat() if update_date else ""}
    return text, {slot.value: values[slot] for slot in template.slots}


def spell_date(day: date, language: str) -> str:
    """``day`` in words of ``language``: no order of day and month can be mistaken."""
    return str(format_date(day, "long", locale=LOCALES[language]))


USES: Mapping[Category, str] = {
    Category.REFUND_NOT_RECEIVED: "refund_asked",
    Category.NOT_DELIVERED: "where_is_my_order",
    Category.CLAIM_OR_CHARGEBACK_THREAT: "claim_announced",
    Category.WRONG_OR_DAMAGED: "wrong_or_damaged",
}


OTHER = "other_question"  # the answer to a question that has no macro of its own


def suggested(category: Category | None) -> str:
    """The name of the macro for a ticket of ``category``."""
    return USES.get(category, OTHER) if category else OTHER
