"""What words mean, in five languages, and that a score by meanings stays a sum over words."""

from __future__ import annotations

import pytest

from models.artefact import BASE, load
from models.assess import Assessor
from models.meanings import NEGATED, TOLD, meanings, told
from models.text import AssessInput, features, tokens


@pytest.mark.parametrize("word", ["broken", "cassee", "kaputt", "rota", "rotta"])
def test_a_broken_thing_is_damage_in_every_language(word: str) -> None:
    assert "damage" in meanings(word)


def test_most_words_mean_nothing_in_particular() -> None:
    assert meanings("kettle") == meanings("giovedi") == ()


def test_a_beginning_stands_for_its_inflected_forms() -> None:
    assert meanings("refunded") == meanings("refund")
    assert "bad" in meanings("enttauschung")


def test_a_negated_meaning_counts_apart() -> None:
    assert "¬#damage" in features("nothing was broken")
    assert "#damage" in features("it was broken")
    assert "¬#damage" not in features("it was broken")


def test_meanings_that_follow_one_another_are_a_feature() -> None:
    assert told(["parcel", "xx", "cracked"], [False] * 3, [False] * 3) == ["#order", "#damage", "#order>#damage"]


@pytest.mark.parametrize(
    "text",
    [
        "Not happy: the parcel never arrived, but the seller's answer was rude!",
        "Ni remboursement ni réponse, quelle honte. Merci quand même 😡😡",
        "Das Paket war nicht kaputt, sondern super verpackt. Danke! Danke!",
        "¡Nunca más! Me han estafado, ni llegó el pedido ni contestan a los correos que les mando cada semana.",
        "no no no broken broken refund refund",
    ],
)
def test_every_feature_is_credited_to_words_and_nothing_is_lost(text: str) -> None:
    trained, named = load(BASE).trained, features(text)
    slope, offset = trained.platt[0]
    explained = Assessor.shipped().explain(AssessInput(text))
    assert any(name.startswith((TOLD, NEGATED)) for name in named)
    assert set(explained.added) <= set(tokens(text))
    assert explained.log_odds == pytest.approx(trained.scores.score(named)[0] * slope + offset, abs=1e-9)


def test_an_unseen_word_of_a_known_meaning_moves_the_score() -> None:
    shipped = Assessor.shipped()
    known = {f for f in load(BASE).trained.scores.index if f.isalpha()}
    unseen = next(w for w in ("abzockerfirma", "estafadorcillo", "arnaquerait", "shittiest") if w not in known)
    said, without = (shipped.explain(AssessInput(f"Das ist {word}")) for word in (unseen, "Zzyzxq"))
    assert said.log_odds > without.log_odds
