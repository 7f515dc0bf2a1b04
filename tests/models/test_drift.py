"""Drift: a week is compared with the reference, chance counts for nothing, and small weeks say nothing."""

from __future__ import annotations

from datetime import date

import pytest

from data import model_store
from data.domain import Source
from data.store import Store
from models import vigil
from models.drift import BINS, FEWEST, Seen, from_facts, index, judge, look, monday
from models.in_use import in_use
from models.run import assess_new
from tests.builders import TESTER
from tests.models.labelled import labelled

WEEK = date(2026, 11, 16)


def a_week(n: int = 400, shift: int = 0, languages: tuple[int, int] = (3, 1), unknown: float = 0.1) -> Seen:
    scores = [n // BINS] * BINS
    for k in range(shift):
        scores[k] -= n // BINS - 1
        scores[BINS - 1] += n // BINS - 1
    total = sum(languages)
    told = {"en": n * languages[0] // total, "fr": n * languages[1] // total}
    return Seen(n, tuple(scores), told, n * 20, int(n * 20 * unknown))


def test_a_week_like_the_reference_is_steady() -> None:
    found = judge(WEEK, a_week(), a_week(2000))
    assert (found.state, found.scores_state, found.languages_state, found.unknown_state) == ("steady",) * 4


def test_scores_that_moved_to_one_end_have_drifted() -> None:
    found = judge(WEEK, a_week(shift=4), a_week(2000))
    assert (found.scores_state, found.state, found.wants_labels) == ("drifted", "drifted", False)


def test_another_language_wants_labels() -> None:
    found = judge(WEEK, a_week(languages=(1, 3)), a_week(2000))
    assert (found.languages_state, found.scores_state, found.wants_labels) == ("drifted", "steady", True)


@pytest.mark.parametrize(
    ("unknown", "state"), [(0.1, "steady"), (0.16, "notable"), (0.25, "drifted"), (0.02, "steady")]
)
def test_more_unknown_words_are_told_and_fewer_are_no_trouble(unknown: float, state: str) -> None:
    found = judge(WEEK, a_week(unknown=unknown), a_week(2000))
    assert found.unknown_state == state
    assert found.unknown_more == pytest.approx(unknown - 0.1, abs=0.001)


def test_a_small_week_says_nothing() -> None:
    assert judge(WEEK, a_week(FEWEST - 10, shift=4), a_week(2000)).state == "few"


def test_what_chance_may_give_is_no_drift() -> None:
    reference, week = a_week(2000), a_week(60, shift=1)
    assert index(week.scores, reference.scores) > 0.1
    assert judge(WEEK, week, reference).scores_state == "steady"


def test_the_index_is_nought_for_the_same_shape_and_grows_with_distance() -> None:
    a, b, c = (50, 50), (40, 60), (10, 90)
    assert index(a, a) == 0.0 < index(b, a) < index(c, a)


def test_words_are_counted_and_those_the_model_never_met_apart() -> None:
    found = look([(0.05, "en", "The lamp is zzxqq 42!"), (1.0, "fr", "lamp")], {"the": 0, "lamp": 1, "is": 2})
    assert (found.n, found.words, found.unknown, dict(found.languages)) == (2, 5, 1, {"en": 1, "fr": 1})
    assert (found.scores[0], found.scores[9]) == (1, 1)
    assert from_facts(found.facts()) == found


def test_a_week_begins_on_monday() -> None:
    assert [monday(date(2026, 11, d)).day for d in (16, 22, 23)] == [16, 16, 23]


def test_the_first_two_hundred_mentions_become_the_reference_and_stay_it(sqlite_store: Store) -> None:
    labelled(sqlite_store, 80)
    assess_new(sqlite_store)
    with sqlite_store.reading() as tx:
        version = in_use(tx).assessor.version
        assert vigil.drifts(tx, version) == [] and model_store.REFERENCE not in model_store.weeks(tx, version)
    labelled(sqlite_store, 80, Source.REDDIT)
    labelled(sqlite_store, 80, Source.FEED)
    assess_new(sqlite_store)
    with sqlite_store.reading() as tx:
        found = vigil.drifts(tx, version)
        reference = model_store.weeks(tx, version)[model_store.REFERENCE]
    assert sum(d.n for d in found) == 240 == reference["n"]
    assert [d.week for d in found] == sorted(d.week for d in found)
    labelled(sqlite_store, 80, Source.BLUESKY)
    assess_new(sqlite_store)
    with sqlite_store.reading() as tx:
        assert model_store.weeks(tx, version)[model_store.REFERENCE] == reference
        assert sum(d.n for d in vigil.drifts(tx, version)) == 320


def test_a_run_without_new_mentions_looks_at_no_week(sqlite_store: Store) -> None:
    assess_new(sqlite_store)
    with sqlite_store.transaction(TESTER) as tx:
        assert model_store.weeks(tx, in_use(tx).assessor.version) == {}
