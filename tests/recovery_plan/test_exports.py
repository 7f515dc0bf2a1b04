"""The weekly at-risk export: rows, masks, safe cells, stable bytes."""

from __future__ import annotations

import hashlib
import io
import json
import time
import unicodedata
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.domain import AtRisk, Category, OutreachTask, RiskPart, Role, Route, RouteChoice
from data.errors import BadInput
from recovery_plan.at_risk_rows import COLUMNS, MEANINGS, Row, change, rows_for
from recovery_plan.cells import clean, guarded, is_risky, unguarded
from recovery_plan.exports import Format, encode, file_name, from_csv, to_csv, to_xlsx
from recovery_plan.weeks import Week
from tests.builders import NOW, days

WEEK = Week(2026, 48)
FORMULAS = [
    "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "|calc", "%0A=1", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1",
    "\u200b=1", "\ufeff=1", "\u200d=1", "＝1+1", "＋1", "－1+1", "﹢1", "'=1", '"=1', "\x00=1", "\u202e=1", "＠A1",
]  # fmt: skip
HARMLESS = ["Ada", "405-1234567-7654321", "-1.5", "+49", "12,50", "a=b", "déjà vu", "…"]


def a_customer(customer: str = "order:405-1234567-7654321", **facts: Any) -> AtRisk:
    defaults: dict[str, Any] = {
        "risk": 0.62,
        "parts": (RiskPart("base", -3.9), RiskPart("claim", 1.7), RiskPart("waiting", 1.2)),
        "order_id": "405-1234567-7654321",
        "marketplace": "amazon.fr",
        "language": "fr",
        "value_minor": 8_995,
        "currency": "EUR",
        "mention_ids": (4,),
        "category": Category.REFUND_NOT_RECEIVED,
        "severity": 2,
        "since": NOW - days(9),
        "deadline_at": NOW + days(1),
        "deadline_rule": "AMZ-AZ-03",
    }
    return AtRisk(customer, **(defaults | facts))


def pseudonym(text: str) -> str:
    return hashlib.sha256(f"pepper {text}".encode()).hexdigest()[:32]


def rows(role: Role = Role.SUPPORT_LEAD, last: dict[str, float] | None = None, *customers: AtRisk) -> tuple[Row, ...]:
    task = OutreachTask(
        "order:405-1234567-7654321",
        RouteChoice(Route.BUYER_MESSAGE, "AMZ-MSG-05", "r"),
        1.0,
        8,
        day=date(2026, 11, 30),
        owner="p:anna",
    )
    names = {"order:405-1234567-7654321": "Ada Lampwick"}
    shown = customers or (a_customer(),)
    return rows_for(role, WEEK, shown, last or {}, pseudonym=pseudonym, names=names, tasks=[task])


def test_new_worse_better_same_and_gone_are_told_against_last_week() -> None:
    customers = [a_customer(name, risk=0.5) for name in ("new", "worse", "better", "same")]
    last = {"worse": 0.45, "better": 0.55, "same": 0.52, "gone": 0.7}
    made = rows(Role.SUPPORT_LEAD, last, *customers)
    assert sorted(row.status for row in made) == ["better", "gone", "new", "same", "worse"]
    assert made[-1].status == "gone"
    assert (made[-1].risk, made[-1].risk_last_week) == (None, 0.7)


@given(st.floats(0, 1), st.floats(0, 1))
def test_worse_and_better_are_mirror_images(a: float, b: float) -> None:
    mirror = {"worse": "better", "better": "worse", "same": "same"}
    assert change(b, a) == mirror[change(a, b)]


@pytest.mark.parametrize("form", list(Format))
def test_a_brand_managers_bytes_hold_no_name_no_order_and_no_colleague(form: Format) -> None:
    raw = encode(rows(Role.BRAND_MANAGER, {"author:x:ada_l": 0.5}), WEEK, Role.BRAND_MANAGER, form)
    text = b"".join(_parts(raw)) if form is Format.XLSX else raw
    for secret in (b"Ada", b"405-1234567", b"7654321", b"ada_l", b"p:anna"):
        assert secret not in text


