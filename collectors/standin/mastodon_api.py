"""A Mastodon instance's answers: hashtag timelines (newest first, ``max_id``) and single statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from collectors.standin.utterance import Utterance
from collectors.watch import fold
from data.clock import rfc3339

INSTANCE = "mastodon.example"


def status_id(said: Utterance) -> str:
    """Ids follow the time, as Mastodon's do; ``said.id`` is a number that tells two of one moment apart."""
    return str((int(said.created.timestamp() * 1000) << 16) + int(said.id))


def uri(said: Utterance) -> str:
    """What every instance knows the status by."""
    return f"https://{INSTANCE}/users/{said.author}/statuses/{status_id(said)}"


def answer(path: str, query: Mapping[str, str], statuses: Sequence[Utterance]) -> object | None:
    """The document for one request, or None when there is none."""
    if found := re.fullmatch(r"/api/v1/timelines/tag/(\w+)", path):
        tag, below = fold(found[1]), int(query.get("max_id") or 1 << 70)
        shown = [s for s in statuses if tag in _tags(s) and int(status_id(s)) < below]
        shown.sort(key=lambda s: int(status_id(s)), reverse=True)
        return [_status(s, statuses) for s in shown[: min(40, int(query.get("limit", 20)))]]
    if found := re.fullmatch(r"/api/v1/statuses/(\d+)", path):
        return next((_status(s, statuses) for s in statuses if status_id(s) == found[1]), None)
    return None


def _tags(s: Utterance) -> list[str]:
    return [fold(tag) for tag in re.findall(r"#(\w+)", s.text)]


def _status(s: Utterance, statuses: Sequence[Utterance]) -> dict[str, Any]:
    quoted = next((q for q in statuses if q.id == s.quotes), None)
    words = "<br />".join(escape(line) for line in s.text.split("\n"))
    return {
        "id": status_id(s),
        "uri": uri(s),
        "url": f"https://{INSTANCE}/@{s.author}/{status_id(s)}",
        "created_at": rfc3339(s.created),
        "edited_at": rfc3339(s.edited) if s.edited else None,
        "in_reply_to_id": s.answers,
        "visibility": "public",
        "language": "en",
        "spoiler_text": "",
        "content": f"<p>{words}</p>",
        "reblog": None,
        "reblogs_count": 0,
        "favourites_count": s.likes,
        "quotes_count": 0,
        "account": {"id": "1", "acct": s.author, "username": s.author, "display_name": s.author.title()},
        "media_attachments": [],
        "tags": [{"name": tag} for tag in _tags(s)],
        "card": None,
        "quote": {"state": "accepted", "quoted_status": _status(quoted, ())} if quoted else None,
    }
