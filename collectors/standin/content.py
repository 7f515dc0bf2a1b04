"""What the stand-ins hold: invented posts, comments and tweets, not yet in any API's form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from collectors.watch import fold
from data.domain import Mention


@dataclass(frozen=True, slots=True)
class Post:
    """A Reddit post (``t3_…``) or comment (``t1_…``)."""

    name: str
    text: str
    created: datetime
    author: str
    subreddit: str
    title: str | None = None
    score: int = 1
    is_deleted: bool = False
    crosspost_of: str | None = None
    edited: datetime | None = None
    parent: str | None = None  # name of the post that a comment answers


@dataclass(frozen=True, slots=True)
class Tweet:
    """A post on X; ``history`` holds the ids of its versions, oldest first."""

    id: str
    text: str
    created: datetime
    author_id: str
    name: str
    username: str
    language: str = "en"
    likes: int = 0
    history: tuple[str, ...] = ()


def is_asked_for(query: str, text: str) -> bool:
    """Whether a search would find ``text``: one quoted word or @handle of each bracket, and no excluded word."""
    excluded = re.findall(r'(?:-|NOT )"([^"]+)"', query)
    groups = re.split(r"\) (?:AND )?\(", re.sub(r'(?:-|NOT )"[^"]+"', "", query))
    terms = [[w for pair in re.findall(r'"([^"]+)"|(@\w+)', group) for w in pair if w] for group in groups]
    said = fold(text)
    return all(any(fold(w) in said for w in group) for group in terms if group) and not any(
        fold(w) in said for w in excluded
    )


def post_of(m: Mention, subreddit: str, *, parent: str | None = None, is_deleted: bool = False) -> Post:
    """The Reddit form of an invented mention."""
    return Post(
        m.native_id,
        m.text,
        m.published_at,
        (m.author.handle if m.author else None) or "someone",
        subreddit,
        m.title,
        m.reach,
        is_deleted,
        m.repeats,
        m.updated_at,
        parent,
    )


def tweet_of(m: Mention, versions: tuple[str, ...] = ()) -> Tweet:
    """The X form of an invented mention; an edited one is shown as the last of its ``versions``."""
    author = m.author
    return Tweet(
        versions[-1] if versions else m.native_id,
        m.text,
        m.updated_at or m.published_at,
        author.native_id if author else "1",
        (author.name if author else None) or "Someone",
        (author.handle if author else None) or "someone",
        m.language or "en",
        m.reach,
        versions,
    )
