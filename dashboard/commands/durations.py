"""Lengths of time as people type them: ``15m``, ``6h``, ``30d``, ``2w``."""

from __future__ import annotations

import re
from datetime import timedelta

from data.errors import BadInput

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=3650)


def duration_of(option: str, said: str) -> timedelta:
    """A length of time from a minute to ten years; raises BadInput that names ``option``."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*([mhdw])\s*", said.lower())
    length = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        raise BadInput(f"{option} {said}: give a number and m, h, d or w, for example 15m, 6h or 30d")
    return length
