"""The lawful route to one customer. The first rule that decides wins; every answer names it.

No route carries an incentive, a request about a review, or a review invitation: nobody can be picked for one here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from data.domain import Mode, Route, RouteChoice, Source
from recovery_plan.rules import RuleBook, load
from recovery_plan.rules.book import months_before


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What the route to one customer depends on.

    ``has_confirmed_link`` is true for a link that a person confirmed or that an order number proves.
    ``source`` is where the complaint stands, None when there is only a ticket.
    """

    source: Source | None = None
    order_id: str | None = None
    has_confirmed_link: bool = False
    has_open_issue: bool = True
    ticket_waiting: bool = False  # a message of the buyer's awaits our answer
    is_critical: bool = False  # that ticket is about a refund or an A-to-z claim
    ordered_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None
    mentioned_on: date | None = None
    experienced_on: date | None = None
    was_invited: bool = False  # the review came from an invitation through Trustpilot
    has_public_reply: bool = False
    was_sought: bool = False  # Find Reviewer was used on this review before
    community_allows: bool = False  # the subreddit lets companies answer
    messaging_works: bool = True  # buyer messaging, on the day the plan starts
    has_opted_out: bool = False
    was_contacted: bool = False  # this customer, or anybody about this order


def route_for(
    facts: RouteFacts, today: date, *, starts_on: date | None = None, mode: Mode, book: RuleBook | None = None
) -> RouteChoice:
    """The route for one customer with its rule, reason and lawful days (both inclusive).

    ``starts_on`` is the first day of outreach: the known or assumed reinstatement. During a suspension only the
    answer to a critical ticket may go out before it.
    """
    book = book or load()
    first = today if mode is Mode.NORMAL else max(today, starts_on or today)
    if facts.ticket_waiting:
        return _answer(facts, today, first, mode)
    if facts.has_opted_out:
        return RouteChoice(Route.NONE, "DESK-OPT-OUT", "asked to be left alone")
    if facts.was_contacted:
        return RouteChoice(Route.WAIT_FOR_CONTACT, "DESK-ONCE", "was approached before: the next word is theirs")
    if facts.source is Source.X:
        return _on_x(facts)
    if choice := _message(facts, first, book):
        return choice
    if facts.source is Source.TRUSTPILOT:
        return _on_trustpilot(facts, first, book)
    if facts.source is Source.REDDIT:
        return _on_reddit(facts, first, book)
    return _otherwise(facts)


def _answer(facts: RouteFacts, today: date, first: date, mode: Mode) -> RouteChoice:
    if mode is Mode.SUSPENDED and not facts.is_critical:
        return RouteChoice(
            Route.BUYER_MESSAGE, "DESK-CRITICAL", "answer after the reinstatement: not a refund or claim", first
        )
    return RouteChoice(Route.BUYER_MESSAGE, "AMZ-MSG-02", "the buyer wrote and waits: an answer has no limit", today)


def _on_x(facts: RouteFacts) -> RouteChoice:
    if facts.has_confirmed_link:
        return RouteChoice(Route.WAIT_FOR_CONTACT, "X-03", "complained on X: answered as soon as they write to us")
    return RouteChoice(Route.NONE, "X-03", "complained on X and did not write to us: never approached")


def message_window(facts: RouteFacts, book: RuleBook) -> tuple[date, str] | None:
    """Last day for a message the buyer did not ask for and the date it counts from; None without any date.

    The sources differ (order, completion, delivery): the earliest known date is the strictest reading.
    """
    known = [
        (day, name)
        for day, name in ((facts.ordered_on, "order"), (facts.shipped_on, "dispatch"), (facts.delivered_on, "delivery"))
        if day is not None
    ]
    if not known:
        return None
    day, name = min(known)
    return day + timedelta(days=book.days("AMZ-MSG-05")), name


def _message(facts: RouteFacts, first: date, book: RuleBook) -> RouteChoice | None:
    """A message about the order, when everything allows it; None sends the caller on to the public routes."""
    window = message_window(facts, book)
    if not (facts.order_id and facts.has_confirmed_link and facts.has_open_issue and facts.messaging_works and window):
        return None
    last_day, counted_from = window
    if not _is_amazon_order(facts.order_id) or first > last_day:
        return None
    reason = f"open problem with a linked order; the window counts from the {counted_from}"
    return RouteChoice(Route.BUYER_MESSAGE, "AMZ-MSG-05", reason, first, last_day)


