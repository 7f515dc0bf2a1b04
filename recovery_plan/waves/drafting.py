"""The exact texts of one wave: approved macros filled in with cached facts, seen by the guard, put forward to approve.

A contact without any text of ours (Find Reviewer: Trustpilot's own form asks) is approved and released like the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data import approvals, casework, contact_stops, customers, desk_text, macros, plans
from data.approvals import Request
from data.domain import Actor, Mode, Route
from data.errors import BadInput, Refused
from data.macros import MacroVersion
from data.store import Tx
from data.workspace import Workspace
from recovery_plan import roles
from recovery_plan.containment.language_check import Seen, look
from recovery_plan.containment.macro import fill
from recovery_plan.desk.wording import WRITERS
from recovery_plan.obligations import is_waiting
from recovery_plan.outreach.planner import ANSWERS, CONTACTS
from recovery_plan.rules import load

NEXT_NEWS = timedelta(days=5)  # after the planned day: two days of slack on either side of rule DESK-UPDATE-DATE
STOPPED = "DESK-OPT-OUT"
LONGEST = timedelta(days=7)  # rule DESK-APPROVAL-EXPIRY


@dataclass(frozen=True, slots=True)
class Draft:
    """One contact of a wave as it would go out. ``task`` is its number as it was first planned, ``row`` in this plan.

    ``sha256`` binds who is contacted, by which route, on which day and with which text. ``problems`` are
    (rule, why it cannot go out); ``request`` is the newest request for its approval.
    """

    task: int
    row: int
    wave: int
    day: date
    owner: str
    customer: str
    order_id: str | None
    route: Route
    rule: str
    language: str | None
    kind: str  # reply, outreach, public_reply; of the approval request
    text: str | None
    macro: MacroVersion | None
    slots: Mapping[str, str]
    ticket: int | None
    sha256: str
    seen: Seen | None
    problems: tuple[tuple[str, str], ...]
    request: Request | None = None


def wave_sha(drafts: tuple[Draft, ...]) -> str:
    """What an approval of the wave is bound to: the hashes of the contacts that can go out."""
    lines = sorted(f"{d.task}:{d.sha256}" for d in drafts if not d.problems)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def drafts(ws: Workspace, wave: int) -> tuple[Draft, ...]:
    """The wave's contacts that nobody has made yet, by day and owner; raises BadInput for a wave that is not there."""
    with ws.store.reading() as tx:
        return drafts_of(tx, ws, wave)


def drafts_of(tx: Tx, ws: Workspace, wave: int | None) -> tuple[Draft, ...]:
    """The same inside a unit of work; all waves when ``wave`` is None."""
    newest = plans.newest_plan(tx)
    if newest is None:
        raise BadInput("there is no plan yet: run 'reinstate plan build'")
    placed = [row for row in newest[1] if row.day is not None and Route(row.route) in CONTACTS]
    theirs = [row for row in placed if wave is None or row.wave == wave]
    if not theirs and wave is not None:
        known = ", ".join(map(str, sorted({row.wave for row in placed}))) or "none"
        raise BadInput(f"wave {wave}: the newest plan has no such wave: {known}")
    made = plans.contacted(tx)
    left = [row for row in theirs if row.rule in ANSWERS or not made & {row.customer, row.order_id or row.customer}]
    approved = {(m.name, m.language): m for m in reversed(macros.versions(tx)) if m.is_approved}
    tickets = _waiting(tx, [row.customer for row in left if row.rule in ANSWERS])
    mode = casework.mode(tx)
    today = tx.now.astimezone(ZoneInfo(ws.settings.brand.time_zone)).date()
    stopped = contact_stops.stopped(tx)
    found = [_draft(tx, row, approved, tickets.get(row.customer), mode, today) for row in left]
    found = [_held_back(d) if _is_stopped(d, stopped) else d for d in found]
    return tuple(sorted(found, key=lambda d: (d.day, d.owner, d.task)))


def _is_stopped(d: Draft, stopped: Set[str]) -> bool:
    return d.rule not in ANSWERS and not stopped.isdisjoint((d.customer, d.order_id, f"order:{d.order_id}"))


def _held_back(d: Draft) -> Draft:
    return replace(d, problems=((STOPPED, "this customer is never contacted"), *d.problems))


def _waiting(tx: Tx, wanted: list[str]) -> dict[str, int]:
    """Customer -> the newest ticket that awaits an answer."""
    if not wanted:
        return {}
    asked = set(wanted)
    cases = (c for c in customers.gather(tx) if c.customer in asked)
    return {c.customer: max(t.id for t in c.tickets if is_waiting(t)) for c in cases if any(map(is_waiting, c.tickets))}


