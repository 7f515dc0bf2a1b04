"""Rows of X's answers as mentions, in both vocabularies (``tweet`` and, since August 2026, ``post``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors import watch
from data.domain import Author, Mention, Source


def native_id(row: Mapping[str, Any]) -> str:
    """The id that all versions of an edited post share."""
    history = row.get("edit_history_post_ids") or row.get("edit_history_tweet_ids") or [row.get("id")]
    return str(history[0])


def gone_in(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids that a partial error says do not exist any more (only posts; a missing user is no deletion of ours)."""
    found = []
    for error in answer.get("errors") or []:
        if error.get("resource_type") in ("tweet", "post") and error.get("title") in (
            "Not Found Error",
            "Authorization Error",
        ):
            found.append(str(error.get("resource_id") or error.get("value") or ""))
    return tuple(i for i in found if i.isdigit())


def text_of(row: Mapping[str, Any]) -> str:
    note = row.get("note_post") or row.get("note_tweet")
    return str(note.get("text") or row["text"]) if isinstance(note, Mapping) else str(row["text"])


def mention(row: Mapping[str, Any], user: Mapping[str, Any], hit: watch.Hit) -> Mention:
    native, handle = native_id(row), user.get("username")
    metrics = row.get("public_metrics") or {}
    history = row.get("edit_history_post_ids") or row.get("edit_history_tweet_ids") or []
    language = row.get("lang")
    author = row.get("author_id")
    return Mention(
        Source.X,
        native,
        text_of(row),
        datetime.fromisoformat(str(row["created_at"])).astimezone(UTC),
        Author(Source.X, str(author), user.get("name"), handle) if author else None,
        url=f"https://x.com/i/status/{row['id']}",
        language=language if isinstance(language, str) and len(language) == 2 else None,
        updated_at=datetime.fromisoformat(str(row["created_at"])).astimezone(UTC) if len(history) > 1 else None,
        kind="post",
        repeats=_original(row),
        reach=sum(int(metrics.get(k) or 0) for k in ("retweet_count", "repost_count", "quote_count", "like_count")),
        is_own=hit.is_own,
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _original(row: Mapping[str, Any]) -> str | None:
    for reference in row.get("referenced_posts") or row.get("referenced_tweets") or []:
        if reference.get("type") in ("retweeted", "reposted", "quoted"):
            return str(reference.get("id"))
    return None
