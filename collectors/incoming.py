"""Every kind of file that comes in: read it, and say how its rows are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from collectors import eml, helpdesk, mention_files, trustpilot, trustpilot_webhook
from collectors.amazon_reports.aftersales import AftersalesReport, read_claims, read_feedback, read_returns
from collectors.amazon_reports.orders import read_orders
from collectors.amazon_reports.tables import Reject
from collectors.trustpilot import Outcome, alarm
from collectors.trustpilot.page import mentions as page_mentions
from data import aftersales, casework, copies, mentions, orders, trail
from data.domain import Cursor, HealthState, Mention, Mode, Page, Source, Ticket
from data.errors import BadInput
from data.mentions import Stored
from data.snapshots import Changed
from data.store import Tx

MAX_PAGE_BYTES = 32_000_000


def no_issue(_text: str) -> str | None:
    """Names no issue: used where no classifier is at hand."""
    return None


@dataclass(frozen=True, slots=True)
class Options:
    """What a kind may need beyond the file: help-desk tool, columns and source, the issue of a ticket, the watch of
    pages. ``source`` counts for mentions whose row names none."""

    tool: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    source: Source = Source.PASTE
    classify: Callable[[str], str | None] = no_issue
    watch: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as read, and ``write(tx, snapshot id)`` which stores its rows and counts what changed."""

    format: str
    encoding: str
    read: int
    write: Callable[[Tx, int], Changed]
    rejects: Sequence[Reject] = ()
    warnings: tuple[str, ...] = ()
    outcome: Outcome | None = None


def read(kind: str, raw: bytes, name: str, options: Options) -> Incoming:
    """Read ``raw`` as a file of ``kind``: one of KINDS; raises BadInput when it is none."""
    return KINDS[kind](raw, name, options)


def _orders(raw: bytes, name: str, _options: Options) -> Incoming:
    found = read_orders(raw, name)

    def write(tx: Tx, snapshot: int) -> Changed:
        return orders.add_orders(tx, snapshot, found.orders)

    return Incoming(found.format, found.encoding, found.rows_read, write, found.rejects, found.warnings)


def _returns(raw: bytes, name: str, _options: Options) -> Incoming:
    found = read_returns(raw, name)

    def write(tx: Tx, _snapshot: int) -> Changed:
        aftersales.add_claims(tx, found.claims)
        _add_mentions(tx, found.mentions)
        return aftersales.add_returns(tx, found.returns)

    return _aftersales(found, write)


def _feedback(raw: bytes, name: str, _options: Options) -> Incoming:
    found = read_feedback(raw, name)
    return _aftersales(found, lambda tx, _snapshot: _add_mentions(tx, found.mentions))


def _claims(raw: bytes, name: str, _options: Options) -> Incoming:
    found = read_claims(raw, name)

    def write(tx: Tx, _snapshot: int) -> Changed:
        _add_mentions(tx, found.mentions)
        return aftersales.add_claims(tx, found.claims)

    return _aftersales(found, write)


def _aftersales(found: AftersalesReport, write: Callable[[Tx, int], Changed]) -> Incoming:
    return Incoming(found.format, found.encoding, found.rows_read, write, found.rejects)


def _mentions(raw: bytes, name: str, options: Options) -> Incoming:
    if eml.is_letter(name):
        found = eml.read_mention(raw, name, options.source)
    else:
        found = mention_files.read_mentions(raw, name, options.source, options.columns)

    def write(tx: Tx, _snapshot: int) -> Changed:
        return _add_mentions(tx, found.mentions)

    return Incoming(found.format, found.encoding, found.rows_read, write, found.rejects)


def _add_mentions(tx: Tx, batch: Sequence[Mention]) -> Changed:
    stored = mentions.add(tx, batch)
    for source in {m.source for m in batch}:
        trail.set_health(tx, source, "files", HealthState.OK, "", new_mentions=stored.new)
    return Changed(stored.new, stored.changed, stored.unchanged)


