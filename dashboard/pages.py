"""The pages in the order of the work, each with the right that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.access import Action
from dashboard.translations import N_

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page: its file under ``views/`` and the last part of its URL, its title (a message id) and its icon."""

    name: str
    title: str
    icon: str
    action: Action

    @property
    def file(self) -> str:
        """What Streamlit is given, relative to the entry script."""
        return f"views/{self.name}.py"


OVERVIEW = PageFacts("overview", N_("Overview"), ":material/monitoring:", Action.SEE_OVERVIEW)
MENTIONS = PageFacts("mentions", N_("Mentions"), ":material/inbox:", Action.SEE_MENTIONS)
AT_RISK = PageFacts("at_risk", N_("Customers at risk"), ":material/group:", Action.SEE_AT_RISK)
PLAN = PageFacts("plan", N_("Recovery plan"), ":material/event_available:", Action.SEE_PLAN)
TICKETS = PageFacts("tickets", N_("Tickets"), ":material/confirmation_number:", Action.SEE_TICKETS)
APPROVALS = PageFacts("approvals", N_("Approvals"), ":material/how_to_reg:", Action.SEE_TICKETS)
SUSPENSION = PageFacts("suspension", N_("Suspension"), ":material/gavel:", Action.SEE_TICKETS)
AUDIT = PageFacts("audit", N_("Audit log"), ":material/verified_user:", Action.SEE_AUDIT)
SOURCES = PageFacts("sources", N_("Sources and health"), ":material/sensors:", Action.SEE_SOURCES)
MODEL = PageFacts("model", N_("Model"), ":material/neurology:", Action.SEE_MODEL)
ALL: Sequence[PageFacts] = (
    OVERVIEW,
    MENTIONS,
    AT_RISK,
    PLAN,
    TICKETS,
    APPROVALS,
    SUSPENSION,
    AUDIT,
    SOURCES,
    MODEL,
)
