"""E-mail files (.eml): one letter each, as a mention or as a ticket. Attachments are never opened."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email import errors, policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr

from collectors import plain_text
from collectors.amazon_reports.dates import FIRST_YEAR, LAST_YEAR
from collectors.amazon_reports.tables import Reject
from collectors.helpdesk.common import Told, made, order_in
from collectors.helpdesk.read import TicketReport
from collectors.mention_files import MentionReport
from data.clean import clean
from data.domain import Author, Mention, Source, TicketMessage
from data.errors import BadInput, SkipItem

SUFFIX = ".eml"
MAX_TEXT = 100_000  # characters of a body; a longer one is a dump, not a letter
_HEADERS = ("from", "date", "subject", "message-id", "received", "to")
# the standard library raises these on headers and bodies that break the rules
_BROKEN = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError, errors.MessageError)
_SPACES = re.compile(r"[ \t\r\f\v]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is kept of an e-mail; ``sender`` is its address in lower case."""

    native_id: str
    sent_at: datetime
    subject: str
    text: str
    sender: str = ""
    sender_name: str = ""
    order_id: str | None = None


def is_letter(name: str) -> bool:
    """Whether a file of this name is read as an e-mail."""
    return name.lower().endswith(SUFFIX)


def read_letter(raw: bytes, name: str) -> Letter:
    """The letter in ``raw``; raises BadInput for a file that is no e-mail, SkipItem for one that cannot be used."""
    if not raw.strip():
        raise BadInput(f"{name}: is empty; save the e-mail again")
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
    except _BROKEN:
        raise BadInput(f"{name}: is not an e-mail; save it as .eml from your mail program") from None
    if not isinstance(message, EmailMessage) or not any(key.lower() in _HEADERS for key in message):
        raise BadInput(f"{name}: is not an e-mail; save it as .eml from your mail program")
    subject, text = _header(message, "subject"), _text(message)
    if not text and not subject:
        raise SkipItem("the e-mail has neither subject nor text")
    sender_name, sender = parseaddr(_header(message, "from"))
    return Letter(
        _native_id(_header(message, "message-id"), raw),
        _sent_at(message),
        subject,
        text,
        sender.lower(),
        sender_name,
        order_in(f"{subject}\n{text}"),
    )


def read_mention(raw: bytes, name: str, source: Source = Source.PASTE) -> MentionReport:
    """The letter as a mention of ``source``; a letter that cannot be used is a reject at line 1."""
    try:
        letter = read_letter(raw, name)
    except SkipItem as skipped:
        return MentionReport("mention_eml", "mime", 1, (), (Reject(1, str(skipped)),))
    who = letter.sender or letter.sender_name
    mention = Mention(
        source,
        letter.native_id,
        letter.text or letter.subject,
        letter.sent_at,
        # the address itself is kept nowhere: the id only tells two senders apart
        Author(source, "mail:" + _digest(who), letter.sender_name or None) if who else None,
        title=letter.subject or None,
        reference=letter.order_id,
        kind="post",
    )
    return MentionReport("mention_eml", "mime", 1, (mention,))


def read_ticket(raw: bytes, name: str) -> TicketReport:
    """The letter as a ticket of the tool ``email``; one that cannot be used is a reject at line 1."""
    told: Told = Counter()
    try:
        letter = read_letter(raw, name)
        ticket = made(
            "email",
            letter.native_id,
            opened=letter.sent_at,
            subject=letter.subject,
            messages=(TicketMessage("in", letter.sent_at, letter.text),) if letter.text else (),
            alias=letter.sender,
            order_id=letter.order_id or "",
            channel="email",
            requester=letter.sender_name or None,
            last_in_at=letter.sent_at,
        )
    except SkipItem as skipped:
        return TicketReport("email_eml", "mime", 1, (), (Reject(1, str(skipped)),))
    return TicketReport("email_eml", "mime", 1, (ticket,), (), tuple(told))


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except _BROKEN:
        return ""  # a header that breaks the rules tells nothing; the others may
    return " ".join(clean(value).split())


def _sent_at(message: EmailMessage) -> datetime:
    try:
        found = message["date"].datetime
    except _BROKEN:
        found = None
    if not isinstance(found, datetime) or not FIRST_YEAR < found.year < LAST_YEAR:
        raise SkipItem("the e-mail has no date that can be read")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _text(message: EmailMessage) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
        if part is None:
            return ""
        text = _content(part)
        said = plain_text.of_html(text) if part.get_content_type() == "text/html" else text
    except _BROKEN:
        raise SkipItem("the e-mail's text cannot be decoded") from None
    return _SPACES.sub(" ", clean(said)).strip()[:MAX_TEXT]


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # a charset that nobody knows
        held = part.get_payload(decode=True)
        return held.decode("utf-8", "replace") if isinstance(held, bytes) else ""


def _native_id(message_id: str, raw: bytes) -> str:
    return _digest(message_id) if message_id else hashlib.sha256(raw).hexdigest()[:24]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
