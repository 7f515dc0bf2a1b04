"""Judgements, suspensions and tickets on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from data import browse, casework, judged, labelling, linking, mentions
from data.casework import NewStep
from data.domain import Actor, Category, Decision, Evidence, LinkDecision, Mode, Verdict
from data.errors import BadInput, Refused
from data.schema.intake import mention
from data.store import Store, Tx
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_assessment

ORDER = "405-1234567-7654321"
LINKED = LinkDecision(
    Decision.LINK, 0.99, ORDER, (Evidence("order_id", "agree", 20.0, ORDER, ORDER),), (), "LNK-ID", "w1"
)


def a_stored_mention(tx: Tx) -> int:
    mentions.add(tx, [a_mention()])
    return int(tx.conn.execute(select(mention.c.id)).scalar_one())


def declare(tx: Tx, **facts: bool) -> int:
    return casework.declare(
        tx,
        reason="related account",
        owner="p:lead",
        marketplace="amazon.fr",
        noticed_at=NOW - timedelta(hours=1),
        steps=(NewStep("triage"), NewStep("compliance")),
        **facts,
    )


def test_an_assessment_comes_back_with_its_reasons(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mention_id = a_stored_mention(tx)
        judged.add_assessments(tx, [(mention_id, 1, an_assessment())])
        assert judged.newest_assessment(tx, mention_id) == an_assessment()


def test_a_persons_label_outlives_the_next_model(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mention_id = a_stored_mention(tx)
        judged.add_assessments(tx, [(mention_id, 1, an_assessment())])
        labelling.add(tx, mention_id, frustrated=False, categories=[Category.QUESTION])
        judged.add_assessments(tx, [(mention_id, 1, an_assessment(model="test-2"))])
        row = browse.get(tx, mention_id)
    assert row is not None and (row.band, row.category) == ("not_frustrated", "question")


def test_the_same_link_decision_twice_is_kept_once(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mention_id = a_stored_mention(tx)
        assert judged.add_links(tx, [(mention_id, LINKED)]) == 1
        assert judged.add_links(tx, [(mention_id, LINKED)]) == 0
        assert judged.newest_link(tx, mention_id) == LINKED


def test_a_rejected_link_is_no_link_any_more_and_both_judgements_stay_on_record(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mention_id = a_stored_mention(tx)
        judged.add_links(tx, [(mention_id, LINKED)])
        judged.judge(tx, mention_id, ORDER, Verdict.CONFIRMED)
        judged.judge(tx, mention_id, ORDER, Verdict.REJECTED)
        row = browse.get(tx, mention_id)
        said = [j["verdict"] for j in judged.judgements(tx, mention_id)]
    assert row is not None and row.link_order is None and said == ["rejected", "confirmed"]


def test_the_database_refuses_to_rewrite_a_judgement(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mention_id = a_stored_mention(tx)
        judged.judge(tx, mention_id, ORDER, Verdict.CONFIRMED)
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE judgement SET verdict = 'rejected'"))


def test_a_confirmed_mention_is_not_linked_again(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mention_id = a_stored_mention(tx)
        judged.add_links(tx, [(mention_id, LINKED)])
        judged.judge(tx, mention_id, ORDER, Verdict.CONFIRMED)
        assert linking.to_link(tx, 0, 10, again=True) == []


def test_the_mode_follows_the_suspension(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        modes = [casework.mode(tx)]
        suspension_id = declare(tx)
        modes.append(casework.mode(tx))
    with store.transaction(Actor.system("test")) as tx:
        casework.end_suspension(tx, suspension_id)
        modes.append(casework.mode(tx))
    assert modes == [Mode.NORMAL, Mode.SUSPENDED, Mode.RECOVERY]


def test_a_drill_leaves_the_mode_alone(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        declare(tx, is_drill=True)
        assert casework.mode(tx) is Mode.NORMAL


def test_a_second_suspension_is_refused_while_one_is_open(store: Store) -> None:
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        declare(tx)
        declare(tx)


def test_a_step_that_is_closed_already_is_refused(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        suspension_id = declare(tx)
        casework.close_step(tx, suspension_id, 1, "done")
    with pytest.raises(Refused), store.transaction(TESTER) as tx:
        casework.close_step(tx, suspension_id, 1, "done again")


def test_a_notice_from_the_future_is_refused(store: Store) -> None:
    with pytest.raises(BadInput), store.transaction(TESTER) as tx:
        casework.declare(
            tx, reason="r", owner="o", marketplace="m", noticed_at=NOW + timedelta(days=1), steps=(NewStep("triage"),)
        )


def test_amazon_tickets_are_tagged_while_suspended_and_others_are_not(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("1"), None), (a_ticket("2", channel="email"), None)], suspend_amazon=True)
        tagged = {row.native_id: row.suspended for row in casework.tickets(tx)}
    assert tagged == {"1": True, "2": False}


def test_importing_an_older_export_does_not_take_the_tag_off(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("1"), None)], suspend_amazon=True)
        casework.add_tickets(tx, [(a_ticket("1", subject="changed"), None)], suspend_amazon=False)
        assert [row.suspended for row in casework.tickets(tx)] == [True]


def test_importing_the_same_tickets_twice_changes_nothing(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket("1"), "refund")], suspend_amazon=False)
        again = casework.add_tickets(tx, [(a_ticket("1"), "refund")], suspend_amazon=False)
    assert again.unchanged == 1 and again.updated == 0
