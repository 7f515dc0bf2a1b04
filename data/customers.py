"""One customer across linked mentions, tickets, orders, returns, claims and feedback. Read in bulk, without names.

A customer is whoever shows some sign of trouble. Their key is the buyer's keyed hash where an order or a ticket has
one, else ``order:<id>``, ``author:<source>:<author row>``, ``mention:<id>`` (no author known) or ``ticket:<id>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from data import approvals, case_links, communities, orders
from data.domain import Band, Category, Claim, Decision, Order, Return, Source, Ticket, TicketMessage
from data.schema.desk import ticket, ticket_message
from data.schema.intake import claim, mention, order_return
from data.schema.intake import orders as order_table
from data.store import Tx
from data.upsert import chunks

HORIZON = timedelta(days=180)  # claims end about 90 days after the promised delivery, disputes of payment little later
DONE = ("solved", "closed")


@dataclass(frozen=True, slots=True)
class MentionFact:
    """What counts of one mention. ``probability`` is the model's, or 0 or 1 where a person has said so.

    ``link_probability`` is the belief that the mention is this customer's (1.0 for an account known only by it);
    ``is_proven`` is true when a person confirmed the link or an order number proves it.
    """

    id: int
    source: Source
    published_at: datetime
    author: int | None = None
    band: Band | None = None
    probability: float | None = None
    category: Category | None = None
    severity: int | None = None
    language: str | None = None
    country: str | None = None
    rating: int | None = None
    experienced_at: date | None = None
    has_reply: bool = False
    verification: str | None = None
    order_id: str | None = None
    link_probability: float = 1.0
    rule: str = ""
    is_proven: bool = False
    community: str | None = None  # the subreddit, in lower case

    @property
    def is_frustrated(self) -> bool:
        """Whether the newest answer, a model's or a person's, says so."""
        return self.band is Band.FRUSTRATED


@dataclass(frozen=True, slots=True)
class CaseTicket:
    """One ticket with its messages; subject and texts are left out, nothing here needs a person's words."""

    id: int
    ticket: Ticket
    issue: Category | None = None
    buyer_key: str | None = None

    @property
    def is_done(self) -> bool:
        """Solved or closed."""
        return self.ticket.status in DONE


