"""The Suspension page: nothing is declared without a second look, steps are closed in order, compliance lifts."""

from __future__ import annotations

import pytest

from data import casework, channel, holds, marks, people, readiness, trail
from data.domain import Actor, Mode, Role
from data.people import Person
from data.workspace import Workspace
from recovery_plan.containment.mode import Step
from recovery_plan.containment.readiness import readiness as score
from recovery_plan.desk import ready, suspending
from tests.dashboard.pages import open_page, shown

SALOME = Actor("p:salome", Role.COMPLIANCE)


def mode(ws: Workspace) -> Mode:
    with ws.store.reading() as tx:
        return casework.mode(tx)


@pytest.fixture
def quiet_pages(empty_pages: Workspace) -> Workspace:
    """A demo without anything in it but people: no suspension was ever declared."""
    with empty_pages.store.transaction(Actor.system("test")) as tx:
        marks.keep(tx, marks.DEMO, "1")
        for person in (Person("p:salome", "Salomé", Role.COMPLIANCE), Person("p:ines", "Inès", Role.AGENT)):
            people.add(tx, person)
    return empty_pages


def test_a_suspension_is_declared_only_after_a_second_look(quiet_pages: Workspace) -> None:
    at = open_page("suspension", person="p:salome")
    at.button(key="declare").click().run()
    at.text_input[0].set_value("related account")
    at.button(key="declare_next").click().run()
    assert mode(quiet_pages) is Mode.NORMAL
    assert "tagged SUSPENDED" in shown(at)
    at.button(key="declare_now").click().run()
    assert mode(quiet_pages) is Mode.SUSPENDED
    assert "The suspension is declared" in at.success[0].value


def test_a_declaration_without_a_reason_is_not_even_looked_at(quiet_pages: Workspace) -> None:
    at = open_page("suspension", person="p:salome")
    at.button(key="declare").click().run()
    at.button(key="declare_next").click().run()
    assert "Write what the notice says" in at.error[0].value
    assert not [b for b in at.button if b.key == "declare_now"]


def test_who_may_not_declare_is_offered_no_button(quiet_pages: Workspace) -> None:
    at = open_page("suspension", person="p:ines")
    assert not [b for b in at.button if b.key in ("declare", "lift", "drill")]
    assert "No suspension was ever declared." in shown(at)


def test_a_drill_is_rehearsed_and_ends_with_its_report(quiet_pages: Workspace) -> None:
    at = open_page("suspension", person="p:salome", view="readiness")
    at.button(key="drill").click().run()
    at.text_input[0].set_value("rehearsal")
    at.button(key="declare_next").click().run()
    at.button(key="declare_now").click().run()
    at.button(key="lift").click().run()
    at.button(key="lift_now").click().run()
    assert mode(quiet_pages) is Mode.NORMAL
    with quiet_pages.store.reading() as tx:
        (kept,) = readiness.listed(tx)
    assert kept.suspension is not None
    at = open_page("suspension", person="p:salome", view="readiness", report=str(kept.id))
    assert "0 of 10 steps closed" in shown(at)


def next_step(ws: Workspace) -> Step:
    found = suspending.protocol(ws)
    assert found is not None and found.next_step is not None
    return found.next_step


def test_the_next_step_is_closed_with_its_note(changing_pages: Workspace) -> None:
    step = next_step(changing_pages)
    at = open_page("suspension", person="p:salome")
    at.text_area[0].set_value("Looked at twice a day.")
    at.button(key="close_step").click().run()
    assert next_step(changing_pages) is not step
    with changing_pages.store.reading() as tx:
        (entry, *_) = trail.entries(tx, action="step.closed")
    assert entry.actor == SALOME.id


def test_a_step_without_a_note_stays_open(changing_pages: Workspace) -> None:
    step = next_step(changing_pages)
    at = open_page("suspension", person="p:salome")
    at.button(key="close_step").click().run()
    assert next_step(changing_pages) is step
    assert "Say what was done" in at.error[0].value


@pytest.mark.parametrize("person", ["p:ines", "p:alun", "p:ruggero"])
def test_who_may_not_close_the_step_is_told_who_may(demo_pages: Workspace, person: str) -> None:
    at = open_page("suspension", person=person)
    assert not [b for b in at.button if b.key in ("close_step", "assign", "lift")]
    assert "Closed by: Compliance officer, Support lead." in shown(at)
    assert "Only compliance can lift it." in shown(at)


def test_the_channel_is_hidden_from_agents_and_read_only_for_the_auditor(demo_pages: Workspace) -> None:
    said = "The balance is held."
    assert said not in shown(open_page("suspension", person="p:ines"))
    at = open_page("suspension", person="p:alun")
    assert said in shown(at) and not [b for b in at.button if b.key == "channel_write"]


def test_an_entry_is_added_to_the_channel(changing_pages: Workspace) -> None:
    at = open_page("suspension", person="p:ruggero")
    at.text_area[-1].set_value("Two refunds were paid by hand.")
    at.button(key="channel_write").click().run()
    with changing_pages.store.reading() as tx:
        found = channel.entries(tx, [suspending.channel_of(changing_pages)])
    assert (found[-1].text, found[-1].made_by) == ("Two refunds were paid by hand.", "p:ruggero")


def test_only_compliance_lets_a_held_action_go_and_says_why(changing_pages: Workspace) -> None:
    with changing_pages.store.reading() as tx:
        held = holds.listed(tx, only_open=True)[0]
    at = open_page("suspension", person="p:jonte", view="holds", hold=str(held.id))
    assert not [b for b in at.button if b.key == "release_do"]
    at = open_page("suspension", person="p:salome", view="holds", hold=str(held.id))
    at.text_area[0].set_value("The buyer's claim ends tonight.")
    at.button(key="release_do").click().run()
    with changing_pages.store.reading() as tx:
        assert holds.on(tx, held.subject) is None


def test_compliance_lifts_the_suspension_after_seeing_what_stays_open(changing_pages: Workspace) -> None:
    at = open_page("suspension", person="p:salome")
    at.button(key="lift").click().run()
    assert "Prepare the recovery" in shown(at) and mode(changing_pages) is Mode.SUSPENDED
    at.button(key="lift_now").click().run()
    assert mode(changing_pages) is Mode.RECOVERY
    assert "Build the plan anew" in at.success[0].value


def test_missed_clocks_lead_with_those_that_nobody_has_explained(demo_pages: Workspace) -> None:
    at = open_page("suspension", person="p:alun", view="missed")
    assert "none on record" in shown(at) and "messages switched off" not in shown(at)
    assert "messages switched off" in shown(open_page("suspension", person="p:alun", view="missed", list="told"))


def test_every_gap_is_told_in_french(empty_pages: Workspace) -> None:
    from dashboard import readiness_words
    from tests.dashboard.test_queries import a_viewer

    viewer = a_viewer(language="fr")
    with empty_pages.store.reading() as tx:
        checks = score(ready.facts(tx, empty_pages)).checks
    assert checks
    for check in checks:
        assert readiness_words.told(check.told, viewer) != check.told
        assert not check.todo or readiness_words.todo(check.todo, viewer) != check.todo
