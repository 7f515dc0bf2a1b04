"""The model page's figures: reliability, precision against recall, what a threshold does, sets, groups, topics."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, components, formats, labels, model_names, parts
from dashboard.queries.model import ModelView
from dashboard.viewer import Viewer
from models.independent_set import INDEPENDENT
from models.report import Description, Figure
from models.self_report import ALL, SELLER, Kind


def between(figure: Figure, viewer: Viewer) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{formats.number(figure.low, viewer, 2)}–{formats.number(figure.high, viewer, 2)}"


def _figure(figure: Figure, viewer: Viewer) -> dict[str, str]:
    if figure.value is None:
        return {"text": "–"}
    return {"text": formats.number(figure.value, viewer, 2), "sub": between(figure, viewer)}


HARDEST = 9  # groups in sight


@st.fragment
def quality(viewer: Viewer, seen: ModelView) -> None:
    """Reliability, precision against recall, and what another threshold would do."""
    whole = seen.report.sets[INDEPENDENT][ALL]
    tried = st.slider(
        viewer.say("What would a threshold do?"),
        0.10,
        0.90,
        seen.thresholds.high,
        0.01,
        key=f"threshold_{viewer.language}",
    )
    _effect(viewer, seen, whole, tried)
    left, right = st.columns(2, gap="small")
    with left:
        components.chart(
            charts.reliability(whole.reliability, viewer),
            key="reliability",
            viewer=viewer,
            title=viewer.say("Can the probability be trusted?"),
            says=viewer.say("On the dotted line, 70 of 100 texts with 70 % are frustrated. Bars: 95 % intervals."),
            rows=[
                {
                    viewer.say("told"): formats.percent(b.told, viewer),
                    viewer.say("frustrated"): formats.percent(b.share, viewer),
                    viewer.say("interval"): f"{formats.percent(b.low, viewer)}–{formats.percent(b.high, viewer)}",
                    viewer.say("texts"): formats.number(b.texts, viewer),
                }
                for b in whole.reliability
            ],
        )
    with right:
        components.chart(
            charts.precision_recall(whole.curve, seen.thresholds, tried, viewer),
            key="precision_recall",
            viewer=viewer,
            title=viewer.say("How many are found, and how many alarms are right?"),
            says=viewer.say("Each point of the line is a threshold; marked are the two in force and the one tried."),
            rows=[
                {
                    viewer.say("threshold"): formats.number(p.threshold, viewer, 2),
                    viewer.say("right"): "–" if p.precision is None else formats.percent(p.precision, viewer),
                    viewer.say("found"): "–" if p.recall is None else formats.percent(p.recall, viewer),
                    viewer.say("flagged"): formats.number(p.flagged, viewer),
                }
                for p in whole.curve[::5]
            ],
        )


def _effect(viewer: Viewer, seen: ModelView, whole: Description, tried: float) -> None:
    at = min(whole.curve, key=lambda p: abs(p.threshold - tried))
    flagged = sum(p >= tried for p in seen.month)
    st.markdown(
        viewer.say(
            "From **{threshold}** on: {flagged} of the {n} mentions of the last 30 days are flagged. On the "
            "independent messages {right} of the flagged are right and {found} of the frustrated are found.",
            threshold=formats.number(tried, viewer, 2),
            flagged=formats.number(flagged, viewer),
            n=formats.number(len(seen.month), viewer),
            right="–" if at.precision is None else formats.percent(at.precision, viewer),
            found="–" if at.recall is None else formats.percent(at.recall, viewer),
        )
    )
    st.caption(
        viewer.say(
            "In force: frustrated from {high}, unsure from {low}. Nothing is changed here.",
            high=formats.number(seen.thresholds.high, viewer, 2),
            low=formats.number(seen.thresholds.low, viewer, 2),
        )
    )


def sets(viewer: Viewer, seen: ModelView) -> None:
    st.subheader(viewer.say("Figures by set and language"), anchor=False)
    st.caption(viewer.say("None of these texts trained the model. Below each figure its 95 % interval."))
    columns: list[dict[str, Any]] = [
        {"key": "set", "label": viewer.say("Set")},
        {"key": "texts", "label": viewer.say("Texts"), "align": "end"},
        {"key": "macro", "label": viewer.say("Macro-F1"), "align": "end"},
        {"key": "ranking", "label": viewer.say("Average precision"), "align": "end"},
        {"key": "right", "label": viewer.say("Right when flagged"), "align": "end"},
        {"key": "found", "label": viewer.say("Found"), "align": "end"},
        {"key": "error", "label": viewer.say("Calibration error"), "align": "end"},
    ]
    held = {SELLER: {ALL: seen.held_back}} if seen.held_back is not None else {}
    lines = [
        (name, code, described)
        for name, by_language in {**held, **seen.report.sets}.items()
        for code, described in by_language.items()
    ]
    rows = {
        is_first: [_row(*line, viewer) for line in lines if _is_first(*line) is is_first] for is_first in (True, False)
    }
    parts.table(columns, rows[True], key="sets", label=viewer.say("Figures by set and language"))
    with st.expander(viewer.say("The other sets by language")):
        parts.table(columns, rows[False], key="more_sets", label=viewer.say("The other sets by language"))


def _is_first(name: str, code: str, _described: Description) -> bool:
    """Whether a line stands in sight: every set as a whole, and the languages of the independent messages."""
    return code == ALL or name == INDEPENDENT


def _row(name: str, code: str, described: Description, viewer: Viewer) -> dict[str, Any]:
    return {"id": f"{name}.{code}", "cells": _set(name, code, described, viewer)}


def _set(name: str, code: str, d: Description, viewer: Viewer) -> dict[str, Any]:
    where = viewer.say("all languages") if code == ALL else formats.language_name(code, viewer)
    return {
        "set": {"text": labels.of(model_names.SET, name, viewer), "sub": where},
        "texts": formats.number(d.texts, viewer),
        "macro": _figure(d.macro_f1, viewer),
        "ranking": _figure(d.average_precision, viewer),
        "right": _figure(d.precision, viewer),
        "found": _figure(d.recall, viewer),
        "error": formats.number(d.calibration_error, viewer, 2),
    }


def groups(viewer: Viewer, seen: ModelView) -> None:
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        st.subheader(viewer.say("Hard groups"), anchor=False)
        columns: list[dict[str, Any]] = [
            {"key": "kind", "label": viewer.say("Group")},
            {"key": "right", "label": viewer.say("Put right"), "kind": "bar"},
            {"key": "unsure", "label": viewer.say("Unsure"), "align": "end"},
            {"key": "wrong", "label": viewer.say("Wrong"), "align": "end"},
        ]
        rows = [{"id": f"{k.name}.{k.frustrated}", "cells": _kind(k, viewer)} for k in seen.report.kinds]
        parts.table(columns, rows[:HARDEST], key="kinds", label=viewer.say("Hard groups"))
        with st.expander(viewer.say("The other groups")):
            parts.table(columns, rows[HARDEST:], key="more_kinds", label=viewer.say("The other groups"))
    with right:
        st.subheader(viewer.say("Topics"), anchor=False)
        columns = [
            {"key": "topic", "label": viewer.say("Topic")},
            {"key": "texts", "label": viewer.say("Texts"), "align": "end"},
            {"key": "precision", "label": viewer.say("Right when named"), "align": "end"},
            {"key": "recall", "label": viewer.say("Found"), "align": "end"},
        ]
        rows = [
            {
                "id": t.name,
                "cells": {
                    "topic": labels.of(labels.CATEGORY, t.name, viewer),
                    "texts": formats.number(t.texts, viewer),
                    "precision": formats.percent(t.right / t.said, viewer) if t.said else "–",
                    "recall": formats.percent(t.right / t.texts, viewer),
                },
            }
            for t in seen.report.topics
        ]
        parts.table(columns, rows, key="topics", label=viewer.say("Topics"))


def _kind(k: Kind, viewer: Viewer) -> dict[str, Any]:
    low, high = k.interval
    return {
        "kind": {
            "text": labels.of(model_names.KIND, k.name, viewer),
            "sub": viewer.say("frustrated") if k.frustrated else viewer.say("not frustrated"),
        },
        "right": {
            "text": f"{k.right}/{k.texts}",
            "share": round(k.right / k.texts, 3),
            "tone": "calm",
            "sub": f"{formats.percent(low, viewer)}–{formats.percent(high, viewer)}",
        },
        "unsure": formats.number(k.unsure, viewer),
        "wrong": formats.number(k.wrong, viewer),
    }
