"""Whole runs over Trustpilot's API into a store: edits, late replies, deletions, and what other ways have told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from collectors.run import collect_all
from collectors.sources import Endpoints
from collectors.standin.server import StandIn
from data import browse, mentions
from data.browse import Filter
from data.domain import Cursor, HealthState, Page, Reply, Source
from data.workspace import Workspace
from tests.builders import NOW, TESTER
from tests.collectors.test_trustpilot_api import DOMAIN, HOUR, a_review


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as running:
        running.trustpilot.reviews = [a_review(n) for n in range(250)]
        yield running


def run(ws: Workspace, server: StandIn, at: timedelta = timedelta()) -> None:
    ws.store.clock = lambda: NOW + at
    collect_all(ws, ["trustpilot"], endpoints=Endpoints(trustpilot=server.url))


def texts(ws: Workspace) -> dict[int, str]:
    with ws.store.reading() as tx:
        return {
            int(row.native_id, 16): row.text for row in browse.page(tx, Filter(), size=1000).rows if row.gone_at is None
        }


@pytest.fixture
def shop(workspace: Workspace) -> Workspace:
    settings = workspace.settings
    brand = settings.brand.model_copy(update={"domains": [DOMAIN]})
    return replace(workspace, settings=settings.model_copy(update={"brand": brand}))


def test_an_edit_and_a_late_reply_are_found_within_a_day(shop: Workspace, server: StandIn) -> None:
    run(shop, server)
    old = 200
    server.trustpilot.reviews[old] = a_review(
        old, text="Refund came", updated_at=NOW + HOUR, reply=Reply("Thank you", NOW + HOUR)
    )
    run(shop, server, 3 * HOUR)
    before = texts(shop)[old]
    run(shop, server, 23 * HOUR)
    with shop.store.reading() as tx:
        (row,) = [r for r in browse.page(tx, Filter(), size=1000).rows if r.native_id == f"{old:024x}"]
    assert (before, row.text, row.reply_text) == ("Text 200", "Refund came", "Thank you")


def test_a_deleted_review_is_erased_within_a_day(shop: Workspace, server: StandIn) -> None:
    run(shop, server)
    del server.trustpilot.reviews[200]
    run(shop, server, 23 * HOUR)
    assert 200 not in texts(shop) and len(texts(shop)) == 249


def test_a_public_reading_does_not_wipe_out_a_reference_number(shop: Workspace, server: StandIn) -> None:
    server.trustpilot.reviews = [a_review(1, reference="405-1234567-7654321")]
    run(shop, server)
    with shop.store.transaction(TESTER) as tx:
        mentions.add_page(tx, Page((a_review(1),), Cursor(Source.TRUSTPILOT, "saved", {})))
    with shop.store.reading() as tx:
        (row,) = browse.page(tx, Filter(), size=10).rows
    assert row.reference == "405-1234567-7654321" and row.revision == 1


def test_an_empty_folder_of_saved_pages_is_a_complaint_only_without_a_key(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Endpoints(reddit="http://127.0.0.1:1")
    monkeypatch.delenv("REINSTATE_TRUSTPILOT_API_KEY", raising=False)
    assert collect_all(workspace, ["trustpilot"], endpoints=elsewhere)[-1].state is HealthState.BEHIND
    monkeypatch.setenv("REINSTATE_TRUSTPILOT_API_KEY", "real")
    assert collect_all(workspace, ["trustpilot"], endpoints=elsewhere)[-1].state is HealthState.OK
