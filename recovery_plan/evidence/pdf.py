"""A pack as PDF/A-2b, set by typst from data: what people wrote reaches it as a JSON string and never as markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from recovery_plan.evidence.document import Document, Section
from recovery_plan.evidence.wording import Wording

MOST_ROWS = 1_500  # printed of one table; some fifty pages
MOST_LETTERS = 6_000  # printed of one cell
# what the bundled fonts can show; PDF/A wants no gap, and direction marks could make a line read otherwise
_SHOWN = (
    "\n -~\xa0-\xac\xae-\u017f\u0192\u0218-\u021b\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9\u0410-\u044f\u0401\u0451"
    "\u1e9e\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122\u2190-\u2193\u2212\u2713"
)
_OTHER = re.compile(f"[^{_SHOWN}]")


def shown(text: str) -> str:
    """``text`` as it is printed: letters without a glyph, and those that are invisible, as ``[U+1F600]``."""
    whole = text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
    return _OTHER.sub(lambda found: f"[U+{ord(found[0]):04X}]", whole.replace("\t", "    ").replace("\u202f", "\xa0"))


def pdf(document: Document, made_at: datetime, w: Wording) -> bytes:
    """The printed pack; the same document gives the same bytes."""
    printed = replace(document, sections=tuple(_cut(s, w) for s in document.sections))
    told = json.dumps(_shown(printed.as_json()), ensure_ascii=False)
    compiler = typst.Compiler(
        files("recovery_plan.evidence").joinpath("pack.typ").read_bytes(),
        ignore_system_fonts=True,  # the same fonts on every machine
        sys_inputs={"pack": told},
    )
    made = compiler.compile(format="pdf", pdf_standards=["a-2b"], timestamp=int(made_at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst made no document")
    return made


def _cut(section: Section, w: Wording) -> Section:
    if len(section.rows) <= MOST_ROWS:
        return section
    note = w("pack.cut", shown=MOST_ROWS, all=len(section.rows), file=f"tables/{section.name}.csv")
    return replace(section, rows=section.rows[:MOST_ROWS], note=f"{section.note}\n{note}".strip())


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return value
