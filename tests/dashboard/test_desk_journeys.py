"""Two journeys in a real browser, in both languages: compliance approves in three clicks, an agent works the queue."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data import approvals
from data.approvals import State
from data.workspace import open_at
from tests.conftest import NOW
from tests.dashboard.browsing import Visit, chromium
from tests.dashboard.server import Server, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
LANGUAGES = ("en", "fr")


@pytest.fixture(scope="module")
def desk_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    chromium()
    folder = tmp_path_factory.mktemp("desk") / "demo"
    shutil.copytree(demo_folder, folder)
    with running(folder, since=NOW) as held:
        yield held


@pytest.fixture
def visit(browser: Any, desk_server: Server) -> Iterator[Visit]:
    held = Visit(browser, desk_server)
    yield held
    held.context.close()


def states(server: Server) -> dict[int, State]:
    ws = open_at(server.folder, clock=lambda: NOW)
    with ws.store.reading() as tx:
        found = {r.id: r.state for r in approvals.requests(tx)}
    ws.store.close()
    return found


class Clicks:
    """Clicks and counts."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.count = visit, 0

    def __call__(self, where: Any) -> None:
        where.click(delay=90)
        self.count += 1
        self.visit.settle()


def is_clean(visit: Visit) -> bool:
    return visit.errors == [] and visit.elsewhere == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compliance_comes_from_the_first_page_to_an_approval_in_three_clicks(
    visit: Visit, desk_server: Server, language: str
) -> None:
    before = states(desk_server)
    page, click = visit.open(f"/?as=p:salome&lang={language}"), Clicks(visit)
    click(page.locator(".st-key-attention_approvals button"))
    page.wait_for_selector(".st-key-approve button")
    click(page.locator(".st-key-approve button"))
    page.wait_for_selector("[data-testid=stAlertContentSuccess]")
    after = states(desk_server)
    assert [after[n] for n in after if after[n] is not before.get(n)] == [State.GRANTED]
    assert click.count <= 3
    assert is_clean(visit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agent_opens_the_most_pressing_ticket_without_an_answer_and_asks_for_one(
    visit: Visit, desk_server: Server, language: str
) -> None:
    before = states(desk_server)
    page, click = visit.open(f"/tickets?as=p:ines&lang={language}"), Clicks(visit)
    for number in range(25):
        row = page.locator("button.rowbutton").nth(number)
        click(row)
        row.and_(page.locator("[aria-current=true]")).wait_for()  # until then the case before it may be shown
        visit.settle()
        page.wait_for_selector(".st-key-close_case")
        fresh = page.locator(".st-key-ask button:visible:enabled")
        if fresh.count() and page.locator(".st-key-current_request").count() == 0:
            break
    click(fresh)
    page.wait_for_selector(".st-key-current_request")
    after = states(desk_server)
    assert [after[n] for n in after if n not in before] == [State.PENDING]
    assert is_clean(visit)
