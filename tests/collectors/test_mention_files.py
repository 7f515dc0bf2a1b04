"""Mentions from other tools' exports and pasted evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.amazon_reports import Reject
from collectors.mention_files import read_mentions
from data.domain import Mention, Source
from data.errors import BadInput

AT = datetime(2026, 2, 11, 9, 15, tzinfo=UTC)


def only(raw: bytes, *more: object) -> Mention:
    report = read_mentions(raw, "m", *more)  # type: ignore[arg-type]
    assert report.rejects == ()
    (mention,) = report.mentions
    return mention


def test_a_table_is_read_by_the_usual_names_of_its_columns() -> None:
    raw = (
        "Platform,Mention ID,Full Text,Created At,Author Name,Handle,Stars,Lang,Market,Permalink,Order ID\r\n"
        'twitter,9,"Never came, nobody answers",2026-02-11T09:15:00Z,Ada,@ada,1.0,fr-FR,fr,https://x.example/9,R7\r\n'
    )
    m = only(raw.encode())
    assert (m.source, m.native_id, m.text, m.published_at) == (Source.X, "9", "Never came, nobody answers", AT)
    assert m.author is not None and (m.author.name, m.author.handle) == ("Ada", "@ada")
    assert (m.rating, m.language, m.country, m.url, m.reference) == (1, "fr", "FR", "https://x.example/9", "R7")


def test_json_lines_and_a_json_list_are_read_alike() -> None:
    rows = [{"id": n, "text": "Where is it?", "date": "2026-02-11T09:15:00Z"} for n in (1, 2)]
    lines = "\n".join(map(json.dumps, rows)).encode()
    assert read_mentions(lines, "m").mentions == read_mentions(json.dumps(rows).encode(), "m").mentions
    assert read_mentions(lines, "m").format == "mentions_json"


def test_a_row_that_names_no_known_source_takes_the_one_that_was_named() -> None:
    raw = b"text\tdate\tsource\r\nslow\t2026-02-11\tmyspace\r\n"
    assert [only(raw).source, only(raw, Source.FEED).source] == [Source.PASTE, Source.FEED]


def test_a_row_without_an_id_is_known_by_its_content() -> None:
    first, again, other = (only(f"text;date\r\n{t};2026-02-11\r\n".encode()).native_id for t in ("a", "a", "b"))
    assert first == again != other


def test_columns_may_be_mapped() -> None:
    raw = "Beitrag;Tag\r\nkommt nicht;11.02.26\r\n".encode("cp1252")
    mention = only(raw, Source.PASTE, {"text": "Beitrag", "date": "Tag"})
    assert (mention.text, mention.published_at) == ("kommt nicht", datetime(2026, 2, 11, tzinfo=UTC))


def test_unusable_rows_are_told_without_their_words() -> None:
    raw = b"text;date;rating\r\n;2026-02-11;\r\na;;\r\nb;Ada Lampwick;\r\nc;2026-02-11;9\r\nd;2026-02-11;5\r\n"
    report = read_mentions(raw, "m")
    assert (report.rows_read, [m.text for m in report.mentions]) == (5, ["d"])
    assert report.rejects == (
        Reject(2, "text is empty"),
        Reject(3, "date is empty"),
        Reject(4, "date cannot be read"),
        Reject(5, "rating is not a number from 1 to 5"),
    )


def test_a_broken_json_line_is_told_and_the_others_are_read() -> None:
    raw = b'{"text": "a", "date": "2026-02-11"}\n{"text"\n[1]\n{"text": "b", "date": "2026-02-11"}\n'
    report = read_mentions(raw, "m")
    assert [m.text for m in report.mentions] == ["a", "b"]
    assert report.rejects == (Reject(2, "not a JSON object"), Reject(3, "not a JSON object"))


def test_what_had_to_be_assumed_of_a_date_is_told() -> None:
    report = read_mentions(b"text;date\r\na;2/3/26 09:15\r\n", "m")
    assert [w.split(":")[0] for w in report.warnings] == [
        "dates such as 2/11 were read day first",
        "time without a zone",
    ]


def test_a_table_without_a_text_column_and_an_unknown_field_are_refused() -> None:
    with pytest.raises(BadInput, match="column 'text' is missing"):
        read_mentions(b"date;author\r\n", "m")
    with pytest.raises(BadInput, match="'words' is not one of our fields"):
        read_mentions(b"text;date\r\n", "m", Source.PASTE, {"words": "text"})


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    for start in (b"", b"text,date\n", b"[", b"{"):
        try:
            read_mentions(start + raw, "m")
        except BadInput as refused:
            assert "\n" not in str(refused)
