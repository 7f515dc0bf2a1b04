"""Fetching one's own profile: only when allowed, slowly, and never past a wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from collectors import robots
from collectors.run import collect
from collectors.sources import Endpoints
from collectors.standin import trustpilot_pages
from collectors.standin.server import Answer, StandIn
from collectors.trustpilot_web import ProfilePages, Site, WebSettings, collectors, keys
from data import browse
from data.browse import Filter
from data.config import PermissionPart, parse
from data.domain import Cursor, HealthState, Mention, Page, Reply
from data.errors import BadInput, StopRun
from data.store import Store
from tests.builders import NOW, a_mention
from tests.collectors.test_trustpilot_alarm import CHANGED, TWO

DOMAIN = "lumivelle.example"
HOUR = timedelta(hours=1)
PERMISSION = PermissionPart(who="Trustpilot legal", when=date(2026, 11, 1), reference="TP-123")


def a_review(number: int, **facts: Any) -> Mention:
    defaults: dict[str, Any] = {
        "published_at": NOW - number * HOUR,
        "title": f"Lamp {number}",
        "text": f"Text {number}",
    }
    return a_mention(f"{number:024x}", **(defaults | facts))


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as running:
        running.trustpilot.reviews = [a_review(n) for n in range(50)]
        yield running
    robots._KEPT.clear()


class Asking:
    """One profile on one host, with the waits noted instead of waited."""

    def __init__(self, server: StandIn, host: str = "www.trustpilot.com", at: Any = NOW, **facts: Any) -> None:
        self.waits: list[float] = []
        given: dict[str, Any] = {"contact": "mail@lumivelle.example", "lookback": HOUR, "local": server.url}
        self.site = Site(WebSettings(**(given | {"pause": self.waits.append} | facts)), (host,), lambda: at)
        self.profile = ProfilePages(self.site, host, DOMAIN, "lamps")

    def pages(self, since: Cursor | None = None) -> list[Page]:
        return list(self.profile.pages(since))

    def stopped(self, since: Cursor | None = None) -> StopRun:
        with pytest.raises(StopRun) as stopped:
            self.pages(since)
        return stopped.value


def ids(pages: list[Page]) -> list[int]:
    return [int(m.native_id, 16) for page in pages for m in page.mentions]


def asked(server: StandIn) -> list[str]:
    return [path for path in server.asked if path.startswith("/review/")]


def test_robots_is_asked_first_and_then_every_page_until_the_empty_one(server: StandIn) -> None:
    pages = Asking(server).pages()
    assert ids(pages) == list(range(50))
    assert server.asked == ["/robots.txt", *[f"/review/{DOMAIN}"] * 4]


def test_pages_are_at_least_five_seconds_apart_with_jitter(server: StandIn) -> None:
    asking = Asking(server, spacing_s=0.1)
    asking.pages()
    assert len(asking.waits) == 4 and all(4.0 < wait <= 7.5 for wait in asking.waits)
    assert len(set(asking.waits)) == 4


def test_a_longer_delay_that_the_site_asks_for_is_kept(server: StandIn) -> None:
    server.trustpilot.robots = "User-agent: *\nCrawl-delay: 30\nAllow: /"
    asking = Asking(server)
    asking.pages()
    assert max(asking.waits) > 25


def test_a_delay_beyond_all_patience_is_a_refusal(server: StandIn) -> None:
    server.trustpilot.robots = "User-agent: *\nCrawl-delay: 3600"
    assert Asking(server).stopped().state is HealthState.DISALLOWED and asked(server) == []


def test_where_robots_forbids_nothing_is_fetched(server: StandIn) -> None:
    server.trustpilot.robots = "User-agent: *\nDisallow: /"
    assert Asking(server).stopped().state is HealthState.DISALLOWED and asked(server) == []


def test_a_recorded_permission_goes_beyond_robots(server: StandIn) -> None:
    server.trustpilot.robots = "User-agent: *\nDisallow: /"
    assert len(ids(Asking(server, permission=PERMISSION).pages())) == 50 and "/robots.txt" not in server.asked


def test_a_permission_of_the_future_does_not(server: StandIn) -> None:
    server.trustpilot.robots = "User-agent: *\nDisallow: /"
    later = PERMISSION.model_copy(update={"when": date(2027, 1, 1)})
    assert Asking(server, permission=later).stopped().state is HealthState.DISALLOWED


def test_without_a_contact_nothing_is_asked_at_all(server: StandIn) -> None:
    stopped = Asking(server, contact="", permission=PERMISSION).stopped()
    assert stopped.state is HealthState.DISALLOWED and "brand.contact" in str(stopped) and server.asked == []


WALLS = {
    "403": Answer(403, b"<html>no", {"content-type": "text/html"}),
    "202 challenge": Answer(202, b"<html>awsWafCookieDomainList"),
    "429": Answer(429),
    "405 captcha": Answer(405),
    "captcha in a 200": Answer(200, b"<html><div id='px-captcha'></div></html>", {"content-type": "text/html"}),
    "bot message": Answer(200, b'{"error": true, "message": "bot"}', {"content-type": "application/json"}),
    "sign-in redirect": Answer(302, b"", {"location": "https://www.trustpilot.com/users/connect?redirect=x"}),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_ends_the_run_until_tomorrow_whatever_the_permission_says(server: StandIn, name: str) -> None:
    server.script("/review/", WALLS[name])
    asking = Asking(server, permission=PERMISSION)
    stopped = asking.stopped()
    assert (stopped.state, stopped.until) == (HealthState.BLOCKED, NOW + timedelta(days=1))
    other = ProfilePages(asking.site, "www.trustpilot.com", DOMAIN, None)
    with pytest.raises(StopRun):
        next(other.pages(None))
    assert len(asked(server)) == 1


def test_the_sign_in_gate_behind_the_tenth_page_is_the_end_of_what_is_public(server: StandIn) -> None:
    server.trustpilot.reviews = [a_review(n) for n in range(300)]
    pages = Asking(server, pages=10).pages()
    assert len(ids(pages)) == 200
    assert (pages[-1].cursor.state["shown"], pages[-1].cursor.state["total"]) == (200, 300)


BROKEN = {
    "another site's page": Answer(200, b"<html>hello</html>", {"content-type": "text/html"}),
    "moved": Answer(301, b"", {"location": "/review/other.example"}),
    "not found": Answer(404, b"<html>Trustpilot</html>", {"content-type": "text/html"}),
    "half a page": Answer(200, trustpilot_pages.render("I", DOMAIN, [a_review(1)], total=1)[:900]),
    "another business": Answer(200, trustpilot_pages.render("I", "other.example", [a_review(1)], total=1)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_a_broken_layout_and_moves_nothing(server: StandIn, name: str) -> None:
    server.script("/review/", BROKEN[name])
    stopped = Asking(server).stopped()
    assert stopped.state is HealthState.BROKEN_LAYOUT


def test_the_mark_moves_with_the_end_alone(server: StandIn) -> None:
    states = [page.cursor.state for page in Asking(server).pages()]
    assert [(s.get("mark"), s["open"]) for s in states] == [(None, True)] * 3 + [("2026-11-24T12:00:00Z", False)]


def test_a_profile_that_is_unchanged_costs_one_small_answer(server: StandIn) -> None:
    last = Asking(server).pages()[-1].cursor
    server.asked.clear()
    assert Asking(server, at=NOW + HOUR).pages(last) == [] and len(asked(server)) == 1


def test_a_later_run_reads_down_to_what_it_has(server: StandIn) -> None:
    last = Asking(server).pages()[-1].cursor
    server.trustpilot.reviews.append(a_review(999, published_at=NOW + HOUR))
    server.asked.clear()
    pages = Asking(server, at=NOW + HOUR).pages(last)
    assert 999 in ids(pages) and len(asked(server)) == 1 and pages[-1].cursor.state["mark"] == "2026-11-24T13:00:00Z"


def test_an_edit_on_an_old_page_is_found_once_a_day(server: StandIn) -> None:
    last = Asking(server).pages()[-1].cursor
    server.trustpilot.reviews[45] = a_review(45, text="It came", reply=Reply("Good", NOW))
    assert ids(Asking(server, at=NOW + HOUR).pages(last)) == []
    pages = Asking(server, at=NOW + 21 * HOUR).pages(last)
    assert [m.text for page in pages for m in page.mentions if m.native_id == f"{45:024x}"] == ["It came"]
    assert pages[-1].cursor.state["shown"] == 50


def test_an_interrupted_reading_begins_again_and_misses_nothing(server: StandIn) -> None:
    reading = Asking(server).profile.pages(None)
    first = next(reading)
    rest = Asking(server, at=NOW + HOUR).pages(first.cursor)
    assert set(ids([first]) + ids(rest)) == set(range(50))


def test_the_same_review_on_two_hosts_is_stored_once(sqlite_store: Store, server: StandIn) -> None:
    for host in ("www.trustpilot.com", "fr.trustpilot.com"):
        collect(sqlite_store, Asking(server, host=host).profile)
    with sqlite_store.reading() as tx:
        assert browse.count(tx, Filter()) == 50


def test_a_store_keeps_its_cursor_when_a_wall_comes_in_between(sqlite_store: Store, server: StandIn) -> None:
    collect(sqlite_store, Asking(server).profile)
    server.script("/review/", WALLS["403"])
    result = collect(sqlite_store, Asking(server, at=NOW + 30 * HOUR).profile)
    assert result.state is HealthState.BLOCKED
    again = Asking(server, at=NOW + 31 * HOUR)
    sqlite_store.clock = lambda: NOW + 60 * HOUR
    assert collect(sqlite_store, again.profile).state is HealthState.OK


SETTINGS = """
[brand]
name = "Lumivelle"
contact = "mail@lumivelle.example"
domains = ["lumivelle.example", "lumivelle.fr"]
[sources.trustpilot]
"""


def made(more: str) -> list[str]:
    settings = parse((SETTINGS + more).encode(), "reinstate.toml")
    return [c.partition for c in collectors(settings, Endpoints(), lambda: NOW, lambda source: 0)]


def test_fetching_is_off_by_default() -> None:
    assert made("") == []


def test_every_profile_is_fetched_from_every_host() -> None:
    assert made('fetch = true\nhosts = ["www.trustpilot.com", "fr.trustpilot.com"]') == [
        "web:www.trustpilot.com/lumivelle.example",
        "web:fr.trustpilot.com/lumivelle.example",
        "web:www.trustpilot.com/lumivelle.fr",
        "web:fr.trustpilot.com/lumivelle.fr",
    ]


def test_a_run_against_stand_ins_fetches_nothing_real() -> None:
    settings = parse((SETTINGS + "fetch = true").encode(), "x")
    assert list(collectors(settings, Endpoints(reddit="http://127.0.0.1:1"), lambda: NOW, lambda source: 0)) == []


def test_the_doctor_says_whether_fetching_has_its_contact_and_its_leave() -> None:
    bare = SETTINGS.replace('contact = "mail@lumivelle.example"', "") + "fetch = true\n"
    told = [list(keys(parse(text.encode(), "x"))) for text in (SETTINGS, bare, SETTINGS + "fetch = true")]
    assert [[k.are_set for k in lines] for lines in told] == [[], [False], [True]]


@pytest.mark.parametrize(
    "more",
    [
        'hosts = ["trustpilot.com.evil.example"]',
        "spacing_s = 1",
        "pages = 50",
        '[sources.trustpilot.permission]\nwho = "Somebody"',
        '[sources.trustpilot.permission]\nwho = ""\nwhen = 2026-11-01\nreference = "x"',
    ],
)
def test_settings_that_would_hurry_or_pretend_are_refused(more: str) -> None:
    with pytest.raises(BadInput):
        made(f"fetch = true\n{more}")


def test_a_permission_is_written_as_three_lines() -> None:
    told = '[sources.trustpilot.permission]\nwho = "Legal"\nwhen = 2026-11-01\nreference = "TP-1"'
    assert parse((SETTINGS + told).encode(), "x").sources.trustpilot.permission == PermissionPart(
        who="Legal", when=date(2026, 11, 1), reference="TP-1"
    )


def test_a_page_whose_readers_disagree_is_not_stored(server: StandIn) -> None:
    raw = CHANGED["the titles of 1 reviews"]
    server.script("/review/", Answer(200, raw, {"content-type": "text/html"}))
    stopped = Asking(server).stopped()
    assert stopped.state is HealthState.BROKEN_LAYOUT and "the titles of 1 reviews" in str(stopped)


def test_new_fields_are_told_but_what_is_known_is_stored(sqlite_store: Store, server: StandIn) -> None:
    raw = TWO.replace(b'"isPending": false', b'"isPending": false, "mood": 1, "<b>": 2')
    server.script("/review/", Answer(200, raw, {"content-type": "text/html"}))
    result = collect(sqlite_store, Asking(server).profile)
    assert result.state is HealthState.BROKEN_LAYOUT and "(mood)" in result.message and result.stored.new >= 2
