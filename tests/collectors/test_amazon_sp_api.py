"""Seller feedback through the real python-amazon-sp-api against the loopback stand-in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import pytest

from collectors.amazon_sp_api import AmazonFeedbackCollector, AmazonSettings
from collectors.standin.further import FurtherStandIn
from collectors.standin.server import Answer
from data.domain import Cursor, HealthState, Page, Source
from data.errors import StopRun
from tests.builders import NOW, days

pytest.importorskip("sp_api", reason="the extra 'amazon' is not installed")

REPORT = (
    b"Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n"
    b"11/20/26\t1\tNever came.\t\t405-1234567-7654321\tabc@marketplace.amazon.com\n"
    b"11/21/26\t5\tLovely lamp.\t\t405-1234567-7654322\tdef@marketplace.amazon.com\n"
    b"11/21/26\t9\tWhat?\t\tno-order\tdef@marketplace.amazon.com\n"
)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        running.amazon.document = REPORT
        yield running


def collector(server: FurtherStandIn, *, at: timedelta = timedelta(0), **facts: object) -> AmazonFeedbackCollector:
    # the library keeps sign-ins by refresh token: the server's own address makes one for each test
    kept = {"client_id": "i", "client_secret": "s", "refresh_token": server.url, "local": server.url} | facts
    waits: list[float] = []
    return AmazonFeedbackCollector(AmazonSettings(**kept), "US", lambda: NOW + at, waits.append)  # type: ignore[arg-type]


def read(server: FurtherStandIn, since: Cursor | None = None, **facts: object) -> list[Page]:
    return list(collector(server, **facts).pages(since))  # type: ignore[arg-type]


def stopped(server: FurtherStandIn, since: Cursor | None = None, **facts: object) -> StopRun:
    with pytest.raises(StopRun) as error:
        read(server, since, **facts)
    return error.value


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_report_is_asked_for_and_read_as_its_file_is(server: FurtherStandIn, is_packed: bool) -> None:
    server.amazon.is_packed = is_packed
    pages = read(server)
    last = pages[-1]
    assert [(m.source, m.rating, m.reference) for m in last.mentions] == [
        (Source.SELLER_FEEDBACK, 1, "405-1234567-7654321"),
        (Source.SELLER_FEEDBACK, 5, "405-1234567-7654322"),
    ]
    assert sum(last.skipped.values()) == 1 and last.cursor.state == {"fetched": "2026-11-24T12:00:00Z"}


def test_no_new_report_is_asked_for_too_soon(server: FurtherStandIn) -> None:
    last = read(server)[-1].cursor
    assert read(server, last, at=timedelta(hours=11)) == [] and server.amazon.made == 1
    assert len(read(server, last, at=timedelta(hours=12))) == 2 and server.amazon.made == 2


def test_a_report_still_in_the_making_is_waited_for(server: FurtherStandIn) -> None:
    server.amazon.states = deque(["IN_QUEUE", "IN_PROGRESS", "DONE"])
    assert len(read(server)[-1].mentions) == 2


def test_a_report_that_takes_longer_is_fetched_by_the_next_run_and_not_asked_for_twice(server: FurtherStandIn) -> None:
    server.amazon.states = deque(["IN_PROGRESS"])
    pages = []
    with pytest.raises(StopRun, match="still making") as error:
        for page in collector(server).pages(None):
            pages.append(page)
    assert error.value.state is HealthState.BEHIND
    server.amazon.states = deque(["DONE"])
    assert len(read(server, pages[-1].cursor, at=timedelta(hours=1))[-1].mentions) == 2
    assert server.amazon.made == 1


def test_a_request_that_got_lost_is_made_again_after_a_day(server: FurtherStandIn) -> None:
    place = Cursor(Source.SELLER_FEEDBACK, "", {"report": "r0", "asked": "2026-11-22T12:00:00Z"})
    read(server, place)
    assert server.amazon.made == 1


def test_a_report_that_amazon_cancels_was_empty(server: FurtherStandIn) -> None:
    server.amazon.states = deque(["CANCELLED"])
    last = read(server)[-1]
    assert last.mentions == () and last.cursor.state == {"fetched": "2026-11-24T12:00:00Z"}


def test_a_report_that_failed_is_asked_for_again_by_the_next_run(server: FurtherStandIn) -> None:
    server.amazon.states = deque(["FATAL"])
    pages = []
    with pytest.raises(StopRun) as error:
        for page in collector(server).pages(None):
            pages.append(page)
    assert error.value.state is HealthState.BEHIND and pages[-1].cursor.state == {}


def test_without_keys_amazon_needs_approval_and_nothing_is_asked(server: FurtherStandIn) -> None:
    error = stopped(server, refresh_token=None)
    assert error.state is HealthState.NEEDS_APPROVAL and server.asked == []


ERRORS = b'{"errors": [{"code": "X", "message": "secret words of Amazon", "details": ""}]}'
FAULTS: dict[str, tuple[str, Answer, HealthState]] = {
    "the sign-in is refused": (
        "/auth/", Answer.of({"error": "invalid_grant", "error_description": "no"}, 400), HealthState.AUTH_FAILED),
    "the sign-in is no json": ("/auth/", Answer(200, b"<html>"), HealthState.BROKEN_LAYOUT),
    "the role is missing": ("/reports/", Answer(403, ERRORS), HealthState.NEEDS_APPROVAL),
    "too many requests": ("/reports/", Answer(429, ERRORS), HealthState.RATE_LIMITED),
    "a bad request": ("/reports/", Answer(400, ERRORS), HealthState.BROKEN_LAYOUT),
    "out of order": ("/reports/", Answer(500, ERRORS), HealthState.BEHIND),
    "overloaded": ("/reports/", Answer(503, ERRORS), HealthState.BEHIND),
    "dropped": ("/reports/", Answer(drop=True), HealthState.BEHIND),
    "a page instead of an answer": ("/reports/", Answer(200, b"<html>"), HealthState.BROKEN_LAYOUT),
    "an answer without a report": ("/reports/", Answer.of({"hello": 1}), HealthState.BROKEN_LAYOUT),
    "a list": ("/reports/", Answer.of([]), HealthState.BROKEN_LAYOUT),
    "a document elsewhere": (
        "/documents/", Answer.of({"reportDocumentId": "d1", "url": "https://evil.example/x"}), HealthState.DISALLOWED),
    "a document inside our network": (
        "/documents/", Answer.of({"reportDocumentId": "d1", "url": "http://169.254.169.254/x"}),
        HealthState.DISALLOWED),
    "a document that is damaged": (
        "/documents/", Answer.of({"url": "URL", "compressionAlgorithm": "GZIP"}), HealthState.BEHIND),
    "a document of another kind": ("/document/", Answer(200, b"\x89PNG\r\n\x1a\n\x00"), HealthState.BROKEN_LAYOUT),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_amazon_ends_in_its_health_state(server: FurtherStandIn, fault: str) -> None:
    path, answer, state = FAULTS[fault]
    here = Answer(answer.status, answer.body.replace(b"URL", f"{server.url}/document/d1".encode()), drop=answer.drop)
    server.script(path, here)
    error = stopped(server)
    assert error.state is state and "secret words" not in str(error)


def test_a_report_larger_than_any_honest_one_is_refused(server: FurtherStandIn) -> None:
    server.amazon.document, server.amazon.is_packed = b"\t" * 60_000_000, True
    error = stopped(server)
    assert error.state is HealthState.BROKEN_LAYOUT and "larger than any honest one" in str(error)


def test_an_unknown_marketplace_is_told_with_its_setting(server: FurtherStandIn) -> None:
    kept = AmazonSettings("i", "s", "t", local=server.url)
    with pytest.raises(StopRun, match=r"sources\.amazon\.marketplaces: XX"):
        list(AmazonFeedbackCollector(kept, "XX", lambda: NOW + days(0)).pages(None))
