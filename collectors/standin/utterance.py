"""What the further stand-ins hold: one invented post, comment or status, not yet in any API's form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Utterance:
    """``id`` is unique on its source; ``answers`` and ``quotes`` name another one, ``below`` a video."""

    id: str
    text: str
    created: datetime
    author: str = "ada"
    likes: int = 0
    edited: datetime | None = None
    answers: str | None = None
    quotes: str | None = None
    below: str | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """An invented video."""

    id: str
    title: str
    created: datetime
    description: str = ""
    channel: str = "Lamp Talk"
    has_comments: bool = True
