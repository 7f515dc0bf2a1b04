"""praw and tweepy against a server that breaks HTTP in every way we know: always a state, in time, in bounds."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import pytest
from prawcore.sessions import FiniteRetryStrategy

from collectors import http, reading
from collectors.base import Collector
from collectors.fetch import Limits
from collectors.reddit import RedditCollector
from collectors.reddit_client import RedditSettings
from collectors.standin.server import Answer, StandIn
from collectors.x import XCollector
from collectors.x_client import XSettings
from data.domain import HealthState, Watch
from data.errors import StopRun
from tests.builders import NOW
from tests.collectors.faults import FAULTS, FaultServer

WATCH = Watch("lumi", ("Lumivelle",))
LIMITS = Limits(connect_s=0.5, read_s=0.3, total_s=0.5, body=2_000_000)
STATES = {HealthState.BEHIND, HealthState.BROKEN_LAYOUT, HealthState.BLOCKED, HealthState.AUTH_FAILED}
# slow faults take three time limits each: two of them stand for all
SAMPLE = [n for n, fault in FAULTS.items() if not fault.is_slow or n in ("headers drip", "body drips")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    monkeypatch.setattr(http, "LIMITS", LIMITS)
    with FaultServer() as running:
        yield running


@pytest.fixture(autouse=True)
def awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """prawcore sleeps up to four seconds between its tries: not here."""
    monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda self: None)


def reddit(url: str) -> RedditCollector:
    return RedditCollector(RedditSettings("i", "s", "test", oauth_url=url, reddit_url=url), WATCH, query="q")


def x(url: str) -> XCollector:
    return XCollector(XSettings("t", 10**9, 0, url), WATCH, '("Lumivelle")', now=lambda: NOW)


def ends(collector: Collector) -> HealthState:
    with pytest.raises(StopRun) as stopped:
        list(reading.pages(collector, None))
    return HealthState(stopped.value.state)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_ends_tweepy_in_a_state_in_time_and_within_memory(server: FaultServer, name: str) -> None:
    server.act = FAULTS[name].act
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert ends(x(server.url)) in STATES
    assert time.monotonic() - began < LIMITS.total_s + 2.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


@pytest.mark.parametrize("name", ["headers drip", "gzip bomb", "endless page", "reset at once", "not HTTP"])
def test_a_fault_ends_praw_in_a_state_in_time_although_it_tries_three_times(server: FaultServer, name: str) -> None:
    server.act = FAULTS[name].act
    began = time.monotonic()
    assert ends(reddit(server.url)) in STATES
    assert time.monotonic() - began < 3 * LIMITS.total_s + 2.0


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 522])
def test_praw_tries_a_failing_server_three_times_and_then_it_is_behind(status: int) -> None:
    with StandIn() as standin:
        standin.script("/search", *[Answer(status)] * 3)
        assert ends(reddit(standin.url)) is HealthState.BEHIND
        assert [p for p in standin.asked if "search" in p] == ["/r/all/search/"] * 3


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, HealthState.BEHIND), (500, HealthState.BEHIND), (502, HealthState.BEHIND), (504, HealthState.BEHIND)],
)
def test_a_failing_server_of_x_is_asked_again_by_the_next_run_only(status: int, state: HealthState) -> None:
    with StandIn() as standin:
        standin.script("/counts/recent", Answer.of({"title": "no"}, status))
        assert ends(x(standin.url)) is state and len(standin.asked) == 1
