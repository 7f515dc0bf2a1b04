"""Which page of a list is shown, and one field of the address at a time."""

from __future__ import annotations

import streamlit as st

from dashboard import formats
from dashboard.viewer import Viewer


def param(name: str, allowed: tuple[str, ...] | None = None, default: str = "") -> str:
    """A field of the address; codes that are not allowed count as the default."""
    value = st.query_params.get(name, default)[:100]
    return value if allowed is None or value in allowed else default


def number(name: str = "page") -> int:
    """A page number from 1."""
    value = st.query_params.get(name, "1")
    return min(max(int(value), 1), 100_000) if value.isdecimal() and len(value) < 7 else 1


def put(name: str, value: str, default: str = "", *, drop: tuple[str, ...] = ()) -> None:
    """Set a field of the address; the default is left out, and ``drop`` no longer holds."""
    for old in (*drop, name):
        st.query_params.pop(old, None)
    if value != default:
        st.query_params[name] = value


def choice(
    name: str,
    codes: list[str],
    names: dict[str, str],
    viewer: Viewer,
    *,
    default: str = "",
    width: int = 180,
    drop: tuple[str, ...] = ("page",),
) -> str:
    """A filter whose code lives in the address; the widget's key differs by language so that no label is kept."""
    value = param(name, tuple(codes), default)
    key = f"{name}_{viewer.language}_choice"
    st.session_state[key] = value
    st.selectbox(
        name,
        codes,
        format_func=lambda c: names.get(c, c),
        key=key,
        label_visibility="collapsed",
        width=width,
        on_change=lambda: put(name, st.session_state[key], default, drop=drop),
    )
    return value


def segments(name: str, label: str, names: dict[str, str], viewer: Viewer, *, drop: tuple[str, ...] = ("page",)) -> str:
    """One of a few views side by side, kept in the address; the first is the default."""
    codes = tuple(names)
    key = f"{name}_{viewer.language}_segments"
    st.session_state[key] = value = param(name, codes, codes[0])
    st.segmented_control(
        label,
        list(codes),
        key=key,
        required=True,
        label_visibility="collapsed",
        format_func=lambda c: names.get(c, c),
        on_change=lambda: put(name, st.session_state[key], codes[0], drop=drop),
    )
    return value


def pager(total: int, size: int, viewer: Viewer, name: str = "page") -> None:
    """Back and forth below a list."""
    at = number(name)
    last = max((total + size - 1) // size, 1)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(
            viewer.say(
                "{first}–{last} of {total}",
                first=formats.number(min((at - 1) * size + 1, total), viewer),
                last=formats.number(min(at * size, total), viewer),
                total=formats.number(total, viewer),
            )
        )
        with st.container(horizontal=True, width="content"):
            st.button(
                viewer.say("Back"),
                key=f"{name}_back",
                icon=":material/chevron_left:",
                type="tertiary",
                disabled=at <= 1,
                on_click=lambda: put(name, str(at - 1), "1"),
            )
            st.button(
                viewer.say("More"),
                key=f"{name}_more",
                icon=":material/chevron_right:",
                icon_position="right",
                type="tertiary",
                disabled=at >= last,
                on_click=lambda: put(name, str(at + 1), "1"),
            )