def _is_amazon_order(order_id: str) -> bool:
    """S01 orders were sold elsewhere: their receivers are no Amazon buyers (rule AMZ-ID-01)."""
    return order_id[:1].isdigit()


def _on_trustpilot(facts: RouteFacts, first: date, book: RuleBook) -> RouteChoice:
    """A public reply asks people to write through their order page: only useful while that works."""
    if choice := _public_reply(facts, first, book, "TP-01", "a polite answer below the review"):
        return choice
    if choice := _find_reviewer(facts, first, book):
        return choice
    if facts.has_public_reply:
        return RouteChoice(Route.WAIT_FOR_CONTACT, "TP-01", "has our public answer: the next word is theirs")
    if _is_forgotten(facts, first, book):
        return RouteChoice(Route.WAIT_FOR_CONTACT, "DESK-ARCHIVE", "an old review: an answer would only wake it")
    return RouteChoice(Route.WAIT_FOR_CONTACT, "TP-04", "buyer messaging is cut and Find Reviewer is not open")


def _public_reply(facts: RouteFacts, first: date, book: RuleBook, rule: str, reason: str) -> RouteChoice | None:
    if facts.has_public_reply or not facts.messaging_works or _is_forgotten(facts, first, book):
        return None
    return RouteChoice(Route.PUBLIC_REPLY, rule, reason, first, _archived_after(facts, book))


def _archived_after(facts: RouteFacts, book: RuleBook) -> date | None:
    return facts.mentioned_on + timedelta(days=book.days("DESK-ARCHIVE")) if facts.mentioned_on else None


def _is_forgotten(facts: RouteFacts, first: date, book: RuleBook) -> bool:
    last = _archived_after(facts, book)
    return last is not None and first > last


def _find_reviewer(facts: RouteFacts, first: date, book: RuleBook) -> RouteChoice | None:
    """Asks for the reference number: only unknown, uninvited reviewers, within twelve months of the experience."""
    experienced = facts.experienced_on or facts.mentioned_on
    if facts.has_confirmed_link or facts.was_invited or facts.was_sought or experienced is None:
        return None
    if experienced < months_before(first, book.number("TP-03", "months")):
        return None
    noon = datetime.combine(experienced, time(12), tzinfo=UTC)
    reason = f"ask for the order's reference; {book.days('TP-04')} days to answer"
    return RouteChoice(Route.FIND_REVIEWER, "TP-04", reason, first, book.due("TP-03", noon).date())


def _on_reddit(facts: RouteFacts, first: date, book: RuleBook) -> RouteChoice:
    if not facts.community_allows:
        return RouteChoice(Route.WAIT_FOR_CONTACT, "RD-05", "the community does not let companies answer")
    choice = _public_reply(facts, first, book, "RD-05", "one public answer where the community allows it")
    return choice or RouteChoice(Route.WAIT_FOR_CONTACT, "RD-05", "answered already, too old, or nowhere to point to")


def _otherwise(facts: RouteFacts) -> RouteChoice:
    if not facts.has_confirmed_link or not facts.order_id:
        return RouteChoice(Route.NONE, "DESK-LINK", "no confirmed order: nobody is contacted on a guess")
    if not _is_amazon_order(facts.order_id):
        return RouteChoice(Route.NONE, "AMZ-ID-01", "a multi-channel order: the receiver is no Amazon buyer")
    if not facts.has_open_issue:
        return RouteChoice(Route.WAIT_FOR_CONTACT, "AMZ-MSG-01", "nothing is open about the order")
    if not facts.messaging_works:
        return RouteChoice(Route.WAIT_FOR_CONTACT, "AMZ-MSG-12", "buyer messaging is cut: no other way is allowed")
    return RouteChoice(Route.WAIT_FOR_CONTACT, "AMZ-MSG-05", "the window for a message of ours is over or unknown")
