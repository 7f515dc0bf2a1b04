"""The desk's acts as pages call them: a refusal changes nothing and is on record."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from dashboard import desk_acts
from dashboard.acts import Upload
from dashboard.viewer import Viewer
from data import attempts, people, trail
from data.domain import Actor, Role
from data.errors import BadInput, Refused
from data.people import Person
from data.workspace import Workspace
from recovery_plan.desk.registers import NewAttempt
from tests.builders import NOW

ORDER = "405-1234567-7654321"
PNG = b"\x89PNG\r\n\x1a\n0000"


@pytest.fixture
def agent(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setattr("dashboard.session.is_still", lambda _: True)
    with workspace.store.transaction(Actor.system("test")) as tx:
        people.add(tx, Person("p:agent", "A", Role.AGENT))
    return Viewer(Actor("p:agent", Role.AGENT), "A", "en", ZoneInfo("UTC"), NOW)


NEW = NewAttempt("buyer_message", "refused", "messaging_disabled", order_id=ORDER)


def test_an_upload_becomes_a_kept_proof_whatever_its_name(workspace: Workspace, agent: Viewer) -> None:
    desk_acts.record_attempt(workspace, agent, NEW, Upload("../../etc/passwd", PNG))
    with workspace.store.reading() as tx:
        (kept,) = attempts.listed(tx)
    assert kept.proof_kind == "png"


def test_what_is_no_proof_is_refused_and_nothing_is_kept(workspace: Workspace, agent: Viewer) -> None:
    with pytest.raises(BadInput):
        desk_acts.record_attempt(workspace, agent, NEW, Upload("x.exe", b"MZ\x00\x01"))
    with workspace.store.reading() as tx:
        assert attempts.listed(tx) == []


def test_a_refused_act_is_on_record(workspace: Workspace, agent: Viewer) -> None:
    with pytest.raises(Refused):
        desk_acts.sign_refund(workspace, agent, 1, grant=True)
    with workspace.store.reading() as tx:
        (entry,) = trail.entries(tx, action="action.refused")
    assert (entry.actor, entry.subject, entry.at) == (agent.actor.id, "action:sign_refund", NOW)
