"""The reader pane: one mention, why it was flagged, which order it may be about, and a person's correction."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import formats, label_cards, labels, link_cards, parts, safe
from dashboard.queries.mentions import MentionDetail
from dashboard.viewer import Viewer
from data.workspace import Workspace


def show(ws: Workspace, viewer: Viewer, seen: MentionDetail) -> None:
    """Draw the pane."""
    _head(viewer, seen)
    parts.prose(
        [(s.text, s.weight) for s in seen.segments],
        key="prose",
        language=seen.language,
        title=[(s.text, s.weight) for s in seen.title],
    )
    if seen.is_cut:
        st.caption(viewer.say("Long text: only its beginning is shown. Open it at its source for the rest."))
    _badges(viewer, seen)
    _why(viewer, seen)
    if seen.reply:
        with st.expander(viewer.say("Our public reply, {day}", day=formats.day(seen.reply_at, viewer))):
            parts.prose([(seen.reply, 0.0)], key="reply")
    link_cards.show(ws, viewer, seen)
    label_cards.show(ws, viewer, seen)


def _head(viewer: Viewer, seen: MentionDetail) -> None:
    line = seen.line
    who = safe.label(line.author, 80) if line.author else viewer.say("Somebody")
    where = labels.of(labels.SOURCE, line.source, viewer) + (f" · {safe.label(line.country)}" if line.country else "")
    stars = " · " + "★" * seen.rating + "☆" * (5 - seen.rating) if seen.rating else ""
    st.markdown(f"**{who}** · {where} · {formats.moment(line.published_at, viewer)}{stars}")


def _badges(viewer: Viewer, seen: MentionDetail) -> None:
    with st.container(horizontal=True, gap="xsmall", key="badges"):
        if seen.line.probability is not None:
            tone: Any = {"frustrated": "orange", "unsure": "gray"}.get(seen.line.band, "blue")
            st.badge(
                viewer.say(
                    "{band} · {score} of 100",
                    band=labels.of(labels.BAND, seen.line.band, viewer),
                    score=round(seen.line.probability * 100),
                ),
                color=tone,
            )
        if seen.line.category:
            st.badge(labels.of(labels.CATEGORY, seen.line.category, viewer), color="gray")
        if seen.severity and seen.line.band == "frustrated":
            st.badge(labels.of(labels.SEVERITY, seen.severity, viewer), color="orange" if seen.severity > 1 else "gray")
        if seen.language != "und":
            st.badge(safe.label(formats.language_name(seen.language, viewer)), color="gray")


def _why(viewer: Viewer, seen: MentionDetail) -> None:
    if not seen.reasons:
        return
    st.markdown(f"**{viewer.say('Why it was flagged')}**")
    told = [
        (f"{formats.signed(r.weight, viewer, 1)} {_term(r.term, viewer)}", "bad" if r.weight > 0 else "info")
        for r in seen.reasons[:8]
    ]
    parts.chips(told, key="reasons", label=viewer.say("Why it was flagged"))
    st.caption(
        viewer.say(
            "The model said {score} of 100 ({model}). Each sign moves the score up (orange) or down (blue).",
            score=round((seen.assessed_probability or 0) * 100),
            model=safe.label(seen.model or "", 40),
        )
    )


def _term(term: str, viewer: Viewer) -> str:
    """A word stands in quotation marks; stars stand alone."""
    plain = safe.plain(term, 60)
    if set(plain) <= {"★", "☆"}:
        return plain
    return f"«\u00a0{plain}\u00a0»" if viewer.language == "fr" else f"“{plain}”"
