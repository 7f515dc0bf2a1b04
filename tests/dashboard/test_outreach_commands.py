"""The outreach at the command line: from the plan to the outcome, the lines around it, the weights of the risk."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import status
from data import judged, mentions, people, plans
from data.clock import utc_now
from data.domain import Actor, AtRisk, Author, Category, Role, Source
from data.people import Person
from data.workspace import create, open_at
from recovery_plan.desk import wording
from tests.builders import a_mention, an_assessment
from tests.conftest import SETTINGS
from tests.recovery_plan.desk_builders import approve_macro

Run = Callable[..., tuple[int, Any]]
PEOPLE = (
    Person("p:agent", "An Agent", Role.AGENT, ("fr", "en")),
    Person("p:lead", "A Lead", Role.SUPPORT_LEAD, ("fr",)),
    Person("p:comp", "An Officer", Role.COMPLIANCE, ("fr",)),
    Person("p:brand", "A Manager", Role.BRAND_MANAGER, ("fr",)),
)
CUSTOMER = "author:trustpilot:1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with one reviewer at risk and the public macro approved."""
    made = create(tmp_path / "ws", SETTINGS)
    system = Actor.system("test")
    with made.store.transaction(system) as tx:
        for person in PEOPLE:
            people.add(tx, person)
        who = Author(Source.TRUSTPILOT, "a1", "Somebody")
        mentions.add(tx, [a_mention("m1", author=who, published_at=utc_now() - timedelta(days=2), language="fr")])
        judged.add_assessments(tx, [(1, 1, an_assessment(language="fr"))])
        risky = AtRisk(CUSTOMER, 0.7, (), language="fr", category=Category.NOT_DELIVERED, mention_ids=(1,))
        plans.replace_at_risk(tx, [risky])
    wording.bring_in_shipped(made, Actor("p:lead", Role.SUPPORT_LEAD))
    approve_macro(made, "public_reply")
    made.store.close()
    return made.folder


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command with --json; gives exit status, and the document or what was told instead."""
    monkeypatch.setenv("REINSTATE_WORKSPACE", str(folder))
    monkeypatch.delenv("REINSTATE_ACTOR", raising=False)

    def call(*arguments: object, by: str | None = None) -> tuple[int, Any]:
        capsys.readouterr()
        code = status(["--json", *(str(a) for a in arguments), *(["--as", by] if by else [])])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else told.err

    return call


def test_a_wave_goes_out_from_the_plan_to_the_outcome(run: Run, folder: Path) -> None:
    code, made = run("plan", "build", by="p:lead")
    assert (code, made["placed"], made["costs"][0]["contacts"], made["difference"]["added"]) == (0, 1, 1, 1)
    code, drafts = run("plan", "drafts", 1, "--request", by="p:agent")
    (draft,) = drafts["drafts"]
    assert (code, draft["problems"], draft["request"]["state"]) == (0, [], "pending")
    assert run("plan", "release", 1, by="p:lead")[0] == 3
    assert run("plan", "approve", 1, "--hash", drafts["sha256"], by="p:lead")[0] == 3
    code, done = run("plan", "approve", 1, "--hash", drafts["sha256"][:8], by="p:comp")
    assert (code, done["approved"], done["left_out"]) == (0, [draft["task"]], [])
    assert run("plan", "release", 1, by="p:lead")[1]["released"] == [draft["task"]]
    code, listed = run("plan", "handover", "--format", "pdf", by="p:lead")
    assert (code, listed["contacts"]) == (0, 1) and Path(listed["file"]).read_bytes().startswith(b"%PDF")
    code, sent = run("plan", "send", draft["task"], by="p:agent")
    assert (code, sent["text"]) == (0, draft["text"])
    assert run("plan", "send", draft["task"], by="p:agent")[0] == 3
    assert run("plan", "done", draft["task"], "--result", "answered", by="p:agent")[0] == 0
    code, effects = run("plan", "effects", by="p:lead")
    assert (code, effects["contacts"], effects["routes"][0]["recovered"]["few"]) == (0, 1, True)
    opened = open_at(folder)
    with opened.store.reading() as tx:
        assert plans.contacted(tx) == {CUSTOMER}
    opened.store.close()


def test_somebody_is_put_on_and_taken_off_the_never_contact_list_by_their_pseudonym(run: Run) -> None:
    run("plan", "build", by="p:lead")
    pseudonym = (
        run("contact", "never", CUSTOMER, by="p:agent")[1] and run("contact", "list")[1]["contacts"][0]["customer"]
    )
    assert run("plan", "build", by="p:lead")[1]["placed"] == 0
    assert run("contact", "allow", pseudonym, "--reason", "mistake", by="p:agent")[0] == 3
    assert run("contact", "allow", pseudonym, "--reason", "mistake", by="p:lead")[0] == 0
    assert run("plan", "build", by="p:lead")[1]["placed"] == 1
    assert run("contact", "never", pseudonym, "--reason", "whim")[0] == 2


def test_a_community_and_a_persons_time_are_put_on_record(run: Run) -> None:
    assert run("contact", "community", "r/Lamps", "--allows", "--basis", "rule 5", by="p:lead")[0] == 0
    assert run("contact", "list")[1]["communities"][0]["name"] == "lamps"
    code, team = run("plan", "team", "p:agent", "--minutes", 30, "--days-off", "sat,sun", by="p:lead")
    assert code == 0 and team["team"][0] == {
        "person": "p:agent", "minutes": 30, "languages": ["fr", "en"], "days_off": ["sat", "sun"], "routes": [],
    }  # fmt: skip
    assert run("plan", "team", "p:agent", "--minutes", 5, by="p:agent")[0] == 3


def test_weights_are_looked_at_before_they_are_kept(run: Run, folder: Path) -> None:
    code, ahead = run("risk", "preview", "--set", "base.log_odds=-9")
    assert (code, ahead["listed_before"], ahead["listed_after"]) == (0, 1, 0)
    assert len(ahead["left"]) == 1 and CUSTOMER not in json.dumps(ahead)
    assert not (folder / "risk_policy.toml").exists()
    assert run("risk", "set", "--set", "base.log_odds=-9", by="p:agent")[0] == 3
    code, kept = run("risk", "set", "--set", "base.log_odds=-9", by="p:lead")
    assert code == 0 and kept["version"] == ahead["version_after"]
    assert run("risk", "weights")[1]["weights"]["base.log_odds"] == -9.0


@pytest.mark.parametrize(
    "wrong", [("risk", "preview"), ("risk", "preview", "--set", "x"), ("risk", "set", "--set", "x.y=1"),
              ("risk", "set", "--calibrated"), ("plan", "drafts", 9), ("plan", "send", 99)],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line_and_status_two(run: Run, wrong: tuple[object, ...]) -> None:
    code, told = run(*wrong)
    assert code == 2 and len(told.strip().splitlines()) == 1


def test_rates_and_calibration_answer_a_workspace_without_orders(run: Run) -> None:
    assert run("plan", "rates")[1]["defects"] == {}
    assert run("risk", "calibration")[1]["why_not"].startswith("0 harmed")


@pytest.mark.parametrize("command", [("plan", "drafts", 1), ("plan", "effects"), ("contact", "list"), ("plan", "team")])
def test_a_brand_manager_sees_no_plan(run: Run, command: tuple[object, ...]) -> None:
    assert run(*command, by="p:brand")[0] == 3
