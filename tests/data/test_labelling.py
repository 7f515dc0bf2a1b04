"""People's labels: several topics, who and when, the newest stands, none of X, and none of words that changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from data import browse, erasure, judged, labelling, mentions, migrate, trail
from data.browse import Filter
from data.domain import Actor, Band, Category, Mention, Reply, Source
from data.errors import BadInput, Refused
from data.store import Store
from data.vault import Vault
from tests.builders import NOW, TESTER, a_mention, an_assessment, days

CHEF, LEAD = Actor("p:chef"), Actor("p:lead")


def stored(store: Store, *made: Mention, source: str = "trustpilot") -> list[int]:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, list(made))
    with store.reading() as tx:
        return sorted(row.id for row in browse.page(tx, Filter(sources=(source,)), size=50).rows)


def test_a_label_keeps_topics_severity_who_and_when(store: Store) -> None:
    [number] = stored(store, a_mention())
    with store.transaction(CHEF) as tx:
        topics = [Category.NO_REPLY, Category.NOT_DELIVERED, Category.NO_REPLY]
        labelling.add(tx, number, frustrated=True, categories=topics, severity=3)
    with store.reading() as tx:
        [said] = labelling.history(tx, number)
        row = browse.get(tx, number)
    assert (said.by, said.at, said.severity) == ("p:chef", NOW, 3)
    assert said.categories == (Category.NO_REPLY, Category.NOT_DELIVERED)
    assert row is not None and (row.band, row.category, row.severity) == ("frustrated", "no_reply", 3)


def test_a_later_label_supersedes_and_both_stay_on_record(store: Store) -> None:
    [number] = stored(store, a_mention())
    for who, frustrated in ((CHEF, True), (LEAD, False)):
        with store.transaction(who) as tx:
            labelling.add(tx, number, frustrated=frustrated)
    with store.reading() as tx:
        assert [(one.by, one.frustrated) for one in labelling.history(tx, number)] == [
            ("p:lead", False),
            ("p:chef", True),
        ]
        assert [one.label.frustrated for one in labelling.trainable(tx)] == [False]
        assert [one.label.by for one in labelling.everything(tx)] == ["p:chef", "p:lead"]
        assert [e.action for e in trail.entries(tx, action="mention.labelled")] == ["mention.labelled"] * 2


def test_a_label_can_be_neither_changed_nor_given_to_a_post_from_x_by_any_statement(store: Store) -> None:
    [number] = stored(store, a_mention())
    [tweet] = stored(store, a_mention("t1", source=Source.X), source="x")
    with store.transaction(TESTER) as tx:
        labelling.add(tx, number, frustrated=True)
    with pytest.raises(Refused, match="superseded"), store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE label SET frustrated = false"))
    with pytest.raises(Refused, match="X-01"), store.transaction(TESTER) as tx:
        tx.conn.execute(
            text("INSERT INTO label (mention, frustrated, by, at) VALUES (:m, true, 'p:x', 1)"), {"m": tweet}
        )


def test_a_post_from_x_is_refused_with_its_rule_and_nothing_is_kept(store: Store) -> None:
    [tweet] = stored(store, a_mention("t1", source=Source.X), source="x")
    with pytest.raises(Refused) as refused, store.transaction(TESTER) as tx:
        labelling.add(tx, tweet, frustrated=True)
    assert refused.value.rule == "X-01"
    with store.reading() as tx:
        assert labelling.history(tx, tweet) == [] and labelling.everything(tx) == []


def test_x_is_the_one_source_that_no_query_for_training_asks_for() -> None:
    assert set(Source) - set(labelling.TRAINABLE) == {Source.X} == set(labelling.NEVER)


def test_a_label_of_words_that_were_edited_since_neither_shows_nor_trains(store: Store) -> None:
    [number] = stored(store, a_mention(text="It never came."))
    with store.transaction(TESTER) as tx:
        labelling.add(tx, number, frustrated=True)
        mentions.add(tx, [a_mention(text="Update: all solved, thank you!", rating=5)])
        judged.add_assessments(tx, [(number, 2, an_assessment(probability=0.1, band=Band.NOT_FRUSTRATED))])
    with store.reading() as tx:
        row = browse.get(tx, number)
        assert row is not None and row.band == "not_frustrated"
        assert labelling.trainable(tx) == [] and len(labelling.history(tx, number)) == 1


def test_our_reply_leaves_a_label_as_it_is(store: Store) -> None:
    [number] = stored(store, a_mention())
    with store.transaction(TESTER) as tx:
        labelling.add(tx, number, frustrated=True)
        mentions.add(tx, [a_mention(reply=Reply("We are sorry.", NOW))])
    with store.reading() as tx:
        assert len(labelling.trainable(tx)) == 1


def test_erasing_a_mention_takes_its_labels_with_it(store: Store) -> None:
    [number] = stored(store, a_mention())
    with store.transaction(TESTER) as tx:
        labelling.add(tx, number, frustrated=True)
        erasure.erase(tx, [number])
    with store.reading() as tx:
        assert labelling.everything(tx) == [] == labelling.history(tx, number)
    with pytest.raises(BadInput, match="erased"), store.transaction(TESTER) as tx:
        labelling.add(tx, number, frustrated=True)


@pytest.mark.parametrize("severity", [0, 4])
def test_a_severity_beyond_its_range_is_refused(store: Store, severity: int) -> None:
    [number] = stored(store, a_mention())
    with pytest.raises(BadInput, match="severity"), store.transaction(TESTER) as tx:
        labelling.add(tx, number, frustrated=True, severity=severity)


def test_what_may_be_suggested_is_unlabelled_assessed_and_never_of_x(store: Store) -> None:
    made = [a_mention(f"m{n}", text=f"Lamp {n} is late and I wait for {n} weeks") for n in range(4)]
    ids = stored(store, *made, a_mention("spam", is_spam=True))
    [tweet] = stored(store, a_mention("t1", source=Source.X), source="x")
    with store.transaction(TESTER) as tx:
        said = zip(ids[:4], (0.9, 0.55, 0.1, 0.45), strict=True)
        judged.add_assessments(
            tx, [(n, 1, an_assessment(probability=p)) for n, p in [*said, (tweet, 0.5), (ids[4], 0.5)]]
        )
        labelling.add(tx, ids[3], frustrated=True)
    with store.reading() as tx:
        found = labelling.to_suggest(tx, NOW - days(90), 10, by_lot=False)
        drawn = labelling.to_suggest(tx, NOW - days(90), 10, by_lot=True)
    assert [row.id for row in found] == [ids[1], ids[0], ids[2]]
    assert {row.id for row in drawn} == {row.id for row in found}


def test_labels_of_x_go_when_an_old_workspace_is_brought_up_to_date(database_url: str, vault: Vault) -> None:
    migrate.upgrade(database_url)
    migrate.to(database_url, "0002")
    store = Store(database_url, vault, lambda: NOW)
    ids = {}
    for source in (Source.X, Source.REDDIT):
        [ids[source]] = stored(store, a_mention("m", source=source), source=source.value)
    with store.transaction(TESTER) as tx:
        for number in ids.values():
            tx.conn.execute(
                text(
                    "INSERT INTO label (mention, frustrated, category, by, at) VALUES (:m, true, 'no_reply', 'p:x', 1)"
                ),
                {"m": number},
            )
            tx.conn.execute(text("UPDATE mention SET model = 'old' WHERE id = :m"), {"m": number})
    store.close()
    migrate.upgrade(database_url)
    store = Store(database_url, vault, lambda: NOW)
    with store.reading() as tx:
        assert labelling.history(tx, ids[Source.X]) == []
        assert labelling.history(tx, ids[Source.REDDIT])[0].categories == (Category.NO_REPLY,)
        assert judged.count_to_assess(tx, "old") == 1
    store.close()
