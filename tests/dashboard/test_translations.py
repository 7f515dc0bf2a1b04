"""Languages: every text of every page has its French, and every code has a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import dashboard
from dashboard import labels
from dashboard.translations import LANGUAGES, catalogue, translate, translate_n
from data import plans
from data.domain import Band, Category, HealthState, Role, Route, Source, Verdict
from data.workspace import Workspace
from recovery_plan.containment.deadlines import Kind
from recovery_plan.containment.mode import Step
from recovery_plan.run import OUTCOMES
from tests.dashboard.test_queries import a_viewer

ROOT = Path(dashboard.__file__).parent
# function -> which of its arguments are message ids
CALLS = {"say": (0, 1), "say_n": (0, 2), "N_": (0, 1), "translate": (1, 2), "translate_n": (1, 3)}
PLACE = re.compile(r"\{(\w*)\}")

Message = str | tuple[str, ...]


def messages_of(source: str) -> Iterator[Message]:
    """Message ids of one module; read from its syntax tree, so that calls inside f-strings count, too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first, last = CALLS.get(name, (0, 0))
            told = tuple(a.value for a in node.args[first:last] if isinstance(a, ast.Constant) and a.value)
            if told:
                yield str(told[0]) if len(told) == 1 else tuple(map(str, told))


def all_messages() -> set[Message]:
    return {m for path in sorted(ROOT.rglob("*.py")) for m in messages_of(path.read_text(encoding="utf-8"))}


def french() -> dict[Message, tuple[str, ...]]:
    with (ROOT / "locale" / "fr.po").open("rb") as file:
        read = read_po(file, locale="fr")
    found: dict[Message, tuple[str, ...]] = {}
    for message in read:
        if message.id:
            key = message.id if isinstance(message.id, str) else tuple(message.id)
            string = message.string or ""
            found[key] = (string,) if isinstance(string, str) else tuple(string)
    return found


def test_calls_inside_f_strings_are_found() -> None:
    assert set(messages_of("x = f\"**{viewer.say('Inside')}** {viewer.say_n('{n} a', '{n} b', 2)}\"")) == {
        "Inside",
        ("{n} a", "{n} b"),
    }


def test_every_text_has_its_french() -> None:
    told = french()
    assert len(told) > 300
    assert {m for m in all_messages() if not all(told.get(m, ("",)))} == set()


def test_no_french_text_is_left_over() -> None:
    assert set(french()) - all_messages() == set()


def test_a_translation_has_the_places_of_its_original() -> None:
    for message, said in french().items():
        original = message if isinstance(message, str) else message[-1]
        for form in said:
            assert set(PLACE.findall(form)) == set(PLACE.findall(original)), message
            assert form.count("**") == original.count("**"), message


def test_french_marks_stand_off_by_a_space_that_does_not_break() -> None:
    assert [s for said in french().values() for s in said if re.search(r" [:;?!»]|« ", s)] == []


@pytest.mark.parametrize(("n", "told"), [(0, "0 jour"), (1, "1 jour"), (2, "2 jours")])
def test_french_counts_nought_as_one(n: int, told: str) -> None:
    assert translate_n("fr", "{n} day", "{n} days", n) == told


@pytest.mark.parametrize(("n", "told"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_english_counts_nought_as_many(n: int, told: str) -> None:
    assert translate_n("en", "{n} day", "{n} days", n) == told


def test_an_unknown_language_is_english() -> None:
    assert translate("xx", "Overview") == "Overview"
    assert not catalogue("xx").forms
    assert set(LANGUAGES) == {"en", "fr"}


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (labels.BAND, Band),
        (labels.CATEGORY, Category),
        (labels.SOURCE, Source),
        (labels.VERDICT, Verdict),
        (labels.HEALTH, HealthState),
        (labels.HEALTH_NEXT, HealthState),
        (labels.ROUTE, Route),
        (labels.ROLE, Role),
        (labels.STEP, Step),
        (labels.DEADLINE, Kind),
    ],
)
def test_every_code_has_a_name(table: dict[str, str], codes: type[StrEnum]) -> None:
    assert {c.value for c in codes} - set(table) == set()


def test_every_outcome_of_a_contact_has_a_name() -> None:
    assert set(labels.TASK_OUTCOME) == set(OUTCOMES)


def test_every_reason_of_the_demos_plan_is_told_in_french(demo_workspace: Workspace) -> None:
    viewer = a_viewer(language="fr")
    with demo_workspace.store.reading() as tx:
        newest = plans.newest_plan(tx)
    assert newest is not None
    told = {text for task in newest[1] for text in (task.reason, task.unplaced) if text}
    assert told
    assert {t for t in told if labels.reason(t, viewer) == t} == set()


def test_every_reason_that_routes_and_planner_can_give_has_a_name() -> None:
    import recovery_plan.outreach.planner
    import recovery_plan.outreach.routes

    given: set[str] = set()
    for module in (recovery_plan.outreach.routes, recovery_plan.outreach.planner):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RouteChoice":
                given |= {str(a.value) for a in node.args[2:3] if isinstance(a, ast.Constant)}
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
                told = node.value.value
                given |= {labels.without_rules(told)} if isinstance(told, str) else set()
    assert len(given) > 15
    assert given - set(labels.REASON) == set()


def test_a_reason_keeps_its_number_and_its_rules() -> None:
    viewer = a_viewer(language="fr")
    told = labels.reason("ask for the order's reference; 3 days to answer (TP-04)", viewer)
    assert "3 jours" in told
    assert told.endswith("(TP-04)")
    assert labels.reason("something new (X-99)", viewer) == "something new (X-99)"
