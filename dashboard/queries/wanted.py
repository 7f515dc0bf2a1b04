"""What a list of mentions is narrowed to, as canonical codes that can stand in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from dashboard import labels
from dashboard.viewer import Viewer
from data.browse import Filter

PERIODS = ("7", "30", "90", "all")
SORTS = ("frustration", "newest")
LINKS = ("check", "link", "none", "judged")
_CODES: Mapping[str, frozenset[str]] = {
    "band": frozenset(labels.BAND) - {""},
    "source": frozenset(labels.SOURCE),
    "category": frozenset(labels.CATEGORY) - {""},
    "link": frozenset(LINKS),
    "days": frozenset(PERIODS),
    "sort": frozenset(SORTS),
}
MAX_WORDS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """One narrowing; an empty text means all. ``on`` is a single day (2026-11-24) and wins over ``days``."""

    band: str = ""
    source: str = ""
    market: str = ""
    category: str = ""
    link: str = ""
    days: str = "90"
    sort: str = "frustration"
    q: str = ""
    on: str = ""

    def as_params(self) -> dict[str, str]:
        """What an address has to say; defaults are left out."""
        default = Wanted()
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) != getattr(default, f.name)}

    def but(self, **changes: str) -> Wanted:
        """The same with some codes changed."""
        return replace(self, **changes)


def read(params: Mapping[str, str]) -> Wanted:
    """The narrowing that an address asks for; codes that do not exist are ignored."""
    told = {}
    for field in fields(Wanted):
        value = params.get(field.name, "").strip()[:MAX_WORDS]
        known = _CODES.get(field.name)
        if value and (known is None or value in known):
            told[field.name] = value
    if not (len(told.get("market", "FR")) == 2 and told.get("market", "FR").isalpha()):
        told.pop("market")
    return Wanted(**told)


def as_filter(wanted: Wanted, viewer: Viewer) -> Filter:
    """The query for it; days are days in the brand's zone."""
    since, until = None, None
    if day := day_of(wanted.on):
        since, until = viewer.day_start(day), viewer.day_start(day + timedelta(days=1))
    elif wanted.days != "all":
        since = viewer.day_start(viewer.days_ago(int(wanted.days)))
    decisions = {"check": ("review",), "link": ("link",), "none": ("none", "not_our_order")}.get(wanted.link, ())
    return Filter(
        bands=(wanted.band,) if wanted.band else (),
        sources=(wanted.source,) if wanted.source else (),
        countries=(wanted.market.upper(),) if wanted.market else (),
        categories=(wanted.category,) if wanted.category else (),
        decisions=decisions,
        judged={"check": False, "judged": True}.get(wanted.link),
        since=since,
        until=until,
        words=wanted.q,
    )


def day_of(text: str) -> date | None:
    """The day that an address names (2026-11-24), or None."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
