"""Labels as a file that ``reinstate evaluate`` reads again and that spreadsheets take for text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from data.clock import rfc3339
from data.labelling import LabelledText
from recovery_plan.cells import guarded

COLUMNS = (
    "id", "label", "categories", "severity", "source", "language", "rating", "title", "text", "by", "at", "stands"
)  # fmt: skip
_BOM = b"\xef\xbb\xbf"  # Excel takes a CSV file without it for the local code page


def rows(found: Sequence[LabelledText]) -> list[dict[str, object]]:
    """One row a label, oldest first; ``stands`` says whether no later one superseded it."""
    newest = {one.label.mention: one.label.id for one in found}
    return [
        {
            "id": one.label.mention,
            "label": "frustrated" if one.label.frustrated else "not_frustrated",
            "categories": ",".join(one.label.categories),
            "severity": one.label.severity,
            "source": one.source.value,
            "language": one.language,
            "rating": one.rating,
            "title": one.title,
            "text": one.text,
            "by": one.label.by,
            "at": rfc3339(one.label.at),
            "stands": newest[one.label.mention] == one.label.id,
        }
        for one in found
    ]


def to_csv(found: Sequence[LabelledText]) -> bytes:
    """UTF-8 with a byte order mark, every cell quoted, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows(found))
    return _BOM + out.getvalue().encode("utf-8")


def to_json_lines(found: Sequence[LabelledText]) -> bytes:
    """One object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(found)).encode("utf-8", "replace")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else guarded(str(value))
