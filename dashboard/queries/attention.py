"""What needs a person now, most pressing first; each row leads to its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from dashboard import formats, labels, pages, safe
from dashboard.access import Action
from dashboard.queries import approvals, sources
from dashboard.queries.overview import Overview
from dashboard.viewer import Viewer
from data import trail
from data.workspace import Workspace
from recovery_plan import run as recovering
from recovery_plan.metrics import DefectRate, Projection

CHECKED_AT_ONCE = 50_000  # audit entries; a longer log is verified on its own page and by the command


@dataclass(frozen=True, slots=True)
class Need:
    """One row: what kind, the values its sentence names, and where its button leads."""

    kind: str
    icon: str
    page: str
    params: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attention:
    """The rows, and the figures that were needed to find them. ``waiting`` is None without the right to tickets."""

    rows: tuple[Need, ...]
    waiting: int | None
    late: int
    ahead: Mapping[str, Projection]  # by marketplace: the defect rate now, and where it is heading

    @property
    def worst_rate(self) -> DefectRate | None:
        """The marketplace that is worst off now."""
        rates = [p.now for p in self.ahead.values() if p.now.rate is not None]
        return max(rates, key=lambda rate: rate.rate or 0.0, default=None)


def read(ws: Workspace, viewer: Viewer, seen: Overview) -> Attention:
    """Everything that the viewer may act on."""
    waiting, late, soon = _tickets(ws, viewer)
    found = [
        _broken_log(ws, viewer),
        _late(late, soon),
        _approvals(ws, viewer),
        _spike(seen),
        _to_check(seen, viewer),
        _feeds(ws, viewer),
    ]
    return Attention(tuple(need for need in found if need), waiting, late, recovering.projection(ws))


def _tickets(ws: Workspace, viewer: Viewer) -> tuple[int | None, int, int]:
    """Tickets that wait, are late, and come due within six hours."""
    if not viewer.may(Action.SEE_TICKETS):
        return None, 0, 0
    places = [place for place, _ in recovering.ticket_queue(ws)]
    due = [p.next.due_at for p in places if p.next]
    late = sum(1 for at in due if at < viewer.now)
    soon = sum(1 for at in due if 0 <= (at - viewer.now).total_seconds() <= 6 * 3600)
    return len(places), late, soon


def _broken_log(ws: Workspace, viewer: Viewer) -> Need | None:
    if not viewer.may(Action.SEE_AUDIT):
        return None
    with ws.store.reading() as tx:
        if trail.size(tx) > CHECKED_AT_ONCE:
            return None
        checked = trail.verify_log(tx)
    if checked.intact:
        return None
    return Need("broken_log", ":material/gpp_bad:", pages.AUDIT.file, {}, {"entry": checked.bad[0][0]})


def _late(late: int, soon: int) -> Need | None:
    if not late and not soon:
        return None
    values = {"late": late, "soon": soon}
    return Need("late", ":material/alarm:", pages.TICKETS.file, {"list": "late"} if late else {}, values)


def _approvals(ws: Workspace, viewer: Viewer) -> Need | None:
    with ws.store.reading() as tx:
        n = approvals.waiting_for(tx, viewer)
    if not n:
        return None
    params = {"view": "refunds"} if viewer.may(Action.SIGN_REFUND) else {}
    return Need("approvals", ":material/how_to_reg:", pages.APPROVALS.file, params, {"n": n})


def _spike(seen: Overview) -> Need | None:
    if not seen.spikes:
        return None
    s = max(seen.spikes, key=lambda s: (s.day >= seen.last - timedelta(days=14), s.n, s.day))
    params = {"source": s.source, "on": s.day.isoformat(), "band": "frustrated"}
    values = {"source": s.source, "day": s.day, "n": s.n, "times": s.times, "category": s.category}
    return Need("spike", ":material/trending_up:", pages.MENTIONS.file, params, values)


def _to_check(seen: Overview, viewer: Viewer) -> Need | None:
    if not seen.now.to_check or not viewer.may(Action.JUDGE_LINK):
        return None
    params = {"link": "check", "band": "frustrated"}
    return Need("links", ":material/link:", pages.MENTIONS.file, params, {"n": seen.now.to_check})


def _feeds(ws: Workspace, viewer: Viewer) -> Need | None:
    if not viewer.may(Action.SEE_SOURCES):
        return None
    with ws.store.reading() as tx:
        bad = [f for f in sources.feeds(tx, viewer) if f.is_troubled]
    if not bad:
        return None
    return Need(
        "feed", ":material/sensors_off:", pages.SOURCES.file, {}, {"source": bad[0].source, "state": bad[0].state}
    )


def words(need: Need, viewer: Viewer) -> tuple[str, str]:
    """The sentence (Markdown of ours, every value escaped) and the button of one row."""
    v = need.values
    if need.kind == "broken_log":
        told = viewer.say(
            "**The audit log was changed** at entry {entry}. Keep the file and tell compliance.", entry=v["entry"]
        )
        return told, viewer.say("See where")
    if need.kind == "late":
        late, soon = int(str(v["late"])), int(str(v["soon"]))
        told = viewer.say_n("**{n} ticket** is past its deadline", "**{n} tickets** are past their deadline", late)
        if soon:
            told += ", " + viewer.say_n("{n} comes due within 6 hours", "{n} come due within 6 hours", soon)
        return f"{told}.", viewer.say("Answer")
    if need.kind == "approvals":
        n = int(str(v["n"]))
        told = viewer.say_n(
            "**{n} decision** waits for you: an exact text, or money.",
            "**{n} decisions** wait for you: exact texts, or money.",
            n,
        )
        return told, viewer.say("Decide")
    if need.kind == "spike":
        told = viewer.say(
            "**{source}, {day}**: {n} frustrated mentions, {times} times the usual. Mostly: {topic}.",
            source=safe.label(labels.of(labels.SOURCE, v["source"], viewer)),
            day=formats.short_day(v["day"], viewer),  # type: ignore[arg-type]
            n=v["n"],
            times=formats.number(float(str(v["times"])), viewer, 1),
            topic=safe.label(labels.of(labels.CATEGORY, v["category"], viewer).lower()),
        )
        return told, viewer.say("Read them")
    if need.kind == "links":
        n = int(str(v["n"]))
        told = viewer.say_n(
            "**{n} frustrated mention** may belong to an order: a person has to say so.",
            "**{n} frustrated mentions** may belong to an order: a person has to say so.",
            n,
        )
        return told, viewer.say("Check")
    told = viewer.say(
        "**{source}**: {state}. Figures may be low.",
        source=safe.label(labels.of(labels.SOURCE, v["source"], viewer)),
        state=labels.of(labels.HEALTH, v["state"], viewer).lower(),
    )
    return told, viewer.say("See what to do")
