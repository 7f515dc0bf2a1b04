"""How ready the house is, in the reader's language: the checks, and the sentences that recovery_plan tells them in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dashboard import desk_words, formats, labels
from dashboard.translations import N_
from dashboard.viewer import Viewer

CHECK: Mapping[str, str] = {
    "cache_age": N_("Age of the order copy"),
    "cache_coverage": N_("Orders of the last 90 days"),
    "macros": N_("Approved replies"),
    "approvers": N_("People"),
    "backup": N_("Backup"),
    "sources": N_("Sources"),
    "drill": N_("Last drill"),
}
_PART: Mapping[str, str] = {
    "compliance": N_("Compliance officer"),
    "two people": N_("Two people who write and approve"),
    "finance": N_("Finance"),
}
_TOLD: Sequence[str] = (
    N_("no orders are cached"),
    N_("{n} orders, the newest {days} days old, frozen"),
    N_("{n} orders, the newest {days} days old"),
    N_("orders in {n} of the last {all} weeks"),
    N_("{n} of {all} approved"),
    N_("there"),
    N_("missing"),
    N_("none is on record"),
    N_("{days} days old"),
    N_("nothing was read yet"),
    N_("never"),
    N_("{days} days ago"),
)
_TODO: Mapping[str, str] = {
    "reinstate import orders FILE": N_("Import the order report: 'reinstate import orders FILE'."),
    "download today's order report and run 'reinstate import orders FILE'": N_(
        "Download today's order report and run 'reinstate import orders FILE'."
    ),
    "import the order reports of the last 90 days": N_("Import the order reports of the last 90 days."),
    "reinstate user add NAME --role compliance": N_("Add somebody: 'reinstate user add NAME --role compliance'."),
    "add a second person: nobody approves their own request": N_(
        "Add a second person: nobody approves their own request."
    ),
    "reinstate user add NAME --role finance": N_("Add somebody: 'reinstate user add NAME --role finance'."),
    "back up database, key and settings, then run 'reinstate readiness --backed-up'": N_(
        "Back up database, key and settings, then note it with the button above."
    ),
    "reinstate run": N_("Read the sources: 'reinstate run'."),
    "see 'reinstate doctor' for what it needs": N_("See the page Sources and health for what it needs."),
    "reinstate suspension declare --drill …": N_("Rehearse: start a drill."),
}
_APPROVE = "have compliance approve: "
_PLACE = re.compile(r"\\\{(\w+)\\\}")
_PATTERNS = {text: re.compile(_PLACE.sub(r"(?P<\1>\\d+)", re.escape(text))) for text in _TOLD}


def told(sentence: str, viewer: Viewer) -> str:
    """What a check found."""
    for text, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(sentence):
            return viewer.say(text, **found.groupdict())
    return labels.of(labels.HEALTH, sentence, viewer)


def todo(sentence: str, viewer: Viewer) -> str:
    """What to do about a gap."""
    if sentence.startswith(_APPROVE):
        names = sentence.removeprefix(_APPROVE).split(", ")
        said = ", ".join(labels.of(desk_words.MACRO, name, viewer) for name in names)
        return viewer.say("Have compliance approve: {macros}.", macros=said)
    return viewer.say(_TODO[sentence]) if sentence in _TODO else sentence


def part(check: str, name: str, viewer: Viewer) -> str:
    """What of a check it is: a language, a marketplace, a source, a role."""
    if check == "macros":
        return formats.language_name(name, viewer)
    if check == "sources":
        source, _, rest = name.partition(" ")
        return " ".join(p for p in (labels.of(labels.SOURCE, source, viewer), rest) if p)
    return labels.of(_PART, name, viewer) if check == "approvers" else name
