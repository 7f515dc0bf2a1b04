"""Every fault of Bluesky, Mastodon and YouTube, with the health state that it ends in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from collectors.standin import youtube_api
from collectors.standin.further import FurtherStandIn
from collectors.standin.server import Answer
from data.domain import HealthState
from tests.builders import NOW
from tests.collectors.further import (
    HOUR,
    bluesky,
    mastodon,
    stopped,
    youtube,
)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        yield running


HTML = Answer(200, b"<html>hello</html>", {"content-type": "text/html"})
SHARED_FAULTS: dict[str, tuple[Answer, HealthState]] = {
    "429": (Answer(429, b"{}"), HealthState.RATE_LIMITED),
    "500": (Answer(500), HealthState.BEHIND),
    "503": (Answer(503, b"", {"retry-after": "30"}), HealthState.BEHIND),
    "dropped connection": (Answer(drop=True), HealthState.BEHIND),
    "a page instead of an answer": (HTML, HealthState.BROKEN_LAYOUT),
    "an answer cut off": (Answer(200, b'{"posts": [{"uri": "at'), HealthState.BROKEN_LAYOUT),
    "another document": (Answer.of({"hello": 1}), HealthState.BROKEN_LAYOUT),
    "a list of nothing we know": (Answer.of([1, None, "x"] * 3), HealthState.BROKEN_LAYOUT),
    "a redirect to another host": (
        Answer(302, b"", {"location": "https://elsewhere.example/"}),
        HealthState.DISALLOWED,
    ),
}
READERS: dict[str, tuple[str, Callable[[FurtherStandIn], Any]]] = {
    "bluesky": ("searchPosts", bluesky),
    "mastodon": ("timelines", mastodon),
    "youtube": ("search", youtube),
}


@pytest.mark.parametrize("fault", SHARED_FAULTS)
@pytest.mark.parametrize("source", READERS)
def test_a_fault_ends_in_its_health_state(server: FurtherStandIn, source: str, fault: str) -> None:
    path, reader = READERS[source]
    answer, state = SHARED_FAULTS[fault]
    server.script(path, answer, answer)
    if source == "mastodon" and fault.startswith("a list"):
        page = next(iter(reader(server).pages(None)))
        assert page.mentions == () and sum(page.skipped.values()) == 9
        return
    assert stopped(reader(server).pages(None)).state is state


OWN_FAULTS: dict[str, tuple[str, str, Answer, HealthState]] = {
    "bluesky refuses the password": (
        "bluesky", "createSession", Answer.of({"error": "AuthenticationRequired"}, 401), HealthState.AUTH_FAILED),
    "bluesky limits sign-ins": (
        "bluesky", "createSession", Answer.of({"error": "RateLimitExceeded"}, 429), HealthState.RATE_LIMITED),
    "bluesky signs in without a token": (
        "bluesky", "createSession", Answer.of({"did": "x"}), HealthState.BROKEN_LAYOUT),
    "bluesky refuses the query": (
        "bluesky", "searchPosts", Answer.of({"error": "InvalidRequest"}, 400), HealthState.BROKEN_LAYOUT),
    "bluesky forbids": ("bluesky", "searchPosts", Answer.of({"error": "Forbidden"}, 403), HealthState.NEEDS_APPROVAL),
    "an instance for members only": (
        "mastodon", "timelines", Answer.of({"error": "This method requires an authenticated user"}, 422),
        HealthState.NEEDS_APPROVAL),
    "an instance without hashtags": ("mastodon", "timelines", Answer.of({"error": "x"}, 404), HealthState.BLOCKED),
    "the day's quota": (
        "youtube", "search", Answer.of(youtube_api.refusal(403, "quotaExceeded"), 403), HealthState.BUDGET_SPENT),
    "too many requests at once": (
        "youtube", "search", Answer.of(youtube_api.refusal(403, "rateLimitExceeded"), 403), HealthState.RATE_LIMITED),
    "a wrong key": (
        "youtube", "search", Answer.of(youtube_api.refusal(400, "keyInvalid"), 400), HealthState.AUTH_FAILED),
    "an api that is switched off": (
        "youtube", "search", Answer.of(youtube_api.refusal(403, "accessNotConfigured"), 403),
        HealthState.NEEDS_APPROVAL),
}  # fmt: skip


@pytest.mark.parametrize("fault", OWN_FAULTS)
def test_a_refusal_of_one_source_ends_in_its_health_state(server: FurtherStandIn, fault: str) -> None:
    source, path, answer, state = OWN_FAULTS[fault]
    server.script(path, answer)
    assert stopped(READERS[source][1](server).pages(None)).state is state


@pytest.mark.parametrize(
    ("source", "header", "told"),
    [
        ("bluesky", "ratelimit-reset", str(int((NOW + HOUR).timestamp()))),
        ("mastodon", "x-ratelimit-reset", "2026-11-24T13:00:00.123456Z"),
        ("mastodon", "retry-after", "3600"),
    ],
)
def test_a_limit_tells_when_it_ends(server: FurtherStandIn, source: str, header: str, told: str) -> None:
    path, reader = READERS[source]
    server.script(path, Answer(429, b"{}", {header: told}))
    until = stopped(reader(server).pages(None)).until
    assert until is not None and abs(until - NOW - HOUR) < timedelta(seconds=1)  # type: ignore[operator]
