"""Mentions: read what people say, see why it was flagged, and say which order it is about."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import components, formats, labels, pages, paging, parts, reader, safe
from dashboard.queries import mentions, wanted
from dashboard.queries.mentions import Key, MentionDetail, MentionLine, MentionPage
from dashboard.queries.wanted import Wanted
from dashboard.viewer import Viewer
from data import facets
from data.workspace import Workspace

TRAIL = "mentions.trail"  # keys of the pages before this one, so that "previous" finds its way back
OPEN = "mention"


def show(ws: Workspace, viewer: Viewer) -> None:
    """Draw the page."""
    want = wanted.read(st.query_params)
    _filters(ws, viewer, want)
    _body(want)


def _filters(ws: Workspace, viewer: Viewer, want: Wanted) -> None:
    with ws.store.reading() as tx:
        markets, sources = mentions.markets(tx), facets.values(tx, "source")
    say = viewer.say
    links = {
        "": say("All links"),
        "check": say("To check"),
        "link": say("Linked"),
        "none": say("No order found"),
        "judged": say("Judged"),
    }
    topics = labels.names(labels.CATEGORY, viewer) | {"": say("All topics")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters_mentions", gap="small"):
        moods = labels.names(labels.BAND, viewer) | {"": say("All moods")}
        _choice("band", ["", "frustrated", "unsure", "not_frustrated"], moods, viewer, 140)
        _choice("link", list(links), links, viewer, 130)
        places = labels.names(labels.SOURCE, viewer) | {"": say("All sources")}
        _choice("source", ["", *sources], places, viewer, 135)
        _choice("market", ["", *markets], {"": say("All markets")}, viewer, 145)
        _choice("category", ["", *(c for c in labels.CATEGORY if c)], topics, viewer, 150)
        if want.on:
            named = formats.day(wanted.day_of(want.on), viewer) or safe.label(want.on)
            st.button(
                named, key="drop_day", icon=":material/close:", on_click=lambda: paging.put("on", "", drop=(OPEN,))
            )
        else:
            periods = {"7": say("7 days"), "30": say("30 days"), "90": say("90 days"), "all": say("Any time")}
            _choice("days", list(wanted.PERIODS), periods, viewer, 110, default="90")
        _search(viewer, want)


def _choice(name: str, codes: list[str], names: dict[str, str], viewer: Viewer, width: int, default: str = "") -> None:
    paging.choice(name, codes, names, viewer, default=default, width=width, drop=(OPEN,))


def _search(viewer: Viewer, want: Wanted) -> None:
    key = f"mentions_q_{viewer.language}"
    st.session_state[key] = want.q
    st.text_input(
        viewer.say("Search"),
        key=key,
        label_visibility="collapsed",
        placeholder=viewer.say("Search in texts"),
        icon=":material/search:",
        max_chars=wanted.MAX_WORDS,
        width=175,
        on_change=lambda: paging.put("q", st.session_state[key].strip(), drop=(OPEN,)),
    )


@st.fragment
def _body(want: Wanted) -> None:
    """List and reader; moving through the list runs only this, and asks anew who is looking."""
    components.guarded(pages.MENTIONS, lambda ws, viewer: _triage(ws, viewer, want))


def _triage(ws: Workspace, viewer: Viewer, want: Wanted) -> None:
    trail: list[Key] = st.session_state.setdefault(TRAIL, [])
    if st.session_state.get("mentions.want") != want:
        trail.clear()
        st.session_state["mentions.want"] = want
    with ws.store.reading() as tx:
        page = mentions.listing(tx, viewer, want, trail[-1] if trail else None)
        chosen = _chosen(page)
        seen = mentions.detail(tx, viewer, chosen) if chosen is not None else None
    if seen is None:
        components.empty(
            viewer, viewer.say("Nothing here."), viewer.say("Widen the filters above, or choose a longer period.")
        )
        return
    left, right = st.columns([0.82, 1], gap="medium")
    with left:
        _list(page, viewer, seen.line.id, trail)
    with right, st.container(border=True, key="reader"):
        components.flash()
        _moves(viewer, seen, page, trail)
        reader.show(ws, viewer, seen)


def _chosen(page: MentionPage) -> int | None:
    """The mention that the address names, else the first of the list."""
    asked = st.query_params.get(OPEN, "")
    if asked.isdecimal() and len(asked) < 18:
        return int(asked)
    return page.lines[0].id if page.lines else None


def _open(mention_id: int) -> None:
    st.query_params[OPEN] = str(mention_id)


def _list(page: MentionPage, viewer: Viewer, selected: int, trail: list[Key]) -> None:
    sorts = {"frustration": viewer.say("Most frustrated"), "newest": viewer.say("Newest first")}
    _choice("sort", list(wanted.SORTS), sorts, viewer, 180, default="frustration")
    lines = [_line(line, viewer) for line in page.lines]
    parts.listing(lines, key="triage", label=viewer.say("Mentions"), selected=selected, on_pick=_open)
    first = len(trail) * mentions.PAGE + 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(
            viewer.say(
                "{first}–{last} of {total}",
                first=formats.number(first, viewer),
                last=formats.number(first + len(page.lines) - 1, viewer),
                total=formats.number(page.total, viewer),
            )
        )
        with st.container(horizontal=True, width="content"):
            st.button(
                viewer.say("Back"),
                key="page_back",
                icon=":material/chevron_left:",
                type="tertiary",
                disabled=not trail,
                on_click=lambda: _turn(trail, None),
            )
            st.button(
                viewer.say("More"),
                key="page_more",
                icon=":material/chevron_right:",
                type="tertiary",
                icon_position="right",
                disabled=page.next_key is None,
                on_click=lambda: _turn(trail, page.next_key),
            )


def _turn(trail: list[Key], key: Key | None) -> None:
    """To the next page, or back to the one before."""
    if key is not None:
        trail.append(key)
    elif trail:
        trail.pop()
    st.query_params.pop(OPEN, None)


def _line(line: MentionLine, viewer: Viewer) -> dict[str, Any]:
    probability = line.probability or 0.0
    flags = []
    if line.verdict in ("confirmed", "rejected"):
        flags.append(
            {
                "text": labels.of(labels.VERDICT, line.verdict, viewer),
                "tone": "good" if line.verdict == "confirmed" else "",
            }
        )
    elif line.link == "review":
        flags.append({"text": viewer.say("Order to check"), "tone": "info"})
    elif line.link == "link":
        flags.append({"text": viewer.say("Linked"), "tone": "good"})
    if line.category and line.category != "praise":
        flags.insert(0, {"text": labels.of(labels.CATEGORY, line.category, viewer), "tone": ""})
    if line.is_spam:
        flags.append({"text": viewer.say("Spam, not counted"), "tone": ""})
    elif line.is_copy:
        flags.append({"text": viewer.say("Copy, not counted"), "tone": ""})
    where = labels.of(labels.SOURCE, line.source, viewer) + (f" · {line.country}" if line.country else "")
    return {
        "id": line.id,
        "score": str(round(probability * 100)) if line.probability is not None else "–",
        "share": round(probability, 3),
        "tone": {"frustrated": "", "unsure": "unsure"}.get(line.band, "calm"),
        "who": safe.plain(line.author, 60) if line.author else viewer.say("Somebody"),
        "where": where,
        "when": formats.short_day(line.published_at, viewer),
        "excerpt": line.excerpt,
        "flags": flags,
    }


def _moves(viewer: Viewer, seen: MentionDetail, page: MentionPage, trail: list[Key]) -> None:
    ids = [line.id for line in page.lines]
    at = ids.index(seen.line.id) if seen.line.id in ids else -1
    with st.container(horizontal=True, horizontal_alignment="right", key="moves"):
        if seen.url:
            st.link_button(
                viewer.say("Open at {host}", host=safe.label(safe.host(seen.url), 60)),
                seen.url,
                icon=":material/open_in_new:",
                type="tertiary",
            )
        st.button(
            viewer.say("Previous"),
            key="previous",
            shortcut="K",
            type="tertiary",
            icon=":material/expand_less:",
            disabled=at <= 0,
            on_click=lambda: _open(ids[at - 1]),
        )
        has_next = at + 1 < len(ids)
        st.button(
            viewer.say("Next"),
            key="next",
            shortcut="J",
            type="tertiary",
            icon=":material/expand_more:",
            disabled=not has_next and page.next_key is None,
            on_click=lambda: _open(ids[at + 1]) if has_next else _turn(trail, page.next_key),
        )


if __name__ == "__main__":
    components.frame(pages.MENTIONS, show)