def _parts(raw: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_finance_and_the_auditor_see_order_numbers_but_no_names() -> None:
    for role in (Role.FINANCE, Role.AUDITOR):
        (row,) = rows(role)
        assert (row.order_id, row.customer_name) == ("405-1234567-7654321", None)


def test_the_pseudonym_is_the_same_in_every_week_and_never_the_key() -> None:
    here, gone = rows()[0], rows(Role.SUPPORT_LEAD, {"order:405-1234567-7654321": 0.5}, a_customer("else"))[-1]
    assert here.customer == gone.customer
    assert "405" not in here.customer


def test_every_column_is_explained() -> None:
    assert tuple(MEANINGS) == COLUMNS


@pytest.mark.parametrize("payload", FORMULAS)
def test_no_payload_can_start_a_formula(payload: str) -> None:
    cell = guarded(payload)
    first = unicodedata.normalize("NFKC", cell)[:1]
    assert first == "'" or first not in "=+-@|%\t\r\n"
    assert not any(unicodedata.category(c) == "Cc" for c in cell)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_a_guarded_cell_reads_back_and_is_never_risky(text: str) -> None:
    assert unguarded(guarded(text)) == clean(text)
    assert guarded(text).startswith("'") or not is_risky(guarded(text))


TEXT = st.none() | st.text(min_size=1).map(clean).filter(bool)
ROWS = st.builds(
    Row,
    week=st.just("2026-W48"), status=st.sampled_from(["new", "gone"]), customer=TEXT.map(lambda t: t or "C-1"),
    customer_name=TEXT, order_id=TEXT, marketplace=TEXT, country=TEXT, language=TEXT,
    risk=st.none() | st.floats(0, 1).map(lambda r: round(r, 4)), risk_last_week=st.none(), category=TEXT,
    severity=st.none() | st.integers(1, 3), reasons=TEXT,
    value=st.none() | st.integers(0, 10**9).map(lambda n: n / 100), currency=TEXT, since=st.none() | st.dates(),
    deadline=st.none() | st.datetimes(timezones=st.just(UTC)), deadline_rule=TEXT, route=TEXT, route_rule=TEXT,
    planned_day=st.none(), owner=TEXT, mentions=st.integers(0, 9), tickets=st.integers(0, 9),
)  # fmt: skip


@given(st.lists(ROWS, max_size=5), st.sampled_from([",", ";", "\t"]))
def test_a_csv_export_reads_back_to_the_same_rows(made: list[Row], delimiter: str) -> None:
    assert from_csv(to_csv(made, delimiter=delimiter), delimiter=delimiter) == tuple(made)


def test_csv_has_a_mark_crlf_and_quotes_and_a_decimal_comma_with_semicolons() -> None:
    raw = to_csv(rows(), delimiter=";")
    assert raw.startswith(b'\xef\xbb\xbf"week";"status"')
    assert raw.count(b"\r\n") == 2 and raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert b'"0,62"' in raw and b'"89,95"' in raw
    assert b'"0.62"' in to_csv(rows())


def test_another_delimiter_or_another_file_is_refused() -> None:
    with pytest.raises(BadInput, match="delimiter"):
        to_csv([], delimiter="|")
    with pytest.raises(BadInput, match="line 1"):
        from_csv(b"a,b\r\n")
    with pytest.raises(BadInput, match="line 2"):
        from_csv(to_csv(rows()).replace(b'"0.62"', b'"much"'))


def test_xlsx_holds_texts_dates_and_numbers_but_never_a_formula() -> None:
    hostile = a_customer(marketplace="=1+1", country="＝1")
    sheet = load_workbook(io.BytesIO(to_xlsx(rows(Role.AGENT, {}, hostile), WEEK, Role.AGENT)))["At risk 2026-W48"]
    cells = {name: sheet.cell(row=2, column=n) for n, name in enumerate(COLUMNS, start=1)}
    assert (cells["marketplace"].value, cells["marketplace"].data_type) == ("=1+1", "s")
    assert (cells["order_id"].value, cells["order_id"].data_type) == ("405-1234567-7654321", "s")
    assert cells["since"].number_format == "yyyy-mm-dd" and cells["since"].value == datetime(2026, 11, 15)  # noqa: DTZ001
    assert cells["risk"].value == 0.62
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:X2")
    assert not any(c.data_type == "f" for line in sheet.iter_rows() for c in line)


@pytest.mark.parametrize("form", list(Format))
def test_equal_rows_give_equal_bytes(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encode(rows(), WEEK, Role.AGENT, form)
    later = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert encode(rows(), WEEK, Role.AGENT, form) == first


def test_json_names_its_schema_and_spells_times_in_utc() -> None:
    document = json.loads(encode(rows(), WEEK, Role.AGENT, Format.JSON))
    assert (document["schema"], document["from"], document["to"]) == ("reinstate.at_risk/1", "2026-11-23", "2026-11-29")
    assert document["rows"][0]["deadline"] == "2026-11-25T12:00:00Z"
    assert document["rows"][0]["reasons"] == "claim +1.70, waiting +1.20"


def test_weeks_cross_the_new_year_and_wrong_ones_are_refused() -> None:
    assert str(Week.of(date(2027, 1, 3))) == "2026-W53"
    assert Week.parse("2027-W01").before == Week.parse("2026-W53")
    assert (Week.parse("2026-W48").monday, Week.parse("2026-W48").sunday) == (date(2026, 11, 23), date(2026, 11, 29))
    for wrong in ("2026-48", "2027-W53", "W48", "2026-W00", "0000-W01"):
        with pytest.raises(BadInput, match="week"):
            Week.parse(wrong)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_week_reads_back_and_holds_its_day(day: date) -> None:
    week = Week.of(day)
    assert Week.parse(str(week)) == week
    assert week.monday <= day <= week.sunday


def test_the_files_name_tells_week_and_role() -> None:
    assert file_name(WEEK, Role.BRAND_MANAGER, Format.XLSX) == "at-risk-2026-W48-brand_manager.xlsx"
