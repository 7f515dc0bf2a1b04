"""The pages in a real browser: no error, no request elsewhere, nothing hostile interpreted, a click that counts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data import browse, casework, judged, labelling, mentions, people
from data.browse import Filter
from data.domain import Actor, Role, Source, TicketMessage, Verdict
from data.people import Person
from data.workspace import create, open_at
from tests.builders import a_mention, a_ticket, an_assessment
from tests.conftest import NOW, SETTINGS
from tests.dashboard.browsing import DEEP, Beacon, Visit, beacon_server, chromium, payloads
from tests.dashboard.pages import PAGES
from tests.dashboard.server import Server, running

# the words inside a component's shadow tree
WORDS = """selector => {
  const inside = e => (e.shadowRoot ? e.shadowRoot.querySelector('.part').textContent : '');
  return [...document.querySelector(selector).querySelectorAll('*')].map(inside).join('');
}"""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def beacon() -> Iterator[Beacon]:
    with beacon_server() as held:
        yield held


@pytest.fixture(scope="module")
def hostile_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory, beacon: Beacon) -> Iterator[Server]:
    """The demo with hostile mentions and tickets on top of every list."""
    chromium()
    folder = tmp_path_factory.mktemp("browser") / "demo"
    shutil.copytree(demo_folder, folder)
    ws = open_at(folder, clock=lambda: NOW)
    now = ws.store.clock()
    texts = payloads(beacon.url)
    with ws.store.transaction(Actor.system("test")) as tx:
        mentions.add(tx, [a_mention(f"h{n}", text=t, title=t[:300], published_at=now) for n, t in enumerate(texts)])
        rows = browse.page(tx, Filter(sources=("trustpilot",)), sort="newest", size=len(texts)).rows
        judged.add_assessments(tx, [(r.id, r.revision, an_assessment(probability=0.9999)) for r in rows])
        tickets = [
            a_ticket(f"h{n}", subject=t[:300], created_at=now, last_in_at=now, messages=(TicketMessage("in", now, t),))
            for n, t in enumerate(texts)
        ]
        casework.add_tickets(tx, [(t, "claim_or_chargeback_threat") for t in tickets], suspend_amazon=True)
    ws.store.close()
    with running(folder, since=NOW) as held:
        yield held


@pytest.fixture
def visit(browser: Any, hostile_server: Server) -> Iterator[Visit]:
    held = Visit(browser, hostile_server)
    yield held
    held.context.close()


def address(page: str) -> str:
    return "/" if page == "overview" else f"/{page}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_opens_without_an_error_and_asks_nobody_else(visit: Visit, language: str) -> None:
    for name in PAGES:
        page = visit.open(f"{address(name)}?lang={language}")
        assert page.locator("[data-testid=stException]").count() == 0, name
        page.wait_for_function("language => document.documentElement.lang === language", arg=language)
    assert visit.errors == []
    assert visit.elsewhere == []


def test_what_people_write_is_never_interpreted(visit: Visit, beacon: Beacon) -> None:
    for name in PAGES:
        page = visit.open(address(name))
        assert page.evaluate("window.__xss") is None, name
        links = page.evaluate(DEEP, "a")
        assert not [link for link in links if "evil" in link or beacon.url in link or "javascript:" in link], name
        images = page.evaluate(DEEP, "img")
        assert not [src for src in images if not src.startswith((visit.server.url, "data:", "blob:"))], name
        assert page.evaluate(DEEP, "iframe") == page.evaluate(DEEP, "form") == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
    assert beacon.hits == []
    assert visit.elsewhere == []


def test_each_hostile_mention_and_ticket_is_read_as_words(visit: Visit, beacon: Beacon) -> None:
    page = visit.open("/mentions?sort=newest&days=7")
    for _ in range(len(payloads(beacon.url)) - 1):
        page.keyboard.press("j")
        visit.settle()
        assert page.evaluate("window.__xss") is None
        assert page.locator(".st-key-reader img, .st-key-reader iframe, .st-key-reader form").count() == 0
    page = visit.open("/tickets")
    for number in range(5):
        page.locator("button.rowbutton").nth(number).click()
        page.wait_for_selector(".bubble")
        visit.settle()
    assert beacon.hits == []
    assert visit.elsewhere == []
    assert visit.errors == []


def test_a_label_given_by_a_click_is_stored_and_the_next_suggestion_comes(
    visit: Visit, hostile_server: Server, beacon: Beacon
) -> None:
    ws = open_at(hostile_server.folder)
    with ws.store.reading() as tx:
        before = sum(labelling.counts(tx).values())
    page = visit.open("/model?as=p:ines")
    page.wait_for_function(f"s => ({WORDS})(s) !== ''", arg=".st-key-suggested")  # the component draws last
    asked = page.evaluate(WORDS, ".st-key-suggested")
    page.locator(".st-key-check_yes button").click()
    page.wait_for_selector("text=Your word counts from now on")
    visit.settle()
    with ws.store.reading() as tx:
        after = sum(labelling.counts(tx).values())
    ws.store.close()
    assert after == before + 1
    page.wait_for_function(f"([s, was]) => !['', was].includes(({WORDS})(s))", arg=[".st-key-suggested", asked])
    assert (visit.errors, visit.elsewhere, beacon.hits) == ([], [], [])


def test_a_link_confirmed_by_a_click_is_stored(visit: Visit, hostile_server: Server) -> None:
    ws = open_at(hostile_server.folder)
    with ws.store.reading() as tx:
        held = browse.page(tx, Filter(decisions=("review",), judged=False), size=1).rows[0].id
    page = visit.open(f"/mentions?mention={held}&days=all&as=p:ines")
    page.locator(".st-key-confirm_0 button").click()
    page.wait_for_selector("text=Link confirmed")
    with ws.store.reading() as tx:
        said = judged.judgements(tx, held)
    ws.store.close()
    assert [(j["verdict"], j["by"]) for j in said] == [(Verdict.CONFIRMED.value, "p:ines")]


def test_from_the_alarm_to_its_mentions_is_one_click(visit: Visit) -> None:
    page = visit.open("/")
    page.locator(".st-key-attention_spike button").click()
    page.wait_for_selector("h1:has-text('Mentions')")
    visit.settle()
    assert "source=" in page.url
    assert "on=" in page.url
    assert page.locator("[role=option]").count() > 0


def test_the_list_is_moved_through_by_keyboard_and_the_address_follows(visit: Visit) -> None:
    page = visit.open("/mentions?source=" + Source.REDDIT.value)
    first = page.locator("[role=option][aria-selected=true]").get_attribute("data-id")
    page.keyboard.press("j")
    page.wait_for_function(
        "id => !location.search.includes(`mention=${id}`) && location.search.includes('mention=')", arg=first
    )
    page.wait_for_selector(f"[role=option][aria-selected=false][data-id='{first}']")
    visit.settle()
    page.keyboard.press("k")
    page.wait_for_function("id => location.search.includes(`mention=${id}`)", arg=first)
    page.wait_for_selector(f"[role=option][aria-selected=true][data-id='{first}']")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone(browser: Any, hostile_server: Server, scheme: str) -> None:
    held = Visit(browser, hostile_server)
    held.context.close()
    held.context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    held.page = held.context.new_page()
    for name in ("overview", "mentions", "at_risk", "tickets"):
        page = held.open(address(name))
        assert page.evaluate(DEEP, "iframe") == page.evaluate(DEEP, "form") == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 391, name
    held.context.close()


@pytest.fixture
def signing_server(tmp_path: Path) -> Iterator[Server]:
    """A workspace that is no demo, with one person who has a password."""
    ws = create(tmp_path / "ws", SETTINGS)
    with ws.store.transaction(Actor.system("test")) as tx:
        people.add(tx, Person("p:ada", "Ada Agent", Role.AGENT))
        people.set_password(tx, "p:ada", "correct horse battery")
    ws.store.close()
    with running(tmp_path / "ws") as held:
        yield held


def test_a_person_signs_in_stays_signed_in_over_a_reload_and_signs_out(browser: Any, signing_server: Server) -> None:
    held = Visit(browser, signing_server)
    page = held.open("/")
    page.get_by_label("Your name").fill("ada agent")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click(delay=90)
    page.wait_for_selector("h1:has-text('Overview')")
    held.settle()
    page.wait_for_function("() => performance.getEntriesByType('resource').some(e => e.name.includes('session/keep'))")
    cookies = [c for c in held.context.cookies() if c["name"] == "reinstate_session"]
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies] == [(True, "Strict")]
    page.reload()
    page.wait_for_selector("h1:has-text('Overview')")
    held.settle()
    page.locator(".st-key-sign_out button").click()
    page.wait_for_selector("h1:has-text('reinstate')")
    page.reload()
    page.wait_for_selector("h1:has-text('reinstate')")
    assert held.errors == []
    held.context.close()


def test_the_weekly_export_is_two_clicks_away(visit: Visit) -> None:
    page = visit.open("/at_risk?as=p:maud")
    page.get_by_text("Weekly export").click()
    with page.expect_download() as started:
        page.locator(".st-key-export_csv button").click()
    raw = Path(started.value.path()).read_bytes()
    assert started.value.suggested_filename.endswith("-brand_manager.csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b'"customer"' in raw
