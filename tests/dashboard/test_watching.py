"""``watch test``, ``erase --source`` and ``/metrics``: what people and machines are told of the sources."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dashboard import metrics
from dashboard.cli import status
from data import mentions, people, trail
from data.domain import Author, HealthState, Role, Source
from data.people import Person
from data.workspace import Workspace
from tests.builders import NOW, TESTER, a_mention, days

ANN = Author(Source.REDDIT, "1", None, "ann")


@pytest.fixture
def stocked(workspace: Workspace) -> Workspace:
    said = {"source": Source.REDDIT, "published_at": NOW - days(2), "title": None}
    with workspace.store.transaction(TESTER) as tx:
        mentions.add(
            tx,
            [
                a_mention(
                    "t3_a", text="My Lumivelle lamp broke", author=Author(Source.REDDIT, "1", None, "ann"), **said
                ),
                a_mention("t3_b", text="Lumina lamps are fine", author=None, watch="lumivelle", **said),
                a_mention("x1", source=Source.X, text="@lumivelle hello", author=Author(Source.X, "2", None, "bob")),
            ],
        )
    return workspace


def answer(ws: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert status(["--workspace", str(ws.folder), "--json", *words]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_a_watch_is_tried_on_what_is_stored_and_on_a_text(
    stocked: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(stocked, capsys, "watch", "test", "--text", "LUMIVELLE!", "--since", "3650d")
    (tried,) = found["watches"]
    assert tried["reasons"] == {"name:Lumivelle": 1, "handle:@lumivelle": 1} or tried["reasons"] == {
        "name:Lumivelle": 2
    }
    assert len(tried["lost"]) == 1 and tried["text"] == {"reason": "name:Lumivelle", "is_own": False}
    assert all(q["length"] == len(q["query"]) <= 512 for q in tried["queries"]) and len(tried["queries"]) >= 2


def test_a_json_answer_of_a_watch_test_holds_no_ones_words(
    stocked: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "lamp broke" not in json.dumps(answer(stocked, capsys, "watch", "test", "--since", "3650d"))


def test_a_person_sees_the_newest_catches(stocked: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["--workspace", str(stocked.folder), "watch", "test", "--since", "3650d"]) == 0
    assert "My Lumivelle lamp broke" in capsys.readouterr().out


def test_a_watch_there_is_not_is_refused(stocked: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["--workspace", str(stocked.folder), "watch", "test", "--watch", "nope"]) == 2
    assert "choose from lumivelle" in capsys.readouterr().err


def test_everything_of_a_source_goes_only_when_said_twice_and_by_who_may(
    stocked: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with stocked.store.transaction(TESTER) as tx:
        people.add(tx, Person("p:ada", "Ada", Role.AGENT))
    folder = str(stocked.folder)
    assert status(["--workspace", folder, "erase", "--source", "x"]) == 2
    assert "1 mentions would go" in capsys.readouterr().err
    assert status(["--workspace", folder, "erase", "--source", "x", "--yes", "--as", "p:ada"]) == 3
    capsys.readouterr()
    assert answer(stocked, capsys, "erase", "--source", "x", "--yes")["erased"] == 1
    with stocked.store.reading() as tx:
        assert [e.action for e in trail.entries(tx, action="privacy.purge")] == ["privacy.purge"]


def test_metrics_are_in_the_form_that_prometheus_reads(stocked: Workspace) -> None:
    with stocked.store.transaction(TESTER) as tx:
        trail.set_health(tx, Source.REDDIT, 'odd "name"', HealthState.BLOCKED, "private", new_mentions=4)
        trail.add_spend(tx, Source.X, "2026-11", 1_500_000)
        trail.set_next_run(tx, NOW)
        text = metrics.text(tx)
    line = re.compile(r'[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\]|\\.)*",?)+\})? -?[\d.e+]+')
    assert all(line.fullmatch(said) for said in text.splitlines() if not said.startswith("#"))
    assert 'reinstate_source_up{source="reddit",partition="odd \\"name\\""} 0' in text
    assert 'reinstate_source_spent_dollars{source="x"} 1.5' in text
    assert "private" not in text
