"""A seller's labelled file: what is read, what is refused with its line, and the figures that come out."""

from __future__ import annotations

import json

import pytest

from data.domain import Category
from data.errors import BadInput
from models.assess import Assessor
from models.file_evaluation import document, evaluate_file, lines_of
from models.seller_files import read
from models.text import AssessInput

GOOD = (
    "id,text,label,language,categories,severity\n"
    '1,"Still no refund, nobody answers",yes,en,"no_reply,refund_not_received",3\n'
)


def test_csv_with_our_columns_is_read() -> None:
    [row] = read(GOOD.encode(), "f.csv").rows
    assert (row.line, row.id, row.frustrated, row.said.lang, row.severity) == (2, "1", True, "en", 3)
    assert row.categories == (Category.NO_REPLY, Category.REFUND_NOT_RECEIVED)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_of_spreadsheets_are_known(encoding: str, delimiter: str) -> None:
    table = f"Texte{delimiter}Mécontent\r\nToujours rien reçu à Besançon{delimiter}oui\r\n"
    found = read(table.encode(encoding), "f.csv")
    assert [(r.said.text, r.frustrated) for r in found.rows] == [("Toujours rien reçu à Besançon", True)]


def test_json_lines_are_read() -> None:
    rows = [
        {"text": "Late", "label": 1, "rating": 2, "lang": "en"},
        {"text": "Fine", "label": False, "category": "praise"},
    ]
    found = read("\n".join(map(json.dumps, rows)).encode(), "f.jsonl")
    assert [(r.line, r.frustrated, r.said.rating, r.categories) for r in found.rows] == [
        (1, True, 2, ()),
        (2, False, None, (Category.PRAISE,)),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "", "label": 1}, "text is missing"),
        ({"label": 1}, "text is missing"),
        ({"text": "a", "label": "perhaps"}, "neither yes nor no"),
        ({"text": "a"}, "neither yes nor no"),
        ({"text": "a", "label": 1, "rating": 6}, "rating is not a whole number from 1 to 5"),
        ({"text": "a", "label": 1, "rating": True}, "rating is not"),
        ({"text": "a", "label": 1, "severity": "bad"}, "severity is not a whole number from 1 to 3"),
        ({"text": "a", "label": 1, "categories": "late"}, "unknown category"),
        ({"text": "a", "label": 1, "title": 3}, "title is not a text"),
        ({"text": "a", "label": 1, "source": "X"}, "X-01"),
        ({"text": "a", "label": 1, "source": "twitter"}, "X-01"),
    ],
)
def test_a_bad_row_is_refused_with_line_and_reason_and_the_good_ones_count(row: dict[str, object], reason: str) -> None:
    good = json.dumps({"text": "Late", "label": 1})
    found = read(f"{good}\n{json.dumps(row)}\n{good}\n".encode(), "f.jsonl")
    assert len(found.rows) == 2
    [(line, told)] = found.refused
    assert line == 2 and reason in told


def test_a_row_that_is_no_object_or_has_other_cells_is_refused() -> None:
    assert read(b'{"text": "a", "label": 1}\n[1]\nnonsense\n', "f").refused == (
        (2, "not a JSON object"),
        (3, "not a JSON object"),
    )
    assert read(b"text,label\na,1\nb,0,c\n", "f").refused == ((3, "3 cells, 2 columns"),)


@pytest.mark.parametrize("raw", [b"", b"text,mood\na,1\n", b"\x00\x01\xff\xfe\x00", b'{"text": "a"}\n'])
def test_a_file_that_is_none_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"^f\.csv"):
        read(raw, "f.csv")


def test_an_evaluation_has_figures_by_language_reliability_confusion_and_worst_errors() -> None:
    rows = [
        ("Still no refund after six weeks, nobody answers my mails", "yes", "en"),
        ("Lovely lamp, thank you so much", "no", "en"),
        ("Toujours aucun remboursement, service client inexistant, c'est une honte", "yes", "fr"),
        ("Magnifique lampe, merci beaucoup", "yes", "fr"),  # the label is wrong on purpose
    ]
    table = "text,label,lang\n" + "".join(f'"{t}",{label},{code}\n' for t, label, code in rows)
    file = read(table.encode(), "f.csv")
    found = evaluate_file(Assessor.shipped(), file)
    assert {code: d.texts for code, d in found.languages.items()} == {"en": 2, "fr": 2}
    assert sum(b.texts for b in found.whole.reliability) == 4
    assert sum(n for bands in found.confusion.values() for n in bands.values()) == 4
    assert found.confusion["frustrated"]["not_frustrated"] == 1
    assert [(w.line, w.frustrated) for w in found.worst] == [(5, True)]
    told = "\n".join(lines_of(found, file, "f.csv"))
    assert "fr: 2 texts" in told and "line 5" in told
    json.dumps(document(found, file, "f.csv"))


def test_severity_and_topics_are_compared_where_the_file_names_them() -> None:
    found = evaluate_file(Assessor.shipped(), read(GOOD.encode(), "f.csv"))
    assert found.severity == {"3": {"1": 0, "2": 0, "3": 0} | {str(_severity()): 1}}
    assert set(found.categories) == {"no_reply", "refund_not_received"}
    assert found.whole.average_precision.value is None  # one answer only: there is nothing to rank


def _severity() -> int:
    return Assessor.shipped().assess([AssessInput("Still no refund, nobody answers", lang="en")])[0].severity
