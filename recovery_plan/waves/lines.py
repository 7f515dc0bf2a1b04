"""The lines that people draw around the outreach: who is never contacted, where we may answer, who works how long."""

from __future__ import annotations

from collections.abc import Iterable

from data import communities, contact_stops, people, plans, work_lines
from data.clean import clean
from data.domain import Actor, Role, Route, Source
from data.errors import BadInput
from data.store import Tx
from data.work_lines import WorkLine
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.at_risk_rows import alias
from recovery_plan.containment.macro import ORDER_ID
from recovery_plan.outreach.planner import CONTACTS

STOPPERS = frozenset({Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE})
LIFTERS = frozenset({Role.SUPPORT_LEAD, Role.COMPLIANCE})
LEADS = frozenset({Role.SUPPORT_LEAD, Role.COMPLIANCE})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def never(ws: Workspace, actor: Actor, who: str, reason: str) -> tuple[str, ...]:
    """Never contact somebody again; returns the keys that are stopped.

    ``who`` is an order number, a pseudonym (C-...) or a customer's key. Raises BadInput for a reason that explains no
    stop, and for a pseudonym that nobody has.
    """
    roles.need(actor, STOPPERS, "somebody is put on the never-contact list")
    _reason(reason, "never")
    with ws.store.transaction(actor) as tx:
        keys = _keys(tx, who)
        contact_stops.add(tx, keys, "never", reason)
    return keys


def allow(ws: Workspace, actor: Actor, who: str, reason: str) -> tuple[str, ...]:
    """Allow contact again; raises BadInput for somebody who is not on the list."""
    roles.need(actor, LIFTERS, "somebody is taken off the never-contact list")
    _reason(reason, "allow")
    with ws.store.transaction(actor) as tx:
        keys = tuple(key for key in _keys(tx, who) if key in contact_stops.stopped(tx))
        if not keys:
            raise BadInput("this customer is not on the never-contact list: see 'reinstate contact list'")
        contact_stops.add(tx, keys, "allow", reason)
    return keys


def _reason(reason: str, what: str) -> None:
    fitting = sorted(name for name, kind in contact_stops.REASONS.items() if kind == what)
    if reason not in fitting:
        raise BadInput(f"--reason {reason}: choose one of {', '.join(fitting)}")


def _keys(tx: Tx, who: str) -> tuple[str, ...]:
    told = who.strip()
    if ORDER_ID.fullmatch(told):
        return tuple(contact_stops.keys_of_order(tx, told))
    if not told.upper().startswith("C-"):
        known = {c.customer for c in plans.at_risk_customers(tx)} | {s.who for s in contact_stops.listed(tx)}
        if told not in known:
            raise BadInput(f"{told}: give an order number, or a customer's pseudonym as lists and exports show it")
        return (told,)
    newest = plans.newest_plan(tx)
    keys = {c.customer for c in plans.at_risk_customers(tx)} | {s.who for s in contact_stops.listed(tx)}
    keys |= {row.customer for row in newest[1]} if newest else set()
    found = sorted(key for key in keys if alias(key, tx.vault.blind) == told.upper())
    if not found:
        raise BadInput(f"{told}: nobody at risk or in the plan has this pseudonym")
    return tuple(found)


def tell_community(ws: Workspace, actor: Actor, name: str, *, allows: bool, basis: str) -> str:
    """Put on record whether a subreddit lets companies answer, and where that stands; returns its name."""
    roles.need(actor, LEADS, "a community's rule is put on record")
    plain, told = communities.normalised(name), clean(basis).strip()
    if communities.of_url(f"https://www.reddit.com/r/{plain}/") != plain:
        raise BadInput(f"{name}: give a subreddit, for example r/lamps")
    if not told:
        raise BadInput("--basis: say where that stands: the number of its rule, or who said so")
    with ws.store.transaction(actor) as tx:
        communities.add(tx, Source.REDDIT, plain, allows=allows, basis=told)
    return plain


def set_work_line(
    ws: Workspace,
    actor: Actor,
    person: str,
    *,
    minutes: int | None = None,
    days_off: Iterable[str] | None = None,
    routes: Iterable[str] | None = None,
) -> WorkLine:
    """Say how many minutes a day somebody has for the outreach, on which weekdays not, by which routes (none: all).

    What is not named stays as it was. Raises BadInput for an unknown person, weekday or route.
    """
    roles.need(actor, LEADS, "somebody's time is set")
    with ws.store.transaction(actor) as tx:
        if people.find(tx, person) is None:
            raise BadInput(f"{person}: no such person in this workspace: see 'reinstate user list'")
        before = work_lines.lines(tx).get(person) or WorkLine(person, ws.settings.policy.minutes_per_agent)
        line = WorkLine(
            person,
            before.minutes_per_day if minutes is None else minutes,
            before.days_off if days_off is None else frozenset(_weekday(d) for d in days_off),
            before.routes if routes is None else frozenset(_route(r) for r in routes),
        )
        if not 0 <= line.minutes_per_day <= 1440:
            raise BadInput("--minutes: from 0 to 1440 a day")
        work_lines.add(tx, line)
    return line


def _weekday(told: str) -> int:
    name = told.strip().lower()[:3]
    if name not in WEEKDAYS:
        raise BadInput(f"--days-off {told}: choose among {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name)


def _route(told: str) -> Route:
    known = sorted(route.value for route in CONTACTS)
    if told.strip() not in known:
        raise BadInput(f"--routes {told}: choose among {', '.join(known)}")
    return Route(told.strip())
