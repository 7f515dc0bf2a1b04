"""Trustpilot's official API against the loopback stand-in: what is new, what was edited, what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from collectors import trustpilot_client
from collectors.base import Collector
from collectors.fetch import Limits
from collectors.sources import Endpoints
from collectors.standin.server import Answer, StandIn
from collectors.trustpilot_api import GoneReviews, NewReviews, OlderReviews, collectors, domains_of, watch_of
from collectors.trustpilot_client import ApiSettings, TrustpilotApi
from data.config import parse
from data.domain import Cursor, HealthState, Mention, Page, Watch
from data.errors import StopRun
from tests.builders import NOW, a_mention, days

DOMAIN = "lumivelle.example"
HOUR = timedelta(hours=1)
QUICK = Limits(redirects=0, attempts=1, read_s=2.0)


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
        running.trustpilot.reviews = [a_review(n) for n in range(250)]
        yield running


def api(server: StandIn, secret: str | None = None, now: Any = lambda: NOW) -> TrustpilotApi:
    return TrustpilotApi(ApiSettings("key", secret, server.url, "test", QUICK), now)


def new(server: StandIn, **facts: Any) -> NewReviews:
    return NewReviews(api(server, **facts), DOMAIN, "lumivelle", timedelta(hours=10))


def older(server: StandIn, most: int = 100, at: Any = NOW) -> OlderReviews:
    return OlderReviews(api(server, now=lambda: at), DOMAIN, None, most)


def ids(pages: list[Page]) -> list[int]:
    return [int(m.native_id, 16) for page in pages for m in page.mentions]


def stopped_by(collector: Collector, since: Cursor | None = None) -> StopRun:
    with pytest.raises(StopRun) as stopped:
        list(collector.pages(since))
    return stopped.value


def test_every_review_is_read_once_newest_first(server: StandIn) -> None:
    pages = list(new(server).pages(None))
    assert ids(pages) == list(range(250))
    first = pages[0].mentions[0]
    assert (first.title, first.text, first.watch, first.watch_reason) == (
        "Lamp 0",
        "Text 0",
        "lumivelle",
        f"profile:{DOMAIN}",
    )


def test_the_mark_moves_only_with_the_last_page_which_tells_shown_and_total(server: StandIn) -> None:
    states = [page.cursor.state for page in new(server).pages(None)]
    assert ["mark" in state for state in states] == [False, False, False, True]
    assert (states[-1]["shown"], states[-1]["total"], states[-1].get("page")) == (250, 250, None)


def test_the_next_run_reads_the_look_back_and_what_is_new(server: StandIn) -> None:
    last = list(new(server).pages(None))[-1].cursor
    server.trustpilot.reviews.append(a_review(999, published_at=NOW + HOUR))
    pages = list(new(server).pages(last))
    assert len(pages) == 1 and 999 in ids(pages)


def test_an_interrupted_reading_goes_on_without_a_gap_even_when_a_review_was_deleted(server: StandIn) -> None:
    reading = new(server).pages(None)
    seen = [next(reading), next(reading)]
    del server.trustpilot.reviews[5:15]
    rest = list(new(server).pages(seen[-1].cursor))
    assert set(ids(seen) + ids(rest)) == set(range(250)) and rest[-1].cursor.state["mark"] == "2026-11-24T12:00:00Z"


def test_two_domains_of_one_business_are_read_once(server: StandIn) -> None:
    server.trustpilot.domains.append("lumivelle-shop.example")
    shared = api(server)
    one = NewReviews(shared, DOMAIN, None, HOUR)
    other = NewReviews(shared, "lumivelle-shop.example", None, HOUR)
    assert len(ids(list(one.pages(None)))) == 250 and list(other.pages(None)) == []


def test_the_key_stands_in_a_header_and_never_in_the_address(server: StandIn) -> None:
    headers: list[dict[str, str]] = []
    asked = server.answer

    def noted(path: str, query: Any, form: Any, sent: Any) -> Answer:
        assert "apikey" not in query
        headers.append(dict(sent))
        return asked(path, query, form, sent)

    server.answer = noted  # type: ignore[method-assign]
    next(iter(new(server).pages(None)))
    assert [h["apikey"] for h in headers] == ["key", "key"]


def test_with_the_secret_reference_numbers_are_read_and_addresses_are_not(server: StandIn) -> None:
    server.trustpilot.reviews = [a_review(1, reference="405-1234567-7654321")]
    (m,) = next(iter(new(server, secret="s").pages(None))).mentions
    assert m.reference == "405-1234567-7654321" and "someone@mail.example" not in repr(m)


def test_a_token_is_asked_for_once_and_refreshed_when_it_has_run_out(server: StandIn) -> None:
    list(new(server, secret="s").pages(None))
    list(new(server, secret="s").pages(None))
    assert server.trustpilot.tokens == ["t1"]
    list(new(server, secret="s", now=lambda: NOW + days(5)).pages(None))
    assert server.trustpilot.tokens == ["t1", "t2"] and server.asked[-1:] and any("/refresh" in p for p in server.asked)


def test_a_token_that_was_revoked_is_replaced_once(server: StandIn) -> None:
    list(new(server, secret="s").pages(None))
    server.trustpilot.tokens.append("somebody-else")
    assert len(ids(list(new(server, secret="s").pages(None)))) == 250


def test_a_token_that_is_refused_again_and_again_ends_as_auth_failed(server: StandIn) -> None:
    refused = Answer.of({"message": "no"}, 401)
    server.script("/private/", refused, refused)
    assert stopped_by(new(server, secret="s")).state is HealthState.AUTH_FAILED


def test_a_wrong_secret_ends_as_auth_failed(server: StandIn) -> None:
    server.script("/accesstoken", Answer.of({"reason": "Unauthorized"}, 401))
    assert stopped_by(new(server, secret="s")).state is HealthState.AUTH_FAILED


def test_pages_beyond_a_hundred_thousand_reviews_are_not_asked_for(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.trustpilot_api.LAST_PAGE", 2)
    pages = list(new(server).pages(None))
    assert ids(pages) == list(range(200)) and (pages[-1].cursor.state["shown"], pages[-1].cursor.state["total"]) == (
        200,
        250,
    )
    assert trustpilot_client.LAST_PAGE * trustpilot_client.PER_PAGE == 100_000


def test_older_reviews_are_read_again_once_a_day_in_slices(server: StandIn) -> None:
    (started,) = older(server).pages(None)
    assert list(older(server, at=NOW + 19 * HOUR).pages(started.cursor)) == []
    due = NOW + 21 * HOUR
    first = list(older(server, most=2, at=due).pages(started.cursor))
    second = list(older(server, most=2, at=due).pages(first[-1].cursor))
    assert ids(first) + ids(second) == list(range(250))
    assert (second[-1].cursor.state["shown"], second[-1].cursor.state["total"]) == (250, 250)
    assert list(older(server, at=due + HOUR).pages(second[-1].cursor)) == []


def test_a_review_is_gone_only_by_the_apis_own_404(server: StandIn) -> None:
    held, gone = f"{1:024x}", f"{9999:024x}"
    recheck = GoneReviews(api(server), (DOMAIN,))
    assert recheck.gone((held, gone, "pasted-1")) == (gone,)
    server.script("/reviews/", Answer(404, b"<html>proxy</html>", {"content-type": "text/html"}))
    with pytest.raises(StopRun):
        recheck.gone((held,))


def test_with_a_wrong_key_nothing_is_ever_called_gone(server: StandIn) -> None:
    server.script("/business-units/find", Answer.of({"message": "Not found"}, 404))
    with pytest.raises(StopRun):
        GoneReviews(api(server), (DOMAIN,)).gone((f"{9999:024x}",))


FAULTS = {
    "no such key": (Answer.of({"fault": {}}, 401), HealthState.AUTH_FAILED),
    "not in the plan": (Answer.of({}, 403), HealthState.NEEDS_APPROVAL),
    "too many requests": (Answer.of({}, 429, {"retry-after": "30"}), HealthState.RATE_LIMITED),
    "page too far": (Answer.of({}, 400), HealthState.BROKEN_LAYOUT),
    "out of order": (Answer.of({}, 503), HealthState.BEHIND),
    "dropped": (Answer(drop=True), HealthState.BEHIND),
    "a web page": (Answer(200, b"<html>"), HealthState.BROKEN_LAYOUT),
    "redirect": (Answer(302, b"", {"location": "https://elsewhere.example/"}), HealthState.BROKEN_LAYOUT),
    "no reviews": (Answer.of({"items": []}), HealthState.BROKEN_LAYOUT),
    "a list": (Answer.of([]), HealthState.BROKEN_LAYOUT),
    "reviews that are none": (Answer.of({"reviews": [1, 2]}), HealthState.BROKEN_LAYOUT),
    "renamed fields": (Answer.of({"reviews": [{"reviewId": "x", "score": 1}]}), HealthState.BROKEN_LAYOUT),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_api_becomes_a_state_and_moves_nothing(server: StandIn, name: str) -> None:
    answer, state = FAULTS[name]
    server.script("/reviews", answer, answer)  # twice: a kept connection that was dropped is tried anew
    stopped = stopped_by(new(server))
    assert stopped.state is state
    assert stopped.until == (None if state is not HealthState.RATE_LIMITED else NOW + timedelta(seconds=30))


def test_an_unknown_domain_says_what_to_check(server: StandIn) -> None:
    stopped = stopped_by(NewReviews(api(server), "other.example", None, HOUR))
    assert "sources.trustpilot.domains" in str(stopped)


def test_fields_that_no_answer_had_before_are_counted(server: StandIn) -> None:
    row = {"id": "a", "stars": 1, "createdAt": "2026-11-01T00:00:00Z", "title": "t", "mood": "bad"}
    server.script("/reviews", Answer.of({"reviews": [row, {"id": "b"}]}))
    page = next(iter(new(server).pages(None)))
    assert (page.unknown_fields, page.skipped) == ({"mood": 1}, {"no id, rating or date": 1})


SETTINGS = b"""
[brand]
name = "Lumivelle"
domains = ["lumivelle.example"]
[[watch]]
name = "lamps"
names = ["Lumivelle"]
"""


def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REINSTATE_TRUSTPILOT_API_KEY", raising=False)
    settings = parse(SETTINGS, "x")
    assert list(collectors(settings, Endpoints(), lambda: NOW, lambda source: 0)) == []


def test_a_key_is_not_used_when_other_sources_are_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REINSTATE_TRUSTPILOT_API_KEY", "real")
    settings = parse(SETTINGS, "x")
    assert list(collectors(settings, Endpoints(reddit="http://127.0.0.1:1"), lambda: NOW, lambda source: 0)) == []
    assert len(list(collectors(settings, Endpoints(), lambda: NOW, lambda source: 0))) == 2


def test_profiles_are_the_sources_own_or_the_brands() -> None:
    settings = parse(SETTINGS, "x")
    assert domains_of(settings) == ("lumivelle.example",)
    named = parse(SETTINGS + b'[sources.trustpilot]\ndomains = ["a.example", "calo.app/en", "a.example"]\n', "x")
    assert domains_of(named) == ("a.example", "calo.app/en")


def test_a_review_belongs_to_the_watch_that_lists_its_domain() -> None:
    lamps, chairs = Watch("lamps", ("L",), domains=("l.example",)), Watch("chairs", ("C",), domains=("c.example",))
    assert [watch_of((lamps, chairs), d) for d in ("l.example", "c.example", "x.example")] == ["lamps", "chairs", None]
    assert watch_of((lamps,), "x.example") == "lamps"
