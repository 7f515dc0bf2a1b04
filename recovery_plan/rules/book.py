"""The rule book: every number that a platform, a law or the house imposes, with its source and date."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.domain import Role
from data.errors import BadInput, Refused

SUBJECTS = ("amazon", "trustpilot", "x", "reddit", "eu_law", "desk")

Unit = Literal[
    "hours",
    "days",
    "business_days",
    "months",
    "percent",
    "per_mille",
    "stars",
    "line_breaks",
    "characters",
    "per_order",
    "per_customer",
    "per_minute",
    "per_day",
    "pattern",
    "text",
]


class Rule(BaseModel):
    """One rule. ``value`` is in ``unit``; ``grace`` (same unit) is what a more generous source says.

    ``confidence``: A official text, B several secondary sources, C believed, own our own choice.
    ``lift`` is the role that may allow an exception, None when nobody may.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Z]+(-[A-Z0-9]+)+$")]
    value: int | Annotated[str, Field(min_length=1)]
    unit: Unit
    source: Annotated[str, Field(min_length=1)]
    confidence: Literal["A", "B", "C", "own"]
    checked_on: date
    note: Annotated[str, Field(min_length=1)]
    grace: int | None = None
    lift: Annotated[Role | None, Field(strict=False)] = None

    @property
    def unlock(self) -> str:
        """Who can lift the rule, for people: a role's name or ``nobody``."""
        return self.lift.value if self.lift else "nobody"


class RuleBook(Mapping[str, Rule]):
    """Every rule by its id. An unknown id raises KeyError, a wrong unit ValueError: both are defects of ours."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.id: rule for rule in rules}

    def __getitem__(self, rule_id: str) -> Rule:
        return self._rules[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def number(self, rule_id: str, unit: str) -> int:
        """The rule's value, which must be a number of ``unit``."""
        rule = self[rule_id]
        if rule.unit != unit or not isinstance(rule.value, int):
            raise ValueError(f"{rule_id} is in {rule.unit}, not in {unit}")
        return rule.value

    def days(self, rule_id: str) -> int:
        """A rule that is told in calendar days."""
        return self.number(rule_id, "days")

    def hours(self, rule_id: str) -> int:
        """A rule that is told in hours."""
        return self.number(rule_id, "hours")

    def share(self, rule_id: str) -> float:
        """A rule that is told in percent or in thousandths, as a share between 0 and 1."""
        if self[rule_id].unit == "per_mille":
            return self.number(rule_id, "per_mille") / 1000
        return self.number(rule_id, "percent") / 100

    def due(self, rule_id: str, start: datetime) -> datetime:
        """When the strict reading of a rule that starts at ``start`` runs out."""
        rule = self[rule_id]
        if not isinstance(rule.value, int):
            raise ValueError(f"{rule_id} sets no period")
        return _later(start, rule.value, rule.unit)

    def grace(self, rule_id: str, start: datetime) -> datetime | None:
        """When the more generous reading runs out; None where all sources agree."""
        rule = self[rule_id]
        return None if rule.grace is None else _later(start, rule.grace, rule.unit)

    def refusal(self, rule_id: str, what: str) -> Refused:
        """The refusal to raise: what is refused, the rule, its source and who can lift it."""
        rule = self[rule_id]
        lifted = f"{rule.unlock} can lift it" if rule.lift else "nobody can lift it"
        return Refused(f"{what} (rule {rule.id}: {rule.source}; {lifted})", rule=rule.id, unlock=rule.unlock)


def _later(start: datetime, amount: int, unit: str) -> datetime:
    if unit == "hours":
        return start + timedelta(hours=amount)
    if unit == "days":
        return start + timedelta(days=amount)
    if unit == "months":
        return datetime.combine(_months_later(start.date(), amount), start.timetz())
    if unit == "business_days":
        return _business_days_later(start, amount)
    raise ValueError(f"{unit} is not a period")


def _months_later(day: date, months: int) -> date:
    """The same day ``months`` later; the 31st becomes the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def _business_days_later(start: datetime, amount: int) -> datetime:
    """Saturdays and Sundays do not count; public holidays differ by country and count as work days (strict)."""
    moment = start
    while amount:
        moment += timedelta(days=1)
        amount -= moment.weekday() < 5
    return moment


def months_before(day: date, months: int) -> date:
    """The date ``months`` calendar months before ``day``."""
    return _months_later(day, -months)


def parse(raw: bytes, where: str) -> list[Rule]:
    """Read one subject's TOML; raises BadInput that names the file and the rule."""
    try:
        document = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{where}: not valid TOML: {str(error).splitlines()[0]}") from None
    found: list[Rule] = []
    for number, entry in enumerate(document.get("rule", ()), start=1):
        try:
            found.append(Rule.model_validate(entry))
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise BadInput(f"{where}: rule {number}, field {field!r}: {first['msg']}") from None
    return found


@cache
def load() -> RuleBook:
    """The rules that ship with the product; raises BadInput when a file is wrong or an id stands twice."""
    rules: dict[str, Rule] = {}
    for subject in SUBJECTS:
        name = f"{subject}.toml"
        for rule in parse(files("recovery_plan.rules").joinpath(name).read_bytes(), name):
            if rule.id in rules:
                raise BadInput(f"{name}: rule {rule.id} is given twice: keep one")
            rules[rule.id] = rule
    return RuleBook(rules.values())
