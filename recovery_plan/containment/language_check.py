"""The guard as the desk asks it: one answer for one text, and no text leaves that it could not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data import log
from data.domain import Mode
from recovery_plan.guard.check import Context, Place, check

BLOCK, NEEDS_APPROVAL, OK = "block", "needs_approval", "ok"
SURFACES = {
    "buyer": Place.BUYER_MESSAGE,
    "public": Place.PUBLIC_REPLY,
    "outreach": Place.OUTREACH,
    "macro": Place.MACRO_DRAFT,
}
_log = log.get("recovery_plan")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the guard said: ``decision`` is block, needs_approval or ok; ``hits`` (category, rule, words, why)."""

    decision: str
    hits: tuple[tuple[str, str, str, str], ...] = ()
    explain: tuple[str, ...] = ()

    @property
    def is_blocked(self) -> bool:
        """Whether the text must not leave."""
        return self.decision not in (NEEDS_APPROVAL, OK)

    @property
    def document(self) -> Mapping[str, Any]:
        """What is kept beside a request: categories and rules, never words."""
        return {"decision": self.decision, "rules": sorted({rule for _, rule, _, _ in self.hits})}


def look(
    text: str,
    *,
    surface: str,
    language: str | None,
    mode: Mode,
    is_approved: bool = False,
    is_attested: bool = False,
    is_confirmed: bool = False,
) -> Seen:
    """Ask the guard. ``surface`` is one of SURFACES; an error of the guard blocks the text.

    ``is_approved``: the text is a filled-in approved macro; ``is_attested``: compliance vouches for the cause that it
    names; ``is_confirmed``: finance's word on the refund is recorded.
    """
    try:
        facts = {"is_approved": is_approved, "cause_attested": is_attested, "finance_confirmed": is_confirmed}
        return _ask(text, Context(place=SURFACES[surface], language=language, mode=mode.value, **facts))
    except Exception as error:  # whatever it is: what was not read is not sent
        _log.error("guard.failed", kind=type(error).__name__)
        return Seen(BLOCK, (("UNREADABLE", "NL-UNREADABLE", "", "the guard could not read this text"),))


def _ask(text: str, context: Context) -> Seen:
    said = check(text, context=context)
    hits = tuple((h.code, h.rule, h.words, h.why) for h in said.hits)
    return Seen(str(said.decision), hits, said.explain)
