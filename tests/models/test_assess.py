"""What the shipped classifier says of texts, in five languages."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from data.domain import Band, Category
from data.errors import BadInput
from models.artefact import BASE, load
from models.assess import Assessor, contract, read_input
from models.text import AssessInput, features, tokens
from models.trained import FRUSTRATION

SAMPLES = {
    "en": "I returned the kettle a month ago and still have no refund. Nobody answers my emails!",
    "fr": "J'ai renvoyé la bouilloire il y a un mois et je n'ai toujours pas été remboursé. Personne ne répond !",
    "de": "Ich habe den Wasserkocher vor einem Monat zurückgeschickt und noch kein Geld erhalten. Niemand antwortet!",
    "es": "Devolví el hervidor hace un mes y sigo sin reembolso. ¡Nadie contesta a mis correos!",
    "it": "Ho restituito il bollitore un mese fa e sto ancora aspettando il rimborso. Nessuno risponde alle mie mail!",
}
KIND = {
    "en": "Very happy with my order, fast delivery and great quality. Thank you!",
    "fr": "Très contente de ma commande, livraison rapide et qualité au top. Merci !",
    "de": "Sehr zufrieden mit der Bestellung, schnelle Lieferung und tolle Qualität. Danke!",
    "es": "Muy contenta con mi pedido, entrega rápida y muy buena calidad. ¡Gracias!",
    "it": "Molto contenta dell'ordine, consegna veloce e ottima qualità. Grazie!",
}
NEGATED = {
    "en": "Never disappointed, no problems, nothing to complain about.",
    "fr": "Jamais déçue, aucun problème, rien à redire.",
    "de": "Nie enttäuscht, keine Probleme, nichts zu bemängeln.",
    "es": "Nunca decepcionada, sin problemas, ninguna queja.",
    "it": "Mai delusa, nessun problema, nulla da ridire.",
}
POLITE = {
    "en": "Hello, sorry to bother you again, but my order has still not arrived. Could you kindly have a look?",
    "fr": "Bonjour, excusez-moi d'insister, ma commande n'est toujours pas arrivée. Pourriez-vous vérifier ?",
    "de": "Guten Tag, entschuldigen Sie die erneute Nachfrage, meine Bestellung ist immer noch nicht angekommen.",
    "es": "Buenos días, perdone que insista, mi pedido todavía no ha llegado. ¿Podrían mirarlo, por favor?",
    "it": "Buongiorno, scusate se insisto, il mio ordine non è ancora arrivato. Potreste controllare?",
}
SOLVED = {
    "en": "The plate arrived broken but they replaced it the same day, brilliant service.",
    "fr": "L'assiette est arrivée cassée mais elle a été remplacée le jour même, service impeccable.",
    "de": "Der Teller kam kaputt an, wurde aber sofort ersetzt, vorbildlicher Service.",
    "es": "El plato llegó roto pero me lo cambiaron el mismo día, un servicio excelente.",
    "it": "Il piatto è arrivato rotto ma me lo hanno sostituito il giorno stesso, servizio impeccabile.",
}
QUESTION = {
    "en": "Does the kettle come in black?",
    "fr": "Est-ce que la bouilloire existe en noir ?",
    "de": "Gibt es den Wasserkocher auch in Schwarz?",
    "es": "¿El hervidor está disponible en negro?",
    "it": "Il bollitore è disponibile in nero?",
}
LANGUAGES = list(SAMPLES)


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor.shipped()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_is_frustrated_and_says_what_it_is_about(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(SAMPLES[language])])
    assert made.band is Band.FRUSTRATED
    assert made.language == language
    assert {c for c, _ in made.categories} & {Category.REFUND_NOT_RECEIVED, Category.NO_REPLY}


@pytest.mark.parametrize("language", LANGUAGES)
def test_praise_is_not_frustrated_and_is_called_praise(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(KIND[language])])
    assert (made.band, made.categories[0][0], made.severity) == (Band.NOT_FRUSTRATED, Category.PRAISE, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negated_complaint_is_no_complaint(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(NEGATED[language])])
    assert made.band is not Band.FRUSTRATED
    assert made.probability < 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_polite_complaint_is_not_taken_for_contentment(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(POLITE[language])])
    assert made.band is not Band.NOT_FRUSTRATED
    assert made.probability > 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_solved_problem_told_kindly_is_not_flagged(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(SOLVED[language])])
    assert made.band is not Band.FRUSTRATED
    assert Category.PRAISE in dict(made.categories)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_called_a_question(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(QUESTION[language])])
    assert made.categories[0][0] is Category.QUESTION
    assert made.band is not Band.FRUSTRATED


def test_kind_words_with_one_star_are_sarcasm(assessor: Assessor) -> None:
    [bare, one_star] = assessor.assess([AssessInput("Super, merci"), AssessInput("Super, merci", rating=1)])
    assert bare.band is Band.NOT_FRUSTRATED
    assert one_star.band is Band.FRUSTRATED
    assert Category.PRAISE not in dict(one_star.categories)
    assert one_star.reasons[0].term == "★"


@pytest.mark.parametrize("language", LANGUAGES)
def test_five_stars_are_never_frustrated(assessor: Assessor, language: str) -> None:
    [made] = assessor.assess([AssessInput(SAMPLES[language], rating=5)])
    assert made.band is not Band.FRUSTRATED


MIXED = [
    "",
    "😡😡 no no no",
    "été Été ÉTÉ jamais, JAMAIS!",
    "★ but never, worlds world",
    "the <order> 405-1234567-7654321",
]


@pytest.mark.parametrize("rating", [None, 1, 2, 3, 4, 5])
def test_the_base_and_all_reasons_sum_to_the_log_odds(assessor: Assessor, rating: int | None) -> None:
    for text in [*SAMPLES.values(), *NEGATED.values(), *SOLVED.values(), *MIXED]:
        said = AssessInput(text, title="Where is it?", rating=rating)
        explained = assessor.explain(said)
        [made] = assessor.assess([said])
        total = explained.base + sum(explained.added.values())
        assert total == pytest.approx(math.log(made.probability / (1 - made.probability)), abs=1e-6)


def test_a_batch_gives_each_text_what_it_would_get_alone_to_the_bit(assessor: Assessor) -> None:
    texts = [*SAMPLES.values(), *KIND.values(), *NEGATED.values(), *MIXED, "?", "Nobody answers. " * 400]
    said = [
        AssessInput(text, title, rating, lang=lang)
        for text in texts
        for title in (None, "Never again")
        for rating in (None, 1, 3, 5)
        for lang in (None, "it")
    ]
    said *= 1 + 600 // len(said)  # more than are assessed at once
    alone = {one: assessor.assess([one])[0] for one in said}
    assert len(said) > 600 and assessor.assess(said) == [alone[one] for one in said]


def test_words_are_credited_with_the_whole_of_the_models_score(assessor: Assessor) -> None:
    trained = load(BASE).trained
    slope, offset = trained.platt[FRUSTRATION]
    for text in [*SAMPLES.values(), *NEGATED.values(), *SOLVED.values(), *MIXED]:
        straight = slope * trained.scores.score(features(text))[FRUSTRATION] + offset
        assert assessor.explain(AssessInput(text)).log_odds == pytest.approx(straight, abs=1e-6)


def test_the_weights_shown_are_what_the_words_add_to_the_score(assessor: Assessor) -> None:
    """Independent of the code that credits words: the weight of a lone word is what the text gains by having it."""
    empty, lone = assessor.explain(AssessInput("")), assessor.explain(AssessInput("scam"))
    [made] = assessor.assess([AssessInput("scam")])
    assert [r.term for r in made.reasons] == ["scam"]
    assert lone.base == pytest.approx(empty.base, abs=1e-9)
    logit = math.log(made.probability / (1 - made.probability))
    assert made.reasons[0].weight == pytest.approx(logit - empty.base, abs=1e-6)


def test_reasons_are_at_most_eight_words_as_written_strongest_first(assessor: Assessor) -> None:
    [made] = assessor.assess([AssessInput(SAMPLES["en"])])
    weights = [abs(reason.weight) for reason in made.reasons]
    assert len(weights) == 8
    assert weights == sorted(weights, reverse=True)
    assert {reason.term for reason in made.reasons} <= set(tokens(SAMPLES["en"]))


def test_a_wrongly_declared_language_changes_nothing_but_ties(assessor: Assessor) -> None:
    right, wrong = assessor.assess([AssessInput(SAMPLES["de"], lang="de"), AssessInput(SAMPLES["de"], lang="fr")])
    assert right == wrong


def test_two_languages_in_one_text_are_both_read(assessor: Assessor) -> None:
    [made] = assessor.assess([AssessInput("Still waiting for my refund, nadie contesta, it's a scam")])
    assert made.band is Band.FRUSTRATED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "👍",
        "...",
        "\x00\ud800",
        "привет, как дела",
        "商品がまだ届きません",
        "a" * 200_000,
        "no! " * 50_000,
        "@a" * 9_000,
    ],
    ids=["empty", "blank", "emoji", "dots", "broken", "russian", "japanese", "long word", "long text", "handles"],
)
def test_any_text_is_answered(assessor: Assessor, text: str) -> None:
    [made] = assessor.assess([AssessInput(text)])
    assert 0 <= made.probability <= 1
    assert made.categories
    assert made.severity in (1, 2, 3)


def test_a_text_without_any_known_word_is_left_unsure(assessor: Assessor) -> None:
    [nothing, foreign] = assessor.assess([AssessInput(""), AssessInput("привет, как твои дела сегодня")])
    assert nothing.band is foreign.band is Band.UNSURE
    assert foreign.language == "ru"


def test_a_title_is_read_with_its_text(assessor: Assessor) -> None:
    [bare, titled] = assessor.assess([AssessInput("See above."), AssessInput("See above.", title="Total scam, avoid")])
    assert titled.probability > bare.probability


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Very disappointed, what a joke of a company.", 1),
        ("I never got the jacket I paid for.", 2),
        ("I never got the jacket I paid for. I have written 5 times and nobody answers!", 3),
        ("I never got the jacket I paid for. My solicitor will be in touch, I'm filing a chargeback.", 3),
    ],
)
def test_severity_grows_with_the_loss_and_with_what_follows(assessor: Assessor, text: str, severity: int) -> None:
    [made] = assessor.assess([AssessInput(text)])
    assert (made.band, made.severity) == (Band.FRUSTRATED, severity)


def test_the_order_of_a_batch_is_kept_and_neighbours_do_not_matter(assessor: Assessor) -> None:
    inputs = [AssessInput(text) for text in [*SAMPLES.values(), *KIND.values()]]
    assert assessor.assess(inputs) == [assessor.assess([said])[0] for said in inputs]


def test_the_contract_has_the_agreed_fields(assessor: Assessor) -> None:
    [made] = assessor.assess([AssessInput(SAMPLES["en"])])
    line = contract("m1", made)
    assert list(line) == [
        "id",
        "probability",
        "band",
        "categories",
        "severity",
        "language",
        "reasons",
        "model",
    ]
    assert line["id"] == "m1"
    assert line["band"] == "frustrated"
    assert line["model"] == assessor.version
    assert set(line["categories"][0]) == {"name", "probability"}
    assert set(line["reasons"][0]) == {"term", "weight"}


def test_a_line_is_read_with_its_optional_fields() -> None:
    row = {"id": "m1", "text": "Late", "title": "T", "rating": 2, "source": "reddit", "lang": "en"}
    assert read_input(row) == AssessInput("Late", "T", 2, "reddit", "en")
    assert read_input({"id": "m1", "text": "Late"}) == AssessInput("Late")


@pytest.mark.parametrize(
    ("field", "value"), [("text", 7), ("title", []), ("rating", 6), ("rating", "1"), ("rating", True), ("lang", 1)]
)
def test_a_field_of_the_wrong_kind_is_named(field: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"id m1: field '{field}'"):
        read_input({"id": "m1", "text": "Late", field: value})


def test_scoring_never_loads_scikit_learn() -> None:
    code = (
        "import sys; from models.assess import Assessor; from models.text import AssessInput; "
        "Assessor.shipped().assess([AssessInput('late')]); print('sklearn' in sys.modules, 'scipy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