def _draft(
    tx: Tx, row: Any, approved: Mapping[tuple[str, str], MacroVersion], ticket: int | None, mode: Mode, today: date
) -> Draft:
    route, task = Route(row.route), row.promised or row.id
    problems: list[tuple[str, str]] = []
    macro, text, slots, seen = None, None, dict[str, str](), None
    if route is not Route.FIND_REVIEWER:
        macro = approved.get((row.macro or "", row.language or ""))
        if macro is None:
            problems.append(("DESK-MACRO", f"no approved macro {row.macro} in {row.language or 'an unknown language'}"))
        else:
            text, slots, told = _filled(macro, row, today)
            problems += told
    if row.rule in ANSWERS and ticket is None:
        problems.append(("DESK-ONCE", "the buyer no longer waits for an answer: plan anew"))
    if row.day < today:
        problems.append((row.rule, "its day has passed: plan anew"))
    kind = _kind(route, row.rule)
    if text is not None:
        seen = look(
            text,
            surface=_SURFACE[kind],
            language=row.language,
            mode=Mode.RECOVERY if _waits(mode) else mode,
            is_approved=True,
        )
        problems += [(_rule(rule), f"the guard: {why}") for _, rule, _, why in seen.hits] if seen.is_blocked else []
        if seen.is_blocked and not seen.hits:
            problems.append(("NL-UNREADABLE", "the guard blocks it"))
    request = next(iter(approvals.requests(tx, subject=f"task:{task}")), None)
    return Draft(
        task, row.id, row.wave, row.day, row.owner, row.customer, row.order_id, route, row.rule, row.language, kind,
        text, macro, slots, ticket, _sha(row, task, text), seen, tuple(problems), request,
    )  # fmt: skip


_SURFACE = {"reply": "buyer", "outreach": "outreach", "public_reply": "public"}


def _waits(mode: Mode) -> bool:
    """While suspended a wave is drafted for the time after the reinstatement: the guard judges it by that mode."""
    return mode is Mode.SUSPENDED


def _kind(route: Route, rule: str) -> str:
    if route is Route.PUBLIC_REPLY:
        return "public_reply"
    return "reply" if rule in ANSWERS else "outreach"


def _rule(told: str) -> str:
    return told if told in load() else "NL-UNREADABLE"


def _filled(macro: MacroVersion, row: Any, today: date) -> tuple[str | None, dict[str, str], list[tuple[str, str]]]:
    news = row.day + NEXT_NEWS
    try:
        return *fill(macro, max(row.day, today), order_id=row.order_id, update_date=news), []
    except (BadInput, Refused) as error:
        return None, {}, [("DESK-MACRO", str(error))]


def _sha(row: Any, task: int, text: str | None) -> str:
    told = {
        "task": task,
        "customer": row.customer,
        "order": row.order_id or "",
        "route": row.route,
        "day": row.day.isoformat(),
        "text": desk_text.sha256(text or ""),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def expiry(day: date, now: datetime, hours: int) -> datetime:
    """Until when a request or an approval of a contact may be used: its day included, at most seven days."""
    through = datetime.combine(day + timedelta(days=1), time(12), UTC)  # noon: the day is over in every time zone
    return min(max(now + timedelta(hours=hours), through), now + LONGEST)


def request_wave(ws: Workspace, actor: Actor, wave: int) -> tuple[Draft, ...]:
    """Ask for the approval of every text of the wave; a text that changed replaces its request, an equal one stays.

    Contacts with a problem are left out, and listed with it. Raises Refused for a role that does not write.
    """
    roles.need_person(actor, WRITERS, "drafts are put forward")
    with ws.store.transaction(actor) as tx:
        for draft in drafts_of(tx, ws, wave):
            _ask(tx, draft, ws.settings.policy.approval_hours)
        found = drafts_of(tx, ws, wave)
        tx.audit("wave.drafted", f"wave:{wave}", {"drafts": len(found), "sha256": wave_sha(found)})
        return found


def _ask(tx: Tx, draft: Draft, hours: int) -> None:
    if draft.problems or draft.text is None:
        return
    old = draft.request
    if old is not None and old.is_live and old.sha256 == desk_text.sha256(draft.text):
        return
    approvals.add(
        tx,
        kind=draft.kind,
        subject=f"task:{draft.task}",
        text=draft.text,
        ticket=draft.ticket,
        macro_version=draft.macro.id if draft.macro else None,
        slots=draft.slots,
        language=draft.language,
        guard=draft.seen.document if draft.seen else None,
        replaces=old.id if old is not None and old.is_live else None,
        expires_at=expiry(draft.day, tx.now, hours),
    )
