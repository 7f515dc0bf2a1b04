"""The sections of a pack, each from the facts that it tells; every cell is text in the pack's language."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from data.approvals import State
from recovery_plan.evidence.document import Section, table
from recovery_plan.evidence.facts import Facts
from recovery_plan.evidence.wording import Wording

_LOST = (State.REFUSED, State.WITHDRAWN)


def suspension(f: Facts, w: Wording) -> Section:
    """What was declared, when and why."""
    s = f.suspension
    if s is None:
        return Section("suspension", w("suspension.title"))
    told = (
        (w("suspension.marketplace"), s.marketplace),
        (w("suspension.reason"), s.reason),
        (w("suspension.noticed"), w.time(s.noticed_at)),
        (w("suspension.declared"), w.time(s.declared_at)),
        (w("suspension.ended"), w.time(s.ended_at) or w("suspension.still")),
        (w("suspension.owner"), w.person(s.owner)),
    )
    return Section("suspension", w("suspension.title"), facts=told)


def figures(f: Facts, w: Wording) -> Section:
    """Counts that a reader looks for first."""
    all_clocks, kept = f.replies
    states = Counter(r.state for r in f.requests)
    granted = sum(1 for r in f.requests if r.decided_by and r.state not in _LOST)
    frozen = [s["frozen_at"] for s in f.snapshots if s["frozen_at"]]
    told = [
        (w("figures.orders"), str(f.orders_held)),
        (w("figures.frozen"), w.time(min(frozen)) if frozen else w.yes_no(False)),
        (w("figures.clocks"), str(all_clocks)),
        ("– " + w("figures.kept"), str(kept)),
        ("– " + w("figures.missed"), str(len(f.missed))),
        ("–– " + w("figures.explained"), str(sum(m.is_explained for m in f.missed))),
        ("– " + w("figures.running"), str(all_clocks - kept - len(f.missed))),
        (w("figures.attempts"), str(sum(a.result != "answered" for a in f.attempts))),
        (w("figures.requests"), str(len(f.requests))),
        ("– " + w("figures.granted"), str(granted)),
        ("– " + w("figures.refused"), str(sum(states[s] for s in _LOST))),
        ("– " + w("figures.sent"), str(states[State.SENT])),
        (w("figures.refunds"), _sum(f, w, ("paid",))),
        (w("figures.refunds_open"), _sum(f, w, ("open", "signed"))),
        (w("figures.claims"), str(len(f.claims))),
        ("– " + w("figures.claims_open"), str(sum(c.status == "open" for c in f.claims))),
    ]
    return Section("figures", w("figures.title"), w("figures.note"), facts=(*told, *_rates(f, w)))


def _sum(f: Facts, w: Wording, states: tuple[str, ...]) -> str:
    counted = [r for r in f.refunds if r.state in states]
    totals: Counter[str] = Counter()
    for refund in counted:
        totals[refund.currency] += refund.amount_minor
    told = " + ".join(w.money(minor, currency) for currency, minor in sorted(totals.items()))
    return f"{len(counted)} ({told})" if counted else "0"


def _rates(f: Facts, w: Wording) -> list[tuple[str, str]]:
    return [
        (
            w("figures.rate", marketplace=m, first=w.day(rate.first_day), last=w.day(rate.last_day)),
            w("figures.rate_value", rate=w.percent(rate.rate), defects=rate.defects, orders=rate.orders,
              limit=w.percent(rate.limit)),
        )
        for m, rate in f.rates.items()
        if rate.rate is not None
    ]  # fmt: skip


def steps(f: Facts, w: Wording) -> Section:
    """The protocol in its order."""
    rows = [
        (
            str(s["position"]),
            w.code("step", s["name"]),
            w.time(s["due_at"]),
            w.time(s["closed_at"]) or w("word.open"),
            w.person(s["closed_by"]) or (w("steps.owner", name=w.person(s["owner"])) if s["owner"] else ""),
            w.text(s["note"]) if s["note"] else "",
        )
        for s in f.steps
    ]
    columns = ((w("word.number"), 5), (w("steps.step"), 20), (w("steps.due"), 16), (w("steps.closed"), 16),
               (w("steps.by"), 18), (w("steps.done"), 25))  # fmt: skip
    return table("protocol_steps", w("steps.title"), columns, rows, note=w("steps.note"))


def missed(f: Facts, w: Wording) -> Section:
    """Clocks that ran out, with why."""
    rows = [
        (
            str(m.ticket),
            m.order_id or "",
            w.time(m.asked_at),
            w.time(m.due_at),
            w.time(m.answered_at) or w("word.open"),
            ", ".join(w.code("cause", r) for r in m.reasons) or w("missed.no_reason"),
            ", ".join(str(a.id) for a in m.attempts),
        )
        for m in f.missed
    ]
    columns = ((w("word.ticket"), 7), (w("word.order"), 17), (w("missed.asked"), 15), (w("missed.due"), 15),
               (w("missed.answered"), 15), (w("missed.why"), 21), (w("missed.attempts"), 10))  # fmt: skip
    title, note, empty = w("missed.title"), w("missed.note"), w("missed.empty")
    return table("missed_clocks", title, columns, rows, note=note, empty=empty)


def attempts(f: Facts, w: Wording) -> Section:
    """What was tried and what came back."""
    rows = [
        (
            str(a.id),
            w.time(a.tried_at),
            _on(w, a.ticket, a.order_id),
            w.code("way", a.way),
            w.code("result", a.result) + (f": {w.code('cause', a.reason)}" if a.reason != "none" else ""),
            w.person(a.made_by),
            w.text(a.note),
            a.proof or "",
        )
        for a in f.attempts
    ]  # fmt: skip
    columns = ((w("word.number"), 4), (w("word.when"), 11), (w("word.on"), 17), (w("attempts.way"), 11),
               (w("attempts.result"), 14), (w("word.who"), 11), (w("attempts.said"), 23),
               (w("word.proof"), 16))  # fmt: skip
    title, note, empty = w("attempts.title"), w("attempts.note"), w("attempts.empty")
    return table("attempts", title, columns, rows, note=note, empty=empty)


def _on(w: Wording, ticket: int | None, order_id: str | None) -> str:
    told = [w("subject.ticket", n=ticket)] if ticket is not None else []
    return "\n".join([*told, *([order_id] if order_id else [])])


def refunds(f: Facts, w: Wording) -> Section:
    """The register of refunds by hand."""
    rows = [
        (
            str(r.id),
            r.order_id,
            w.money(r.amount_minor, r.currency),
            w.code("method", r.method),
            w.code("refund_state", r.state),
            f"{w.time(r.made_at)}\n{w.person(r.made_by)}",
            f"{w.time(r.signed_at)}\n{w.person(r.signed_by)}".strip(),
            f"{w.time(r.paid_at)}\n{w.person(r.paid_by)}".strip(),
            r.proof or "",
        )
        for r in f.refunds
    ]
    columns = ((w("word.number"), 4), (w("word.order"), 16), (w("refunds.amount"), 9), (w("refunds.method"), 13),
               (w("word.state"), 8), (w("refunds.opened"), 12), (w("refunds.signed"), 12), (w("refunds.paid"), 12),
               (w("word.proof"), 20))  # fmt: skip
    title, note, empty = w("refunds.title"), w("refunds.note"), w("refunds.empty")
    return table("refunds", title, columns, rows, note=note, empty=empty)


def approvals(f: Facts, w: Wording) -> Section:
    """What was to be said, who approved it, and what was sent."""
    rows = [
        (
            str(r.id),
            _subject(w, r.subject),
            f"{w.time(r.requested_at)}\n{w.person(r.requested_by)}",
            f"{w.code('request_state', r.state)}\n{w.time(r.decided_at)}\n{w.person(r.decided_by)}".strip(),
            f"{w.time(r.sent_at)}\n{w.code('place', r.place)}".strip(),
            f"{w.text(r.text)}\n{r.sha256}",
        )
        for r in f.requests
    ]
    columns = ((w("word.number"), 4), (w("word.on"), 8), (w("approvals.asked"), 15), (w("approvals.decided"), 16),
               (w("approvals.sent"), 15), (w("approvals.text"), 45))  # fmt: skip
    title, note, empty = w("approvals.title"), w("approvals.note"), w("approvals.empty")
    return table("approvals", title, columns, rows, note=note, empty=empty)


def shipping(f: Facts, w: Wording) -> Section:
    """Ship or stop, order by order."""
    rows = [
        (d.order_id, w.time(d.made_at), w.code("shipping_decision", d.decision), w.text(d.reason), w.person(d.made_by))
        for d in f.decisions
    ]
    columns = ((w("word.order"), 20), (w("word.when"), 15), (w("shipping.decision"), 12), (w("word.reason"), 33),
               (w("word.who"), 20))  # fmt: skip
    return table("shipping_decisions", w("shipping.title"), columns, rows, empty=w("shipping.empty"))


def holds(f: Facts, w: Wording) -> Section:
    """Outgoing actions that the suspension stopped."""
    rows = [
        (w.time(h.held_at), _subject(w, h.subject), h.rule, w.known(h.reason), w.time(h.released_at) or w("word.open"))
        for h in f.holds
    ]
    columns = ((w("word.when"), 15), (w("word.on"), 17), (w("holds.rule"), 15), (w("word.reason"), 38),
               (w("holds.released"), 15))  # fmt: skip
    return table("holds", w("holds.title"), columns, rows, empty=w("holds.empty"))


def chronology(f: Facts, w: Wording) -> Section:
    """The log's entries, oldest first."""
    rows = [
        (str(e.seq), w.time(e.at), w.code("action", e.action), _about(f, w, e), w.person(e.actor)) for e in f.entries
    ]
    columns = (
        (w("word.entry"), 7),
        (w("word.when"), 15),
        (w("word.what"), 24),
        (w("word.on"), 24),
        (w("word.who"), 30),
    )
    title, note, empty = w("chronology.title"), w("chronology.note"), w("chronology.empty")
    return table("chronology", title, columns, rows, note=note, empty=empty)


def _about(f: Facts, w: Wording, entry: Any) -> str:
    """The subject in words; for a step its name, for many tickets their number."""
    detail = json.loads(entry.detail) if entry.detail else {}
    if entry.action == "step.closed":
        name = next((s["name"] for s in f.steps if s["position"] == detail.get("position")), None)
        return w.code("step", name) if name else _subject(w, entry.subject)
    if entry.action in ("ticket.tagged", "ticket.untagged") and "tickets" in detail:
        return w("word.tickets", n=detail["tickets"])
    return _subject(w, entry.subject)


def _subject(w: Wording, subject: str) -> str:
    kind, _, number = subject.partition(":")
    if not number:
        return subject
    told = w.code("subject", kind)
    return told.format(n=number) if "{n}" in told else subject
