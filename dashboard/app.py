"""The dashboard's entry script, run by Streamlit for every session: frame, sign-in, menu, banner, then the page."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboard import components, labels, pages, parts, safe, session, signin_page, theme
from dashboard.pages import PageFacts
from dashboard.translations import LANGUAGES
from dashboard.viewer import Viewer


def main() -> None:
    """One run."""
    favicon = pages.HERE / "assets" / "favicon.svg"
    st.set_page_config(page_icon=str(favicon), layout="wide")
    st.html(f"<style>{theme.css()}</style>")
    st.logo(str(favicon), size="large")
    viewer = session.viewer()
    if viewer is None:
        page = st.navigation([st.Page(signin_page.show, title="reinstate")], position="hidden")
        parts.page_language(session.language())
        page.run()
        return
    page = st.navigation([_page(viewer, facts) for facts in pages.ALL], position="sidebar", expanded=True)
    parts.page_language(viewer.language)
    with st.sidebar:
        _sidebar(viewer)
    _remember(viewer)
    components.banner(viewer)
    page.run()


def _page(viewer: Viewer, facts: PageFacts) -> st.Page:
    """A page that the role may not open stays out of the menu; reached by its address it says why."""
    return st.Page(
        pages.HERE / facts.file,
        title=viewer.say(facts.title),
        icon=facts.icon,
        url_path=facts.name,
        default=facts is pages.OVERVIEW,
        visibility="visible" if viewer.may(facts.action) else "hidden",
    )


def _sidebar(viewer: Viewer) -> None:
    st.caption(safe.label(session.workspace().settings.brand.name))
    if session.is_demo():
        with st.container(key="invented"):
            st.markdown(viewer.say("**Demo.** Every name, order and text here is invented."))
        _roles(viewer)
    _languages(viewer)
    if not session.is_demo():
        role = labels.of(labels.ROLE, viewer.role.value if viewer.role else "", viewer)
        st.caption(f"{safe.label(viewer.name)} · {role}")
        st.button(viewer.say("Sign out"), key="sign_out", icon=":material/logout:", on_click=session.sign_out)
        if made := st.session_state.pop("pass", None):
            parts.keep_signed_in(made)


def _roles(viewer: Viewer) -> None:
    staff = session.everyone()
    roles = Counter(p.role for p in staff)
    names = {
        p.id: labels.of(labels.ROLE, p.role.value, viewer)
        + (f" · {safe.plain(p.name, 40)}" if roles[p.role] > 1 else "")
        for p in staff
    }
    key = f"view_as_{viewer.language}"
    st.session_state[key] = viewer.actor.id
    st.selectbox(
        viewer.say("See it as"),
        list(names),
        format_func=lambda i: names.get(i, i),
        key=key,
        on_change=lambda: session.switch_to(st.session_state[key]),
    )
    st.caption(safe.label(viewer.name))


def _languages(viewer: Viewer) -> None:
    key = f"language_{viewer.language}"
    st.session_state[key] = viewer.language
    st.segmented_control(
        viewer.say("Language"),
        list(LANGUAGES),
        format_func=lambda code: LANGUAGES[code],
        key=key,
        required=True,
        on_change=lambda: session.set_language(st.session_state[key]),
        width="stretch",
    )


def _remember(viewer: Viewer) -> None:
    """The address carries the language, and in the demo the person: it can be shared and reloaded."""
    wanted = {"lang": viewer.language} if viewer.language != session.workspace().settings.brand.language else {}
    if session.is_demo() and session.chose_person():
        wanted["as"] = viewer.actor.id
    for name in ("lang", "as"):
        if st.query_params.get(name) != wanted.get(name):
            if name in wanted:
                st.query_params[name] = wanted[name]
            elif name in st.query_params:
                del st.query_params[name]


main()
