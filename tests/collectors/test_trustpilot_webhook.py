"""Webhook payloads: created, updated, deleted, in any order and more than once; over HTTP and from files."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.results import SourceResult
from collectors.run import import_files
from collectors.trustpilot_hook import Webhook, store_payload
from collectors.trustpilot_webhook import MAX_BODY, is_authentic, is_payload, read_payload
from data import browse, mentions, trail
from data.browse import Filter
from data.domain import Author, HealthState, Reply, Source
from data.errors import BadInput
from data.store import Store
from data.workspace import Workspace
from tests.builders import NOW, TESTER, a_mention, a_page

SECRET = "a-long-enough-secret"
REVIEW = f"{7:024x}"


def an_event(what: str = "created", review_id: str = REVIEW, **facts: Any) -> dict[str, Any]:
    data = {
        "id": review_id,
        "language": "en",
        "title": "Never came",
        "text": "My lamp never came",
        "referenceId": "405-1234567-7654321",
        "stars": 1,
        "createdAt": "2026-11-20T09:34:44.000Z",
        "isVerified": True,
        "locationId": None,
        "link": f"https://api.trustpilot.com/v1/reviews/{review_id}",
        "consumer": {"id": "c1", "name": "Ada Lampwick", "link": "https://api.trustpilot.com/v1/consumers/c1"},
        "tags": [{"group": "g", "value": "v"}],
    }
    return {"eventName": f"service-review-{what}", "version": "1", "eventData": data | facts}


def a_payload(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": events}).encode()


def told(store: Store, *events: dict[str, Any]) -> SourceResult:
    return store_payload(store, read_payload(a_payload(*events)))


def rows(store: Store) -> Sequence[Any]:
    with store.reading() as tx:
        return browse.page(tx, Filter(), size=100).rows


def test_a_created_review_becomes_a_mention_with_its_reference_number() -> None:
    (m,) = read_payload(a_payload(an_event())).page.mentions
    assert (m.native_id, m.rating, m.text, m.title) == (REVIEW, 1, "My lamp never came", "Never came")
    assert m.reference == "405-1234567-7654321" and m.author == Author(Source.TRUSTPILOT, "c1", "Ada Lampwick")


def test_the_last_event_of_a_review_counts() -> None:
    page = read_payload(
        a_payload(an_event(), an_event("updated", text="It came"), an_event(review_id="x"), an_event("deleted", "x"))
    ).page
    assert [m.text for m in page.mentions] == ["It came"] and page.gone == ("x",)


def test_what_is_no_review_is_counted() -> None:
    other = {"eventName": "product-review-created", "eventData": {"id": "p"}}
    page = read_payload(
        a_payload(other, an_event(stars=9), an_event("created", ""), an_event(mood="x", review_id="y"))
    ).page
    assert page.skipped == {"other kind of event": 1, "no id": 1, "no rating or date": 1}
    assert page.unknown_fields == {"mood": 1}


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"events": 1}', b"\xff\xfe", b"[" * 100_000, a_payload(*[{}] * 1_001)]
)
def test_what_is_no_payload_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read_payload(raw)


def test_a_payload_is_told_from_reviews() -> None:
    assert is_payload(a_payload(an_event())) and not is_payload(b'{"reviews": []}') and not is_payload(b"<html>")


def test_a_payload_that_comes_twice_changes_nothing(store: Store) -> None:
    first = told(store, an_event())
    again = told(store, an_event())
    assert (first.stored.new, again.stored.new, again.stored.changed) == (1, 0, 0)
    with store.reading() as tx:
        (health,) = trail.health(tx)
    assert (health.partition, health.state) == ("webhook", HealthState.OK)


def test_an_update_changes_the_words_and_keeps_what_it_does_not_tell(store: Store) -> None:
    known = a_mention(
        REVIEW, author=Author(Source.TRUSTPILOT, "c1", "Ada L", None, "FR"), reply=Reply("Sorry", NOW), updated_at=NOW
    )
    with store.transaction(TESTER) as tx:
        mentions.add_page(tx, a_page(known))
    told(store, an_event("updated", text="It came after all", stars=4))
    (row,) = rows(store)
    assert (row.text, row.rating, row.reply_text, row.country) == ("It came after all", 4, "Sorry", "FR")
    assert row.reference == "405-1234567-7654321" and row.author_name == "Ada Lampwick"


def test_a_creation_that_is_told_late_does_not_bring_old_words_back(store: Store) -> None:
    told(store, an_event("updated", text="It came"))
    told(store, an_event())
    assert [row.text for row in rows(store)] == ["It came"]


def test_a_deleted_review_is_erased_and_stays_away(store: Store) -> None:
    told(store, an_event())
    gone = told(store, an_event("deleted"))
    late = told(store, an_event("updated"))
    assert (gone.stored.gone, late.stored.new) == (1, 0)
    assert not any("lamp" in row.text for row in rows(store))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NASTY = st.sampled_from(
    ["", "\x00", "\ud800", "x" * 100_000, "0001-01-01T00:00:00+23:00", "9999-12-31T23:00:00-23:00", 10**400, True, -1]
)
FIELDS = ("review_id", "stars", "createdAt", "updatedAt", "consumer", "text", "title", "language", "referenceId")
BROKEN = st.builds(
    lambda what, name, value: an_event(what, **{name: value}),
    st.sampled_from(["created", "updated", "deleted"]),
    st.sampled_from(FIELDS),
    NASTY | ANYTHING | st.fixed_dictionaries({"id": NASTY, "name": NASTY}),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BROKEN | ANYTHING, max_size=3))
def test_no_payload_whatever_breaks_the_endpoint(sqlite_store: Store, events: list[Any]) -> None:
    raw = json.dumps({"events": events}).encode()
    assert posted(Webhook(lambda: sqlite_store, SECRET), raw)[0] in (204, 422)


def test_payload_files_are_imported_and_read_from_the_folder(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "hook.json"
    file.write_bytes(a_payload(an_event(), an_event(review_id="x" * 24)))
    (first,) = import_files(workspace, "trustpilot", [file])
    (again,) = import_files(workspace, "trustpilot", [file])
    assert (first.format, first.read, first.inserted) == ("trustpilot_webhook", 2, 2)
    assert (again.inserted, again.unchanged) == (0, 2)


def basic(secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"hook:{secret}".encode()).decode()}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-reinstate-signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_who_knows_the_secret_is_let_in_by_any_of_three_ways() -> None:
    ways = [basic(SECRET), {"authorization": f"Bearer {SECRET}"}, signed(b"body")]
    assert all(is_authentic(SECRET, b"body", headers) for headers in ways)


WRONG: list[dict[str, str]] = [
    {}, basic("wrong"), basic(""), {"authorization": "Bearer wrong"}, {"authorization": "Basic ???"},
    {"authorization": "Basic " + base64.b64encode(b"\xff").decode()}, {"authorization": SECRET},
    signed(b"other"), signed(b"body", "wrong"), {"x-reinstate-signature": "é", **basic(SECRET)},
]  # fmt: skip


@pytest.mark.parametrize("headers", WRONG)
def test_nobody_else_is_let_in(headers: dict[str, str]) -> None:
    assert not is_authentic(SECRET, b"body", headers)


def posted(
    hook: Webhook, *parts: bytes, headers: dict[str, str] | None = None, method: str = "POST"
) -> tuple[int, bytes]:
    """Status and body that the application answers to a request that comes in ``parts``."""
    sent: list[Any] = []
    given = basic(SECRET) if headers is None else headers
    scope = {"type": "http", "method": method, "headers": [(k.encode(), v.encode()) for k, v in given.items()]}
    coming = [{"type": "http.request", "body": p, "more_body": n < len(parts) - 1} for n, p in enumerate(parts)]

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(hook(scope, receive, send))
    return int(sent[0]["status"]), bytes(sent[1]["body"])


def test_a_payload_that_is_posted_is_stored(store: Store) -> None:
    raw = a_payload(an_event())
    assert posted(Webhook(lambda: store, SECRET), raw[:40], raw[40:]) == (204, b"")
    assert [row.native_id for row in rows(store)] == [REVIEW]


def test_each_refusal_has_its_status_and_stores_nothing(sqlite_store: Store) -> None:
    hook, raw = Webhook(lambda: sqlite_store, SECRET), a_payload(an_event())
    assert posted(hook, raw, headers={})[0] == 401
    assert posted(hook, raw, method="GET")[0] == 405
    assert posted(hook, b" " * MAX_BODY, b" ")[0] == 413
    assert posted(hook, b"Ada Lampwick")[0] == 422
    assert not rows(sqlite_store)


def test_a_store_that_is_not_to_be_had_lets_the_sender_try_again() -> None:
    def closed() -> Store:
        raise BadInput("no workspace here")

    assert posted(Webhook(closed, SECRET), a_payload(an_event()))[0] == 503


def test_a_body_that_never_ends_is_given_up(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.trustpilot_hook.BODY_S", 0.05)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(30)
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Webhook(lambda: sqlite_store, SECRET)({"type": "http", "method": "POST", "headers": []}, receive, send))
    assert sent[0]["status"] == 408


def test_a_secret_that_could_be_guessed_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(BadInput, match="too short"):
        Webhook(lambda: sqlite_store, "secret")