@dataclass(frozen=True, slots=True)
class CustomerCase:
    """Everything known of one customer; orders newest first, the rest oldest first."""

    customer: str
    orders: tuple[Order, ...] = ()
    mentions: tuple[MentionFact, ...] = ()
    tickets: tuple[CaseTicket, ...] = ()
    returns: tuple[Return, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(slots=True)
class _Parts:
    orders: list[Order] = field(default_factory=list)
    mentions: list[MentionFact] = field(default_factory=list)
    tickets: list[CaseTicket] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def gather(tx: Tx) -> list[CustomerCase]:
    """Every customer with a sign of trouble in the last 180 days (or one that is still open), by key.

    A rejected link joins nobody. An account's other frustrated mentions follow the one that is linked, except on X
    (rule X-02). A mention about somebody else's order, of our own, a repost or spam is nobody's.
    """
    since = tx.now - HORIZON
    said = _mentions(tx, since)
    tickets = _tickets(tx, since)
    returns = [as_return(r) for r in tx.conn.execute(select(order_return).where(order_return.c.returned_at >= since))]
    claims = [as_claim(r) for r in tx.conn.execute(_claims_since(since))]
    touched = {m.order_id for m in said} | {t.ticket.order_id for t in tickets}
    touched |= {r.order_id for r in returns} | {c.order_id for c in claims}
    known = _cached(tx, [i for i in touched if i], [t.buyer_key for t in tickets if t.buyer_key])
    key_of = _order_keys(known, tickets)
    cases: dict[str, _Parts] = {}
    for order, _ in known:
        cases.setdefault(key_of[order.order_id], _Parts()).orders.append(order)
    for t in tickets:
        cases.setdefault(_ticket_key(t, key_of), _Parts()).tickets.append(t)
    for r in returns:
        cases.setdefault(_order_key(r.order_id, key_of), _Parts()).returns.append(r)
    for c in claims:
        cases.setdefault(_order_key(c.order_id, key_of), _Parts()).claims.append(c)
    for key, m in _owned(said, key_of):
        cases.setdefault(key, _Parts()).mentions.append(m)
    return [_case(key, parts) for key, parts in sorted(cases.items())]


def _case(key: str, parts: _Parts) -> CustomerCase:
    return CustomerCase(
        key,
        tuple(sorted(parts.orders, key=lambda o: (o.purchased_at, o.order_id), reverse=True)),
        tuple(sorted(parts.mentions, key=lambda m: (m.published_at, m.id))),
        tuple(sorted(parts.tickets, key=lambda t: (t.ticket.created_at, t.id))),
        tuple(sorted(parts.returns, key=lambda r: (r.returned_at, r.order_id, r.sku or ""))),
        tuple(sorted(parts.claims, key=lambda c: (c.opened_at, c.order_id))),
    )


def _mentions(tx: Tx, since: datetime) -> list[MentionFact]:
    query = select(mention).where(
        mention.c.published_at >= since,
        or_(mention.c.link_decision == Decision.LINK.value, mention.c.band == Band.FRUSTRATED.value),
        mention.c.gone_at.is_(None),
        mention.c.is_own.is_(False),
        mention.c.is_spam.is_(False),
        mention.c.repeats.is_(None),
        mention.c.kind != "article",  # a newspaper is nobody's customer
        or_(mention.c.same_as.is_(None), mention.c.link_decision == Decision.LINK.value),  # a copy may name the order
    )
    rows = list(tx.conn.execute(query))
    linked = [row for row in rows if row.link_decision == Decision.LINK.value and row.link_order]
    joined = case_links.joined(tx, {row.id: row.link_order for row in linked})
    labels = case_links.labels(tx, [row.id for row in rows])
    facts = [_mention(row, joined.get(row.id), labels.get(row.id)) for row in rows]
    return [m for m, row in zip(facts, rows, strict=True) if m.order_id or _is_ours(m, row)]


def _is_ours(m: MentionFact, row: Any) -> bool:
    about_us = row.link_decision != Decision.NOT_OUR_ORDER.value and m.category is not Category.NOT_ABOUT_US
    return m.is_frustrated and about_us


def _mention(row: Any, joined: case_links.Joined | None, label: bool | None) -> MentionFact:
    return MentionFact(
        id=row.id,
        source=Source(row.source),
        published_at=row.published_at,
        author=row.author,
        band=Band(row.band) if row.band else None,
        probability=row.probability if label is None else float(label),
        category=Category(row.category) if row.category else None,
        severity=row.severity,
        language=row.language if row.language != "und" else None,
        country=row.country,
        rating=row.rating,
        experienced_at=row.experienced_at,
        has_reply=row.reply_text is not None,
        verification=row.verification,
        order_id=row.link_order if joined else None,
        link_probability=(1.0 if joined.is_proven else row.link_probability or 0.0) if joined else 1.0,
        rule=joined.rule if joined else "",
        is_proven=joined.is_proven if joined else False,
        community=communities.of_url(row.url),
    )


def _owned(said: Sequence[MentionFact], key_of: Mapping[str, str]) -> Iterable[tuple[str, MentionFact]]:
    """Mentions with their customer's key; an unlinked one follows its author's only linked customer."""
    homes: dict[int, dict[str, MentionFact]] = {}
    for m in said:
        if m.order_id and m.author is not None and m.source is not Source.X:
            homes.setdefault(m.author, {})[_order_key(m.order_id, key_of)] = m
    for m in said:
        home = homes.get(m.author, {}) if m.author is not None else {}
        if m.order_id:
            yield _order_key(m.order_id, key_of), m
        elif len(home) == 1:
            ((key, linked),) = home.items()
            yield key, replace(m, link_probability=linked.link_probability)
        else:
            yield f"mention:{m.id}" if m.author is None else f"author:{m.source.value}:{m.author}", m


def _order_keys(known: Sequence[tuple[Order, str | None]], tickets: Sequence[CaseTicket]) -> dict[str, str]:
    """Order id -> customer key: the cached order's buyer, else the buyer of a ticket that names the order."""
    keys = {t.ticket.order_id: t.buyer_key for t in tickets if t.ticket.order_id and t.buyer_key}
    told = {order.order_id: buyer or keys.get(order.order_id) or f"order:{order.order_id}" for order, buyer in known}
    return keys | told


def _order_key(order_id: str, key_of: Mapping[str, str]) -> str:
    return key_of.get(order_id, f"order:{order_id}")


def _ticket_key(t: CaseTicket, key_of: Mapping[str, str]) -> str:
    if t.ticket.order_id:
        return _order_key(t.ticket.order_id, key_of)
    return t.buyer_key or f"ticket:{t.id}"


def _cached(tx: Tx, order_ids: Sequence[str], buyers: Sequence[str]) -> list[tuple[Order, str | None]]:
    """The cached orders of these ids, and every other order of the same buyers, each with its buyer's key."""
    columns = select(order_table.c.id, order_table.c.buyer_key)
    found: dict[int, str | None] = {}
    for part in chunks(sorted(order_ids)):
        found.update({r.id: r.buyer_key for r in tx.conn.execute(columns.where(order_table.c.order_id.in_(part)))})
    for part in chunks(sorted({*buyers, *(key for key in found.values() if key)})):
        found.update({r.id: r.buyer_key for r in tx.conn.execute(columns.where(order_table.c.buyer_key.in_(part)))})
    ids = sorted(found)
    return [(order, found[i]) for i, order in zip(ids, orders.load(tx, ids, with_names=False), strict=True)]


def _tickets(tx: Tx, since: datetime) -> list[CaseTicket]:
    recent = or_(ticket.c.status.not_in(DONE), ticket.c.created_at >= since, ticket.c.last_in_at >= since)
    return as_tickets(tx, list(tx.conn.execute(select(ticket).where(recent))))


def as_tickets(tx: Tx, rows: Sequence[Any]) -> list[CaseTicket]:
    """Ticket rows with their messages (direction and time), in the order of ``rows``.

    Answers that went out through the desk count as ours, also before the help desk's next export tells of them.
    """
    said: dict[int, list[TicketMessage]] = {}
    message = ticket_message.c
    for part in chunks([row.id for row in rows]):
        query = select(message.ticket, message.direction, message.sent_at).where(message.ticket.in_(part))
        for m in tx.conn.execute(query.order_by(message.ticket, message.position)):
            said.setdefault(m.ticket, []).append(TicketMessage(m.direction, m.sent_at, ""))
    by_id = {row.id: row for row in rows}
    for number, times in approvals.sent_times(tx, list(by_id)).items():
        asked = by_id[number].last_in_at or by_id[number].created_at
        known = said.setdefault(number, [TicketMessage("in", asked, "")])
        known += [TicketMessage("out", at, "") for at in times]
        known.sort(key=lambda m: m.sent_at)
    return [_ticket(row, tuple(said.get(row.id, ()))) for row in rows]


def _ticket(row: Any, messages: tuple[TicketMessage, ...]) -> CaseTicket:
    told = Ticket(
        tool=row.tool,
        native_id=row.native_id,
        created_at=row.created_at,
        status=row.status,
        order_id=row.order_id,
        tags=tuple(row.tags),
        priority=row.priority,
        language=row.language,
        channel=row.channel,
        last_in_at=row.last_in_at,
        last_out_at=row.last_out_at,
        messages=messages,
    )
    issue = Category(row.issue) if row.issue in set(Category) else None
    return CaseTicket(row.id, told, issue, row.buyer_key)


def _claims_since(since: datetime) -> Any:
    return select(claim).where(or_(claim.c.opened_at >= since, claim.c.status.in_(("open", "appealed"))))


def as_return(row: Any) -> Return:
    """A return as it is known; what the buyer wrote on it is a mention of its own."""
    told = {name: getattr(row, name) for name in Return.__slots__ if name != "comment"}
    return Return(**(told | {"sku": row.sku or None}))


def as_claim(row: Any) -> Claim:
    """A claim as it is known."""
    return Claim(**{name: getattr(row, name) for name in Claim.__slots__})
