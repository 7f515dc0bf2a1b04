"""The sign-in form for local accounts."""

from __future__ import annotations

import streamlit as st

from dashboard import safe, session
from dashboard.translations import LANGUAGES, translate


def show() -> None:
    """Ask who it is; a wrong answer costs growing patience."""
    language = session.language()
    _, middle, _ = st.columns([1, 1.4, 1])
    with middle:
        st.title("reinstate", anchor=False)
        st.caption(safe.label(session.workspace().settings.brand.name))
        if not session.everyone():
            st.info(translate(language, "Nobody can sign in yet. Add a person with 'reinstate user add'."))
            return
        _form(language)
        st.segmented_control(
            translate(language, "Language"),
            list(LANGUAGES),
            default=language,
            format_func=lambda code: LANGUAGES[code],
            key=f"door_language_{language}",
            required=True,
            on_change=lambda: session.set_language(st.session_state[f"door_language_{language}"]),
        )


def _form(language: str) -> None:
    with st.form(f"sign_in_{language}"):
        who = st.text_input(translate(language, "Your name"), key=f"door_who_{language}", max_chars=100)
        password = st.text_input(
            translate(language, "Password"), type="password", key=f"door_password_{language}", max_chars=200
        )
        sent = st.form_submit_button(translate(language, "Sign in"), type="primary", width="stretch")
    if not sent:
        return
    if session.sign_in(who or "", password or "") is None:
        st.rerun()
    if wait := session.seconds_to_wait(who or ""):
        st.error(translate(language, "Too many wrong passwords. Try again in {seconds} seconds.", seconds=wait))
    else:
        st.error(
            translate(
                language,
                "This name and password do not fit. A compliance officer can set a new one: 'reinstate user passwd'.",
            )
        )
