"""Our own components for untrusted text: their scripts only ever set ``textContent``, so nothing is interpreted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st


@cache
def _component(name: str) -> Any:
    folder = files("dashboard.parts")
    return st.components.v2.component(
        f"reinstate_{name}",
        html='<div class="part"></div>',
        css=folder.joinpath("parts.css").read_text(encoding="utf-8"),
        js=folder.joinpath(f"{name}.js").read_text(encoding="utf-8"),
    )


Pieces = Sequence[tuple[str, float]]


def prose(segments: Pieces, *, key: str, language: str = "und", title: Pieces = ()) -> None:
    """A text whose marked words (weight above or below 0) stand out."""
    data = {"pieces": _pieces(segments), "title": _pieces(title), "language": language}
    _component("prose")(key=key, data=data)


def _pieces(segments: Pieces) -> list[dict[str, object]]:
    return [{"t": text, "w": round(weight, 3)} for text, weight in segments]


def chips(items: Sequence[tuple[str, str]], *, key: str, label: str) -> None:
    """Short texts in a row, each with a tone (bad, good, info or none)."""
    _component("chips")(key=key, data={"chips": [{"text": t, "tone": tone} for t, tone in items], "label": label})


def listing(
    lines: Sequence[Mapping[str, Any]], *, key: str, label: str, selected: int | None, on_pick: Callable[[int], None]
) -> None:
    """A list box of mentions: arrows, Home and End move, a click picks."""

    def picked() -> None:
        state = st.session_state.get(key)
        if state is not None and state.get("pick") is not None:
            on_pick(int(state["pick"]))

    data = {"lines": list(lines), "label": label, "selected": selected}
    _component("listing")(key=key, data=data, on_pick_change=picked)


def table(
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    label: str,
    selected: str | None = None,
    on_pick: Callable[[str], None] | None = None,
) -> None:
    """A table of plain texts.

    A column is ``{key, label}`` and may have ``align`` (end), ``kind`` (bar, badge, mono, wide) ; a row is
    ``{id, cells: {column: text or {text, tone, share, sub}}}``. With ``on_pick`` each row's first cell is a button.
    """

    def picked() -> None:
        state = st.session_state.get(key)
        if on_pick is not None and state is not None and state.get("pick") is not None:
            on_pick(str(state["pick"]))

    data = {
        "columns": list(columns),
        "rows": list(rows),
        "label": label,
        "selected": selected,
        "pickable": on_pick is not None,
    }
    _component("table")(key=key, data=data, on_pick_change=picked)


def thread(messages: Sequence[Mapping[str, str]], *, key: str, label: str) -> None:
    """The messages of a ticket: ``{who, at, text, side}`` with side in, out or note."""
    _component("thread")(key=key, data={"messages": list(messages), "label": label})


def page_language(language: str) -> None:
    """Tells browsers and screen readers in which language the page is: Streamlit always says English."""
    _component("language")(key="page_language", data={"language": language}, height="content")


def keep_signed_in(made: str) -> None:
    """Lets the browser exchange a one-time pass for its session cookie."""
    _component("keep")(key="keep_signed_in", data={"pass": made})
