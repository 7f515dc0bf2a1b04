"""HTML of a feed, a post or an e-mail as the words a reader would see."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

_BLOCKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "article")
_UNSEEN = ("script", "style", "head", "title", "template", "noscript")
_TAG_OR_ENTITY = re.compile(r"<[A-Za-z/!]|&(?:#\w+|\w+);")


def of_html(html: str, without: Sequence[str] = ()) -> str:
    """The text of ``html``, blocks and breaks on lines of their own; what the selectors ``without`` find is left out.

    A text without any markup comes back as it is but for its outer white space.
    """
    if not _TAG_OR_ENTITY.search(html):
        return html.strip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a short text that looks like a path
        soup = BeautifulSoup(html, "lxml")
    for unseen in soup.select(", ".join((*_UNSEEN, *without))):
        unseen.decompose()
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    for block in soup.find_all(_BLOCKS):
        block.append("\n")
    lines = (" ".join(line.split()) for line in soup.get_text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
