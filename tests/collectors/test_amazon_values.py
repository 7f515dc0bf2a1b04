"""Encodings, header names, dates and amounts: the spellings that sellers' files really use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.amazon_reports.columns import canonical
from collectors.amazon_reports.dates import DAY_FIRST, MONTH_FIRST, date_order, is_naive, moment
from collectors.amazon_reports.encoding import decode, read_bytes, sniff
from collectors.amazon_reports.money import exponent, minor
from data.errors import BadInput

JAPANESE = "ランプが届きません。返金してください①"
ACCENTED = (
    "Lampe cassée, déçue: créée à Mégève – l’été",
    "Rückerstattung fehlt, Käufer verärgert: Größe öäü, 29,90 €",
    "¿Dónde está el año? Mañana, señor Núñez",
    "Perché non è più così, né qualità né città",
    "SAINT-ÉTIENNE ÀÉÈ ÇA",
    "œuvre “citée” — ‘naïve’",
    "Mélange",
    "l’été",
    "Mégève",
)


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("plain", "ascii", "utf-8"),
        ("Étoile", "utf-8", "utf-8"),
        ("Étoile", "utf-8-sig", "utf-8-sig"),
        ("Étoile", "utf-16", "utf-16"),
        (JAPANESE, "cp932", "cp932"),
        ("山田\t太郎", "cp932", "cp932"),
        (JAPANESE, "utf-8", "utf-8"),
        *((text, "cp1252", "cp1252") for text in ACCENTED),
    ],
)
def test_an_encoding_is_found_and_gives_the_text_back(text: str, codec: str, found: str) -> None:
    assert decode(text.encode(codec), "f.tsv") == (text, found)


WORDS = [
    *" ".join(ACCENTED).split(),
    "créée",
    "ÉTÉ",
    "Straße",
    "ßß",
    "ÄÖÜ",
    "n’était",
    "“é",
    "déjà",
    "1–2",
    "€",
    "Óscar",
]


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.sampled_from([" ", "\t", ", ", "\r\n"]))
def test_words_of_western_europe_in_cp1252_are_never_taken_for_japanese(words: list[str], between: str) -> None:
    assert sniff(between.join(words).encode("cp1252")) in ("cp1252", "utf-8")


def test_the_five_bytes_that_cp1252_leaves_open_are_read_as_latin_1() -> None:
    text, encoding = decode(b"caf\xe9 \x81\x8d\x8f\x90\x9d end", "f.tsv")
    assert (text, encoding) == ("café \x81\x8d\x8f\x90\x9d end", "cp1252")


def test_a_utf8_download_that_broke_off_inside_a_letter_is_still_utf8() -> None:
    text, encoding = decode("Étoile café".encode()[:-1], "f.tsv")
    assert (text, encoding) == ("Étoile caf\ufffd", "utf-8")


def test_a_single_accented_letter_at_the_very_end_is_cp1252() -> None:
    assert decode("CAFÉ".encode("cp1252"), "f.tsv") == ("CAFÉ", "cp1252")


def test_a_stray_control_character_does_not_reach_the_text() -> None:
    assert decode(b"a" * 5000 + b"\x00\x0bz", "f.tsv")[0] == "a" * 5000 + "z"


@pytest.mark.parametrize(
    "raw", [b"", b" \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04x", b"a\x00b"]
)
def test_a_file_that_is_no_text_is_refused_in_one_line(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "orders.tsv"
    path.write_bytes(raw)
    with pytest.raises(BadInput, match=r"^orders\.tsv: is ") as refused:
        read_bytes(path)
    assert "\n" not in str(refused.value)


def test_a_folder_or_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        read_bytes(tmp_path)
    with pytest.raises(BadInput, match="no such file"):
        read_bytes(tmp_path / "none.tsv")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("amazon-order-id", "amazon-order-id"),
        (' "Amazon Order_ID" ', "amazon-order-id"),
        ("A-to-Z Claim", "a-to-z-claim"),
        ("verge-of-lateShipment", "verge-of-lateshipment"),
        ("Numéro de commande", "numero-de-commande"),
        ("N.º de pedido", "n-o-de-pedido"),
        ("評価者のＥメール", "評価者のeメール"),
        ("\ufeffDate", "date"),
    ],
)
def test_a_header_is_known_in_any_spelling(header: str, name: str) -> None:
    assert canonical(header) == name


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-02-11T08:15:42+00:00", DAY_FIRST, datetime(2026, 2, 11, 8, 15, 42, tzinfo=UTC)),
        ("2026-02-11T08:15:42Z", DAY_FIRST, datetime(2026, 2, 11, 8, 15, 42, tzinfo=UTC)),
        ("2009-01-01T10:50:49-08:00", DAY_FIRST, datetime(2009, 1, 1, 18, 50, 49, tzinfo=UTC)),
        ("2026-02-11 08:15", DAY_FIRST, datetime(2026, 2, 11, 8, 15, tzinfo=UTC)),
        ("10-Jul-2025", DAY_FIRST, datetime(2025, 7, 10, tzinfo=UTC)),
        ("11.02.26", MONTH_FIRST, datetime(2026, 2, 11, tzinfo=UTC)),
        ("31.12.2025 23:59:59 UTC", DAY_FIRST, datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("11/02/26", DAY_FIRST, datetime(2026, 2, 11, tzinfo=UTC)),
        ("2/11/26", MONTH_FIRST, datetime(2026, 2, 11, tzinfo=UTC)),
        ("2/11/2026 3:04 PM", MONTH_FIRST, datetime(2026, 2, 11, 15, 4, tzinfo=UTC)),
        ("2/11/2026 12:04 AM", MONTH_FIRST, datetime(2026, 2, 11, 0, 4, tzinfo=UTC)),
        ("2026/02/11", DAY_FIRST, datetime(2026, 2, 11, tzinfo=UTC)),
        ("2026/02/11 0:15:42 JST", DAY_FIRST, datetime(2026, 2, 10, 15, 15, 42, tzinfo=UTC)),
    ],
)
def test_every_spelling_of_a_date_becomes_utc(text: str, order: str, expected: datetime) -> None:
    assert moment(text, order) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "32.01.26", "2/30/26", "10-Foo-2025", "1/2/6", "9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00Z",
     "2026-02-11 08:15 XYZ"],
)  # fmt: skip
def test_what_is_no_date_is_an_error_that_does_not_quote_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a date$"):
        moment(text)


@given(st.text(max_size=40))
def test_no_text_makes_the_date_reader_fail_otherwise(text: str) -> None:
    try:
        assert moment(text).tzinfo is UTC
    except ValueError as error:
        assert str(error) == "not a date"


def test_dates_are_read_alike_whatever_the_language_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_TIME", "LANG"):
        monkeypatch.setenv(name, "de_DE.UTF-8")
    assert moment("10-May-2025") == datetime(2025, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "marketplace", "first", "settled"),
    [
        (["2/11/26", "2/28/26"], None, MONTH_FIRST, True),
        (["2/11/26", "28/2/26"], "amazon.com", DAY_FIRST, True),
        (["2/11/26"], "amazon.com", MONTH_FIRST, True),
        (["2/11/26"], "amazon.co.uk", DAY_FIRST, True),
        (["2/11/26"], None, DAY_FIRST, False),
        (["2/28/26", "28/2/26"], None, DAY_FIRST, False),
        (["2026/02/11", "11.02.26"], None, DAY_FIRST, True),
        ([], None, DAY_FIRST, True),
    ],
)
def test_slashed_dates_are_settled_by_the_column_then_the_marketplace(
    texts: list[str], marketplace: str | None, first: str, settled: bool
) -> None:
    found = date_order(texts, marketplace)
    assert (found.first, found.is_settled) == (first, settled)


def test_a_clock_without_a_zone_is_naive_and_a_day_alone_is_not() -> None:
    assert [is_naive(t) for t in ("2026-02-11 09:15", "2/11/26 3:04 PM")] == [True, True]
    assert not any(is_naive(t) for t in ("2026-02-11", "2026-02-11T09:15Z", "2026-02-11T09:15+01:00", "11.02.26"))


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("89.95", "EUR", 8995),
        ("89,95", "EUR", 8995),
        ("1,234.56", "USD", 123456),
        ("1.234,56", "EUR", 123456),
        ("1,234,567", "USD", 123456700),
        ("1.234", "EUR", 123400),
        ("0.500", "EUR", 50),
        (".5", "USD", 50),
        ("3200", "JPY", 3200),
        ("1,234", "JPY", 1234),
        ("89.95", "JPY", 90),
        ("12.345", "KWD", 12345),
        ("1,00,000.00", "INR", 10000000),
        ("1'234.50", "CHF", 123450),
        ("1 234,50 €", "EUR", 123450),
        ("EUR 29,90", "EUR", 2990),
        ("-5.00", "EUR", -500),
        ("−5.00", "EUR", -500),
        ("12.5", None, 1250),
    ],
)
def test_an_amount_is_read_in_the_minor_units_of_its_currency(text: str, currency: str | None, expected: int) -> None:
    assert minor(text, currency) == expected


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "11.02.26", "1.2.3", "1e5", "٣", "1,23.4.5", "9" * 33, "99999999999999"]
)
def test_what_is_no_amount_is_an_error_that_does_not_quote_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not an amount$"):
        minor(text, "EUR")


@given(
    st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from([(",", "."), (".", ",")])
)
def test_an_amount_written_with_either_marks_reads_back(amount: int, currency: str, marks: tuple[str, str]) -> None:
    places = exponent(currency)
    whole, part = divmod(abs(amount), 10**places)
    grouped = f"{whole:,}".replace(",", marks[0])
    text = grouped + (f"{marks[1]}{part:0{places}d}" if places else "")
    # three decimals after one mark alone are the one spelling that a currency of two decimals reads otherwise
    assert minor(f"{'-' if amount < 0 else ''}{text}", currency) == amount


@given(st.text(alphabet="0123456789.,-+ €'", max_size=20))
def test_no_text_makes_the_amount_reader_fail_otherwise(text: str) -> None:
    try:
        minor(text, "EUR")
    except ValueError as error:
        assert str(error) == "not an amount"
