"""Makes untrusted text storable: no lone surrogates, no control or bidi-override characters, a bounded size."""

from __future__ import annotations

import re

MAX_TEXT = 200_000  # characters kept of one mention or message; longer ones end in an ellipsis

# C0/C1 controls but tab and line feed, bidi overrides and isolates, and surrogates that JSON smuggles in
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` with line ends as ``\\n`` and what no screen should interpret taken out."""
    if not text.replace("\n", "").isprintable():  # what is printable holds nothing unwanted, and this is far cheaper
        text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def clean_or_none(text: str | None) -> str | None:
    """As ``clean``; None stays None and blank becomes None."""
    cleaned = clean(text).strip() if text is not None else ""
    return cleaned or None
