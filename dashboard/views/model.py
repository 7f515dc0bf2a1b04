"""Model: how good the classifier is, per language, what it learnt from, whether it drifts, and what to label next."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, components, formats, labels, model_cards, model_names, model_quality, pages, parts, safe
from dashboard.access import Action
from dashboard.queries import model
from dashboard.queries.model import ModelView
from dashboard.viewer import Viewer
from data.workspace import Workspace
from models.independent_set import INDEPENDENT
from models.self_report import ALL


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    with st.spinner(viewer.say("Measuring")), ws.store.reading() as tx:
        seen = model.read(tx, viewer)
    _head(viewer, seen)
    _figures(viewer, seen)
    if viewer.may(Action.LABEL):
        left, right = st.columns(2, gap="small")
        with left:
            model_cards.to_check(ws, viewer, seen)
        with right:
            model_cards.training(ws, viewer, seen)
    else:
        model_cards.training(ws, viewer, seen)
    model_quality.quality(viewer, seen)
    model_quality.sets(viewer, seen)
    model_quality.groups(viewer, seen)
    _drift(viewer, seen)
    model_cards.models(ws, viewer, seen)
    _learnt_from(viewer, seen)


def _head(viewer: Viewer, seen: ModelView) -> None:
    told = viewer.say("Model **{version}** assesses the mentions.", version=safe.label(seen.version, 60))
    if seen.is_own:
        told += " " + viewer.say("It is your labels on top of {base}.", base=safe.label(seen.base, 60))
    if seen.since is not None:
        told += " " + viewer.say("In use since {when}.", when=formats.moment(seen.since, viewer))
    st.markdown(told)
    if seen.problem:
        st.warning(safe.label(seen.problem, 300), icon=":material/model_training:")
    newest = seen.drifts[-1] if seen.drifts else None
    if newest is not None and newest.wants_labels:
        st.warning(
            viewer.say("What people write has moved away from what the model knows: label newer mentions, then train."),
            icon=":material/trending_up:",
        )


def _figures(viewer: Viewer, seen: ModelView) -> None:
    whole = seen.report.sets[INDEPENDENT][ALL]
    with st.container(key="figures_model"):
        first, second, third, fourth = st.columns(4, gap="small")
    where = viewer.say(
        "On {n} messages by people who never saw the training sentences.", n=formats.number(whole.texts, viewer)
    )
    cards = (
        (first, viewer.say("Macro-F1"), whole.macro_f1, viewer.say("Mean F1 of frustrated and not, at one half.")),
        (second, viewer.say("Average precision"), whole.average_precision, viewer.say("Do the frustrated come first?")),
        (
            third,
            viewer.say("Right when flagged"),
            whole.precision,
            viewer.say("Share of the flagged that is frustrated."),
        ),
    )
    for column, name, figure, meaning in cards:
        column.metric(
            name,
            formats.number(figure.value or 0, viewer, 2),
            help=f"{meaning} {where}",
            border=True,
            delta=model_quality.between(figure, viewer),
            delta_color="off",
            delta_arrow="off",
        )
    fourth.metric(
        viewer.say("Calibration error"),
        formats.number(whole.calibration_error, viewer, 2),
        help=viewer.say("How far probabilities are from shares, on average over ten bins.") + f" {where}",
        border=True,
        delta=viewer.say("{share} unsure", share=formats.percent(whole.unsure, viewer)),
        delta_color="off",
        delta_arrow="off",
    )


def _drift(viewer: Viewer, seen: ModelView) -> None:
    if not seen.drifts:
        st.subheader(viewer.say("Drift"), anchor=False)
        st.caption(viewer.say("Drift is shown once 200 mentions were assessed by this model."))
        return
    left, right = st.columns(2, gap="small")
    rows = [
        {
            viewer.say("week"): formats.short_day(d.week, viewer),
            viewer.say("mentions"): formats.number(d.n, viewer),
            viewer.say("scores"): f"{formats.number(d.scores, viewer, 2)} ({_state(d.scores_state, viewer)})",
            viewer.say("languages"): f"{formats.number(d.languages, viewer, 2)} ({_state(d.languages_state, viewer)})",
            viewer.say("unknown words"): f"{formats.percent(d.unknown, viewer, 1)} ({_state(d.unknown_state, viewer)})",
        }
        for d in seen.drifts
    ]
    with left:
        components.chart(
            charts.indices(seen.drifts, viewer),
            key="indices",
            viewer=viewer,
            title=viewer.say("Do scores or languages drift?"),
            says=viewer.say(
                "Stability index of each week against the reference. Scores also move when customers have more reason."
            ),
            rows=rows,
        )
    with right:
        components.chart(
            charts.unknown_words(seen.drifts, viewer),
            key="unknown_words",
            viewer=viewer,
            title=viewer.say("Do people use words that the model never met?"),
            says=viewer.say("Share of unknown words, week by week."),
            rows=rows,
        )


def _state(state: str, viewer: Viewer) -> str:
    return labels.of(model_names.DRIFT, state, viewer)


def _learnt_from(viewer: Viewer, seen: ModelView) -> None:
    with st.expander(viewer.say("What the base was trained on")):
        columns: list[dict[str, Any]] = [
            {"key": "source", "label": viewer.say("Material"), "kind": "wide"},
            {"key": "texts", "label": viewer.say("Texts"), "align": "end"},
        ]
        rows = [
            {
                "id": s,
                "cells": {"source": labels.of(model_names.TRAINED_ON, s, viewer), "texts": formats.number(n, viewer)},
            }
            for s, n in sorted(seen.base_rows.items(), key=lambda pair: -pair[1])
        ]
        parts.table(columns, rows, key="learnt_from", label=viewer.say("What the base was trained on"))
        st.caption(viewer.say("Posts from X never train a model (rule X-01)."))


if __name__ == "__main__":
    components.frame(pages.MODEL, show)
