"""Videos and comments of YouTube's answers as mentions."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from collectors import watch
from collectors.api_answers import count, mapping, text, time_of
from collectors.youtube_notes import Video
from data.domain import Author, Mention, Source, Watch
from data.errors import SkipItem

_PAGE = "https://www.youtube.com/watch?v="


def video(row: Mapping[str, Any], wanted: Watch) -> tuple[str, Video, Mention | None]:
    """Id, what to remember, and the video itself as a mention when it is about the brand; raises SkipItem."""
    snippet, key = mapping(row.get("snippet")), text(mapping(row.get("id")).get("videoId"))
    at = time_of(snippet.get("publishedAt"))
    if not key or at is None:
        raise SkipItem("no id or time")
    title, words = html.unescape(text(snippet.get("title"))), html.unescape(text(snippet.get("description")))
    channel, name = text(snippet.get("channelId")), text(snippet.get("channelTitle"))
    named = watch.match(wanted, title)
    hit = watch.match(wanted, f"{title}\n{words}", name)
    kept = Video(wanted.name, at, named.reason if named else None)
    if hit is None:
        return key, kept, None
    made = Mention(
        Source.YOUTUBE,
        f"video:{key}",
        words or title,
        at,
        Author(Source.YOUTUBE, channel, name or None) if channel else None,
        title=title or None,
        url=_PAGE + key,
        kind="post",
        is_own=hit.is_own,
        watch=hit.watch,
        watch_reason=hit.reason,
    )
    return key, kept, made


def comments(thread: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The comment that opens a thread, then the replies that came with it."""
    yield mapping(mapping(thread.get("snippet")).get("topLevelComment"))
    replies = mapping(thread.get("replies")).get("comments")
    yield from (mapping(reply) for reply in replies) if isinstance(replies, list) else ()


def opened_at(thread: Mapping[str, Any]) -> datetime | None:
    """When the thread's first comment was written: threads come newest first by it."""
    return time_of(mapping(next(comments(thread)).get("snippet")).get("publishedAt"))


def comment(row: Mapping[str, Any], key: str, of: Video, wanted: Watch) -> Mention | None:
    """A comment below the video ``key``, None when neither it nor the video's title names us; raises SkipItem."""
    snippet, native = mapping(row.get("snippet")), text(row.get("id"))
    at, words = time_of(snippet.get("publishedAt")), text(snippet.get("textDisplay")).strip()
    if not native or at is None or not words:
        raise SkipItem("no id, time or text")
    name, channel = text(snippet.get("authorDisplayName")), text(mapping(snippet.get("authorChannelId")).get("value"))
    handle = name if name.startswith("@") else None
    hit = watch.match(wanted, words, handle or name)
    if hit is None and of.reason is None:
        return None
    updated = time_of(snippet.get("updatedAt"))
    return Mention(
        Source.YOUTUBE,
        native,
        words,
        at,
        Author(Source.YOUTUBE, channel or name, None if handle else name or None, handle) if channel or name else None,
        url=f"{_PAGE}{key}&lc={native}",
        updated_at=updated if updated and updated > at else None,
        kind="comment",
        reach=count(snippet.get("likeCount")),
        is_own=hit.is_own if hit else False,
        watch=wanted.name,
        watch_reason=hit.reason if hit else f"video {of.reason}",
    )
