"""The model page's working half: labels to check, training, and the models to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import acts, components, formats, label_cards, labels, model_names, parts, safe
from dashboard.access import Action
from dashboard.queries import model as queries
from dashboard.queries.model import ModelLine, ModelView
from dashboard.viewer import Viewer
from data.workspace import Workspace

SKIPPED = "model.skipped"  # suggestions that this session does not want to see again
COMPARED = "model.compared"  # what the last comparison of this session found


def to_check(ws: Workspace, viewer: Viewer, seen: ModelView) -> None:
    """One suggested mention with two buttons; the next one follows."""
    with st.container(border=True, key="to_check", height="stretch"):
        st.subheader(viewer.say("Labels to check"), anchor=False)
        skipped: set[int] = st.session_state.setdefault(SKIPPED, set())
        left = [s for s in seen.suggestions if s.mention not in skipped]
        if not left:
            st.caption(viewer.say("Nothing to check now: every suggestion was answered or skipped."))
            return
        one = left[0]
        with ws.store.reading() as tx:
            found = queries.suggested(tx, viewer, one)
        st.caption(
            viewer.say(
                "{source} · {spoken} · the model says {score} of 100 · {why}",
                source=labels.of(labels.SOURCE, one.source, viewer),
                spoken=safe.label(formats.language_name(one.language, viewer)),
                score=round(one.probability * 100),
                why=labels.of(model_names.WHY, one.why, viewer),
            )
        )
        pieces = [(s.text, s.weight) for s in found.segments]
        parts.prose(pieces, key="suggested", language=found.language, title=[(s.text, s.weight) for s in found.title])
        _answers(ws, viewer, one.mention, skipped)
        st.caption(viewer.say_n("{n} suggestion in sight", "{n} suggestions in sight", len(left)))


def _answers(ws: Workspace, viewer: Viewer, mention: int, skipped: set[int]) -> None:
    def said(frustrated: bool) -> Callable[[], None]:
        return lambda: components.attempt(lambda: label_cards.save(ws, viewer, mention, frustrated))

    with st.container(horizontal=True, gap="small", key="check_row"):
        st.button(viewer.say("Frustrated"), key="check_yes", on_click=said(True))
        st.button(viewer.say("Not frustrated"), key="check_no", on_click=said(False))
        st.button(viewer.say("Skip"), key="check_skip", type="tertiary", on_click=lambda: skipped.add(mention))
        if st.button(viewer.say("Open it"), key="check_open", type="tertiary", icon=":material/arrow_forward:"):
            st.switch_page("views/mentions.py", query_params={"mention": str(mention), "days": "all"})


def training(ws: Workspace, viewer: Viewer, seen: ModelView) -> None:
    """Labels so far, and for those who may: compare, train, assess again, export."""
    with st.container(border=True, key="training", height="stretch"):
        st.subheader(viewer.say("Learning from your labels"), anchor=False)
        _so_far(viewer, seen)
        if not viewer.may(Action.TRAIN):
            st.caption(viewer.say("Support leads train and switch models."))
            return
        is_ready = seen.labels.nearest is None
        with st.container(horizontal=True, gap="small", key="train_row"):
            if st.button(viewer.say("Compare only"), key="compare", disabled=not is_ready):
                _run(viewer, lambda report: _trained(ws, viewer, report, dry_run=True))
            if st.button(viewer.say("Train"), key="train", type="primary", disabled=not is_ready):
                _run(viewer, lambda report: _trained(ws, viewer, report, dry_run=False))
            if seen.waiting:
                n = formats.number(seen.waiting, viewer)
                if st.button(viewer.say("Assess {n} mentions again", n=n), key="assess_again"):
                    _run(viewer, lambda report: _assessed(ws, viewer, report))
        _compared(viewer)
        if seen.labels.by_source:
            st.download_button(
                viewer.say("Download the labels"),
                data=lambda: acts.export_labels(ws, viewer),
                file_name="labels.csv",
                mime="text/csv",
                key="labels_csv",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
            )


def _so_far(viewer: Viewer, seen: ModelView) -> None:
    held = seen.labels
    if not held.by_source:
        st.markdown(viewer.say("No mention was labelled yet."))
    else:
        told = ", ".join(
            f"{labels.of(labels.SOURCE, s, viewer)} {formats.number(n, viewer)}" for s, n in held.by_source.items()
        )
        st.markdown(viewer.say("Labelled mentions: {by_source}.", by_source=told))
        n = formats.number(sum(held.training.values()), viewer)
        st.caption(
            viewer.say(
                "{n} of them may train; {held} are held back for good and only measure. Posts from X are never "
                "among them.",
                n=n,
                held=formats.number(held.held_back, viewer),
            )
        )
    if held.nearest is not None:
        source, missing = held.nearest
        name = labels.of(labels.SOURCE, source, viewer) if source else viewer.say("any source")
        st.info(
            viewer.say_n(
                "{n} label is missing to train for {source}.",
                "{n} labels are missing to train for {source}.",
                missing,
                source=name,
            )
        )


def _run(viewer: Viewer, work: Callable[[acts.Report], str]) -> None:
    """Do ``work`` below a bar that moves, then show the page anew."""
    bar = st.progress(0.0, text=viewer.say("At work"))

    def report(done: int, total: int, _what: str) -> None:
        bar.progress(min(done / max(total, 1), 1.0))

    components.attempt(lambda: work(report))
    st.rerun()


def _trained(ws: Workspace, viewer: Viewer, report: acts.Report, *, dry_run: bool) -> str:
    from models.learning import facts_of

    made = acts.train(ws, viewer, report, dry_run=dry_run)
    st.session_state[COMPARED] = (made.version, facts_of(made)) if made.is_new else None
    if not made.is_new:
        return viewer.say("The same labels made the model that is in use: nothing to do.")
    if dry_run:
        return viewer.say("Compared; nothing was kept.")
    if made.switched:
        return viewer.say("{version} is in use now. Assess again to see its answers.", version=made.version)
    return viewer.say("{version} was kept and is not in use.", version=made.version)


def _assessed(ws: Workspace, viewer: Viewer, report: acts.Report) -> str:
    n = acts.assess_again(ws, viewer, report)
    return viewer.say_n("{n} mention assessed.", "{n} mentions assessed.", n)


def _compared(viewer: Viewer) -> None:
    """What the last comparison of this session found."""
    if (held := st.session_state.get(COMPARED)) is not None:
        version, facts = held
        st.markdown(f"**{safe.label(version, 40)}**: {labels.of(model_names.COMPARED, facts['verdict'], viewer)}")
        for line in measured(viewer, facts):
            st.caption(line)


def measured(viewer: Viewer, facts: Any) -> list[str]:
    """The figures of a comparison, one a line."""
    told = [
        _measured(
            viewer, viewer.say("Ranking, read as {source}", source=labels.of(labels.SOURCE, m["name"], viewer)), m
        )
        for m in facts["product"]
    ]
    if facts["error"]:
        told.append(_measured(viewer, viewer.say("Error on the held-back labels (less is better)"), facts["error"]))
    if facts["seller_f1"]:
        told.append(_measured(viewer, viewer.say("Macro-F1 on the held-back labels"), facts["seller_f1"]))
    return told


def _measured(viewer: Viewer, name: str, m: Any) -> str:
    low, high = m["change"]
    told = viewer.say(
        "{name}: {old} → {new} (change {low} to {high}, {n} texts)",
        name=name,
        old=formats.number(m["old"], viewer, 3),
        new=formats.number(m["new"], viewer, 3),
        low=formats.signed(low, viewer, 3),
        high=formats.signed(high, viewer, 3),
        n=formats.number(m["texts"], viewer),
    )
    return told + (" " + viewer.say("May be chance.") if low <= 0 <= high else "")


def models(ws: Workspace, viewer: Viewer, seen: ModelView) -> None:
    """Every model that is kept, and the way back to another one."""
    st.subheader(viewer.say("Models"), anchor=False)
    columns: list[dict[str, Any]] = [
        {"key": "version", "label": viewer.say("Version"), "kind": "mono"},
        {"key": "state", "label": viewer.say("State"), "kind": "badge"},
        {"key": "made", "label": viewer.say("Made")},
        {"key": "labels", "label": viewer.say("Labels"), "align": "end"},
        {"key": "compared", "label": viewer.say("Compared"), "kind": "wide"},
    ]
    rows = [{"id": m.version, "cells": _model(m, viewer)} for m in seen.models]
    parts.table(columns, rows, key="models", label=viewer.say("Models"))
    others = [m.version for m in seen.models if m.may_use]
    if viewer.may(Action.TRAIN) and others:
        with st.container(horizontal=True, vertical_alignment="bottom", key="use_row"):
            chosen = st.selectbox(viewer.say("Another model"), others, key=f"model_choice_{viewer.language}", width=260)
            st.button(
                viewer.say("Use it"),
                key="use_model",
                on_click=lambda: components.attempt(lambda: _used(ws, viewer, chosen)),
            )


def _used(ws: Workspace, viewer: Viewer, version: str) -> str:
    chosen = acts.use_model(ws, viewer, version)
    return viewer.say("{version} is in use now. Assess again to see its answers.", version=chosen)


def _model(m: ModelLine, viewer: Viewer) -> dict[str, Any]:
    if m.is_in_use:
        state = {"text": viewer.say("in use"), "tone": "good"}
    elif m.erased:
        state = {"text": viewer.say("labels erased"), "tone": "bad"}
    else:
        state = {"text": viewer.say("kept") if m.may_use else viewer.say("for another base"), "tone": ""}
    return {
        "version": m.version,
        "state": state,
        "made": viewer.say("comes with the program")
        if m.is_base
        else {"text": formats.moment(m.made_at, viewer), "sub": m.made_by},
        "labels": formats.number(m.labels, viewer) if m.labels else "–",
        "compared": labels.of(model_names.COMPARED, m.facts["verdict"], viewer) if m.facts else "",
    }
