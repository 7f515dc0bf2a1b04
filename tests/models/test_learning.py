"""The loop on a real store: train, compare, switch, go back, and what erasure does to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text

from data import browse, erasure, facets, judged, labelling, mentions, model_store, trail
from data.browse import Filter
from data.domain import Source
from data.errors import BadInput, Refused
from data.store import Store
from models.assess import Assessor
from models.examples import Example
from models.in_use import in_use
from models.independent_set import independent
from models.learning import Outcome, train_own, use_model
from models.retraining import is_held_back, parted, seller_text
from models.run import assess_new
from tests.builders import TESTER, a_mention
from tests.models.labelled import labelled


@pytest.fixture(scope="module")
def apart() -> list[Example]:
    """A part of the messages that ship, so that comparing is quick."""
    return list(independent())[::8]


def train(store: Store, apart: Sequence[Example], *, dry_run: bool = False) -> Outcome:
    return train_own(store, TESTER, dry_run=dry_run, apart=list(apart))


def test_labels_make_a_model_that_takes_over_when_it_is_better(store: Store, apart: list[Example]) -> None:
    labelled(store)
    made = train(store, apart)
    assert (made.comparison.verdict, made.switched, set(made.sources)) == ("better", True, {"trustpilot"})
    error = made.comparison.error
    assert error is not None and error.new < error.old and error.texts == made.held_back
    with store.reading() as tx:
        model = in_use(tx)
    assert (model.assessor.version, model.is_own, model.problem) == (made.version, True, None)
    assert not made.version.startswith("base")


def test_a_dry_run_compares_and_keeps_nothing(store: Store, apart: list[Example]) -> None:
    labelled(store)
    with store.reading() as tx:
        before = trail.size(tx)
    made = train(store, apart, dry_run=True)
    assert made.comparison.may_switch and not made.switched
    with store.reading() as tx:
        assert (model_store.everything(tx), in_use(tx).is_own, trail.size(tx)) == ([], False, before)


def test_the_same_labels_make_the_same_model_and_nothing_is_done_again(
    sqlite_store: Store, apart: list[Example]
) -> None:
    labelled(sqlite_store)
    first = train(sqlite_store, apart)
    again = train(sqlite_store, apart)
    assert (again.version, again.is_new, again.switched) == (first.version, False, False)
    with sqlite_store.reading() as tx:
        assert len(model_store.everything(tx)) == 1


def test_a_model_that_is_worse_on_the_held_back_labels_is_kept_but_does_not_take_over(
    sqlite_store: Store, apart: list[Example]
) -> None:
    ids = labelled(sqlite_store)
    with sqlite_store.transaction(TESTER) as tx:
        texts = {row.id: row.text for row in browse.many(tx, tuple(ids))}
        for number in ids:
            if is_held_back(number):  # these say the opposite of those that train
                labelling.add(tx, number, frustrated="white" in texts[number])
    made = train(sqlite_store, apart)
    assert (made.comparison.verdict, made.switched) == ("worse_seller", False)
    with sqlite_store.reading() as tx:
        assert [k.version for k in model_store.everything(tx)] == [made.version] and not in_use(tx).is_own


def test_a_few_labels_are_refused_with_how_many_are_missing(sqlite_store: Store, apart: list[Example]) -> None:
    ids = labelled(sqlite_store, 12)
    kept = sum(not is_held_back(n) for n in ids)
    with pytest.raises(BadInput, match=f"trustpilot has {kept}, {20 - kept} missing"):
        train(sqlite_store, apart)


def test_without_any_label_twenty_are_missing(sqlite_store: Store, apart: list[Example]) -> None:
    with pytest.raises(BadInput, match="there are none, 20 are missing"):
        train(sqlite_store, apart)


def test_labels_of_one_answer_only_are_refused(sqlite_store: Store, apart: list[Example]) -> None:
    for number in labelled(sqlite_store, 40):
        with sqlite_store.transaction(TESTER) as tx:
            labelling.add(tx, number, frustrated=True)
    with pytest.raises(BadInput, match="all of them with one answer"):
        train(sqlite_store, apart)


def test_after_a_switch_only_what_the_new_model_has_not_seen_is_assessed_and_every_answer_names_its_model(
    store: Store, apart: list[Example]
) -> None:
    labelled(store)
    base = Assessor.shipped().version
    assert assess_new(store) == 80
    made = train(store, apart)
    told: list[int] = []
    assert assess_new(store, lambda done, _total, _what: told.append(done)) == 80
    assert (assess_new(store), told[-1]) == (0, 80)
    with store.reading() as tx:
        use = {row[0]: row[1] for row in facets.model_use(tx)}
    assert use == {base: 80, made.version: 80}


def test_one_command_goes_back_to_the_base_and_to_the_trained_model_again(store: Store, apart: list[Example]) -> None:
    labelled(store)
    made = train(store, apart)
    base = use_model(store, TESTER, "base")
    with store.reading() as tx:
        assert in_use(tx).assessor.version == base == Assessor.shipped().version
    use_model(store, TESTER, made.version)
    with store.reading() as tx:
        assert in_use(tx).assessor.version == made.version
        assert [u.version for u in model_store.uses(tx)] == [made.version, base, made.version]
        told = [e.action for e in trail.entries(tx) if e.action.startswith("model.")]
    assert told.count("model.switched") == 3 and "model.trained" in told


def test_a_model_that_nobody_made_cannot_be_chosen(sqlite_store: Store) -> None:
    with pytest.raises(BadInput, match="is not kept here"):
        use_model(sqlite_store, TESTER, "own-0000000000")


def test_an_erased_authors_label_marks_the_model_to_be_trained_again(store: Store, apart: list[Example]) -> None:
    ids = labelled(store)
    made = train(store, apart)
    gone = next(n for n in ids if not is_held_back(n))
    with store.transaction(TESTER) as tx:
        erasure.erase(tx, [gone])
    with store.reading() as tx:
        model = in_use(tx)
        assert gone not in {one.label.mention for one in labelling.trainable(tx)}
    assert model.erased == 1 and "1 of its labels were erased" in (model.problem or "")
    again = train(store, apart)
    assert again.version != made.version and again.switched
    with store.reading() as tx:
        assert in_use(tx).problem is None
        held = {k.version: k for k in model_store.everything(tx)}
    assert (held[made.version].has_weights, held[again.version].has_weights) == (False, True)
    with pytest.raises(BadInput):
        use_model(store, TESTER, made.version)


def test_a_model_with_erased_labels_leaves_even_when_its_successor_is_worse(
    sqlite_store: Store, apart: list[Example]
) -> None:
    ids = labelled(sqlite_store)
    train(sqlite_store, apart)
    with sqlite_store.transaction(TESTER) as tx:
        texts = {row.id: row.text for row in browse.many(tx, tuple(ids))}
        erasure.erase(tx, [next(n for n in ids if not is_held_back(n))])
        for number in ids:
            if is_held_back(number):
                labelling.add(tx, number, frustrated="white" in texts[number])
    assert not train(sqlite_store, apart).switched
    with sqlite_store.reading() as tx:
        assert not in_use(tx).is_own and in_use(tx).problem is None


def test_no_text_of_x_can_be_found_for_training(store: Store, apart: list[Example]) -> None:
    labelled(store, 40)
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("tweet", source=Source.X, text="It shines yellow")])
        with pytest.raises(Refused, match="X"):
            labelling.add(tx, browse.page(tx, Filter(sources=("x",))).rows[0].id, frustrated=True)
    with store.reading() as tx:
        assert {one.source for one in labelling.trainable(tx)} == {Source.TRUSTPILOT}


def test_what_is_held_back_stays_held_back_and_its_copies_do_not_train(sqlite_store: Store) -> None:
    ids = labelled(sqlite_store, 60)
    with sqlite_store.reading() as tx:
        texts = [seller_text(one) for one in labelling.trainable(tx)]
    training, held = parted(texts)
    assert {t.mention for t in held} == {n for n in ids if is_held_back(n)}
    assert 4 <= len(held) <= 24 and not {t.mention for t in held} & {t.mention for t in training}
    copied = [replace(t, said=held[0].said) if t is training[0] else t for t in training]
    assert len(parted([*copied, *held])[0]) == len(training) - 1


def test_a_changed_weight_is_noticed_and_the_base_works_on(sqlite_store: Store, apart: list[Example]) -> None:
    labelled(sqlite_store)
    train(sqlite_store, apart)
    with sqlite_store.transaction(TESTER) as tx:
        tx.conn.execute(text("UPDATE trained_model SET weights = x'00'"))
    with sqlite_store.reading() as tx:
        model = in_use(tx)
        assert judged.count_to_assess(tx, model.assessor.version) > 0
    assert not model.is_own and "were changed" in (model.problem or "")
