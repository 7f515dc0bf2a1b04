"""Reading text out of HTML nodes as a person sees it."""

from __future__ import annotations

import re

from bs4.element import NavigableString, PreformattedString, Tag

_NUMBER = re.compile(r"\d+")


def lines_of(node: Tag) -> str:
    """The node's text with ``<br>`` as line breaks, without comments, trimmed at both ends."""
    parts: list[str] = []
    for inner in node.descendants:
        if isinstance(inner, Tag):
            if inner.name == "br":
                parts.append("\n")
        elif isinstance(inner, NavigableString) and not isinstance(inner, PreformattedString):
            parts.append(str(inner))
    return "".join(parts).strip()


def flowing(node: Tag) -> str:
    """The node's text on one line, runs of white space folded: how pages before 2023 were laid out."""
    return " ".join(lines_of(node).split())


def number_in(text: str) -> int | None:
    """The first whole number in ``text``."""
    found = _NUMBER.search(text)
    return int(found.group()) if found else None
