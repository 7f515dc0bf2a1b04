"""The guard as a filter: one object in, one object out, as the contract of ``reinstate guard`` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from data.errors import BadInput
from recovery_plan.guard.check import Context, Place, check_closed

SURFACES = {"marketplace": Place.BUYER_MESSAGE, "public": Place.PUBLIC_REPLY}


def verdict_line(
    row: Mapping[str, Any], mode: Literal["normal", "suspended", "recovery"], language: str | None, where: str
) -> dict[str, Any]:
    """``{id, verdict, hits: [{code, start, end, rule}]}`` for ``{id, lang, text, surface}``.

    Without a surface the text goes to the marketplace. Places are characters of the text as it was given. Raises
    BadInput that says ``where``.
    """
    text, surface, lang = row["text"], row.get("surface") or "marketplace", row.get("lang") or language
    if not isinstance(text, str):
        raise BadInput(f"{where}: field 'text' is not a string")
    if surface not in SURFACES:
        raise BadInput(f"{where}: field 'surface' is neither marketplace nor public")
    if lang is not None and not isinstance(lang, str):
        raise BadInput(f"{where}: field 'lang' is not a string")
    context = Context(place=SURFACES[surface], language=lang and lang[:2].lower(), mode=mode)
    verdict = check_closed(text, context=context)
    hits = [{"code": h.code, "start": h.start, "end": h.end, "rule": h.rule} for h in verdict.hits]
    return {"id": row["id"], "verdict": verdict.decision.value, "hits": hits}
