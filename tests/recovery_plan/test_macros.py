"""Prepared replies: typed slots only, bound by the hash of their exact bytes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data.domain import Category
from data.errors import BadInput, Refused
from recovery_plan.containment.macro import (
    LANGUAGES,
    Slot,
    parse,
    render,
    shipped,
    spell_date,
    suggested,
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


def test_a_macro_is_suggested_by_category_in_every_language_it_ships_in() -> None:
    assert suggested(Category.NOT_DELIVERED) == "where_is_my_order"
    assert suggested(None) == suggested(Category.PRAISE) == "other_question"
    assert {(suggested(category), language) for category in Category for language in LANGUAGES} <= shipped().keys()


def test_dates_are_spelled_so_that_day_and_month_cannot_be_mistaken() -> None:
    assert spell_date(date(2026, 12, 1), "en") == "1 December 2026"
