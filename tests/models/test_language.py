"""Which language a short text is in."""

from __future__ import annotations

import pytest

from models.artefact import BASE, load
from models.language import Teller
from models.lexicon import Lexicon
from models.reading import read
from models.second_hand import second_hand
from models.text import tokens


@pytest.fixture(scope="module")
def teller() -> Teller:
    return Teller(load(BASE).trained.language)


def told(teller: Teller, text: str, hint: str | None = None) -> str:
    heard = read(Lexicon({}, teller), [tokens(text)]).heard()
    return teller.tell([text], [hint], heard)[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My parcel never came", "en"),
        ("Mon colis n'est jamais arrivé", "fr"),
        ("Mein Paket ist nie angekommen", "de"),
        ("Mi paquete nunca llegó", "es"),
        ("Il mio pacco non è mai arrivato", "it"),
        ("De lamp kwam nooit aan en niemand antwoordt op mijn berichten", "nl"),
        ("A encomenda nunca chegou e ninguém responde às mensagens", "pt"),
        ("Lampan kom aldrig och ingen svarar på mina brev", "sv"),
        ("привет, где моя посылка", "ru"),
    ],
)
def test_a_short_sentence_is_told(teller: Teller, text: str, language: str) -> None:
    assert told(teller, text) == language


@pytest.mark.parametrize("text", ["", "👍👍", "12345", "ok", "?!"])
def test_too_little_text_is_undetermined(teller: Teller, text: str) -> None:
    assert told(teller, text) == "und"


def test_a_declared_language_settles_a_tie_and_no_more(teller: Teller) -> None:
    assert told(teller, "auto", "es") == "es"
    assert told(teller, "auto", "it-IT") == "it"
    assert told(teller, "Mein Paket ist nie angekommen", "es") == "de"
    assert told(teller, "Mein Paket ist nie angekommen", "nonsense") == "de"


def test_messages_by_another_hand_are_told_right_in_98_of_100(teller: Teller) -> None:
    rows = list(second_hand())
    right = sum(told(teller, e.text) == e.language for e in rows)
    assert right / len(rows) > 0.98
