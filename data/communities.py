"""Public communities and whether they let companies answer; the newest word counts, and no word means no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from data.domain import Source
from data.schema.outreach import community
from data.store import Tx


@dataclass(frozen=True, slots=True)
class Community:
    """One community; ``basis`` says where its permission or refusal stands."""

    source: Source
    name: str
    allows: bool
    basis: str
    made_by: str
    made_at: datetime


def normalised(name: str) -> str:
    """A subreddit's name as it is compared: lower case, without r/ and slashes."""
    return name.strip().strip("/").lower().removeprefix("r/").strip("/")


_OF_URL = re.compile(r"https?://(?:\w+\.)?reddit\.com/r/([A-Za-z0-9_]{2,24})(?:/|$)", re.ASCII)


def of_url(url: str | None) -> str | None:
    """The subreddit of a post's address, in lower case; None for an address elsewhere."""
    found = _OF_URL.match(url or "")
    return found[1].lower() if found else None


def add(tx: Tx, source: Source, name: str, *, allows: bool, basis: str) -> None:
    """Put on record whether a community lets companies answer."""
    plain = normalised(name)
    tx.conn.execute(
        community.insert().values(
            source=source.value, name=plain, allows=allows, basis=basis, made_by=tx.actor.id, made_at=tx.now
        )
    )
    tx.audit("community.told", f"community:{source.value}:{plain}", {"allows": int(allows)})


def listed(tx: Tx) -> list[Community]:
    """The newest word on every community, by name."""
    rows = tx.conn.execute(select(community).order_by(community.c.id))
    newest = {(r.source, r.name): r for r in rows}
    return [
        Community(Source(r.source), r.name, r.allows, r.basis, r.made_by, r.made_at) for _, r in sorted(newest.items())
    ]


def allowing(tx: Tx) -> frozenset[tuple[Source, str]]:
    """Communities where companies may answer."""
    return frozenset((c.source, c.name) for c in listed(tx) if c.allows)
