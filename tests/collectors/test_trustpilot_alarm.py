"""The layout alarm: the three readers of a page disagree, or fields appear that no page has had."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.run import collect_all
from collectors.standin import trustpilot_pages
from collectors.trustpilot import parse_page
from collectors.trustpilot.alarm import disagreements, new_fields
from data.domain import HealthState, Mention, Reply
from data.workspace import Workspace
from tests.builders import NOW, a_mention, days
from tests.conftest import SHARED


def a_review(number: int, **facts: Any) -> Mention:
    defaults: dict[str, Any] = {"published_at": NOW - days(number), "title": f"Lamp {number}", "text": f"Text {number}"}
    return a_mention(f"{number:024x}", **(defaults | facts))


def rendered(*reviews: Mention) -> bytes:
    return trustpilot_pages.render("Invented", "lumivelle.example", reviews, total=len(reviews))


def alarms(raw: bytes) -> tuple[str, ...]:
    return disagreements(raw, parse_page(raw))


def test_readers_that_agree_raise_no_alarm() -> None:
    assert alarms(rendered(a_review(1, reply=Reply("Sorry", NOW)), a_review(2))) == ()


TWO = rendered(a_review(1, reply=Reply("Sorry", NOW)), a_review(2))
CHANGED = {
    "the cards cannot be read any more": TWO.replace(b"data-service-review-card-paper", b"data-card"),
    "data block and cards show other reviews": TWO.replace(f'href="/reviews/{2:024x}'.encode(), b'href="/reviews/zz'),
    "the ratings of 2 reviews": TWO.replace(b'data-service-review-rating="1"', b'data-service-review-rating="5"'),
    "the titles of 1 reviews": TWO.replace(b">Lamp 2</h2>", b">Other</h2>"),
    "the replies of 1 reviews": TWO.replace(b">Sorry</p>", b"></p>"),
    "the ratings of the linked data": TWO.replace(b'"ratingValue": "1"', b'"ratingValue": "4"'),
}


@pytest.mark.parametrize("told", CHANGED)
def test_a_reader_that_differs_raises_the_alarm(told: str) -> None:
    assert told in alarms(CHANGED[told])


def test_a_saved_page_with_new_fields_is_read_and_the_source_says_so(workspace: Workspace) -> None:
    raw = TWO.replace(b'"isPending": false', b'"isPending": false, "mood": 1')
    (workspace.saved_pages / "page.html").write_bytes(raw)
    result = collect_all(workspace, ["trustpilot"])[-1]
    assert (result.state, result.stored.new) == (HealthState.BROKEN_LAYOUT, 2) and "mood" in result.message


PAGES = sorted((SHARED / "samples/trustpilot/pages").glob("*.html")) if SHARED.is_dir() else []


@pytest.mark.shared
@pytest.mark.parametrize("name", [p.name for p in PAGES] or ["none"])
def test_no_real_page_raises_a_false_alarm(name: str) -> None:
    raw = (SHARED / "samples/trustpilot/pages" / name).read_bytes()
    page = parse_page(raw)
    assert disagreements(raw, page) == () and new_fields(page) is None
