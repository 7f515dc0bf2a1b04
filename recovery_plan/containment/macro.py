"""Prepared replies with typed slots: read, filled in, and recognised again by the hash of their exact bytes."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from babel.dates import format_date, get_month_names
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.domain import Category
from data.errors import BadInput, Refused
from recovery_plan.rules import RuleBook, load

LANGUAGES = ("en", "fr", "de", "es", "it")
LOCALES = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE", "es": "es_ES", "it": "it_IT"}
ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)  # rule AMZ-ID-01; S01 orders have no Amazon buyer
SLOT = re.compile(r"\{([^{}]*)\}")
SPELLED_DATE = re.compile(r"(?<!\d)(\d{1,2})\.? (?:de )?([^\W\d]{3,12}) (?:de )?(\d{4})(?!\d)")


class Slot(StrEnum):
    """Everything that may vary in a macro; there is no slot for free text."""

    ORDER_ID = "order_id"
    UPDATE_DATE = "update_date"


class Macro(BaseModel):
    """One version of a prepared reply in one language; ``digest`` is what an approval is bound to."""

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
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of ``text``, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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


def spell_date(day: date, language: str) -> str:
    """``day`` in words of ``language``: no order of day and month can be mistaken."""
    return str(format_date(day, "long", locale=LOCALES[language]))


def template_of(text: str, language: str) -> str:
    """The macro text that ``text`` was filled in from: order numbers and spelled dates become slots again.

    Only dates in exactly our own spelling count, so that the digest proves every other byte.
    """
    slotted = ORDER_ID.sub("{order_id}", text)
    return SPELLED_DATE.sub(lambda found: _slot_of(found, language), slotted)


def _slot_of(found: re.Match[str], language: str) -> str:
    day = _read_date(found, language)
    if day is None or spell_date(day, language) != found[0]:
        return found[0]
    return "{update_date}"


def _read_date(found: re.Match[str], language: str) -> date | None:
    month = _months(language).get(found[2])
    try:
        return date(int(found[3]), month, int(found[1])) if month else None
    except ValueError:
        return None


@cache
def _months(language: str) -> Mapping[str, int]:
    return {name: number for number, name in get_month_names("wide", locale=LOCALES[language]).items()}


def dates_in(text: str, language: str) -> tuple[date, ...]:
    """The dates that ``text`` spells out in our own spelling."""
    read = (_read_date(found, language) for found in SPELLED_DATE.finditer(text))
    return tuple(day for day in read if day is not None)


USES: Mapping[Category, str] = {
    Category.REFUND_NOT_RECEIVED: "refund_asked",
    Category.NOT_DELIVERED: "where_is_my_order",
    Category.CLAIM_OR_CHARGEBACK_THREAT: "claim_announced",
    Category.WRONG_OR_DAMAGED: "wrong_or_damaged",
}


def suggested(category: Category | None, language: str | None) -> Macro:
    """The macro for a ticket of ``category``; raises Refused when there is none in the customer's language."""
    name = USES.get(category, "other_question") if category else "other_question"
    macro = shipped().get((name, language or ""))
    if macro is None:
        rule = load()["DESK-LANGUAGE"]
        raise Refused(
            "there is no macro in the customer's language: draft one and have it approved",
            rule=rule.id,
            unlock=rule.unlock,
        )
    return macro
