"""Order and shipment reports: any variant of the header, one Order for each order id, rejects that quote nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.amazon_reports import Reject, read_orders, read_shipments
from collectors.standin.amazon_files import ALL_ORDERS, ORDER_REPORT, orders_tsv, shipments_tsv
from data.domain import Order, OrderItem
from data.errors import BadInput
from tests.builders import NOW, an_order, days
from tests.conftest import SHARED

ID = "405-1234567-7654321"


def table(*rows: dict[str, str], mark: str = "\t") -> bytes:
    """A report whose columns are the keys of its first row."""
    header = list(rows[0])
    lines = [mark.join(header), *(mark.join(row.get(name, "") for name in header) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def line(**cells: str) -> dict[str, str]:
    row = {
        "amazon-order-id": ID,
        "purchase-date": "2026-02-11T08:15:42+00:00",
        "sales-channel": "Amazon.fr",
        "product-name": "Lampe",
        "sku": "LMP",
        "quantity": "1",
        "currency": "EUR",
        "item-price": "89.95",
        "ship-city": "Lyon",
        "ship-country": "FR",
    }
    return row | {name.replace("_", "-"): text for name, text in cells.items()}


def only(raw: bytes) -> Order:
    report = read_orders(raw, "orders.tsv")
    assert report.rejects == ()
    (order,) = report.orders
    return order


def test_lines_of_one_order_make_one_order_even_when_others_stand_between() -> None:
    raw = table(line(sku="A"), line(amazon_order_id="405-0000000-0000001"), line(sku="B", item_price="10.00"))
    report = read_orders(raw, "orders.tsv")
    assert (report.rows_read, [o.order_id for o in report.orders]) == (3, [ID, "405-0000000-0000001"])
    assert [(i.line, i.price_minor) for i in report.orders[0].items] == [("A#1", 8995), ("B#2", 1000)]
    assert report.orders[0].total_minor == 9995


@given(st.randoms(use_true_random=False))
def test_columns_may_stand_in_any_order(dice: random.Random) -> None:
    names = list(line())
    dice.shuffle(names)
    assert only(table({name: line()[name] for name in names})) == only(table(line()))


def test_an_unknown_column_in_the_middle_shifts_nothing() -> None:
    row = line()
    wider = {name: row[name] for name in list(row)[:3]} | {"url": "x", "points-granted": "9"} | row
    assert only(table(wider)) == only(table(row))


@pytest.mark.parametrize("spell", [str.upper, lambda n: n.replace("-", " "), lambda n: n.replace("-", "_"), str.title])
def test_a_header_is_known_in_any_spelling(spell: object) -> None:
    assert callable(spell)
    assert only(table({spell(name): text for name, text in line().items()})) == only(table(line()))


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_table_with_commas_or_semicolons_may_quote_its_cells(mark: str) -> None:
    order = only(table(line(product_name=f'"Lampe{mark} 12"" laiton"', item_price='"1.089,95"'), mark=mark))
    assert (order.items[0].title, order.total_minor) == (f'Lampe{mark} 12" laiton', 108995)


def test_a_spreadsheets_separator_line_and_blank_lines_may_stand_above_the_header() -> None:
    raw = b"\r\nsep=;\r\n" + table(line(), line(quantity="x"), mark=";")
    report = read_orders(raw, "orders.csv")
    assert (len(report.orders), report.rejects) == (1, (Reject(5, "quantity is not a whole number"),))


def test_a_reject_tells_the_first_line_of_a_row_that_spans_lines() -> None:
    raw = table(line(product_name='"a\nb"'), line(product_name='"c\nd"', item_price="free"), line(), mark=",")
    assert read_orders(raw, "orders.csv").rejects == (Reject(4, "price is not an amount"),)


def test_a_quoted_cell_that_never_ends_is_refused_with_its_line() -> None:
    raw = table(line(), line(product_name='"' + "x" * 140_000), mark=",")
    with pytest.raises(BadInput, match=r"^orders\.csv, line 3: a quoted cell does not end"):
        read_orders(raw, "orders.csv")


def test_a_lone_quote_in_a_tab_separated_file_is_a_letter() -> None:
    assert only(table(line(product_name='Lampe 12" "Étoile", laiton'))).items[0].title == 'Lampe 12" "Étoile", laiton'


def test_a_row_may_be_shorter_than_its_header_and_end_in_empty_cells() -> None:
    raw = table(line()).rstrip() + f"\r\n{ID}\t2026-02-11T08:15:42Z\t\t \t\t\t\t\t\t\t\t\t\r\n".encode()
    raw += b"405-0000000-0000001\t2026-02-11T08:15:42Z"
    report = read_orders(raw, "orders.tsv")
    assert (report.rejects, len(report.orders[0].items), report.orders[1].items[0].title) == ((), 2, None)


def test_line_ends_of_an_old_spreadsheet_are_line_ends() -> None:
    assert only(table(line()).replace(b"\r\n", b"\r")) == only(table(line()))


def test_a_line_that_cannot_be_used_is_told_without_its_words_and_the_others_go_in() -> None:
    bad = [
        line(amazon_order_id=""),
        line(amazon_order_id="405-0000000-0000009", purchase_date="Ada Lampwick"),
        line(item_price="Ada Lampwick"),
        line(quantity="Ada Lampwick"),
    ]
    report = read_orders(table(*bad, line()), "orders.tsv")
    assert report.rejects == (
        Reject(2, "order id is empty"),
        Reject(3, "purchase date is not a date"),
        Reject(4, "price is not an amount"),
        Reject(5, "quantity is not a whole number"),
    )
    assert [(o.order_id, len(o.items)) for o in report.orders] == [(ID, 1)]


@pytest.mark.parametrize("missing", ["amazon-order-id", "purchase-date"])
def test_a_missing_key_column_is_named_together_with_what_is_there(missing: str) -> None:
    row = line()
    del row[missing]
    with pytest.raises(BadInput, match=f"orders.tsv, line 1: column '{missing}' is missing .found: .*sales-channel"):
        read_orders(table(row), "orders.tsv")


def test_a_table_without_any_product_column_is_no_order_report() -> None:
    row = {name: text for name, text in line().items() if name not in ("sku", "product-name")}
    with pytest.raises(BadInput, match="is this an order report"):
        read_orders(table(row), "orders.tsv")


@pytest.mark.parametrize(
    "raw", [b"", b"\x89PNG\r\n\x1a\n\x00", b"hello", b"\r\n\r\n", b"<html><body>Sign in</body></html>"]
)
def test_what_is_no_table_is_refused_in_one_line(raw: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_orders(raw, "orders.tsv")
    assert str(refused.value).startswith("orders.tsv") and "\n" not in str(refused.value)


def test_a_header_without_rows_is_read_with_a_warning() -> None:
    report = read_orders(("\t".join(ALL_ORDERS) + "\r\n").encode(), "orders.tsv")
    assert (report.orders, report.warnings) == ((), ("the file has a header and no rows",))


@pytest.mark.parametrize(
    ("cells", "marketplace"),
    [
        ({"sales_channel": "Amazon.co.uk"}, "amazon.co.uk"),
        ({"sales_channel": "Non-Amazon US"}, "non-amazon"),
        ({"amazon_order_id": "S01-7654321-1234567"}, "non-amazon"),
        ({"sales_channel": "", "buyer_email": "x1@marketplace.amazon.it"}, "amazon.it"),
        ({"sales_channel": "", "ship_country": "jp"}, "amazon.co.jp"),
        ({"sales_channel": "", "ship_country": ""}, "amazon"),
    ],
)
def test_the_marketplace_is_the_sales_channel_else_the_aliass_else_the_countrys(
    cells: dict[str, str], marketplace: str
) -> None:
    assert only(table(line(**cells))).marketplace == marketplace


def test_an_id_of_another_form_is_kept_and_counted() -> None:
    rows = [line(amazon_order_id=i) for i in ("A-1", "A-2", "S01-7654321-1234567", ID)]
    report = read_orders(table(*rows), "orders.tsv")
    assert len(report.orders) == 4
    assert report.warnings == ("2 × order id of an unusual form: kept, but no link can rest on it",)


def test_damaged_names_and_places_are_counted() -> None:
    report = read_orders(table(line(buyer_name="Zo? Quentin", ship_city="SAINT-?TIENNE")), "orders.tsv")
    assert [w.split(":")[0] for w in report.warnings] == ["name that holds '?'", "place that holds '?'"]


def test_streets_phones_and_tax_ids_are_never_read() -> None:
    row = line(ship_address_1="Rue Cachée 7", buyer_phone_number="0600000000", bill_address_1="Secret", cpf="123")
    told = repr(read_orders(table(row), "orders.tsv"))
    assert not any(word in told for word in ("Cachée", "0600000000", "Secret", "'123'"))


def test_a_price_in_yen_has_no_decimals() -> None:
    assert only(table(line(currency="JPY", item_price="3,200"))).total_minor == 3200


def test_an_order_without_prices_has_no_total() -> None:
    assert only(table(line(currency="", item_price=""))).total_minor is None


def test_slashed_dates_follow_the_sales_channel() -> None:
    american, british = line(purchase_date="2/3/26 08:15"), line(purchase_date="2/3/26 08:15")
    assert only(table(american | {"sales-channel": "Amazon.com"})).purchased_at.month == 2
    assert only(table(british | {"sales-channel": "Amazon.co.uk"})).purchased_at.month == 3


def test_slashed_dates_that_nothing_settles_are_read_day_first_with_a_warning() -> None:
    report = read_orders(table(line(purchase_date="2/3/26", sales_channel="")), "orders.tsv")
    assert report.orders[0].purchased_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert any("day first" in warning for warning in report.warnings)


def test_an_item_sent_in_two_parcels_is_one_item() -> None:
    order = an_order(channel="amazon", shipped_at=NOW - days(2), carrier="DPD", tracking="T1", total_minor=None)
    once = shipments_tsv([order]).decode()
    again = once.splitlines()[1].replace("D76543211\t", "D99999\t")
    (read,) = read_shipments((once + again + "\r\n").encode(), "s.tsv").orders
    assert [(i.quantity, i.price_minor) for i in read.items] == [(2, 17990)]


def test_an_order_item_that_is_listed_twice_counts_once() -> None:
    raw = orders_tsv([an_order()], legacy=True)
    report = read_orders(raw + raw.splitlines(keepends=True)[1], "orders.tsv")
    assert (len(report.orders[0].items), report.orders[0].total_minor) == (1, 8995)
    assert report.warnings == ("line that repeats an order item: counted once",)


def test_an_estimated_arrival_is_a_promise_and_not_a_delivery() -> None:
    order = an_order(shipped_at=NOW - days(5), promised_at=NOW - days(1))
    (read,) = read_shipments(shipments_tsv([order]), "s.tsv").orders
    assert (read.promised_at, read.delivered_at) == (NOW - days(1), None)


def test_an_order_report_is_no_shipment_report() -> None:
    with pytest.raises(BadInput, match="'shipment-id' is missing"):
        read_shipments(table(line()), "s.tsv")


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_no_bytes_below_a_header_make_the_reader_fail(body: bytes) -> None:
    for mark in (b"\t", b",", b";"):
        try:
            report = read_orders(mark.join(name.encode() for name in ORDER_REPORT) + b"\n" + body, "x")
        except BadInput:
            continue
        assert all(o.items for o in report.orders)


words = st.none() | st.sampled_from(['12" lampe', "Étoile", "Straße; 2, 3", "d’été", '"créée"', "?", "01000", "=1+1"])
moments = st.integers(1_200_000_000, 1_800_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
items = st.builds(
    OrderItem,
    line=st.integers(1, 10**14).map(str),
    sku=words,
    title=words,
    quantity=st.integers(0, 99),
    price_minor=st.none() | st.integers(0, 10**9),
)
invented = st.builds(
    Order,
    order_id=st.integers(0, 10**7 - 1).map(lambda n: f"405-{n:07d}-7654321"),
    marketplace=st.sampled_from(["amazon.fr", "amazon.de", "amazon.co.jp", "non-amazon"]),
    purchased_at=moments,
    items=st.lists(items, min_size=1, max_size=3, unique_by=lambda i: i.line).map(tuple),
    currency=st.sampled_from(["EUR", "JPY"]),
    city=words,
    postcode=words,
    country=st.sampled_from(["FR", "JP", None]),
    buyer_name=words,
    recipient_name=words,
    promised_at=st.none() | moments,
)


@given(
    st.lists(invented, min_size=1, max_size=4, unique_by=lambda o: o.order_id),
    st.sampled_from(["utf-8", "cp1252", "utf-8-sig", "utf-16"]),
)
def test_what_the_stand_in_writes_reads_back(orders: list[Order], encoding: str) -> None:
    read = read_orders(orders_tsv(orders, encoding=encoding, legacy=True), "orders.tsv")
    totals = [[i.price_minor for i in o.items if i.price_minor is not None] for o in orders]
    expected = [replace(o, total_minor=sum(t) if t else None) for o, t in zip(orders, totals, strict=True)]
    assert (list(read.orders), read.rejects) == (expected, ())


def test_the_all_orders_stand_in_has_no_names_and_reads_back() -> None:
    order = an_order(updated_at=NOW, is_business=True)
    assert only(orders_tsv([order])) == replace(
        order, buyer_name=None, buyer_email=None, items=(replace(order.items[0], line="LMP-1#1"),)
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "form", "encoding", "rows", "orders", "items"),
    [
        ("all_orders_current_header_invented_rows_cp1252.tsv", "all_orders", "cp1252", 3, 2, 3),
        ("all_orders_current_header_invented_rows_utf8.tsv", "all_orders", "utf-8", 3, 2, 3),
        ("all_orders_current_header_invented_rows_utf8bom.tsv", "all_orders", "utf-8-sig", 3, 2, 3),
        ("all_orders_reduced_demo_de.tsv", "all_orders", "utf-8", 3, 2, 3),
        ("all_orders_url_variant_scrubbed.tsv", "all_orders", "utf-8", 1, 1, 1),
        ("order_report_legacy_fixture.tsv", "order_report", "utf-8", 3, 2, 3),
        ("unshipped_orders_header_only.tsv", "unshipped_orders", "utf-8", 0, 0, 0),
        ("fba_shipments_header_only.tsv", "fba_shipments", "utf-8", 0, 0, 0),
        ("fba_shipments_jp_header_only.tsv", "fba_shipments", "utf-8", 0, 0, 0),
    ],
)
def test_every_public_layout_is_read_whole(
    file: str, form: str, encoding: str, rows: int, orders: int, items: int
) -> None:
    report = read_orders((SHARED / "samples" / "orders" / file).read_bytes(), file)
    assert (report.format, report.encoding, report.rows_read, report.rejects) == (form, encoding, rows, ())
    assert (len(report.orders), sum(len(o.items) for o in report.orders)) == (orders, items)


@pytest.mark.shared
def test_the_same_rows_in_three_encodings_are_the_same_orders() -> None:
    folder = SHARED / "samples" / "orders"
    a, b, c = (
        read_orders((folder / f"all_orders_current_header_invented_rows_{e}.tsv").read_bytes(), e).orders
        for e in ("utf8", "cp1252", "utf8bom")
    )
    assert a == b == c
    sold, shop = a
    assert (sold.marketplace, sold.city, sold.postcode, sold.currency) == ("amazon.fr", "SAINT-ÉTIENNE", "01000", "EUR")
    assert (sold.purchased_at, sold.total_minor) == (datetime(2026, 2, 11, 8, 15, 42, tzinfo=UTC), 10193)
    assert (shop.marketplace, shop.status, shop.total_minor) == ("non-amazon", "Pending", None)


@pytest.mark.shared
def test_public_layouts_give_marketplace_currency_and_time() -> None:
    folder = SHARED / "samples" / "orders"
    old = read_orders((folder / "order_report_legacy_fixture.tsv").read_bytes(), "f").orders
    assert [(o.marketplace, o.currency, o.total_minor) for o in old] == [
        ("amazon.com", "USD", 129),
        ("amazon.com", "USD", 258),
    ]
    assert old[0].purchased_at == datetime(2009, 1, 1, 18, 50, 49, tzinfo=UTC)
    demo = read_orders((folder / "all_orders_reduced_demo_de.tsv").read_bytes(), "f")
    assert [(o.channel, o.total_minor) for o in demo.orders] == [("amazon", 8990), ("merchant", 6000)]
    assert demo.warnings == ("2 × order id of an unusual form: kept, but no link can rest on it",)
