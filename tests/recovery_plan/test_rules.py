"""The rule book: what it holds, what it refuses, and that the code names no rule it does not hold."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.errors import BadInput
from recovery_plan import rules
from recovery_plan.rules.book import months_before, parse

BOOK = rules.load()
ROOT = Path(__file__).parents[2]
RULE_ID = re.compile(r"(?:AMZ|TP|X|RD|EU|PRIV|DESK|NL)-[A-Z0-9]+(?:-[A-Z0-9]+)*")
FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RULE = b'[[rule]]\nid="AMZ-T-01"\nvalue=2\nunit="days"\nsource="s"\nconfidence="A"\nchecked_on=2026-11-24\nnote="n"\n'


def strings_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("package", ["data", "collectors", "models", "recovery_plan", "dashboard"])
def test_every_rule_id_that_the_code_names_is_in_the_book(package: str) -> None:
    named = {text for path in (ROOT / package).rglob("*.py") for text in strings_of(path) if RULE_ID.fullmatch(text)}
    assert named - set(BOOK) == set()


def test_every_rule_tells_its_source_and_was_checked_on_a_real_past_day() -> None:
    assert len(BOOK) > 60
    assert all(len(rule.source) > 5 and len(rule.note) > 10 for rule in BOOK.values())
    assert all(date(2026, 1, 1) <= rule.checked_on <= date(2026, 11, 24) for rule in BOOK.values())


@pytest.mark.parametrize(
    ("rule_id", "strict", "grace"), [("AMZ-AZ-03", 48, 72), ("AMZ-AZ-04", 48, 72), ("RD-04", 24, 48)]
)
def test_where_sources_conflict_the_strict_one_is_due_and_the_other_is_grace(
    rule_id: str, strict: int, grace: int
) -> None:
    assert BOOK.due(rule_id, FRIDAY_NOON) == FRIDAY_NOON + timedelta(hours=strict)
    assert BOOK.grace(rule_id, FRIDAY_NOON) == FRIDAY_NOON + timedelta(hours=grace)


def test_a_rule_without_conflict_has_no_grace() -> None:
    assert BOOK.grace("AMZ-MSG-02", FRIDAY_NOON) is None


def test_business_days_skip_the_weekend() -> None:
    assert BOOK.due("AMZ-REF-01", FRIDAY_NOON) == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert BOOK.due("EU-02", datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)


def test_asking_a_rule_in_another_unit_is_an_error() -> None:
    assert BOOK.days("AMZ-MSG-05") == 30
    with pytest.raises(ValueError, match="hours"):
        BOOK.days("AMZ-MSG-02")


def test_a_refusal_names_rule_source_and_who_can_lift_it() -> None:
    refused = BOOK.refusal("DESK-MACRO", "free text cannot be sent")
    assert (refused.rule, refused.unlock) == ("DESK-MACRO", "compliance")
    assert "neutral-language notes" in str(refused)
    assert "compliance can lift it" in str(refused)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (RULE.replace(b'"days"', b'"fortnights"'), "unit"),
        (RULE.replace(b'source="s"\n', b""), "source"),
        (RULE.replace(b"value=2", b"value=2.5"), "value"),
        (b"[[rule", "not valid TOML"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_its_place(broken: bytes, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        parse(broken, "amazon.toml")
