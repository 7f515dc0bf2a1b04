"""What training learns from, that it repeats itself, and how well it is calibrated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from data.domain import Band
from data.errors import BadInput
from models.artefact import BASE, Artefact, load, save
from models.assess import Assessor
from models.card import render
from models.examples import (
    AUTHORED,
    FRESH,
    HANDS,
    ONE_BY_ONE,
    OWN,
    SHIPPABLE,
    VARIED,
    Example,
    check_texts,
    folds_of,
    gathered,
    labelled_rows,
    own_examples,
    public_examples,
    spelled_alike,
    split,
    without_hand,
)
from models.fitting import train
from models.independent_set import independent
from models.measured_sets import near_copies, public_sets
from models.measures import calibration_error, figures
from models.second_hand import second_hand
from models.text import AssessInput
from models.trained import Thresholds, Trained
from models.training import EVALUATION
from tests.conftest import SHARED

CARD = Path(__file__).parents[2] / "docs" / "model-card.md"


def a_sample(every: int = 60) -> list[Example]:
    """A small part of our own sentences, of all languages and both kinds."""
    return [e for n, e in enumerate(own_examples()) if n % every == 0 or (e.source == VARIED and n % 5 == 0)]


@pytest.fixture(scope="module")
def small() -> Trained:
    return train(a_sample())


def probabilities(trained: Trained, texts: Sequence[str]) -> list[float]:
    made = Assessor(Artefact(trained, "small", {})).assess([AssessInput(text) for text in texts])
    return [assessment.probability for assessment in made]


def test_a_few_hundred_sentences_teach_more_than_chance(small: Trained) -> None:
    rows = list(second_hand())
    labels = np.array([e.label for e in rows])
    found = figures(labels, np.array(probabilities(small, [e.text for e in rows])), small.thresholds)
    assert found.average_precision > labels.mean() + 0.1


def test_the_same_sentences_train_the_same_model(small: Trained, tmp_path: Path) -> None:
    again = train(a_sample())
    assert save(tmp_path / "a", small, "test") == save(tmp_path / "b", again, "test")


def test_other_sentences_train_another_model(small: Trained, tmp_path: Path) -> None:
    other = train(a_sample(every=70))
    assert save(tmp_path / "a", small, "test") != save(tmp_path / "b", other, "test")


def test_progress_is_told_up_to_the_end() -> None:
    heard: list[tuple[int, int]] = []
    train(a_sample(every=200), lambda done, total, what: heard.append((done, total)))
    assert heard[0][0] == 0
    assert heard[-1][0] == heard[-1][1]
    assert heard == sorted(heard)


def test_no_phrase_is_on_both_sides_of_a_split() -> None:
    kept, held_out = split(own_examples(), 2)
    assert held_out
    assert {(e.language, p) for e in kept for p in e.phrases if 2 in folds_of(e)} == set()
    held = {
        (e.language, p)
        for e in held_out
        for p in e.phrases
        if folds_of(Example("", 0, e.language, "", (), (p,))) == {2}
    }
    assert held.isdisjoint({(e.language, p) for e in kept for p in e.phrases})


def test_our_own_sentences_are_of_five_languages_and_both_labels() -> None:
    found = own_examples()
    assert {(e.source, e.language, e.label) for e in found} == {
        (source, language, label) for source in OWN for language in ("en", "fr", "de", "es", "it") for label in (0, 1)
    }
    assert len({e.text for e in found}) == len(found)


def test_only_sources_that_may_ship_are_read(tmp_path: Path) -> None:
    rows = [
        {"source": "xed", "text": "a", "label": 0, "lang": "en"},
        {"source": "xed", "text": "b", "label": -1, "lang": "en"},
        {"source": "banking77", "text": "c", "label": 1, "lang": "en"},
        {"source": "x", "text": "d", "label": 1, "lang": "en"},
    ]
    (tmp_path / "mixed_train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert [e.text for e in public_examples(tmp_path)] == ["a"]


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no folder 'ship'"):
        check_texts(tmp_path)


def test_the_independent_set_is_not_in_our_training_sentences() -> None:
    ours = {spelled_alike(e.text) for e in own_examples()}
    apart = list(independent())
    assert len(apart) >= 5 * 150
    assert [e for e in apart if spelled_alike(e.text) in ours and len(spelled_alike(e.text).split()) > 4] == []


def test_the_second_hand_is_not_in_our_training_sentences() -> None:
    ours = {spelled_alike(e.text) for e in own_examples()}
    both = [e for e in second_hand() if spelled_alike(e.text) in ours and len(spelled_alike(e.text).split()) > 4]
    assert both == []


def test_no_training_message_is_a_near_copy_of_an_own_evaluation_text() -> None:
    apart = [e.text for e in (*independent(), *second_hand())]
    assert near_copies([e.text for e in own_examples() if e.source in ONE_BY_ONE], apart) == []


@pytest.mark.shared
def test_no_training_message_is_a_near_copy_of_a_public_evaluation_text() -> None:
    public = [e.text for rows in public_sets(SHARED / "text", set()).values() for e in rows]
    assert len(public) > 50_000
    assert near_copies([e.text for e in own_examples() if e.source in ONE_BY_ONE], public) == []


def test_a_near_copy_shares_half_of_its_runs_of_words() -> None:
    said = "I ordered the green kettle three weeks ago and nobody has answered since"
    alike = "ordered the green kettle three weeks ago, and nobody has answered me!"
    other = "I ordered the blue lamp last year and it is still shining every evening"
    assert near_copies([said], [other, alike]) == [(said, alike)]
    assert near_copies(["three weeks ago"], ["three weeks ago"]) == []


def test_a_hand_that_is_left_out_is_nowhere_in_what_is_kept() -> None:
    kept, out = without_hand(own_examples(), HANDS)
    assert {e.source for e in out} == {HANDS}
    assert {e.source for e in kept} == {*OWN} - {HANDS}


def test_the_fresh_messages_tell_their_kind_and_some_their_stars() -> None:
    fresh = [e for e in own_examples() if e.source == FRESH]
    assert {e.kind for e in fresh} == {
        "review_general",
        "service_post",
        "market_hard",
        "sarcasm",
        "sincere",
        "one_liner",
        "everyday",
    }
    starred = [e for e in fresh if e.rating is not None]
    assert len(starred) > 2_500
    assert all(e.label == (e.rating <= 2) for e in starred if e.rating is not None and e.rating != 3)


@pytest.mark.shared
def test_no_evaluation_text_is_trained_on() -> None:
    text = SHARED / "text"
    measured = {
        spelled_alike(row["text"]) for p in (text / "evaluate_only").glob("*.jsonl") for row in labelled_rows(p)
    }
    trained_on = gathered(text)
    assert {e.source for e in trained_on} <= {*OWN, *SHIPPABLE}
    ours = {alike for e in trained_on if e.source in OWN and (alike := spelled_alike(e.text)) in measured}
    assert [alike for alike in ours if len(alike.split()) > 4] == []
    public = public_sets(text, {spelled_alike(e.text) for e in trained_on})
    left = {spelled_alike(e.text) for rows in public.values() for e in rows}
    assert left.isdisjoint(spelled_alike(e.text) for e in trained_on)


@pytest.fixture(scope="module")
def unseen() -> list[tuple[Example, float]]:
    """Texts whose phrases the model has not seen, with their probabilities."""
    sample = a_sample(every=15) + [e for n, e in enumerate(own_examples()) if e.source == HANDS and n % 4 == 1]
    kept, held_out = split(sample, 4)
    return list(zip(held_out, probabilities(train(kept), [e.text for e in held_out]), strict=True))


def test_probabilities_of_unseen_texts_fit_their_shares(unseen: list[tuple[Example, float]]) -> None:
    rows = [(e.label, p) for e, p in unseen if e.source in ONE_BY_ONE]
    assert len(rows) > 300
    assert calibration_error(np.array([label for label, _ in rows]), np.array([p for _, p in rows])) < 0.12


def test_the_frustrated_are_told_from_the_others_in_unseen_phrases(unseen: list[tuple[Example, float]]) -> None:
    rows = [(e.label, p) for e, p in unseen if e.source == AUTHORED]
    labels, made = np.array([label for label, _ in rows]), np.array([p for _, p in rows])
    assert len(rows) > 300
    assert figures(labels, made, Thresholds(0.3, 0.7)).macro_f1 > 0.8


def test_the_shipped_model_finds_frustration_written_by_another_hand() -> None:
    rows = list(second_hand())
    made = Assessor.shipped().assess([AssessInput(e.text) for e in rows])
    found = figures(
        np.array([e.label for e in rows]), np.array([a.probability for a in made]), load(BASE).trained.thresholds
    )
    assert found.macro_f1 > 0.78
    assert found.average_precision > 0.9
    assert found.calibration_error < 0.08
    flagged = [e.label for e, a in zip(rows, made, strict=True) if a.band is Band.FRUSTRATED]
    assert sum(flagged) / len(flagged) > 0.85


def test_the_card_shows_the_figures_that_are_stored_beside_the_model() -> None:
    document = json.loads((BASE / EVALUATION).read_text(encoding="utf-8"))
    facts = load(BASE).facts
    assert document["model"] == facts["version"]
    card = CARD.read_text(encoding="utf-8")
    assert card == render(facts, document)
    assert f"{document['sets']['independent']['all']['macro_f1']:.3f}" in card


def test_the_stored_figures_of_the_second_hand_are_those_of_the_shipped_model() -> None:
    stored = json.loads((BASE / EVALUATION).read_text(encoding="utf-8"))["sets"]["second hand"]
    rows = list(second_hand())
    made = Assessor.shipped().assess([AssessInput(e.text) for e in rows])
    measured = figures(
        np.array([e.label for e in rows]), np.array([a.probability for a in made]), load(BASE).trained.thresholds
    )
    assert stored["all"]["average_precision"] == pytest.approx(measured.average_precision, abs=0.001)
    assert stored["all"]["macro_f1"] == pytest.approx(measured.macro_f1, abs=0.001)
