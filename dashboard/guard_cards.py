"""An exact text as it would leave, what the guard says of it, and everything that stands in its way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from dashboard import desk_words, labels, parts, safe
from dashboard.viewer import Viewer
from recovery_plan.containment.blockers import Blocker
from recovery_plan.containment.language_check import Seen

_COLOURS: dict[str, Any] = {"ok": "green", "needs_approval": "blue"}


def text(viewer: Viewer, words: str, seen: Seen, *, key: str, language: str | None) -> None:
    """The text with the guard's words marked, its answer, and a line a reason."""
    with st.container(border=True, key=f"text_{key}"):
        parts.prose(marked(words, [w for _, _, w, _ in seen.hits]), key=f"words_{key}", language=language or "und")
    st.badge(
        labels.of(desk_words.DECISION, seen.decision, viewer),
        icon=":material/gpp_bad:" if seen.is_blocked else ":material/verified_user:",
        color=_COLOURS.get(seen.decision, "orange"),
    )
    for code, rule, said, _ in dict.fromkeys(seen.hits):
        told = labels.of(desk_words.GUARD, code, viewer)
        quoted = f"**{safe.label(said, 80)}** " if said else ""
        st.caption(f"{quoted}{told} ({safe.label(rule)})")


def marked(words: str, hits: Iterable[str]) -> list[tuple[str, float]]:
    """``words`` in pieces; those that the guard named weigh 1, the others 0."""
    named = sorted({h for h in hits if h}, key=len, reverse=True)
    if not named:
        return [(words, 0.0)]
    pieces = re.split("(" + "|".join(map(re.escape, named)) + ")", words)
    return [(piece, float(n % 2)) for n, piece in enumerate(pieces) if piece]


def blockers(viewer: Viewer, found: Sequence[Blocker]) -> None:
    """Every rule in the way, with its source and who can lift it."""
    for b in found:
        st.markdown(
            viewer.say(
                "**{why}** Rule {rule} ({source}). Unlocks: {unlock}.",
                why=safe.label(desk_words.why(b.why, viewer)),
                rule=safe.label(b.rule),
                source=safe.label(b.source),
                unlock=safe.label(desk_words.unlock(b.unlock, viewer)),
            )
        )
