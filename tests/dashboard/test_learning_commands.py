"""``train``, ``models``, ``labels`` and ``evaluate`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import status
from data import erasure, labelling, mentions, model_store, trail
from data.clock import utc_now
from data.domain import Role
from data.people import Person, add
from data.workspace import Workspace
from models.in_use import in_use
from models.retraining import is_held_back
from models.run import assess_new
from tests.builders import TESTER, a_mention
from tests.models.labelled import labelled


def ran(capsys: pytest.CaptureFixture[str], ws: Workspace, *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert status(["--workspace", str(ws.folder), "--json", *arguments]) == code
    out = capsys.readouterr().out
    return json.loads(out) if out else None


def test_the_whole_loop(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    labelled(workspace.store)
    tried = ran(capsys, workspace, "train", "--dry-run")
    assert (tried["verdict"], tried["switched"], tried["assessed"]) == ("better", False, 0)
    assert [m["in_use"] for m in ran(capsys, workspace, "models", "list")["models"]] == [True]
    made = ran(capsys, workspace, "train")
    assert (made["version"], made["switched"], made["assessed"]) == (tried["version"], True, 80)
    listed = ran(capsys, workspace, "models", "list")
    assert {m["version"]: m["in_use"] for m in listed["models"]} == {made["version"]: True, made["before"]: False}
    back = ran(capsys, workspace, "models", "use", "base")
    assert back["version"].startswith("base-") and back["assessed"] == 80
    assert ran(capsys, workspace, "models", "use", made["version"])["version"] == made["version"]
    with workspace.store.reading() as tx:
        assert in_use(tx).is_own and len(model_store.uses(tx)) == 3


def test_train_without_labels_says_what_is_missing_and_exits_with_two(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["--workspace", str(workspace.folder), "train"]) == 2
    told = capsys.readouterr().err
    assert "20 are missing" in told and len(told.splitlines()) == 1


@pytest.mark.parametrize("extra", [["--base"], ["--out", "x"], ["--base", "--out", "x", "--dry-run"], ["--text", "."]])
def test_the_options_of_the_base_do_not_mix_with_your_own_labels(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], extra: list[str]
) -> None:
    assert status(["--workspace", str(workspace.folder), "train", *extra]) == 2
    assert "--base goes with --out" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["train"], ["train", "--dry-run"], ["models", "use", "base"], ["labels", "export"]]
)
def test_only_support_leads_train_switch_and_export(workspace: Workspace, arguments: list[str]) -> None:
    with workspace.store.transaction(TESTER) as tx:
        add(tx, Person("p:agent", "Ada", Role.AGENT))
    assert status(["--workspace", str(workspace.folder), *arguments, "--as", "p:agent"]) == 3


def test_an_agent_labels_with_topics_and_gets_suggestions(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with workspace.store.transaction(TESTER) as tx:
        add(tx, Person("p:agent", "Ada", Role.AGENT))
        asked = a_mention("m2", text="Does the lamp take an ordinary bulb?", rating=None, published_at=utc_now())
        mentions.add(tx, [a_mention("m1", published_at=utc_now()), asked])
    assess_new(workspace.store)
    found = ran(capsys, workspace, "labels", "suggest", "--as", "p:agent")["suggestions"]
    assert {s["mention"] for s in found} == {1, 2} and {"source", "language", "probability", "why"} < set(found[0])
    told = ran(
        capsys, workspace, "assess", "label", "1", "--frustrated", "--category", "no_reply", "--category",
        "not_delivered", "--severity", "3", "--as", "p:agent",
    )  # fmt: skip
    assert told["categories"] == ["no_reply", "not_delivered"]
    assert {s["mention"] for s in ran(capsys, workspace, "labels", "suggest")["suggestions"]} == {2}
    with workspace.store.reading() as tx:
        assert labelling.history(tx, 1)[0].by == "p:agent"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_exported_labels_can_be_evaluated(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    ids = labelled(workspace.store, 30)
    with workspace.store.transaction(TESTER) as tx:
        labelling.add(tx, ids[0], frustrated=True, severity=2)
    out = tmp_path / f"labels.{form}"
    made = ran(capsys, workspace, "labels", "export", "--out", str(out), "--format", form)
    assert made == {"file": str(out), "labels": 31}
    found = ran(capsys, workspace, "evaluate", str(out))
    assert (found["counted"], found["refused"], found["whole"]["texts"]) == (31, [], 31)
    with workspace.store.reading() as tx:
        assert [e.subject for e in trail.entries(tx, action="labels.exported")] == [""]


def test_a_formula_in_a_text_is_harmless_in_the_csv(workspace: Workspace, tmp_path: Path) -> None:
    with workspace.store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1", text='=HYPERLINK("http://evil.example","x")')])
        labelling.add(tx, 1, frustrated=True)
    out = tmp_path / "labels.csv"
    assert status(["--workspace", str(workspace.folder), "labels", "export", "--out", str(out)]) == 0
    assert "\"'=HYPERLINK" in out.read_text(encoding="utf-8-sig")


def test_evaluate_counts_the_good_rows_and_exits_with_four_when_some_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("text,label\nStill no refund,yes\nLovely lamp,perhaps\nLovely lamp,no\n", encoding="utf-8")
    assert status(["--workspace", str(tmp_path / "none"), "evaluate", str(file)]) == 4
    told = capsys.readouterr().out
    assert "2 rows counted, 1 refused" in told and "line 3: label is neither yes nor no" in told


def test_evaluate_uses_the_model_of_the_workspace(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    labelled(workspace.store)
    made = ran(capsys, workspace, "train")
    file = workspace.folder / "mine.csv"
    file.write_text(
        "text,label,source\nIt shines yellow,yes,trustpilot\nIt shines white,no,trustpilot\n", encoding="utf-8"
    )
    found = ran(capsys, workspace, "evaluate", str(file))
    assert found["model"] == made["version"]


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_a_file_that_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert status(["evaluate", str(tmp_path / name)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_doctor_tells_of_the_model_and_of_drift(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    found = {c["name"]: c for c in ran(capsys, workspace, "doctor", code=4)["checks"]}
    assert found["model"]["ok"] and found["model drift"]["told"] == "too few mentions yet to tell"
    labelled(workspace.store)
    made = ran(capsys, workspace, "train")
    with workspace.store.transaction(TESTER) as tx:
        erasure.erase(tx, [next(n for n in range(1, 80) if not is_held_back(n))])
    found = {c["name"]: c for c in ran(capsys, workspace, "doctor", code=4)["checks"]}
    assert not found["model"]["ok"] and made["version"] in found["model"]["told"]
