"""Order ids, parts of them and parcel numbers as people write them."""

from __future__ import annotations

import pytest

from models.identifiers import find_identifiers, is_near, swapped_across_groups

OURS = "403-1234567-8901234"


@pytest.mark.parametrize(
    "text",
    [
        "Commande 403-1234567-8901234",
        "cmd 403 1234567 8901234 jamais reçue",
        "40312345678901234",
        "403–1234567–8901234",
        "403‑1234567‑8901234",
        "４０３-１２３４５６７-８９０１２３４",
        "403-1234567-\n8901234",
        "403.1234567.8901234",
        "403/1234567/8901234",
        "403_1234567_8901234",
        "(n°403-1234567-8901234).",
        "https://www.amazon.de/gp/css/order-details?orderId=403-1234567-8901234&ref=ppx",
        "4O3-l234567-89O1234",
        "403\u200b-1234567-8901234",
    ],
)
def test_an_order_id_is_read_in_every_spelling(text: str) -> None:
    assert find_identifiers(text).order_ids == (OURS,)


@pytest.mark.parametrize(
    "text",
    [
        "+33 6 12 34 56 78",
        "0033612345678",
        "403 1234567 123456",
        "IBAN FR7630006000011234567890189",
        "SIRET 73282932000074",
        "eBay 12-34567-12345",
        "123456789012345678901",
        "1403-1234567-8901234",
        "403-12345678-901234",
    ],
)
def test_other_long_numbers_are_no_order_ids(text: str) -> None:
    found = find_identifiers(text)
    assert (found.order_ids, found.doubtful_ids) == ((), ())


def test_two_ids_in_one_text_are_both_read_in_written_order() -> None:
    assert find_identifiers("403-1234567-8901234 et 302-7654321-0123456").order_ids == (OURS, "302-7654321-0123456")


def test_an_id_in_the_reference_field_counts_like_one_in_the_text() -> None:
    assert find_identifiers("Never came.", OURS).order_ids == (OURS,)


def test_bare_digits_that_are_called_a_parcel_number_are_doubtful() -> None:
    found = find_identifiers("colis n° 40312345678901234")
    assert (found.order_ids, found.doubtful_ids) == ((), (OURS,))


def test_the_last_seven_digits_are_a_fragment_that_fits_the_id() -> None:
    (fragment,) = find_identifiers("order ending ...8901234").fragments
    assert fragment.fits(OURS) and not fragment.fits("403-1234567-8901235")


def test_a_masked_id_keeps_what_is_legible() -> None:
    (fragment,) = find_identifiers("403-1234567-89XXXXX").fragments
    assert fragment.fits(OURS) and not fragment.fits("403-1234567-1101234") and not fragment.fits("404-1234567-8901234")


def test_a_telephone_number_holds_no_fragment() -> None:
    assert find_identifiers("Call +49 171 1234567 now").fragments == ()


def test_parcel_numbers_and_asins_are_read() -> None:
    found = find_identifiers("Parcel 6A12345678901, article B0ABCDEFGH")
    assert found.tracking == ("6A12345678901",) and found.asins == ("B0ABCDEFGH",)


@pytest.mark.parametrize("written", ["403-1234567-8901235", "403-1234567-8901243", "403-1234576-8901234"])
def test_one_wrong_digit_or_two_swapped_neighbours_are_near(written: str) -> None:
    assert is_near(written, OURS)


@pytest.mark.parametrize("written", [OURS, "403-1234567-8901255", "404-1234567-8901235"])
def test_the_same_id_or_two_wrong_digits_are_not_near(written: str) -> None:
    assert not is_near(written, OURS)


def test_digits_swapped_over_a_dash_lead_back_to_the_id() -> None:
    assert swapped_across_groups("403-1234568-7901234") == (OURS,)
