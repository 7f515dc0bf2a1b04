"""Hand-over lists as files: a table that runs no formula, a calendar by RFC 5545, a page to print."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recovery_plan.cells import unguarded
from recovery_plan.outreach.calendar import to_ics
from recovery_plan.outreach.handover import BOM, COLUMNS, HandRow, to_csv
from recovery_plan.outreach.sheet import to_pdf

STAMP = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)


def a_row(**facts: Any) -> HandRow:
    defaults: dict[str, Any] = {
        "task": 1, "day": DAY, "wave": 1, "agent": "p:anna", "status": "released", "customer": "C-1",
        "customer_name": "Ada Lampwick", "order_id": "405-1234567-1234567", "marketplace": "amazon.fr",
        "route": "buyer_message", "rule": "AMZ-MSG-05", "last_day": date(2026, 12, 1), "language": "fr", "minutes": 8,
        "bought_on": date(2026, 11, 1), "about": "not_delivered", "address": None, "text": "Bonjour.",
    }  # fmt: skip
    return HandRow(**(defaults | facts))


def read_csv(raw: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = raw.removeprefix(BOM).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_table_has_its_columns_and_leaves_what_is_not_known_empty() -> None:
    (row,) = read_csv(to_csv([a_row(order_id=None)], delimiter=";"), ";")
    assert tuple(row) == COLUMNS and (row["task"], row["order_id"], row["last_day"]) == ("1", "", "2026-12-01")


@given(st.text(max_size=40), st.sampled_from("=+-@|%"))
def test_no_cell_starts_a_formula_and_a_text_can_be_read_back_to_the_byte(text: str, trigger: str) -> None:
    for said in (text, trigger + text):
        (row,) = read_csv(to_csv([a_row(text=said, customer_name=trigger + "x" + text)]))
        assert unguarded(row["text"]) == said
        assert not re.match(r"\s*[=+\-@|%](?!\d)", row["customer_name"]) or row["customer_name"].startswith("'")


def unfolded(raw: bytes) -> list[str]:
    return raw.decode().replace("\r\n ", "").split("\r\n")


def test_a_calendar_has_one_all_day_entry_for_each_day_of_an_agent() -> None:
    rows = [a_row(task=1), a_row(task=2, minutes=6), a_row(task=3, day=date(2026, 11, 26))]
    lines = unfolded(to_ics(rows, STAMP))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and lines[-2:] == ["END:VCALENDAR", ""]
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND", "SUMMARY"))] == [
        "DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261126", "SUMMARY:Outreach: 2 contacts\\, 14 min",
        "DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261127", "SUMMARY:Outreach: 1 contacts\\, 8 min",
    ]  # fmt: skip
    assert lines.count("DTSTAMP:20261124T120000Z") == 2
    assert len({line for line in lines if line.startswith("UID:")}) == 2


@given(st.lists(st.tuples(st.text(min_size=1, max_size=60), st.integers(1, 900)), min_size=1, max_size=30))
def test_a_calendars_lines_are_folded_at_75_octets_between_characters(told: list[tuple[str, int]]) -> None:
    raw = to_ics([a_row(task=n, route="é" * 9 + route, language=route[:5]) for route, n in told], STAMP)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    raw.decode("utf-8")  # no character is cut in two
    folded = raw.decode().split("\r\n")
    assert all(re.match(r"( |[A-Z-]+[:;])", line) for line in folded if line)


def test_separators_and_line_ends_are_escaped_in_a_calendar() -> None:
    (told,) = [x for x in unfolded(to_ics([a_row(route="a;b,c\\d\ne")], STAMP)) if x.startswith("DESCRIPTION")]
    assert "a\\;b\\,c\\\\d\\ne" in told


HOSTILE = '#import "x.typ" *a* _b_ $c$ `d` <e> @f \\ [g] #eval("1") = h "q"'


def test_a_printed_page_takes_names_and_texts_as_they_are_and_never_as_markup() -> None:
    made = to_pdf([a_row(text=HOSTILE, customer_name=HOSTILE)], brand=HOSTILE, agent=HOSTILE, made_on=DAY)
    assert made.startswith(b"%PDF-") and len(made) > 5_000


def test_the_same_list_gives_the_same_page_and_an_empty_one_says_so() -> None:
    rows = [a_row(task=n, day=date(2026, 11, 25 + n % 3)) for n in range(40)]
    first = to_pdf(rows, brand="B", agent="Anna", made_on=DAY)
    assert first == to_pdf(rows[::-1], brand="B", agent="Anna", made_on=DAY)
    assert to_pdf([], brand="B", agent="Anna", made_on=DAY).startswith(b"%PDF-")
