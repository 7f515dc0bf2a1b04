"""One browser session: the workspace, who is signed in, the language; the one module that keeps things between runs."""

from __future__ import annotations

import math
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.signin import COOKIE, DOOR
from dashboard.translations import LANGUAGES
from dashboard.viewer import Viewer
from data import marks, people
from data.domain import Actor, Role
from data.people import Person
from data.workspace import Workspace, open_at

FOLDER = "REINSTATE_WORKSPACE"
LANGUAGE, PERSON, TOKEN = "language", "person", "token"
FIRST_IN_DEMO = Role.SUPPORT_LEAD


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(folder: str) -> Workspace:
    return open_at(Path(folder))


def workspace() -> Workspace:
    """The workspace that this server shows; opened once for all sessions."""
    return _opened(os.environ.get(FOLDER) or "workspace")


def is_demo() -> bool:
    """Whether everything shown is invented, so that roles may be switched by one click."""
    with workspace().store.reading() as tx:
        return marks.read(tx, marks.DEMO) == "1"


def language() -> str:
    """The language chosen here, asked for in the address, or set for the workspace."""
    chosen = st.session_state.get(LANGUAGE) or st.query_params.get("lang") or workspace().settings.brand.language
    return chosen if chosen in LANGUAGES else "en"


def set_language(code: str) -> None:
    """Choose a language for this session."""
    st.session_state[LANGUAGE] = code


def everyone() -> list[Person]:
    """People who may sign in."""
    with workspace().store.reading() as tx:
        return [p for p in people.everyone(tx) if p.active]


def person() -> Person | None:
    """Who is signed in and still may be."""
    staff = {p.id: p for p in everyone()}
    if is_demo():
        asked = st.session_state.get(PERSON) or st.query_params.get("as")
        first = next((p for p in staff.values() if p.role is FIRST_IN_DEMO), None)
        found = staff.get(asked or "") or first or next(iter(staff.values()), None)
    else:
        token = st.session_state.get(TOKEN) or _cookie()
        held = DOOR.find(token, workspace().store.clock())
        found = staff.get(held.person) if held else None
        st.session_state[TOKEN] = token if found else None
    st.session_state[PERSON] = found.id if found else None
    return found


def _cookie() -> str | None:
    """The token that the browser kept; without a browser there is none."""
    held: object = st.context.cookies.get(COOKIE)
    return held if isinstance(held, str) else None


def chose_person() -> bool:
    """Whether the person was chosen here or in the address, rather than by default."""
    return bool(st.session_state.get("chose_person")) or "as" in st.query_params


def switch_to(person_id: str) -> None:
    """In the demo: look through somebody else's eyes."""
    if is_demo():
        st.session_state[PERSON], st.session_state["chose_person"] = person_id, True


def sign_in(typed: str, password: str) -> str | None:
    """Begin a session; returns None when it worked, else a code: ``wait`` or ``wrong``. Both are on the audit log.

    ``typed`` is a person's name or id. Somebody unknown is refused as slowly as a wrong password.
    """
    store = workspace().store
    now, wanted = store.clock(), " ".join(typed.split()).casefold()
    if DOOR.wait(wanted, now).total_seconds() > 0:
        return "wait"
    known = next((p for p in everyone() if wanted in (p.id.casefold(), p.name.casefold())), None)
    with store.reading() as tx:
        found = people.check_password(tx, known.id if known else "", password)
    if found is None:
        DOOR.failed(wanted, now)
        with store.transaction(Actor.system("dashboard")) as tx:
            tx.audit("session.refused", f"actor:{known.id}" if known else "")
        return "wrong"
    token = DOOR.open(found.id, wanted, now)
    st.session_state[TOKEN], st.session_state["pass"] = token, DOOR.make_pass(token, now)
    with store.transaction(Actor(found.id, found.role)) as tx:
        tx.audit("session.began", f"actor:{found.id}")
    return None


def seconds_to_wait(typed: str) -> int:
    """How long the person has to wait before another try."""
    left = DOOR.wait(" ".join(typed.split()).casefold(), workspace().store.clock())
    return math.ceil(left.total_seconds())


def sign_out() -> None:
    """End the session, and forget what it held."""
    token, who = st.session_state.get(TOKEN), st.session_state.get(PERSON)
    if token:
        DOOR.close(token)
        with workspace().store.transaction(Actor(str(who))) as tx:
            tx.audit("session.ended", f"actor:{who}")
    chosen = st.session_state.get(LANGUAGE)
    st.session_state.clear()
    if chosen:
        set_language(chosen)


def viewer() -> Viewer | None:
    """Who looks, or None when nobody is signed in (any more)."""
    found = person()
    if found is None:
        return None
    ws = workspace()
    brand = ws.settings.brand
    return Viewer(
        actor=Actor(found.id, found.role),
        name=found.name,
        language=language(),
        zone=ZoneInfo(brand.time_zone),
        now=ws.store.clock(),
        currency=brand.currency,
        token=st.session_state.get(TOKEN),
    )


def is_still(viewer: Viewer) -> bool:
    """Whether ``viewer`` is signed in now with the same role; asks the door, so it works outside a page's run, too."""
    if is_demo():
        return True
    held = DOOR.find(viewer.token, workspace().store.clock())
    return held is not None and any(Actor(p.id, p.role) == viewer.actor for p in everyone() if p.id == held.person)
