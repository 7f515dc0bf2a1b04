"""Help-desk exports: the tool is found out, statuses and times are ours, an order id is found in what was said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.amazon_reports import Reject
from collectors.helpdesk import read_tickets
from collectors.helpdesk.common import order_in
from collectors.standin.amazon_files import zendesk_json
from data.domain import Ticket, TicketMessage
from data.errors import BadInput
from tests.builders import NOW, a_ticket, days
from tests.conftest import SHARED

ID = "405-1234567-7654321"
ALIAS = "abc123xyz@marketplace.amazon.fr"
AT = datetime(2026, 2, 11, 9, 15, tzinfo=UTC)


def packed(document: object) -> bytes:
    return json.dumps(document).encode()


def only(document: object, tool: str | None = None, columns: dict[str, str] | None = None) -> Ticket:
    report = read_tickets(packed(document), "tickets.json", tool, columns)
    assert report.rejects == ()
    (ticket,) = report.tickets
    return ticket


def zendesk(**facts: Any) -> dict[str, Any]:
    known = {"id": 1, "created_at": "2026-02-11T09:15:00Z", "status": "open", "subject": "Hello", "requester_id": 5}
    return known | {"via": {"channel": "email"}} | facts


FRESHDESK = {"id": 2, "created_at": "2026-02-11T09:15:00Z", "status": 3, "description_text": "x", "subject": "S"}
GORGIAS = {"id": 3, "created_datetime": "2026-02-11T09:15:00", "status": "open", "subject": "S"}
CHATWOOT = {"id": 4, "inbox_id": 1, "created_at": 1770801300, "status": "pending", "meta": {"sender": {"email": ALIAS}}}


@pytest.mark.parametrize(
    ("row", "tool"),
    [(zendesk(), "zendesk"), (FRESHDESK, "freshdesk"), (GORGIAS, "gorgias"), (CHATWOOT, "chatwoot")],
)
def test_the_tool_is_found_out(row: dict[str, Any], tool: str) -> None:
    report = read_tickets(packed([row]), "t.json")
    assert (report.format, [t.tool for t in report.tickets]) == (f"{tool}_json", [tool])
    assert report.tickets[0].created_at == AT


@pytest.mark.parametrize(
    "raw",
    [
        packed(zendesk()),
        packed([zendesk()]),
        packed({"tickets": [zendesk()], "end_of_stream": True}),
        packed({"ticket": zendesk()}),
        packed({"data": {"meta": {}, "payload": [zendesk()]}}),
        packed(zendesk()) + b"\n\n",
        b"\xef\xbb\xbf" + packed([zendesk()]),
        json.dumps([zendesk()]).encode("utf-16"),
    ],
)
def test_one_object_a_list_an_answer_and_lines_are_read_alike(raw: bytes) -> None:
    assert [t.native_id for t in read_tickets(raw, "t.json").tickets] == ["1"]


def test_in_json_lines_a_broken_line_is_told_and_the_others_are_read() -> None:
    raw = packed(zendesk(subject="a\u2028b")) + b'\n{"id": 2, "crea\n' + packed(zendesk(id=3)) + b"\n7\n"
    report = read_tickets(raw, "t.jsonl")
    assert [t.native_id for t in report.tickets] == ["1", "3"]
    assert (report.rows_read, report.rejects) == (4, (Reject(2, "not a JSON object"), Reject(4, "not a JSON object")))


def test_json_that_broke_off_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^t\.json: not valid JSON"):
        read_tickets(b'{"tickets": [', "t.json")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("new", "new"), ("open", "open"), ("pending", "waiting"), ("hold", "waiting"), ("solved", "solved"),
     ("closed", "closed"), ("Odd", "open"), (None, "open")],
)  # fmt: skip
def test_a_status_becomes_one_of_five(theirs: str | None, ours: str) -> None:
    assert only(zendesk(status=theirs)).status == ours


def test_freshdesks_numbers_become_words() -> None:
    statuses = {n: only(FRESHDESK | {"status": n, "priority": 4}).status for n in (2, 3, 4, 5, 6)}
    assert statuses == {2: "open", 3: "waiting", 4: "solved", 5: "closed", 6: "waiting"}
    assert only(FRESHDESK | {"priority": 4, "source": 7}).priority == "urgent"


def test_a_snoozed_gorgias_ticket_waits() -> None:
    assert only(GORGIAS | {"snooze_datetime": "2026-03-01T00:00:00"}).status == "waiting"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Remboursement commande {ID}", ID),
        ("order 405 1234567 7654321 please", ID),
        ("order 405–1234567–7654321", ID),
        ("order 40512345677654321", ID),
        ("注文４０５－１２３４５６７－７６５４３２１です", ID),
        (f"tracking 11122222223333333, order {ID}", ID),
        (f"#{ID}.", ID),
        ("phone 0612345678", None),
        ("parcel 405123456776543219", None),
        (f"1{ID}", None),
        ("", None),
    ],
)
def test_an_order_id_is_found_in_any_of_the_ways_that_people_write_it(text: str, found: str | None) -> None:
    assert order_in(text) == found


def test_the_order_id_of_its_own_field_counts_before_the_texts() -> None:
    other = "111-1111111-1111111"
    row = zendesk(subject=f"not {other}", custom_fields=[{"id": 1, "value": None}, {"id": 2, "value": ID}])
    assert only(row).order_id == ID
    assert only(FRESHDESK | {"subject": other, "custom_fields": {"cf_order": ID}}).order_id == ID


@pytest.mark.parametrize(
    ("facts", "channel"),
    [
        ({"via": {"channel": "email", "source": {"from": {"address": ALIAS}}}}, "amazon"),
        ({"description": f"from {ALIAS.upper()}, hello"}, "amazon"),
        ({"tags": ["vip", "Amazon_FR"]}, "amazon"),
        ({"via": {"channel": "chat", "source": None}, "subject": f"about {ID}"}, "amazon"),
        ({"subject": "about S01-1234567-7654321"}, "email"),
        ({"tags": ["amazonite"]}, "email"),
        ({"via": {"channel": "chat", "source": None}}, "chat"),
        ({"via": "web"}, None),
    ],
)
def test_a_ticket_is_amazons_by_alias_order_id_or_tag(facts: dict[str, Any], channel: str | None) -> None:
    assert only(zendesk(**facts)).channel == channel


def test_an_alias_is_kept_in_lower_case_whichever_tool_names_it() -> None:
    upper = ALIAS.upper()
    rows = [GORGIAS | {"customer": {"email": upper}}, FRESHDESK | {"email": upper}, CHATWOOT]
    assert [only(row).buyer_email for row in rows] == [ALIAS] * 3


def test_comments_say_who_wrote_last_and_a_note_is_nobodys_answer() -> None:
    said = [
        {"author_id": 7, "public": True, "created_at": "2026-02-11T11:00:00Z", "plain_body": "We look into it."},
        {"author_id": 5, "public": True, "created_at": "2026-02-11T10:00:00Z", "body": "Where is it?"},
        {"author_id": 8, "public": False, "created_at": "2026-02-11T12:00:00Z", "body": "carrier lost it"},
    ]
    ticket = only(zendesk(comments=said))
    assert [(m.direction, m.author) for m in ticket.messages] == [("in", None), ("out", "7"), ("note", "8")]
    assert ticket.last_in_at == AT.replace(hour=10, minute=0)
    assert ticket.last_out_at == AT.replace(hour=11, minute=0)


def test_chatwoots_activity_lines_are_notes() -> None:
    said = [
        {"message_type": 0, "created_at": 1770801300, "content": "Hi"},
        {"message_type": 1, "created_at": 1770801400, "content": "Hello", "sender_id": 9},
        {"message_type": 2, "created_at": 1770801500, "content": "resolved"},
        {"message_type": 1, "private": True, "created_at": 1770801600, "content": "psst"},
    ]
    assert [m.direction for m in only(CHATWOOT | {"messages": said}).messages] == ["in", "out", "note", "note"]


def test_a_time_without_a_zone_counts_as_utc_and_is_told() -> None:
    report = read_tickets(packed([GORGIAS, GORGIAS | {"id": 5}]), "t.json")
    assert report.warnings == ("2 × time without a zone: taken as UTC",)


@pytest.mark.parametrize("value", [1770801300, 1770801300000, "2026-02-11T10:15:00+01:00", "2026-02-11 09:15:00 UTC"])
def test_times_in_seconds_milliseconds_and_with_offsets_become_utc(value: object) -> None:
    assert only(zendesk(created_at=value)).created_at == AT


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (zendesk(id=None), "ticket id is empty"),
        (zendesk(created_at=None), "creation time is empty"),
        (zendesk(created_at="Ada Lampwick"), "a time cannot be read"),
        (zendesk(created_at=1e300), "a time cannot be read"),
        (zendesk(created_at=True), "a time cannot be read"),
        ("Ada Lampwick", "not a JSON object"),
    ],
)
def test_an_unusable_ticket_is_told_without_its_words(row: object, reason: str) -> None:
    report = read_tickets(packed([row]), "t.json", "zendesk")
    assert (report.tickets, report.rejects) == ((), (Reject(1, reason),))


def test_a_text_that_no_database_can_keep_is_made_storable() -> None:
    ticket = only(zendesk(id="a\ud800", subject="x\x00y\ud800", tags=["t\ud800"]))
    assert (ticket.native_id, ticket.subject, ticket.tags) == ("a", "xy", ("t",))


def test_zendesks_view_export_is_a_table_of_its_own() -> None:
    raw = (
        "Summation column,Id,Requester,Requester email,Subject,Tags,Status,Priority,Via,Created at\r\n"
        f'1,1001,Ada L.,{ALIAS},"Refund, {ID}","amazon,vip",pending,high,email,2026-02-11 09:15\r\n'
    )
    report = read_tickets(raw.encode(), "view.csv")
    assert report.format == "zendesk_csv"
    assert report.tickets == (
        Ticket(
            "zendesk", "1001", AT, f"Refund, {ID}", "waiting", ID, ALIAS, "Ada L.", ("amazon", "vip"), "high",
            channel="amazon", last_in_at=AT,
        ),
    )  # fmt: skip


def test_any_table_is_read_with_a_column_map() -> None:
    raw = "Vorgang;Betreff;Angelegt;Nachricht;Marken\r\n7;Wo?;11.02.26 09:15;Lampe fehlt;spät eilig\r\n".encode(
        "cp1252"
    )
    columns = {
        "ticket_id": "Vorgang",
        "subject": "Betreff",
        "created_at": "Angelegt",
        "body": "nachricht",
        "tags": "Marken",
    }
    report = read_tickets(raw, "t.csv", None, columns)
    (ticket,) = report.tickets
    assert (report.format, ticket.native_id, ticket.created_at, ticket.tags) == (
        "generic_csv",
        "7",
        AT,
        ("spät", "eilig"),
    )
    assert ticket.messages == (TicketMessage("in", AT, "Lampe fehlt"),)


def test_any_object_is_read_with_a_column_map() -> None:
    ticket = only(
        {"no": 7, "when": "2026-02-11T09:15:00Z", "labels": ["a b", "c"]},
        None,
        {"ticket_id": "no", "created_at": "when"},
    )
    assert (ticket.tool, ticket.native_id, ticket.tags) == ("generic", "7", ("a b", "c"))


def test_a_table_without_the_columns_we_need_names_the_one_missing() -> None:
    with pytest.raises(BadInput, match=r"t\.csv, line 1: column 'ticket-id' is missing .found: Betreff, Angelegt"):
        read_tickets(b"Betreff;Angelegt\r\nx;y\r\n", "t.csv")


def test_an_unknown_tool_or_field_is_refused_with_the_choices() -> None:
    with pytest.raises(BadInput, match="--tool zenddesk: choose one of zendesk"):
        read_tickets(b"[]", "t.json", "zenddesk")
    with pytest.raises(BadInput, match=r"'id' is not one of our fields .ticket_id"):
        read_tickets(b"[]", "t.json", None, {"id": "x"})


def test_an_empty_export_says_so() -> None:
    report = read_tickets(b'{"tickets": []}', "t.json")
    assert (report.rows_read, report.warnings) == (0, ("the file holds no tickets",))


def test_what_the_stand_in_writes_reads_back() -> None:
    messages = (
        TicketMessage("in", NOW - days(2), "Où est ma lampe ?"),
        TicketMessage("out", NOW - days(1), "Nous cherchons.", "7"),
        TicketMessage("note", NOW, "lost", "8"),
    )
    given_ = [
        a_ticket("1", messages=messages, status="waiting", requester="Ada Lampwick", last_out_at=NOW - days(1)),
        a_ticket("2", order_id=None, tags=("vip",)),
        a_ticket("3", order_id=None, buyer_email=None, channel="chat", language=None),
    ]
    assert list(read_tickets(zendesk_json(given_), "t.json").tickets) == given_


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    *("id", "created_at", "created_datetime", "status", "subject", "via", "requester", "requester_id", "comments"),
    *("messages", "tags", "custom_fields", "email", "customer", "meta", "additional_attributes", "custom_attributes"),
    *("labels", "conversations", "description", "description_text", "priority"),
]


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from(KEYS), json_values),
    st.sampled_from(["zendesk", "gorgias", "freshdesk", "chatwoot", "generic"]),
)
def test_no_value_in_any_field_makes_a_reader_fail(row: dict[str, Any], tool: str) -> None:
    usable = {"id": 1, "created_at": "2026-02-11T09:15:00Z", "created_datetime": "2026-02-11T09:15:00Z"}
    for whole in (row, usable | row, row | usable):
        report = read_tickets(packed([whole]), "t.json", tool)
        assert report.rows_read == 1


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "form", "native", "order", "alias", "warned"),
    [
        (
            "zendesk_view_export_invented_row.csv",
            "zendesk_csv",
            "1001",
            "405-1234567-1234567",
            "marketplace.amazon.fr",
            True,
        ),
        ("zendesk_incremental_ticket_invented.json", "zendesk_json", "1001", "405-1234567-1234567", None, False),
        (
            "freshdesk_ticket_invented.json",
            "freshdesk_json",
            "42",
            "026-1234567-7654321",
            "marketplace.amazon.co.uk",
            False,
        ),
        ("gorgias_ticket_invented.json", "gorgias_json", "7", None, "marketplace.amazon.fr", True),
    ],
)
def test_public_exports_are_read(
    file: str, form: str, native: str, order: str | None, alias: str | None, warned: bool
) -> None:
    report = read_tickets((SHARED / "samples" / "orders" / file).read_bytes(), file)
    (ticket,) = report.tickets
    domain = ticket.buyer_email.partition("@")[2] if ticket.buyer_email else None
    assert (report.format, ticket.native_id, ticket.order_id, domain) == (form, native, order, alias)
    assert (ticket.channel, ticket.status, bool(report.warnings)) == ("amazon", "open", warned)
    assert ticket.created_at.date().isoformat() == "2026-02-11"
