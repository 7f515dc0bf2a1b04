"""The invented world as it stood at an earlier moment: what a file or a page of that moment would have held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from data.demo import story
from data.demo.aftersales import midnight
from data.demo.speakers import PostFacts
from data.demo.world import World
from data.domain import Claim, Mention, Order, Return, Source, Ticket


def orders(world: World, since: datetime, at: datetime) -> tuple[Order, ...]:
    """Orders bought from ``since`` on, as a report of the moment ``at`` shows them."""
    return tuple(_order(o, at) for o in world.orders if since <= o.purchased_at <= at)


def _order(o: Order, at: datetime) -> Order:
    seen = replace(o, updated_at=min(o.updated_at, at) if o.updated_at else None)
    if o.delivered_at and o.delivered_at > at:
        seen = replace(seen, delivered_at=None)
    if o.shipped_at is None or o.shipped_at <= at:
        return seen
    items = tuple(replace(item, status="Unshipped") for item in o.items)
    return replace(seen, items=items, status="Unshipped", shipped_at=None, carrier=None, tracking=None)


def returns(world: World, at: datetime) -> tuple[Return, ...]:
    """Returns asked for until ``at``; what came back or was refunded later had not happened yet."""
    return tuple(_return(world, r, at) for r in world.returns if r.returned_at <= at)


def _return(world: World, r: Return, at: datetime) -> Return:
    back = r.delivered_back_at
    if back is None or r.kind == "fba":
        return r
    paid_at = back + timedelta(days=2)
    if paid_at >= midnight(world.today, story.SUSPENDED):
        paid_at = midnight(world.today, story.PROMISED + 2)  # nothing could be refunded in between
    if r.refunded_minor is not None and paid_at > at:
        r = replace(r, status="Approved", refunded_minor=None)
    return r if back <= at else replace(r, delivered_back_at=None, has_claim=False)


def claims(world: World, at: datetime) -> tuple[Claim, ...]:
    """Claims opened until ``at``; what was decided later is open."""
    return tuple(_claim(c, at) for c in world.claims if c.opened_at <= at)


def _claim(c: Claim, at: datetime) -> Claim:
    asked = c.info_requested_at if c.info_requested_at and c.info_requested_at <= at else None
    if c.decided_at is None or c.decided_at <= at:
        return replace(c, info_requested_at=asked)
    return replace(c, status="open", info_requested_at=asked, decided_at=None, appeal_until=None)


def tickets(world: World, since: datetime, at: datetime) -> tuple[Ticket, ...]:
    """Tickets with a message after ``since``, as they stood at ``at``."""
    seen = (_ticket(t, at) for t in world.tickets if t.created_at <= at)
    return tuple(t for t in seen if t.messages[-1].sent_at > since)


def _ticket(t: Ticket, at: datetime) -> Ticket:
    said = tuple(m for m in t.messages if m.sent_at <= at)
    if len(said) == len(t.messages):
        return t
    # a ticket that somebody writes in again was not closed before
    status = "solved" if said[-1].direction == "out" else "new" if len(said) == 1 else "open"
    return replace(
        t,
        status=status,
        messages=said,
        last_in_at=max(m.sent_at for m in said if m.direction == "in"),
        last_out_at=max((m.sent_at for m in said if m.direction == "out"), default=None),
    )


def feedback(world: World, marketplace_country: str, at: datetime) -> tuple[Mention, ...]:
    """Seller feedback of one country until ``at``."""
    told = world.mentions[Source.SELLER_FEEDBACK]
    return tuple(m for m in told if m.country == marketplace_country and m.published_at <= at)


def reviews(world: World, at: datetime) -> tuple[Mention, ...]:
    """Trustpilot's profile at ``at``, newest first: later edits undone, later answers not there yet."""
    seen = (_review(world, m, at) for m in world.mentions[Source.TRUSTPILOT] if m.published_at <= at)
    return tuple(sorted(seen, key=lambda m: (m.published_at, m.native_id), reverse=True))


def _review(world: World, m: Mention, at: datetime) -> Mention:
    if m.updated_at and m.updated_at > at:
        return world.earlier[m.native_id]
    if m.reply and m.reply.published_at and m.reply.published_at > at:
        return replace(m, reply=None)
    return m


def posts(world: World, source: Source, before: datetime, at: datetime) -> tuple[tuple[Mention, PostFacts], ...]:
    """What stands on Reddit or X at ``at``; what was deleted is gone once somebody could see it at ``before``."""
    seen = []
    for m in world.mentions[source]:
        facts = world.posts[m.native_id]
        if m.published_at > at:
            continue
        if facts.edited_at and facts.edited_at > at:
            m, facts = replace(m, updated_at=None), replace(facts, edited_at=None, versions=())
        seen.append((m, replace(facts, is_deleted_later=facts.is_deleted_later and m.published_at <= before)))
    return tuple(seen)
