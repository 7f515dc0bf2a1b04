"""What the stand-ins hold: invented posts, comments and tweets, not yet in any API's form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def post_of(m: Mention, subreddit: str) -> Post:
    """The Reddit form of an invented mention."""
    handle = (m.author.handle if m.author else None) or "someone"
    return Post(m.native_id, m.text, m.published_at, handle, subreddit, m.title, m.reach, crosspost_of=m.repeats)


def tweet_of(m: Mention) -> Tweet:
    """The X form of an invented mention."""
    author = m.author
    return Tweet(
        m.native_id,
        m.text,
        m.published_at,
        author.native_id if author else "1",
        (author.name if author else None) or "Someone",
        (author.handle if author else None) or "someone",
        m.language or "en",
        m.reach,
    )
