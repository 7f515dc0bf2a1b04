"""The collectors' shell: pages with their cursors into the store, files with their rejects, a health state for all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.results import SourceResult
from collectors.run import collect, collect_all, import_files
from collectors.sources import Endpoints
from collectors.standin import trustpilot_pages
from collectors.standin.amazon_files import ALL_ORDERS, orders_tsv, zendesk_json
from collectors.standin.content import Post, Tweet
from collectors.standin.server import Answer, StandIn
from data import browse, casework, mentions, snapshots, trail
from data.browse import Filter
from data.casework import NewStep
from data.domain import Cursor, HealthState, Mention, Page, Source
from data.errors import BadInput
from data.store import Store
from data.workspace import Workspace
from tests.builders import NOW, TESTER, a_mention, a_page, a_ticket, an_order, days

POSTS = (
    Post("t3_aa", "Lumivelle never answered me", NOW - days(1), "u1", "amazon", "Lumivelle"),
    Post("t1_bb", "same with my Lumivelle lamp", NOW - days(2), "u2", "lamps"),
    Post("t1_cc", "I like candles", NOW - days(2), "u3", "lamps"),
)
TWEETS = (Tweet("900", "@lumivelle where is my parcel", NOW - days(1), "7", "Nia", "nia"),)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(POSTS, TWEETS) as running:
        yield running


def at(standin: StandIn) -> Endpoints:
    return Endpoints(reddit=standin.url, x=standin.url)


def stored(ws: Workspace) -> set[str]:
    with ws.store.reading() as tx:
        return {row.native_id for row in browse.page(tx, Filter(), size=1000).rows}


def states(results: list[SourceResult]) -> dict[tuple[str, str], HealthState]:
    return {(r.source.value, r.partition): r.state for r in results}


def test_every_source_is_read_and_only_what_names_the_brand_is_stored(workspace: Workspace, standin: StandIn) -> None:
    results = collect_all(workspace, endpoints=at(standin))
    assert stored(workspace) == {"t3_aa", "t1_bb", "900"}
    assert {r.state for r in results if r.partition != "saved"} == {HealthState.OK}


def test_a_second_run_brings_nothing_new(workspace: Workspace, standin: StandIn) -> None:
    collect_all(workspace, endpoints=at(standin))
    again = collect_all(workspace, endpoints=at(standin))
    assert sum(r.stored.new + r.stored.changed for r in again) == 0


def test_a_source_that_fails_does_not_stop_the_others(workspace: Workspace, standin: StandIn) -> None:
    standin.script("/search", Answer.of({"message": "slow down"}, 429), Answer.of({"title": "slow down"}, 429))
    results = states(collect_all(workspace, ["reddit"], endpoints=at(standin)))
    assert results["reddit", "lumivelle:search"] is HealthState.RATE_LIMITED
    assert results["reddit", "lumivelle:r/lamps"] is HealthState.OK and "t1_bb" in stored(workspace)


def test_without_keys_nothing_is_asked_and_the_state_says_what_to_do(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET", "X_BEARER_TOKEN"):
        monkeypatch.delenv(f"REINSTATE_{name}", raising=False)
    results = states(collect_all(workspace, ["reddit", "x"]))
    assert results["reddit", "lumivelle:search"] is HealthState.NEEDS_APPROVAL
    assert results["x", "lumivelle:search"] is HealthState.AUTH_FAILED


def test_an_unknown_source_is_refused_with_the_choices(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match=r"collect myspace: no such source; choose from .*reddit, .*trustpilot, x"):
        collect_all(workspace, ["myspace"])


def test_what_a_page_costs_is_kept_with_the_page(workspace: Workspace, standin: StandIn) -> None:
    collect_all(workspace, ["x"], endpoints=at(standin))
    with workspace.store.reading() as tx:
        assert trail.spent(tx, Source.X, "2026-11") == 5_000 + 5_000 + 10_000  # a count, a post, a user


class Breaking:
    """Yields pages, then fails as a client library may."""

    source = Source.TRUSTPILOT
    partition = "acme:search"

    def __init__(self, *pages: Page) -> None:
        self.given = pages

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        yield from self.given
        raise RuntimeError("a library's own surprise")


def test_a_surprise_of_a_library_keeps_what_came_before_and_becomes_a_state(store: Store) -> None:
    result = collect(store, Breaking(a_page(a_mention(), state={"after": "x"})))
    with store.reading() as tx:
        position = mentions.get_cursor(tx, Source.TRUSTPILOT, "acme:search")
        kept = browse.count(tx, Filter())
    assert (result.state, kept) == (HealthState.BROKEN_LAYOUT, 1)
    assert position is not None and position.state == {"after": "x"}


def test_a_page_that_cannot_be_stored_moves_no_cursor(store: Store) -> None:
    broken = replace(a_mention(), published_at=NOW.replace(tzinfo=None))
    collect(store, Breaking(a_page(a_mention("m0"), broken, state={"after": "x"})))
    with store.reading() as tx:
        assert mentions.get_cursor(tx, Source.TRUSTPILOT, "acme:search") is None
        assert browse.count(tx, Filter()) == 0


def test_what_a_source_has_deleted_is_erased_by_the_recheck(workspace: Workspace, standin: StandIn) -> None:
    collect_all(workspace, ["reddit"], endpoints=at(standin))
    standin.posts = [replace(p, is_deleted=p.name == "t3_aa") for p in standin.posts]
    workspace.store.clock = lambda: NOW + timedelta(hours=21)
    collect_all(workspace, ["reddit"], endpoints=at(standin))
    assert stored(workspace) == {"t1_bb"}


def a_review(native: str) -> Mention:
    return a_mention(native.rjust(24, "0"), title="Never came", url=f"https://www.trustpilot.com/reviews/{native}")


def test_a_page_saved_into_the_folder_is_read_once(workspace: Workspace) -> None:
    page = trustpilot_pages.render("Lumivelle", "lumivelle.example", [a_review("a1"), a_review("a2")], total=2)
    (workspace.saved_pages / "page.html").write_bytes(page)
    first = collect_all(workspace, ["trustpilot"])[-1]
    again = collect_all(workspace, ["trustpilot"])[-1]
    assert (first.stored.new, first.state) == (2, HealthState.OK)
    assert again.stored.new + again.stored.unchanged == 0


def test_a_saved_bot_wall_makes_the_source_say_so(workspace: Workspace) -> None:
    wall = (
        b"<html><head><title>Verifying your connection</title></head><body><script src='/captcha.js'></script></body>"
    )
    (workspace.saved_pages / "wall.html").write_bytes(wall)
    result = collect_all(workspace, ["trustpilot"])[-1]
    assert result.state in (HealthState.BLOCKED, HealthState.BROKEN_LAYOUT) and "save them again" in result.message


def test_a_file_that_cannot_be_taken_stops_neither_the_other_files_nor_the_other_sources(
    workspace: Workspace, standin: StandIn
) -> None:
    (workspace.saved_pages / "a.json").write_bytes(b'{"eventName": broken')
    (workspace.saved_pages / "b.html").mkdir()
    (workspace.saved_pages / "c.html").write_bytes(
        trustpilot_pages.render("Lumivelle", "lumivelle.example", [a_review("a1")], total=1)
    )
    results = {r.partition: r for r in collect_all(workspace, endpoints=at(standin))}
    assert results["saved"].state is HealthState.BROKEN_LAYOUT and results["saved"].stored.new > 0
    assert results["saved"].message.startswith("the webhook payload is no JSON")
    assert results["lumivelle:search"].state is HealthState.OK


def test_rows_that_cannot_be_used_go_to_the_rejects_file_and_the_others_go_in(
    workspace: Workspace, tmp_path: Path
) -> None:
    good = orders_tsv([an_order()]).decode().rstrip("\r\n")
    bad = "\t".join("not-an-order-id" if name == "amazon-order-id" else "" for name in ALL_ORDERS)
    file = tmp_path / "orders.tsv"
    file.write_text(f"{good}\r\n{bad}\r\n", newline="")
    (report,) = import_files(workspace, "orders", [file])
    assert (report.read, report.inserted, report.rejected) == (2, 1, 1) and report.rejects_file
    with Path(report.rejects_file).open(newline="") as rejects:
        (row,) = csv.DictReader(rejects)
    assert row["line"] == "3" and row["reason"]


def test_importing_a_file_twice_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "orders.tsv"
    file.write_bytes(orders_tsv([an_order(), an_order("405-0000000-0000001")]))
    import_files(workspace, "orders", [file])
    (again,) = import_files(workspace, "orders", [file])
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 2)


def test_a_file_that_is_none_of_its_kind_leaves_nothing_behind(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "orders.tsv"
    file.write_text("colour\tsize\nred\t3\n")
    with pytest.raises(BadInput, match=r"orders\.tsv"):
        import_files(workspace, "orders", [file])
    with workspace.store.reading() as tx:
        assert snapshots.snapshots(tx) == [] and trail.size(tx) == 0


def test_amazon_tickets_are_tagged_on_their_way_in_while_suspended(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "tickets.json"
    file.write_bytes(zendesk_json([a_ticket("1")]))
    with workspace.store.transaction(TESTER) as tx:
        casework.declare(
            tx, reason="related", owner="p:x", marketplace="amazon.fr", noticed_at=NOW, steps=[NewStep("one")]
        )
    import_files(workspace, "tickets", [file])
    with workspace.store.reading() as tx:
        assert [row.suspended for row in casework.tickets(tx)] == [True]
