"""A person's word on a mention: one click says frustrated or not, a second opens topics and severity."""

from __future__ import annotations

import streamlit as st

from dashboard import acts, components, formats, labels, safe
from dashboard.access import Action
from dashboard.queries.mentions import LabelSaid, MentionDetail
from dashboard.viewer import Viewer
from data.domain import Category
from data.labelling import NEVER, WHY_NEVER
from data.workspace import Workspace


def show(ws: Workspace, viewer: Viewer, seen: MentionDetail) -> None:
    """Buttons for those who may label, then everything that was said before."""
    if viewer.may(Action.LABEL):
        if seen.line.source in NEVER:
            st.caption(
                viewer.say(
                    "No label is kept of a post from X: its terms forbid training on it (rule {rule}).", rule=WHY_NEVER
                )
            )
        else:
            _buttons(ws, viewer, seen)
    history(viewer, seen.labels)


def _buttons(ws: Workspace, viewer: Viewer, seen: MentionDetail) -> None:
    st.markdown(f"**{viewer.say('Is this person frustrated?')}**")
    said = seen.labels[0].frustrated if seen.labels else None
    with st.container(horizontal=True, gap="small", key="label_row"):
        _answer(ws, viewer, seen, True, viewer.say("Frustrated"), is_said=said is True)
        _answer(ws, viewer, seen, False, viewer.say("Not frustrated"), is_said=said is False)
        with st.popover(viewer.say("Topics and severity"), icon=":material/label:"):
            _form(ws, viewer, seen)


def _answer(ws: Workspace, viewer: Viewer, seen: MentionDetail, frustrated: bool, text: str, *, is_said: bool) -> None:
    newest = seen.labels[0] if seen.labels else None
    kept = newest if newest is not None and newest.frustrated == frustrated else None  # what was said with it holds on
    st.button(
        text,
        key=f"label_{'yes' if frustrated else 'no'}",
        icon=":material/check:" if is_said else None,
        on_click=lambda: components.attempt(
            lambda: save(
                ws,
                viewer,
                seen.line.id,
                frustrated,
                kept.categories if kept else (),
                kept.severity if kept else None,
            )
        ),
    )


def save(
    ws: Workspace,
    viewer: Viewer,
    mention: int,
    frustrated: bool,
    categories: tuple[str, ...] = (),
    severity: int | None = None,
) -> str:
    """Keep a label; returns what to tell."""
    named = [Category(name) for name in categories]
    acts.correct_label(ws, viewer, mention, frustrated=frustrated, categories=named, severity=severity)
    return viewer.say("Saved. Your word counts from now on.")


def _form(ws: Workspace, viewer: Viewer, seen: MentionDetail) -> None:
    newest = seen.labels[0] if seen.labels else None
    topics = [c for c in labels.CATEGORY if c]
    named = list(newest.categories) if newest and newest.categories else [seen.line.category]
    is_so = newest.frustrated if newest else seen.line.band == "frustrated"
    key = f"{seen.line.id}_{viewer.language}"
    with st.form(f"label_{key}", border=False):
        mood = st.radio(
            viewer.say("Is this person frustrated?"),
            ["yes", "no"],
            index=0 if is_so else 1,
            format_func=lambda c: viewer.say("Yes") if c == "yes" else viewer.say("No"),
            horizontal=True,
            key=f"label_mood_{key}",
        )
        chosen = st.multiselect(
            viewer.say("What is it about?"),
            topics,
            default=[c for c in named if c in topics],
            format_func=lambda c: labels.of(labels.CATEGORY, c, viewer),
            placeholder=viewer.say("Choose topics"),
            key=f"label_topics_{key}",
        )
        grave = st.segmented_control(
            viewer.say("How serious?"),
            [1, 2, 3],
            default=(newest.severity if newest else None) or seen.severity or 1,
            required=True,
            format_func=lambda c: labels.of(labels.SEVERITY, c, viewer),
            key=f"label_grave_{key}",
        )
        if st.form_submit_button(viewer.say("Save"), type="primary"):
            components.attempt(lambda: save(ws, viewer, seen.line.id, mood == "yes", tuple(chosen), grave))
            st.rerun()


def history(viewer: Viewer, said: tuple[LabelSaid, ...]) -> None:
    """Who said what and when, newest first; the newest stands."""
    for number, one in enumerate(said):
        mood = viewer.say("Frustrated") if one.frustrated else viewer.say("Not frustrated")
        parts = [mood, *(labels.of(labels.CATEGORY, c, viewer) for c in one.categories)]
        if one.severity:
            parts.append(labels.of(labels.SEVERITY, one.severity, viewer))
        told = viewer.say(
            "{who} said: {what}, {when}",
            who=safe.label(one.by, 60),
            what=" · ".join(parts),
            when=formats.moment(one.at, viewer),
        )
        st.caption(told if number == 0 else f"~~{told}~~")
