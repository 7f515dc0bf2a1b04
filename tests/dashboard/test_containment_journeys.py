"""Two journeys through a real browser, in both languages: a suspension from its declaration to its end, and a check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data import casework, checkpoints, marks, people, trail
from data.domain import Actor, Mode, Role
from data.people import Person
from data.workspace import create, open_at
from tests.conftest import SETTINGS
from tests.dashboard.browsing import Visit
from tests.dashboard.server import Server, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
LANGUAGES = ("en", "fr")
SUCCESS = "[data-testid=stAlertContentSuccess]"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A demo that holds only people."""
    ws = create(tmp_path / "ws", SETTINGS)
    with ws.store.transaction(Actor.system("test")) as tx:
        marks.keep(tx, marks.DEMO, "1")
        people.add(tx, Person("p:salome", "Salomé", Role.COMPLIANCE))
        people.add(tx, Person("p:alun", "Alun", Role.AUDITOR))
    ws.store.close()
    with running(tmp_path / "ws") as held:
        yield held


@pytest.fixture
def visit(browser: Any, server: Server) -> Iterator[Visit]:
    held = Visit(browser, server)
    yield held
    held.context.close()


def press(visit: Visit, key: str, then: str) -> None:
    """Click, and wait for what the click brings: the run that it starts is not on its way at once."""
    visit.page.locator(f".st-key-{key} button").click(delay=90)
    visit.page.wait_for_selector(then)
    visit.settle()


def write(visit: Visit, where: str, text: str) -> None:
    field = visit.page.locator(where).first
    field.fill(text)
    field.press("Tab")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suspension_is_declared_gone_through_and_lifted_by_compliance(visit: Visit, language: str) -> None:
    visit.open(f"/suspension?as=p:salome&lang={language}")
    press(visit, "declare", ".st-key-declare_next")
    write(visit, ".st-key-declaring input[type=text]", "related account")
    press(visit, "declare_next", ".st-key-declare_now")
    press(visit, "declare_now", ".st-key-mode_suspended")
    write(visit, ".st-key-reader textarea", "The files of yesterday evening are in.")
    press(visit, "close_step", SUCCESS)
    press(visit, "lift", ".st-key-lift_now")
    press(visit, "lift_now", ".st-key-mode_recovery")
    ws = open_at(visit.server.folder)
    with ws.store.reading() as tx:
        assert casework.mode(tx) is Mode.RECOVERY
        (closed,) = trail.entries(tx, action="step.closed")
    ws.store.close()
    assert closed.actor == "p:salome"
    assert (visit.errors, visit.elsewhere) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_auditor_verifies_seals_exports_and_checks_the_export(visit: Visit, language: str, tmp_path: Path) -> None:
    page = visit.open(f"/audit?as=p:alun&view=seals&lang={language}")
    press(visit, "seal", f"{SUCCESS} >> nth=1")
    with page.expect_download() as started:
        page.locator(".st-key-export_log button").click()
    file = tmp_path / "log.zip"
    started.value.save_as(file)
    page = visit.open(f"/audit?as=p:alun&view=evidence&lang={language}")
    page.locator(".st-key-check_pack input[type=file]").set_input_files(file)
    page.wait_for_selector(f".st-key-check_pack {SUCCESS}")
    ws = open_at(visit.server.folder)
    sealed, size = checkpoints.state(ws.store, ws.seals)
    ws.store.close()
    assert sealed == size
    assert (visit.errors, visit.elsewhere) == ([], [])
