"""The shell of the models: what is assessed, what is linked, and that people's words outlive both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from data import browse, casework, erasure, judged, labelling, link_weights, linking, mentions, snapshots, trail
from data.domain import Author, Category, Decision, Mention, Source, Verdict
from data.snapshots import Changed, SnapshotFacts
from data.store import Store, Tx
from models import run
from models.assess import Assessor
from models.link_weights import PRESET
from models.run import LinkCounts, assess_new, issue_of, link_new
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_order, days
from tests.models.test_store_index import OURS, import_orders

OTHER = "405-7777777-1111111"
FULL = "My brass lamp never came to 69001 Lyon, I paid 89.95 €."


def add(store: Store, *said: Mention) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, said)


def add_orders(store: Store, *order_ids: str, sha256: str = "0" * 64, **facts: Any) -> None:
    with store.transaction(TESTER) as tx:
        import_orders(tx, *(an_order(i, **facts) for i in order_ids), sha256=sha256)


def judge(store: Store, native_id: str, order_id: str, verdict: Verdict) -> None:
    with store.transaction(TESTER) as tx:
        judged.judge(tx, row_of(tx, native_id).id, order_id, verdict)


def row_of(tx: Tx, native_id: str = "m1") -> Any:
    return next(row for row in browse.page(tx, browse.Filter(), size=1000).rows if row.native_id == native_id)


def shown(store: Store, native_id: str = "m1") -> tuple[str | None, str | None, str | None]:
    with store.reading() as tx:
        row = row_of(tx, native_id)
        return row.link_decision, row.link_order, row.link_verdict


def rule(store: Store, native_id: str = "m1") -> str:
    with store.reading() as tx:
        found = judged.newest_link(tx, row_of(tx, native_id).id)
    assert found is not None
    return found.rule


def author(name: str) -> Author:
    return Author(Source.TRUSTPILOT, name, name, None, "FR")


# assessing


def test_every_new_mention_is_assessed_once(store: Store) -> None:
    add(store, *(a_mention(f"m{n}") for n in range(3)))
    assert (assess_new(store), assess_new(store)) == (3, 0)


def test_a_mention_shows_what_the_model_said(store: Store) -> None:
    add(store, a_mention(text="My lamp never came, nobody answers and I want my refund.", rating=1))
    assess_new(store)
    with store.reading() as tx:
        row = row_of(tx)
        held = judged.newest_assessment(tx, row.id)
    assert held is not None and (row.band, row.probability) == (held.band.value, held.probability)
    assert held.band.value == "frustrated" and held.reasons


def test_a_mention_that_reads_differently_is_assessed_anew(store: Store) -> None:
    add(store, a_mention())
    assess_new(store)
    add(store, a_mention(text="All is well now, thank you very much.", rating=5))
    assert assess_new(store) == 1


def test_our_own_posts_are_not_assessed(sqlite_store: Store) -> None:
    add(sqlite_store, a_mention(is_own=True))
    assert assess_new(sqlite_store) == 0


def test_many_mentions_are_assessed_batch_by_batch(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    add(sqlite_store, *(a_mention(f"m{n}") for n in range(5)))
    told: list[tuple[int, int, str]] = []
    assert assess_new(sqlite_store, lambda *step: told.append(step)) == 5
    assert told == [(2, 5, "assess"), (4, 5, "assess"), (5, 5, "assess")]


def test_an_assessing_run_is_on_record_and_in_the_log_with_its_model(store: Store) -> None:
    add(store, a_mention())
    assess_new(store)
    with store.reading() as tx:
        last = trail.last_run(tx, "assess")
        (entry,) = trail.entries(tx, action="assess.")
    assert last is not None and (last.outcome, last.counts) == ("done", {"assessed": 1})
    assert entry.subject == f"model:{Assessor.shipped().version}" and entry.detail == '{"assessed":1}'


def test_a_run_with_nothing_to_do_leaves_the_log_alone(sqlite_store: Store) -> None:
    assess_new(sqlite_store)
    link_new(sqlite_store)
    with sqlite_store.reading() as tx:
        assert trail.size(tx) == 0


def test_the_log_never_holds_what_was_said(sqlite_store: Store) -> None:
    add(sqlite_store, a_mention(text="Canarybird never came"))
    assess_new(sqlite_store)
    link_new(sqlite_store)
    with sqlite_store.reading() as tx:
        assert not any("anarybird" in f"{e.line}{e.detail}" for e in trail.entries(tx))


def test_the_issue_of_a_ticket_is_its_main_category() -> None:
    assert issue_of("Where is my refund?\nI returned the lamp and still have no money back.") == "refund_not_received"


def test_a_ticket_without_text_has_no_issue() -> None:
    assert issue_of(" \n") is None


# linking


def test_a_mention_is_linked_to_the_order_it_names(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention(text=f"Order {OURS} never came."))
    assert link_new(store) == LinkCounts(linked=1, changed=1)
    assert shown(store) == ("link", OURS, None)


def test_the_decision_comes_back_with_its_evidence_and_candidates(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention(text=FULL))
    link_new(store)
    with store.reading() as tx:
        held = judged.newest_link(tx, row_of(tx).id)
    assert held is not None and held.rule == "LNK-NAME" and held.candidates[0].order_id == OURS
    assert {e.field for e in held.evidence} >= {"name", "postcode", "product", "amount", "gap", "country"}


def test_each_kind_of_decision_is_counted(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(
        sqlite_store,
        a_mention("m1", text=f"Order {OURS}"),
        a_mention("m2", text="405-1234567-7654322", author=author("dark_fox92")),
        a_mention("m3", text="Hello", author=author("Zoe Hart"), country="DE"),
        a_mention("m4", text="171-9999999-1111111", author=author("Zoe Hart")),
    )
    assert link_new(sqlite_store) == LinkCounts(linked=1, review=1, none=1, not_ours=1, changed=4)


def test_a_second_run_looks_at_nothing(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    link_new(sqlite_store)
    assert link_new(sqlite_store) == LinkCounts()


def test_linking_again_finds_the_same_and_keeps_nothing_twice(store: Store) -> None:
    add_orders(store, OURS, OTHER)
    add(store, a_mention("m1", text=f"Order {OURS}"), a_mention("m2", text=FULL), a_mention("m3", text="Hello"))
    first = link_new(store)
    assert first.changed == 3 and link_new(store, again=True) == replace(first, changed=0)


def test_an_order_that_is_imported_later_is_found_by_the_next_run(store: Store) -> None:
    add_orders(store, OTHER, buyer_name="Zoe Hart")
    add(store, a_mention(text=f"Order {OURS}"))
    link_new(store)
    before = shown(store)
    add_orders(store, OURS, sha256="1" * 64)
    link_new(store)
    assert (before, shown(store)) == (("not_our_order", None, None), ("link", OURS, None))


def test_tickets_that_are_imported_later_count_in_the_next_run(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text="Nobody answers."))
    link_new(sqlite_store)
    with sqlite_store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket(created_at=NOW - days(4)), None)], suspend_amazon=False)
        import_snapshot_of_tickets(tx)
    assert link_new(sqlite_store).changed == 1


def import_snapshot_of_tickets(tx: Tx) -> None:
    facts = SnapshotFacts("tickets", "tickets.json", "2" * 64, "zendesk", "utf-8", 1, 0)
    snapshots.close_snapshot(tx, snapshots.open_snapshot(tx, facts), facts, Changed(inserted=1))


def test_new_weights_link_everything_anew(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    link_new(sqlite_store)
    with sqlite_store.transaction(TESTER) as tx:
        fitted: dict[str, Any] = {"corrections": {}, "curves": {}, "cuts": None}
        link_weights.add(tx, "link-own-1", PRESET.version, {}, fitted)
        link_weights.use(tx, "link-own-1", "tuned")
    assert link_new(sqlite_store) == LinkCounts(linked=1, changed=1)


def test_on_x_only_a_posted_id_links(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(
        sqlite_store,
        a_mention("m1", source=Source.X, text=f"{OURS} never came", rating=None),
        a_mention("m2", source=Source.X, text=FULL, rating=None),
    )
    link_new(sqlite_store)
    assert [shown(sqlite_store, "m1")[0], shown(sqlite_store, "m2")[0]] == ["link", "none"]


@pytest.mark.parametrize("source", [Source.SELLER_FEEDBACK, Source.RETURN_COMMENT, Source.CLAIM])
def test_what_our_own_reports_say_of_an_order_is_certain(sqlite_store: Store, source: Source) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(source=source, text="Bad.", author=None, reference=OURS))
    link_new(sqlite_store)
    assert (shown(sqlite_store), rule(sqlite_store)) == (("link", OURS, None), "LNK-FILE")


def test_a_buyer_who_returned_an_order_and_then_shows_its_id_borrowed_it_from_nobody(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    returned = Author(Source.RETURN_COMMENT, f"order:{OURS}")
    earlier = NOW - days(9)
    add(
        sqlite_store,
        a_mention("r1", source=Source.RETURN_COMMENT, author=returned, reference=OURS, published_at=earlier),
        a_mention("m1", text=f"Order {OURS}", author=author("dark_fox92"), published_at=NOW - days(2)),
    )
    link_new(sqlite_store)
    assert rule(sqlite_store) == "LNK-ID"


def test_our_own_posts_are_not_linked(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}", is_own=True))
    assert link_new(sqlite_store) == LinkCounts()


def test_an_id_that_somebody_else_showed_in_an_earlier_run_goes_to_review(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention("m1", text=f"Order {OURS}", published_at=NOW - days(6)))
    link_new(store)
    add(store, a_mention("m2", text=f"Order {OURS}", author=author("dark_fox92"), published_at=NOW - days(2)))
    link_new(store)
    assert [rule(store, "m1"), rule(store, "m2")] == ["LNK-ID", "LNK-ID-BORROWED"]


def test_an_earlier_posting_that_is_collected_later_sends_the_linked_one_to_review(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention("m1", text=f"Order {OURS}", author=author("dark_fox92"), published_at=NOW - days(2)))
    link_new(sqlite_store)
    before = shown(sqlite_store, "m1")[0]
    add(sqlite_store, a_mention("m2", text=f"Order {OURS}", published_at=NOW - days(6)))
    link_new(sqlite_store)
    assert (before, shown(sqlite_store, "m1")[0], shown(sqlite_store, "m2")[0]) == ("link", "review", "link")


def test_a_posting_that_a_person_rejected_borrows_nothing_any_more(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention("m1", text=f"Order {OURS}", author=author("dark_fox92"), published_at=NOW - days(6)))
    link_new(store)
    judge(store, "m1", OURS, Verdict.REJECTED)
    add(store, a_mention("m2", text=f"Order {OURS}", published_at=NOW - days(2)))
    link_new(store)
    assert rule(store, "m2") == "LNK-ID"


def test_an_erased_mention_is_not_linked(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    with sqlite_store.transaction(TESTER) as tx:
        erasure.mark_gone(tx, Source.TRUSTPILOT, ["m1"])
    assert link_new(sqlite_store) == LinkCounts()


# what people said


def test_a_confirmed_link_stays_when_everything_is_linked_again(store: Store) -> None:
    add_orders(store, OURS, OTHER)
    add(store, a_mention(text=f"Order {OURS}"))
    link_new(store)
    judge(store, "m1", OTHER, Verdict.CONFIRMED)
    link_new(store, again=True)
    assert shown(store) == ("link", OTHER, "confirmed")


def test_a_confirmed_link_stays_when_the_mention_is_rewritten(store: Store) -> None:
    add_orders(store, OURS, OTHER)
    add(store, a_mention(text=f"Order {OURS}"))
    link_new(store)
    judge(store, "m1", OTHER, Verdict.CONFIRMED)
    add(store, a_mention(text=f"Order {OURS} at last"))
    link_new(store)
    assert shown(store) == ("link", OTHER, "confirmed")


def test_a_rejected_order_is_never_proposed_to_its_mention_again(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention(text=f"Order {OURS}"))
    link_new(store)
    judge(store, "m1", OURS, Verdict.REJECTED)
    link_new(store, again=True)
    add(store, a_mention(text=f"Order {OURS}, really"))
    link_new(store)
    assert shown(store) == ("none", None, "rejected")


def test_after_a_rejection_another_order_may_be_proposed_and_waits_for_a_judgement(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention(text=FULL))
    link_new(store)
    judge(store, "m1", OURS, Verdict.REJECTED)
    add_orders(store, OTHER, sha256="1" * 64)
    link_new(store)
    assert shown(store)[1:] == (OTHER, None)


def test_a_mention_about_which_a_person_is_unsure_is_left_alone(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    link_new(sqlite_store)
    judge(sqlite_store, "m1", OURS, Verdict.UNSURE)
    assert link_new(sqlite_store, again=True) == LinkCounts() and shown(sqlite_store) == ("link", OURS, "unsure")


def test_rejecting_another_candidate_leaves_the_link_as_it_is(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS, OTHER)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    link_new(sqlite_store)
    judge(sqlite_store, "m1", OTHER, Verdict.REJECTED)
    assert shown(sqlite_store) == ("link", OURS, None)


def test_a_later_confirmation_supersedes_a_rejection(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    link_new(sqlite_store)
    judge(sqlite_store, "m1", OURS, Verdict.REJECTED)
    judge(sqlite_store, "m1", OURS, Verdict.CONFIRMED)
    with sqlite_store.reading() as tx:
        assert linking.rejected(tx, [row_of(tx).id]) == {row_of(tx).id: frozenset()}
    assert shown(sqlite_store) == ("link", OURS, "confirmed")


# the review queue


@pytest.fixture
def waiting(store: Store) -> Iterator[Store]:
    """Two links that wait for a person: ``m1`` resembles more, ``m2`` weighs more."""
    add_orders(store, OURS)
    add(
        store,
        a_mention("m1", text="405-1234567-7654322 never came"),
        a_mention("m2", text=f"Order {OURS}", author=author("Peter Okonjo")),
        a_mention("m3", text="Hello", author=author("Zoe Hart"), country="DE"),
    )
    link_new(store)
    with store.transaction(TESTER) as tx:
        labelling.add(tx, row_of(tx, "m2").id, frustrated=True, categories=[Category.NOT_DELIVERED], severity=3)
    yield store


def queue(store: Store, limit: int = 10) -> list[str]:
    with store.reading() as tx:
        return [row.native_id for row in judged.review_queue(tx, limit)]


def test_the_links_to_judge_come_by_probability_and_severity(waiting: Store) -> None:
    assert queue(waiting) == ["m2", "m1"] and queue(waiting, limit=1) == ["m2"]


def test_the_review_queue_brings_evidence_and_candidates(waiting: Store) -> None:
    with waiting.reading() as tx:
        rows = judged.review_queue(tx, 10)
        held = judged.newest_links(tx, [row.id for row in rows])
    assert len(held) == 2 and all(d.decision is Decision.REVIEW and d.evidence and d.candidates for d in held.values())


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_judged_link_leaves_the_queue(waiting: Store, verdict: Verdict) -> None:
    judge(waiting, "m2", OURS, verdict)
    assert queue(waiting) == ["m1"]


# killed and repeated


def test_a_run_that_was_killed_between_two_batches_is_completed_by_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 1)
    add_orders(store, OURS)
    add(store, a_mention("m1", text=f"Order {OURS}"), a_mention("m2", text=f"Order {OURS} again"))

    def killed(_done: int, _total: int, label: str) -> None:
        if label == "link":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link_new(store, report=killed)
    between = [shown(store, "m1")[0], shown(store, "m2")[0]]
    link_new(store)
    assert between == ["link", None] and shown(store, "m2")[0] == "link"


def test_a_run_that_fails_is_on_record_as_failed(sqlite_store: Store) -> None:
    add(sqlite_store, a_mention())

    def failing(_done: int, _total: int, _label: str) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        link_new(sqlite_store, report=failing)
    with sqlite_store.reading() as tx:
        last = trail.last_run(tx, "link")
    assert last is not None and last.outcome == "failed" and last.ended_at is not None


def test_a_mention_that_is_rewritten_while_it_is_linked_waits_for_the_next_run(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text="Hello"))
    with sqlite_store.reading() as tx:
        rows = linking.to_link(tx, 0, 10, again=False)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    with sqlite_store.reading() as tx:
        assert linking.unchanged(tx, {row.id: row.revision for row in rows}) == set()
    link_new(sqlite_store)
    assert shown(sqlite_store) == ("link", OURS, None)
