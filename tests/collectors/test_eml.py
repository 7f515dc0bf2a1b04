"""E-mail files as mentions and as tickets: headers and bodies in every coding, attachments never opened."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import eml
from collectors.run import import_files
from data import browse, casework
from data.browse import Filter
from data.domain import Mention, Source, Ticket
from data.errors import BadInput, SkipItem
from data.workspace import Workspace

SENT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def a_letter(text: str = "My lamp never came. Order 405-1234567-7654321.", **headers: str) -> EmailMessage:
    letter = EmailMessage()
    told = {
        "From": "Ada Lampwick <abc123@marketplace.amazon.fr>",
        "To": "shop@lumivelle.example",
        "Subject": "Where is my lamp",
        "Date": "Mon, 23 Nov 2026 09:30:00 +0100",
        "Message-ID": "<1@mail.example>",
    }
    for name, value in (told | headers).items():
        if value:
            letter[name] = value
    letter.set_content(text)
    return letter


def mention(raw: bytes) -> Mention:
    (made,) = eml.read_mention(raw, "x.eml").mentions
    return made


def ticket(raw: bytes) -> Ticket:
    (made,) = eml.read_ticket(raw, "x.eml").tickets
    return made


def reason(raw: bytes) -> str:
    report = eml.read_mention(raw, "x.eml")
    assert report.mentions == () and report.rows_read == 1
    return report.rejects[0].reason


def test_a_letter_becomes_a_mention_with_its_order_id() -> None:
    made = mention(bytes(a_letter()))
    assert (made.title, made.published_at, made.reference) == ("Where is my lamp", SENT, "405-1234567-7654321")
    assert made.text == "My lamp never came. Order 405-1234567-7654321."
    assert made.author is not None and made.author.name == "Ada Lampwick"
    assert "marketplace" not in repr(made.author)


def test_a_letter_becomes_a_ticket_with_alias_channel_and_order_id() -> None:
    made = ticket(bytes(a_letter()))
    assert (made.tool, made.channel, made.order_id) == ("email", "amazon", "405-1234567-7654321")
    assert (made.buyer_email, made.last_in_at, made.requester) == ("abc123@marketplace.amazon.fr", SENT, "Ada Lampwick")
    assert [(m.direction, m.sent_at) for m in made.messages] == [("in", SENT)]


def test_a_letter_from_elsewhere_is_no_amazon_ticket() -> None:
    made = ticket(bytes(a_letter("Hello?", From="jo@mail.example")))
    assert (made.channel, made.order_id, made.buyer_email) == ("email", None, None)


def test_encoded_headers_are_read() -> None:
    letter = bytes(a_letter(Subject="Où est ma lampe ? 🪔", From="Zoë Lumière <zoe@mail.example>"))
    assert b"=?utf-8?" in letter
    made = mention(letter)
    assert made.title == "Où est ma lampe ? 🪔"
    assert made.author is not None and made.author.name == "Zoë Lumière"


def test_a_folded_header_in_an_old_charset_is_read() -> None:
    raw = (
        b"From: =?ISO-8859-1?Q?Fran=E7oise?= <f@mail.example>\r\n"
        b"Date: Mon, 23 Nov 2026 08:30:00 GMT\r\n"
        b"Subject: =?ISO-8859-1?B?" + base64.b64encode("Déçue de".encode("latin-1")) + b"?=\r\n"
        b" =?ISO-8859-1?Q?_ma_lampe?=\r\n\r\nRien.\r\n"
    )
    assert mention(raw).title == "Déçue de ma lampe"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252", "iso-2022-jp", "shift_jis", "utf-16"])
def test_a_body_is_read_in_its_charset(charset: str) -> None:
    text = "ランプが届きません" if charset in ("iso-2022-jp", "shift_jis") else "Déçue: rien reçu"
    body = base64.b64encode(text.encode(charset))
    head = "From: a@b.example\nDate: Mon, 23 Nov 2026 08:30:00 +0000\nContent-Transfer-Encoding: base64\n"
    assert mention(f"{head}Content-Type: text/plain; charset={charset}\n\n".encode() + body).text == text


def test_japanese_in_seven_bits_survives_the_way_through_the_file_reader(workspace: Workspace, tmp_path: Path) -> None:
    head = "From: a@b.example\nDate: Mon, 23 Nov 2026 08:30:00 +0000\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    file = tmp_path / "jp.eml"
    file.write_bytes(head.encode() + "ランプが届きません".encode("iso-2022-jp"))
    import_files(workspace, "mentions", [file])
    with workspace.store.reading() as tx:
        assert browse.page(tx, Filter(), size=5).rows[0].text == "ランプが届きません"


def test_a_letter_of_html_alone_is_read_as_text() -> None:
    letter = a_letter()
    letter.set_content("<p>Rien <b>re&ccedil;u</b>.</p><style>p{}</style><p>Toujours rien.</p>", subtype="html")
    assert mention(bytes(letter)).text == "Rien reçu.\nToujours rien."


def test_the_plain_part_is_preferred_and_attachments_are_ignored() -> None:
    letter = a_letter("Plain words.")
    letter.add_alternative("<p>HTML words.</p>", subtype="html")
    letter.add_attachment(b"Secret words in a file.", maintype="text", subtype="plain", filename="note.txt")
    letter.add_attachment(b"\x00" * 5000, maintype="image", subtype="png", filename="lamp.png")
    assert mention(bytes(letter)).text == "Plain words."


def test_an_unknown_charset_loses_letters_but_not_the_letter() -> None:
    head = b"From: a@b.example\nDate: Mon, 23 Nov 2026 08:30:00 +0000\nContent-Type: text/plain; charset=klingon\n\n"
    assert mention(head + b"Never came.").text == "Never came."


def test_a_date_without_a_zone_counts_as_utc() -> None:
    assert mention(bytes(a_letter(Date="Mon, 23 Nov 2026 08:30:00 -0000"))).published_at == SENT


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Nov 2026 09:30:00 +0100", "Mon, 23 Nov 1980 00:00:00 +0000"]
)
def test_a_letter_without_a_usable_date_is_rejected_with_the_reason(date: str) -> None:
    assert reason(bytes(a_letter(Date=date))) == "the e-mail has no date that can be read"


def test_a_letter_without_words_is_rejected_with_the_reason() -> None:
    assert reason(bytes(a_letter("", Subject=""))) == "the e-mail has neither subject nor text"


@pytest.mark.parametrize("raw", [b"", b"   \n", b"just some words\nand more", b"\x89PNG\r\n\x1a\n", b"{}"])
def test_a_file_that_is_no_letter_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"^x\.eml: is (empty|not an e-mail); save"):
        eml.read_letter(raw, "x.eml")


def test_the_same_letter_is_known_by_its_message_id() -> None:
    again = a_letter(**{"X-Spam": "no"})
    assert mention(bytes(a_letter())).native_id == mention(bytes(again)).native_id
    assert mention(bytes(a_letter(**{"Message-ID": "<2@m.example>"}))).native_id != mention(bytes(again)).native_id


@settings(max_examples=150, deadline=timedelta(seconds=2))
@given(st.binary(max_size=300), st.binary(max_size=300), st.sampled_from(["From", "Date", "Subject", "Content-Type"]))
def test_whatever_a_letter_holds_it_is_read_or_refused(head: bytes, body: bytes, name: str) -> None:
    raw = name.encode() + b": " + head + b"\nMessage-ID: <1@b.example>\n\n" + body
    try:
        found = eml.read_letter(raw, "x.eml")
    except (BadInput, SkipItem):
        return
    assert found.sent_at.tzinfo is not None


def test_mentions_and_tickets_are_imported_from_letters(workspace: Workspace, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.EML", tmp_path / "bad.eml"
    good.write_bytes(bytes(a_letter()))
    bad.write_bytes(bytes(a_letter(Date="")))
    first, second = import_files(workspace, "mentions", [good, bad])
    assert (first.format, first.inserted, second.inserted, second.rejected) == ("mention_eml", 1, 0, 1)
    (third,) = import_files(workspace, "tickets", [good])
    assert (third.format, third.inserted) == ("email_eml", 1)
    with workspace.store.reading() as tx:
        assert browse.page(tx, Filter(sources=(Source.PASTE.value,)), size=5).rows[0].title == "Where is my lamp"
        assert [row.channel for row in casework.tickets(tx)] == ["amazon"]
