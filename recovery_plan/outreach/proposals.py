"""From a customer at risk to a proposed contact: the facts that the route depends on, its worth, effort and macro."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from data.customers import CaseTicket, CustomerCase, MentionFact
from data.domain import AtRisk, Mode, OutreachTask, Route, RouteChoice, Source
from recovery_plan.containment import macro
from recovery_plan.containment.queue import ClaimState, is_critical
from recovery_plan.obligations import is_owed, is_waiting
from recovery_plan.outreach.planner import ANSWERS, CONTACTS
from recovery_plan.outreach.routes import RouteFacts, route_for
from recovery_plan.outreach.worth import Worth, value_of
from recovery_plan.rules import RuleBook

# Trustpilot's levels of a review that came from an invitation; Find Reviewer is for the others (rule TP-04)
INVITED = frozenset({"invited", "verified", "redirected"})
PROACTIVE, PUBLIC = "open_problem", "public_reply"  # macros of contacts that nobody asked for


@dataclass(frozen=True, slots=True)
class Outlook:
    """What all proposals of a plan share. ``zone`` is where days begin; ``contacted`` and ``stopped`` hold customers
    and orders that were approached, and that are never contacted; ``allowing`` the communities where companies may
    answer, ``texts`` the macros (name, language) there are."""

    today: date
    starts_on: date
    mode: Mode
    zone: tzinfo
    currency: str
    book: RuleBook
    worth: Worth
    contacted: frozenset[str] = field(default_factory=frozenset)
    stopped: frozenset[str] = field(default_factory=frozenset)
    allowing: frozenset[tuple[Source, str]] = field(default_factory=frozenset)
    texts: frozenset[tuple[str, str]] = field(default_factory=lambda: frozenset(macro.shipped()))


def proposals(
    customers: Iterable[AtRisk], cases: Mapping[str, CustomerCase], outlook: Outlook
) -> tuple[OutreachTask, ...]:
    """One proposed contact for every customer at risk who still has a case; routes without contact are listed too."""
    return tuple(propose(c, cases[c.customer], outlook) for c in customers if c.customer in cases)


def propose(customer: AtRisk, case: CustomerCase, outlook: Outlook) -> OutreachTask:
    """The contact for one customer, by the lawful route."""
    facts = route_facts(customer, case, outlook)
    # in normal times nothing may go out before the plan begins, and nothing has to
    today = outlook.starts_on if outlook.mode is Mode.NORMAL else outlook.today
    choice = route_for(facts, today, starts_on=outlook.starts_on, mode=outlook.mode, book=outlook.book)
    text, choice = _text_for(choice, customer, outlook)
    return OutreachTask(
        customer=customer.customer,
        choice=choice,
        value=round(value_of(customer, choice.route, outlook.currency, outlook.worth), 2),
        effort_min=outlook.worth.minutes.get(choice.route, 0),
        order_id=customer.order_id,
        language=customer.language,
        macro=text,
    )


def _text_for(choice: RouteChoice, customer: AtRisk, outlook: Outlook) -> tuple[str | None, RouteChoice]:
    """The macro's name and the route: without a macro in the customer's language nothing is sent (DESK-LANGUAGE)."""
    if choice.route not in CONTACTS or choice.route is Route.FIND_REVIEWER:
        return None, choice  # Trustpilot's own form asks for the reference number
    if choice.route is Route.PUBLIC_REPLY:
        name = PUBLIC
    elif choice.rule in ANSWERS:
        name = macro.suggested(customer.category)
    else:
        name = PROACTIVE
    if (name, customer.language or "") in outlook.texts:
        return name, choice
    rule = outlook.book["DESK-LANGUAGE"].id
    return None, RouteChoice(Route.NONE, rule, "there is no macro in the customer's language")


def route_facts(customer: AtRisk, case: CustomerCase, outlook: Outlook) -> RouteFacts:
    """What the route depends on. A community of which nobody has said that companies may answer counts as no."""
    order = next((o for o in case.orders if o.order_id == customer.order_id), None)
    said = complaint(case)
    waiting = [t for t in case.tickets if is_waiting(t)]
    angry = [m for m in case.mentions if m.is_frustrated]
    open_records = has_open_record(case)
    proven = any(m.is_proven and m.order_id == customer.order_id for m in angry)
    return RouteFacts(
        source=said.source if said else None,
        order_id=customer.order_id,
        has_confirmed_link=proven or open_records,
        has_open_issue=bool(angry) or open_records,
        ticket_waiting=bool(waiting),
        is_critical=any(_is_critical(t, case) for t in waiting),
        mentioned_on=_day(said.published_at, outlook.zone) if said else None,
        experienced_on=said.experienced_at if said else None,
        was_invited=(said.verification or "").lower() in INVITED if said else False,
        has_public_reply=said.has_reply if said else False,
        community_allows=said is not None and (said.source, said.community or "") in outlook.allowing,
        has_opted_out=bool(outlook.stopped & keys_of(customer, case)),
        was_contacted=bool(outlook.contacted & {customer.customer, customer.order_id or customer.customer}),
        ordered_on=_day(order.purchased_at, outlook.zone) if order else None,
        shipped_on=_day(order.shipped_at, outlook.zone) if order else None,
        delivered_on=_day(order.delivered_at, outlook.zone) if order else None,
    )


def keys_of(customer: AtRisk, case: CustomerCase) -> set[str]:
    """Every key under which somebody may have been told never to be contacted: their own, their orders', their
    accounts'."""
    orders = {o.order_id for o in case.orders} | {customer.order_id or customer.customer}
    accounts = {f"author:{m.source.value}:{m.author}" for m in case.mentions if m.author is not None}
    return {customer.customer} | orders | {f"order:{i}" for i in orders} | accounts


def _day(moment: datetime | None, zone: tzinfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def complaint(case: CustomerCase) -> MentionFact | None:
    """The public complaint that a reply would stand below: the newest, one on X only when there is no other."""
    angry = [m for m in case.mentions if m.is_frustrated]
    return max(angry, key=lambda m: (m.source is not Source.X, m.published_at, m.id), default=None)


def has_open_record(case: CustomerCase) -> bool:
    """Whether our own files show an open problem: an unsolved ticket, a refund that is due, an open claim."""
    return (
        any(not t.is_done for t in case.tickets)
        or any(is_owed(r) for r in case.returns)
        or any(c.status == "open" for c in case.claims)
    )


def _is_critical(t: CaseTicket, case: CustomerCase) -> bool:
    is_claimed = any(c.status == "open" and c.order_id == t.ticket.order_id for c in case.claims)
    return is_critical(t.issue, ClaimState.OPEN if is_claimed else ClaimState.NONE)
