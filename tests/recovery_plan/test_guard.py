"""The guard: what it stops, what it lets pass, and that no disguise helps."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from dashboard import cli
from recovery_plan.containment.macro import render, shipped
from recovery_plan.guard import check as guard
from recovery_plan.guard import sayings
from recovery_plan.guard.check import Context, Decision, Place, check, check_closed
from recovery_plan.guard.normalise import normalise
from recovery_plan.rules import load
from tests.bench.guard import EVERY, false_block, judged, recall, rows

BUYER, PUBLIC = Context(), Context(place=Place.PUBLIC_REPLY)
ALIKE = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у"}
LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"}
DISCLOSURES = [
    "our account is suspended",
    "our shop is closed by amazon",
    "we have been banned",
    "notre compte est suspendu",
    "notre boutique est fermée",
    "unser konto ist gesperrt",
    "unser shop wurde deaktiviert",
    "nuestra cuenta está suspendida",
    "nuestra tienda está bloqueada",
    "il nostro account è sospeso",
    "il nostro negozio è bloccato",
]
MACRO_DAY = date(2026, 11, 24)


def decided(text: str, context: Context = BUYER) -> str:
    return check(text, context=context).decision.value


@pytest.fixture(scope="module")
def tuning() -> list[object]:
    return list(judged(rows("tuning")))


def test_ninety_five_of_a_hundred_disclosures_of_the_tuning_set_are_blocked(tuning: list) -> None:  # type: ignore[type-arg]
    assert recall(tuning) >= 0.95


@pytest.mark.parametrize("kind", EVERY)
def test_every_direct_official_and_disguised_disclosure_of_the_tuning_set_is_blocked(tuning: list, kind: str) -> None:  # type: ignore[type-arg]
    assert recall(tuning, kind=kind) == 1.0


def test_at_most_one_in_ten_legitimate_messages_of_the_tuning_set_is_blocked(tuning: list) -> None:  # type: ignore[type-arg]
    assert false_block(tuning) <= 0.10


@pytest.mark.parametrize("sentence", DISCLOSURES)
def test_a_plain_disclosure_is_blocked_as_such(sentence: str) -> None:
    assert "SUSPENSION" in {hit.code for hit in check(sentence, context=BUYER).hits}


@given(st.sampled_from(DISCLOSURES), st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufe0f"]), st.integers(1, 4))
def test_invisible_characters_hide_nothing(sentence: str, invisible: str, every: int) -> None:
    pieces = [sentence[i : i + every] for i in range(0, len(sentence), every)]
    assert decided(invisible.join(pieces)) == "block"


@given(st.sampled_from(DISCLOSURES), st.sets(st.sampled_from(sorted(ALIKE)), min_size=1))
def test_look_alike_letters_hide_nothing(sentence: str, changed: set[str]) -> None:
    assert decided("".join(ALIKE[c] if c in changed else c for c in sentence)) == "block"


@given(st.sampled_from(DISCLOSURES), st.sets(st.sampled_from(sorted(LEET)), min_size=1))
def test_digits_for_letters_hide_nothing(sentence: str, changed: set[str]) -> None:
    words = sentence.split(" ")
    spelled = ["".join(LEET[c] if c in changed else c for c in word) if len(word) > 3 else word for word in words]
    assert decided(" ".join(spelled)) == "block"


@given(st.sampled_from(DISCLOSURES), st.sampled_from([" ", ".", "-", "_", "*"]))
def test_letters_set_apart_hide_nothing(sentence: str, sign: str) -> None:
    assert decided("  ".join(sign.join(word) for word in sentence.split(" "))) == "block"


@given(st.sampled_from(DISCLOSURES))
def test_letters_set_apart_without_a_gap_between_words_hide_nothing(sentence: str) -> None:
    assert decided(" ".join(sentence.replace(" ", ""))) == "block"


@given(st.sampled_from(DISCLOSURES), st.booleans())
def test_capitals_and_wide_letters_hide_nothing(sentence: str, is_wide: bool) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in sentence)
    assert decided(wide if is_wide else sentence.upper()) == "block"


@given(st.sampled_from(DISCLOSURES), st.sampled_from(["-", ".", "_", "|"]), st.data())
def test_a_word_cut_by_signs_hides_nothing(sentence: str, sign: str, data: st.DataObject) -> None:
    words = sentence.split(" ")
    longest = max(range(len(words)), key=lambda i: len(words[i]))
    at = data.draw(st.integers(2, len(words[longest]) - 2))
    words[longest] = words[longest][:at] + sign + words[longest][at:]
    assert decided(" ".join(words)) == "block"


@given(
    st.sampled_from(DISCLOSURES), st.sampled_from([row["text"] for row in rows("tuning") if row["expect"] == "pass"])
)
def test_an_ordinary_message_around_it_hides_nothing(sentence: str, ordinary: str) -> None:
    assert decided(f"{ordinary}\n{sentence}.\n{ordinary}") == "block"


@given(st.text(max_size=300))
def test_every_hit_stands_where_it_says(text: str) -> None:
    for hit in check(text, context=PUBLIC).hits:
        assert 0 <= hit.start <= hit.end <= len(text)
        assert hit.words == text[hit.start : hit.end] or hit.code == "UNREADABLE"


def test_places_count_in_the_text_as_it_was_given() -> None:
    text = "Grüße 😀 – unser Ko\u200bnto ist gesperrt!"
    assert "unser Ko\u200bnto ist gesperrt" in {hit.words for hit in check(text, context=BUYER).hits}


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_plain_places_lead_back_in_order(text: str) -> None:
    normal = normalise(text)
    spans = [normal.span(word.at, word.to) for word in normal.words()]
    assert all(start <= end for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)


@pytest.mark.parametrize(("name", "language"), sorted(shipped()))
def test_an_approved_macro_passes_in_every_language(name: str, language: str) -> None:
    macro = shipped()[name, language]
    text = render(macro, MACRO_DAY, order_id="405-1234567-7654321", update_date=date(2026, 11, 27))
    place = Place.PUBLIC_REPLY if macro.surface == "public" else Place.BUYER_MESSAGE
    context = Context(place=place, language=language, is_approved=True, cause_attested=macro.needs_attestation)
    assert check(text, context=context).decision is Decision.OK
    assert check(text, context=Context(place=place, language=language)).decision is Decision.NEEDS_APPROVAL


def test_a_cause_that_nobody_attested_is_not_ok_even_in_an_approved_macro() -> None:
    text = "A technical problem is slowing down our answers."
    verdict = check(text, context=Context(is_approved=True))
    assert verdict.decision is Decision.NEEDS_APPROVAL
    assert [hit.code for hit in verdict.hits] == ["CAUSE_CLAIM"]


def test_a_dated_promise_of_money_waits_for_finance() -> None:
    text = "You will receive your refund by 3 December."
    assert decided(text, Context(mode="normal")) == "needs_approval"
    assert decided(text, Context(mode="normal", finance_confirmed=True)) == "ok"


def test_free_text_is_free_in_normal_mode_alone() -> None:
    text = "Thank you, we will come back to you here on Friday."
    assert decided(text, Context(mode="normal")) == "ok"
    assert {decided(text, Context(mode=mode)) for mode in ("suspended", "recovery", "drill")} == {"needs_approval"}


def test_feedback_wording_is_allowed_after_reinstatement_alone() -> None:
    text = (
        "If you are satisfied that we have resolved your concerns, it is possible to update or remove the feedback "
        "on your order page."
    )
    after = Context(mode="recovery", place=Place.OUTREACH, issue_resolved=True, compliance_approved=True)
    assert decided(text, after) != "block"
    assert decided(text, Context(mode="suspended", issue_resolved=True, compliance_approved=True)) == "block"
    assert decided(text, Context(mode="recovery", issue_resolved=True)) == "block"
    assert decided(text.replace("feedback", "product review"), after) == "block"


@pytest.mark.parametrize(
    "text",
    [
        "Hello Tom, thank you.",
        "Your order 204-1234567-7654321 is on its way.",
        "We sent it to 14 Mill Lane.",
        "Bonjour Mme Delcourt, merci.",
        "Danke, Frau Kröger.",
        "Lo enviamos a la calle Molino 14.",
    ],
)
def test_personal_details_are_blocked_in_public_alone(text: str) -> None:
    assert "PERSONAL_DATA" in {hit.code for hit in check(text, context=PUBLIC).hits}
    assert decided(text) != "block"


@pytest.mark.parametrize(
    "text",
    [
        "Your order 204-1234567-7654321 was delivered on 21.11.2026.",
        "Tracking number: 00340434161094012345",
        "See https://www.amazon.co.uk/gp/your-account/order-history",
        "The lamp is 120 x 80 x 40 cm and weighs 1.250 g.",
        "EAN 4006381333931",
    ],
)
def test_order_numbers_dates_and_links_to_the_order_are_no_contact(text: str) -> None:
    assert decided(text) != "block"


def test_another_script_and_endless_text_are_blocked_unread() -> None:
    for text in ("Здравствуйте, ждём вашего ответа на этой неделе", "您好，我们会尽快回复您", "thank you " * 1000):
        assert "UNREADABLE" in {hit.code for hit in check(text, context=BUYER).hits}, text


def test_a_failing_guard_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(guard, "normalise", broken)
    assert check_closed("Thank you.", context=BUYER).decision is Decision.BLOCK


def test_every_rule_that_the_guard_names_is_in_the_rule_book() -> None:
    named = {saying.rule for saying in sayings.load().sayings}
    assert named <= set(load())


def test_the_command_answers_as_the_contract_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"id": "a", "lang": "en", "text": "Our shop is suspended.", "surface": "marketplace"},
        {"id": 2, "lang": "fr", "text": "Merci, réponse ici vendredi.", "surface": "public"},
    ]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(map(json.dumps, lines)).encode())))
    assert cli.status(["guard", "--mode", "suspended", "--input", "-"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["verdict"]) == ("a", "block")
    assert {frozenset(hit) for hit in first["hits"]} == {frozenset({"code", "start", "end", "rule"})}
    assert second == {"id": 2, "verdict": "needs_approval", "hits": []}


@pytest.mark.parametrize("row", [{"id": 1, "text": 5}, {"id": 1, "text": "x", "surface": "mars"}, {"id": 1}])
def test_a_line_that_is_none_is_bad_input(row: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(row).encode())))
    assert cli.status(["guard", "--mode", "normal", "--input", "-"]) == 2


def test_every_rule_runs_in_the_linear_engine() -> None:
    kinds = {type(saying.pattern.regexp) for saying in sayings.load().sayings}
    assert kinds == {type(re2.compile("a"))}
