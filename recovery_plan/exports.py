"""The weekly at-risk export as bytes: CSV that Excel opens right, XLSX, JSON. Equal rows give equal bytes.

Writing the file whole or not at all is the shell's; nothing here touches a disk.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from data.clock import rfc3339
from data.domain import Role
from data.errors import BadInput
from recovery_plan.at_risk_rows import COLUMNS, MEANINGS, SCHEMA, Row
from recovery_plan.cells import clean, guarded, is_risky, unguarded
from recovery_plan.weeks import Week

BOM = b"\xef\xbb\xbf"  # Excel takes a CSV file without it for the local code page
DELIMITERS = (",", ";", "\t")
FIXED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # times inside the XLSX file: same rows, same bytes
FIXED_ZIP = (1980, 1, 1, 0, 0, 0)
XLSX_TEXT_LIMIT = 32_767


class Format(StrEnum):
    """File formats of the export."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def encode(rows: Sequence[Row], week: Week, role: Role, form: Format, *, delimiter: str = ",") -> bytes:
    """The whole file in ``form``; ``delimiter`` is for CSV only."""
    if form is Format.CSV:
        return to_csv(rows, delimiter=delimiter)
    return to_xlsx(rows, week, role) if form is Format.XLSX else to_json(rows, week, role)


def file_name(week: Week, role: Role, form: Format) -> str:
    """For example ``at-risk-2026-W47-brand_manager.csv``."""
    return f"at-risk-{week}-{role}.{form}"


def to_csv(rows: Sequence[Row], *, delimiter: str = ",") -> bytes:
    """UTF-8 with a byte order mark, CRLF, every cell quoted, no cell a formula.

    With ``;`` numbers have a decimal comma, as the Excel of those countries expects. Raises BadInput for a delimiter
    other than ``,`` ``;`` and tab.
    """
    _check(delimiter)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_csv_cell(getattr(row, name), delimiter) for name in COLUMNS] for row in rows)
    return BOM + out.getvalue().encode("utf-8")


def from_csv(raw: bytes, *, delimiter: str = ",") -> tuple[Row, ...]:
    """Read an export back; raises BadInput with the line of what is not one of ours."""
    _check(delimiter)
    table = csv.reader(io.StringIO(raw.removeprefix(BOM).decode("utf-8"), newline=""), delimiter=delimiter)
    if tuple(next(table, ())) != COLUMNS:
        raise BadInput("at-risk export, line 1: the columns are not those of this version")
    kinds = {name: _kind(hint) for name, hint in get_type_hints(Row).items()}
    rows: list[Row] = []
    for line in table:
        try:
            told = {n: _value(cell, kinds[n]) for n, cell in zip(COLUMNS, line, strict=True)}
        except ValueError:
            raise BadInput(f"at-risk export, line {table.line_num}: a cell does not have its column's form") from None
        rows.append(Row(**told))
    return tuple(rows)


def _check(delimiter: str) -> None:
    if delimiter not in DELIMITERS:
        raise BadInput("delimiter: use ',' or ';' or a tab")


def _csv_cell(value: object, delimiter: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        spelled = f"{value:.4f}".rstrip("0").rstrip(".")
        return spelled.replace(".", ",") if delimiter == ";" else spelled
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else guarded(str(value))


def _kind(hint: Any) -> type:
    """The type of a column, ``None`` left out."""
    kinds: list[type] = [kind for kind in get_args(hint) or (hint,) if kind is not type(None)]
    return kinds[0]


def _value(cell: str, kind: type) -> Any:
    if not cell:
        return None
    if kind is float:
        return float(cell.replace(",", "."))
    if kind is int:
        return int(cell)
    if kind is datetime:
        return datetime.fromisoformat(cell)
    return date.fromisoformat(cell) if kind is date else unguarded(cell)


def to_json(rows: Sequence[Row], week: Week, role: Role) -> bytes:
    """One JSON document: schema, week with its first and last day, role, rows; times are RFC 3339 in UTC."""
    document = {
        "schema": SCHEMA,
        "week": str(week),
        "from": week.monday.isoformat(),
        "to": week.sunday.isoformat(),
        "role": role.value,
        "rows": [{name: _json_value(value) for name, value in asdict(row).items()} for row in rows],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value


def to_xlsx(rows: Sequence[Row], week: Week, role: Role) -> bytes:
    """A workbook with the rows and a page of column meanings: texts forced to text, real dates, frozen header."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = f"At risk {week}"
    _fill_sheet(sheet, [COLUMNS, *([getattr(row, name) for name in COLUMNS] for row in rows)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    about = book.create_sheet("Columns")
    _fill_sheet(about, [("column", "meaning"), *MEANINGS.items(), ("", f"schema {SCHEMA}, seen as {role}")])
    book.properties.creator = "reinstate"
    book.properties.created = book.properties.modified = FIXED
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        ExcelWriter(book, archive).save()
    return _restamped(raw.getvalue())


def _fill_sheet(sheet: Worksheet, table: Sequence[Sequence[object]]) -> None:
    for number, line in enumerate(table, start=1):
        for column, value in enumerate(line, start=1):
            if value is not None:
                cell = sheet.cell(row=number, column=column)
                _set(cell, value)  # type: ignore[arg-type]
    for column in range(1, len(table[0]) + 1):
        longest = max(len(str(line[column - 1] if line[column - 1] is not None else "")) for line in table)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), 60)
        head = sheet.cell(row=1, column=column)
        head.font, head.alignment = Font(bold=True), Alignment(vertical="top")
    sheet.freeze_panes = "A2"


def _set(cell: Cell, value: object) -> None:
    if isinstance(value, datetime):
        cell.value = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, int | float):
        cell.value = value
    else:
        text = clean(str(value))[:XLSX_TEXT_LIMIT]
        cell.value = text
        cell.data_type = "s"  # openpyxl would make a formula of a leading '='
        cell.number_format = "@"
        if is_risky(text):
            cell.quotePrefix = True  # Excel keeps it a text even after somebody edited the cell


def _restamped(raw: bytes) -> bytes:
    """The same archive with fixed times: openpyxl stamps the moment of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, FIXED_ZIP)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return out.getvalue()
