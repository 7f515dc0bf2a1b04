"""robots.txt is read first, kept for a day, and whatever cannot be read forbids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from collectors.fetch import Fetcher, Limits
from collectors.robots import Robots
from data.domain import HealthState
from data.errors import StopRun
from tests.builders import NOW
from tests.collectors.faults import Act, FaultServer, holds, says


def a_robots(text: str, kind: str = "text/plain", status: int = 200) -> Act:
    body = text.encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return says(head.encode(), body)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def robots(server: FaultServer, now: datetime = NOW) -> Robots:
    limits = Limits(read_s=0.2, total_s=0.4, attempts=1)
    return Robots(Fetcher("The site", agent="reinstate/1", local=server.url, limits=limits), lambda: now)


def is_let_in(server: FaultServer, path: str = "/review/x") -> bool:
    try:
        robots(server).check(f"{server.url}{path}")
    except StopRun as stopped:
        assert stopped.state is HealthState.DISALLOWED
        return False
    return True


RULES = {
    "everything is forbidden": ("User-agent: *\nDisallow: /", False),
    "our path is forbidden": ("User-agent: *\nDisallow: /review/", False),
    "another path is forbidden": ("User-agent: *\nDisallow: /private/", True),
    "the longer rule wins": ("User-agent: *\nDisallow: /\nAllow: /review/", True),
    "we are named": ("User-agent: *\nAllow: /\n\nUser-agent: reinstate\nDisallow: /", False),
    "another one is named": ("User-agent: otherbot\nDisallow: /", True),
    "nothing is said": ("", True),
}


@pytest.mark.parametrize("name", RULES)
def test_a_page_is_fetched_only_where_the_rules_let_us(server: FaultServer, name: str) -> None:
    text, allowed = RULES[name]
    server.act = a_robots(text)
    assert is_let_in(server) is allowed


@pytest.mark.parametrize("status", [404, 410])
def test_a_site_without_rules_allows(server: FaultServer, status: int) -> None:
    server.act = a_robots("<html>no such page", "text/html", status)
    assert is_let_in(server)


UNREADABLE = {
    "no answer": holds(),
    "dropped": says(),
    "500": a_robots("", status=500),
    "401": a_robots("", status=401),
    "403": a_robots("User-agent: *\nAllow: /", status=403),
    "a bot wall": a_robots("<html><title>Verifying your connection</title>", "text/html"),
    "a bot wall as plain text": a_robots("  <!DOCTYPE html>"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_rules_that_cannot_be_read_forbid(server: FaultServer, name: str) -> None:
    server.act = UNREADABLE[name]
    assert not is_let_in(server)


def test_rules_are_kept_for_a_day_and_not_longer(server: FaultServer) -> None:
    server.act = a_robots("")
    for hours in (0, 1, 23):
        robots(server, NOW + timedelta(hours=hours)).check(f"{server.url}/x")
    assert len(server.asked) == 1
    robots(server, NOW + timedelta(hours=25)).check(f"{server.url}/x")
    assert len(server.asked) == 2


def test_rules_that_could_not_be_read_are_asked_for_again(server: FaultServer) -> None:
    server.act = a_robots("", status=500)
    assert not is_let_in(server)
    server.act = a_robots("")
    assert is_let_in(server)


def test_the_delay_that_a_site_asks_for_is_known(server: FaultServer) -> None:
    server.act = a_robots("User-agent: *\nCrawl-delay: 12")
    asked = robots(server)
    asked.check(f"{server.url}/x")
    assert asked.delay_s(f"{server.url}/x") == 12.0
