"""Rows of Reddit's listings as mentions: posts (``t3_``) and comments (``t1_``) alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors import watch
from data.domain import Author, Mention, Source

_GONE = {"[deleted]", "[removed]"}
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, OSError)
"""What a row raises whose fields are not what they should be: it is left out, the others are read."""


def fullname(row: Mapping[str, Any]) -> str | None:
    """``t3_…`` of a post, ``t1_…`` of a comment; None when the row has no id."""
    name = row.get("name")
    return name if isinstance(name, str) and name[:3] in ("t1_", "t3_") else None


def is_gone(row: Mapping[str, Any]) -> bool:
    """Whether the row is only the shell of something deleted or removed."""
    author = row.get("author")
    body = row.get("body") if "body" in row else row.get("selftext")
    return author is None or str(author) == "[deleted]" or body in _GONE or bool(row.get("removed_by_category"))


def written_at(row: Mapping[str, Any]) -> float:
    """Seconds since 1970 (UTC); 0 when the row does not tell."""
    told = row.get("created_utc")
    return float(told) if isinstance(told, int | float) else 0.0


def said(row: Mapping[str, Any]) -> str:
    return "\n".join(str(row[key]) for key in ("title", "selftext", "body", "url") if row.get(key))


def mention(name: str, row: Mapping[str, Any], hit: watch.Hit) -> Mention:
    is_post = name.startswith("t3_")
    handle = str(row["author"])
    parent = row.get("crosspost_parent")
    return Mention(
        Source.REDDIT,
        name,
        str((row.get("selftext") or row.get("title")) if is_post else row.get("body") or ""),
        datetime.fromtimestamp(float(row["created_utc"]), UTC),
        Author(Source.REDDIT, str(row.get("author_fullname") or f"u/{handle}"), None, handle),
        title=str(row["title"]) if is_post and row.get("title") else None,
        url=f"https://www.reddit.com{row['permalink']}" if row.get("permalink") else None,
        updated_at=datetime.fromtimestamp(float(row["edited"]), UTC) if _is_time(row.get("edited")) else None,
        kind="post" if is_post else "comment",
        repeats=parent if isinstance(parent, str) else None,
        reach=max(0, int(row.get("score") or 0)),
        is_own=hit.is_own,
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
