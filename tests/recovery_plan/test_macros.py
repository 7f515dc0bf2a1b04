"""Prepared replies: typed slots only, bound by the hash of their exact bytes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain import Category
from data.errors import BadInput, Refused
from recovery_plan.containment.macro import (
    LANGUAGES,
    Slot,
    digest_of,
    parse,
    render,
    shipped,
    spell_date,
    suggested,
    template_of,
)

TODAY = date(2026, 11, 24)
ORDER = "405-1234567-7654321"
SOON = TODAY + timedelta(days=3)


def test_every_macro_ships_in_every_language() -> None:
    names = {name for name, _ in shipped()}
    assert set(shipped()) == {(name, language) for name in names for language in LANGUAGES}
    assert {"refund_asked", "where_is_my_order", "claim_announced", "public_reply"} <= names


@pytest.mark.parametrize(("name", "language"), sorted(shipped()))
def test_a_marketplace_macro_names_the_order_and_an_answer_names_the_day_of_the_next_news(
    name: str, language: str
) -> None:
    macro = shipped()[name, language]
    if macro.surface == "public":
        assert macro.slots == frozenset()
    elif name == "open_problem":
        assert macro.slots == {Slot.ORDER_ID}
    else:
        assert macro.slots == {Slot.ORDER_ID, Slot.UPDATE_DATE}


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        ("en", "27 November 2026"),
        ("fr", "27 novembre 2026"),
        ("de", "27. November 2026"),
        ("es", "27 de noviembre de 2026"),
        ("it", "27 novembre 2026"),
    ],
)
def test_the_slots_are_filled_in_the_customers_language(language: str, spelled: str) -> None:
    text = render(shipped()["refund_asked", language], TODAY, order_id=ORDER, update_date=SOON)
    assert ORDER in text and spelled in text and "{" not in text


@given(
    st.sampled_from(sorted(shipped())), st.integers(1, 7), st.integers(0, 400), st.from_regex(r"\A\d{3}-\d{7}-\d{7}\Z")
)
def test_a_filled_in_macro_is_recognised_by_its_digest(
    key: tuple[str, str], ahead: int, later: int, order: str
) -> None:
    ascii_order = "".join(str(int(c)) if c.isdigit() else c for c in order)
    today = TODAY + timedelta(days=later)
    macro = shipped()[key]
    text = render(macro, today, order_id=ascii_order, update_date=today + timedelta(days=ahead))
    assert digest_of(template_of(text, macro.language)) == macro.digest


def test_one_changed_byte_changes_the_digest() -> None:
    macro = shipped()["refund_asked", "en"]
    text = render(macro, TODAY, order_id=ORDER, update_date=SOON)
    for other in (text + " ", text.replace("Hello", "hello"), text.replace("27 November", "27  November")):
        assert digest_of(template_of(other, "en")) != macro.digest


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=8)])
def test_the_next_news_lies_in_the_future_and_at_most_a_week_away(day: date) -> None:
    with pytest.raises(Refused) as refused:
        render(shipped()["refund_asked", "en"], TODAY, order_id=ORDER, update_date=day)
    assert refused.value.rule == "DESK-UPDATE-DATE"


@pytest.mark.parametrize("order", [None, "", "405-1234567-765432", "S01-1234567-7654321", f"{ORDER} and call us"])
def test_an_order_number_that_is_none_is_refused(order: str | None) -> None:
    with pytest.raises(BadInput, match="order_id"):
        render(shipped()["refund_asked", "en"], TODAY, order_id=order, update_date=SOON)


@pytest.mark.parametrize("text", ["Hello {name}, we look into order {order_id}.", "Hello {order_id, we look into it."])
def test_a_slot_for_free_text_is_refused(text: str) -> None:
    raw = f'language = "en"\n[[macro]]\nname = "mine"\ntext = "{text}"\n'.encode()
    with pytest.raises(BadInput, match=r"en\.toml: macro 1, text"):
        parse(raw, "en.toml")


def test_the_macro_that_names_a_cause_needs_an_attestation_and_no_other_does() -> None:
    assert {name for (name, _), macro in shipped().items() if macro.needs_attestation} == {"refund_asked_cause"}


def test_a_macro_is_suggested_by_category_and_language_or_refused() -> None:
    assert suggested(Category.NOT_DELIVERED, "de").name == "where_is_my_order"
    assert suggested(None, "it").name == "other_question"
    with pytest.raises(Refused) as refused:
        suggested(Category.NOT_DELIVERED, "nl")
    assert refused.value.rule == "DESK-LANGUAGE"


def test_dates_are_spelled_so_that_day_and_month_cannot_be_mistaken() -> None:
    assert spell_date(date(2026, 12, 1), "en") == "1 December 2026"
