"""Counts and look-ups of the dashboard's pages, on both engines."""

from __future__ import annotations

from datetime import date

from data import browse, casework, facets, judged, labelling, mentions, orders, plans, snapshots, trail
from data.browse import Filter
from data.domain import (
    Actor,
    Band,
    Candidate,
    Decision,
    LinkDecision,
    OutreachTask,
    Route,
    RouteChoice,
    Source,
    Verdict,
)
from data.store import Store
from data.trail import Search
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_assessment, an_order, days

ORDER = "405-1234567-7654321"


def add_mentions(store: Store) -> list[int]:
    """Three mentions, the third one not frustrated; the first linked, the second to check."""
    with store.transaction(TESTER) as tx:
        texts = ("My lamp never came.", "Nobody answers my three letters.", "A fine lamp, thank you.")
        told = [
            a_mention(f"m{n}", text=text, published_at=NOW - days(n + 1), country="FR" if n else "DE")
            for n, text in enumerate(texts)
        ]
        mentions.add(tx, told)
        ids = sorted(int(row.id) for row in browse.page(tx, Filter()).rows)
        bands = (Band.FRUSTRATED, Band.FRUSTRATED, Band.NOT_FRUSTRATED)
        judged.add_assessments(tx, [(i, 1, an_assessment(band=b)) for i, b in zip(ids, bands, strict=True)])
        link = LinkDecision(Decision.LINK, 0.9, ORDER, (), (Candidate(ORDER, 0.9),))
        judged.add_links(tx, [(ids[0], link), (ids[1], LinkDecision(Decision.REVIEW, 0.5, ORDER))])
    return ids


def test_link_counts_are_of_frustrated_mentions_in_the_period_and_market(store: Store) -> None:
    add_mentions(store)
    with store.reading() as tx:
        assert facets.link_counts(tx, NOW - days(9), NOW) == facets.LinkCounts(2, 1, 1)
        assert facets.link_counts(tx, NOW - days(9), NOW, "DE") == facets.LinkCounts(1, 1, 0)
        assert facets.link_counts(tx, NOW - days(0.5), NOW) == facets.LinkCounts(0, 0, 0)


def test_a_link_that_a_person_judged_waits_no_longer(store: Store) -> None:
    ids = add_mentions(store)
    with store.transaction(TESTER) as tx:
        judged.judge(tx, ids[1], ORDER, Verdict.UNSURE)
    with store.reading() as tx:
        assert facets.link_counts(tx, NOW - days(9), NOW).to_check == 0


def test_lists_offer_only_what_there_is(store: Store) -> None:
    add_mentions(store)
    with store.reading() as tx:
        assert facets.values(tx, "country") == ["DE", "FR"]
        assert facets.values(tx, "source") == ["trustpilot"]


def test_an_order_leads_to_its_buyers_keyed_hash(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        snapshot = snapshots.open_snapshot(tx, snapshots.SnapshotFacts("orders", "f", "0" * 64, "t", "utf-8", 1, 0))
        orders.add_orders(tx, snapshot, [an_order(ORDER)])
        assert not facets.has_frozen_orders(tx)
        snapshots.freeze_snapshots(tx)
    with store.reading() as tx:
        assert facets.has_frozen_orders(tx)


def test_tickets_are_found_by_id(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("1"), None), (a_ticket("2", status="closed"), None)], suspend_amazon=True)
        ids = sorted(row.id for row in casework.tickets(tx))
        assert {i: r.native_id for i, r in facets.ticket_rows(tx, ids).items()} == {ids[0]: "1", ids[1]: "2"}


def test_the_newest_outcome_of_a_task_counts(store: Store) -> None:
    choice = RouteChoice(Route.BUYER_MESSAGE, "AMZ-MSG-05", "open problem")
    with store.transaction(TESTER) as tx:
        plan = plans.add_plan(tx, date(2026, 11, 25), [OutreachTask("c", choice, 10.0, 5, day=date(2026, 11, 25))], {})
        newest = plans.newest_plan(tx)
        assert newest is not None
        task = newest[1][0].id
        plans.add_outcome(tx, task, "no_reply", "")
        plans.add_outcome(tx, task, "answered", "")
        assert facets.outcomes(tx, plan)[task].result == "answered"


def test_models_labels_and_spending_are_counted(store: Store) -> None:
    ids = add_mentions(store)
    with store.transaction(TESTER) as tx:
        labelling.add(tx, ids[0], frustrated=False)
        trail.add_spend(tx, Source.X, "2026-11", 1_000)
    with store.reading() as tx:
        assert [(m, n) for m, n, _ in facets.model_use(tx)] == [("test-1", 3)]
        assert facets.label_count(tx) == 1


def test_the_log_is_paged_and_filtered_newest_first(store: Store) -> None:
    for n in range(5):
        with store.transaction(TESTER if n % 2 else Actor.system("x")) as tx:
            tx.audit("a.b" if n % 2 else "c.d", f"s:{n}", {"n": n})
    with store.reading() as tx:
        assert [r.seq for r in trail.search(tx, Search(limit=2))] == [5, 4]
        assert [r.seq for r in trail.search(tx, Search(below=4))] == [3, 2, 1]
        assert [r.seq for r in trail.search(tx, Search(action="a.b", below=4))] == [2]
        assert [r.seq for r in trail.search(tx, Search(actor="system:x"))] == [5, 3, 1]
        assert facets.audit_actions(tx) == ["a.b", "c.d"]
        assert facets.audit_actors(tx) == ["p:tester", "system:x"]
        assert trail.search(tx, Search(below=2))[0].detail == '{"n":0}'