def _trustpilot(raw: bytes, name: str, options: Options) -> Incoming:
    if len(raw) > MAX_PAGE_BYTES:
        raise BadInput(f"{name}: larger than 32 MB: no saved page is")
    if trustpilot_webhook.is_payload(raw):
        return _payload(raw, options)
    page = trustpilot.parse_page(raw)
    found = page_mentions(page, options.watch)

    def write(tx: Tx, _snapshot: int) -> Changed:
        if page.outcome not in (Outcome.OK, Outcome.EMPTY):
            return Changed()
        place = Cursor(Source.TRUSTPILOT, "saved", {"shown": page.shown, "total": page.total or 0})
        stored = mentions.add_page(tx, Page(found, place))
        return Changed(stored.new, stored.changed, stored.unchanged)

    # the data block stands even when the cards differ: a browser may have translated them before they were saved
    alarms = tuple(line for line in (alarm.changed_layout(raw, page), alarm.new_fields(page)) if line)
    said = alarms if page.outcome in (Outcome.OK, Outcome.EMPTY) else (_OUTCOME_WORDS[page.outcome],)
    return Incoming(
        f"trustpilot_{page.outcome.value}", "utf-8", len(page.reviews), write, warnings=said, outcome=page.outcome
    )


def _payload(raw: bytes, options: Options) -> Incoming:
    payload = trustpilot_webhook.read_payload(raw, options.watch)

    def write(tx: Tx, _snapshot: int) -> Changed:
        stored = add_payload(tx, payload)
        return Changed(stored.new, stored.changed + stored.gone, stored.unchanged)

    count = len(payload.page.mentions) + len(payload.page.gone)
    return Incoming("trustpilot_webhook", "utf-8", count, write)


def add_payload(tx: Tx, payload: trustpilot_webhook.Payload) -> Stored:
    """Store what a webhook told, and that it came."""
    page = payload.page
    known = copies.stored(tx, Source.TRUSTPILOT, [m.native_id for m in page.mentions])
    stored = mentions.add_page(tx, trustpilot_webhook.completed(payload, known))
    trail.set_health(
        tx,
        Source.TRUSTPILOT,
        trustpilot_webhook.PARTITION,
        HealthState.OK,
        "",
        last_mention=max((m.published_at for m in page.mentions), default=None),
        new_mentions=stored.new,
        skipped=page.skipped,
        unknown_fields=page.unknown_fields,
    )
    return stored


_OUTCOME_WORDS = {
    Outcome.GATED: "the page asks to sign in: reviews beyond it are not public",
    Outcome.BLOCKED: "the page is a bot wall, not a profile: open the profile in your browser and save it from there",
    Outcome.NOT_A_PROFILE: "the page is not a company's review profile",
    Outcome.LAYOUT_UNKNOWN: "no reviews could be read: the page is half saved, or Trustpilot has changed its layout",
    Outcome.DISALLOWED: "robots.txt forbids this page",
}


def _tickets(raw: bytes, name: str, options: Options) -> Incoming:
    if eml.is_letter(name):
        found = eml.read_ticket(raw, name)
    else:
        found = helpdesk.read_tickets(raw, name, options.tool, options.columns)

    def issue(t: Ticket) -> str | None:
        first = next((m.text for m in t.messages if m.direction == "in"), "")
        return options.classify(f"{t.subject}\n{first}")

    def write(tx: Tx, _snapshot: int) -> Changed:
        batch = [(t, issue(t)) for t in found.tickets]
        return casework.add_tickets(tx, batch, suspend_amazon=casework.mode(tx) is Mode.SUSPENDED)

    return Incoming(found.format, found.encoding, found.rows_read, write, found.rejects)


KINDS: Mapping[str, Callable[[bytes, str, Options], Incoming]] = {
    "orders": _orders,
    "shipments": _orders,
    "returns": _returns,
    "feedback": _feedback,
    "claims": _claims,
    "mentions": _mentions,
    "trustpilot": _trustpilot,
    "tickets": _tickets,
}
