"""YouTube's answers: video search, comment threads by page, and look-ups by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from collectors.standin.utterance import Clip, Utterance
from collectors.watch import fold
from data.clock import rfc3339


def answer(
    path: str, query: Mapping[str, str], clips: Sequence[Clip], comments: Sequence[Utterance]
) -> tuple[int, dict[str, Any]] | None:
    """Status and document for one request, or None when there is no such path."""
    if path == "/youtube/v3/search":
        wanted, after = fold(query.get("q", "").strip('"')), query.get("publishedAfter", "")
        found = [c for c in clips if wanted in fold(f"{c.title} {c.description}") and rfc3339(c.created) >= after]
        found.sort(key=lambda c: (c.created, c.id), reverse=True)
        return 200, {"items": [_clip(c) for c in found[: int(query.get("maxResults", 5))]]}
    if path == "/youtube/v3/commentThreads":
        clip = next((c for c in clips if c.id == query.get("videoId")), None)
        if clip is None:
            return 404, refusal(404, "videoNotFound")
        return _threads(query, clip, comments) if clip.has_comments else (403, refusal(403, "commentsDisabled"))
    asked = query.get("id", "").split(",")
    if path == "/youtube/v3/comments":
        return 200, {"items": [{"id": c.id} for c in comments if c.id in asked]}
    if path == "/youtube/v3/videos":
        return 200, {"items": [{"id": c.id} for c in clips if c.id in asked]}
    return None


def refusal(status: int, reason: str) -> dict[str, Any]:
    """What Google's APIs say instead of an answer."""
    error = {"message": "no", "domain": "youtube", "reason": reason}
    return {"error": {"code": status, "message": "no", "errors": [error]}}


def _clip(c: Clip) -> dict[str, Any]:
    snippet = {"publishedAt": rfc3339(c.created), "channelId": f"UC{fold(c.channel)}", "channelTitle": c.channel}
    snippet |= {"title": escape(c.title), "description": escape(c.description)}
    return {"id": {"kind": "youtube#video", "videoId": c.id}, "snippet": snippet}


def _threads(query: Mapping[str, str], clip: Clip, comments: Sequence[Utterance]) -> tuple[int, dict[str, Any]]:
    tops = [c for c in comments if c.below == clip.id and c.answers is None]
    tops.sort(key=lambda c: (c.created, c.id), reverse=True)
    start, size = int(query.get("pageToken", "p0")[1:]), int(query.get("maxResults", 20))
    following = {"nextPageToken": f"p{start + size}"} if start + size < len(tops) else {}
    return 200, {"items": [_thread(c, comments) for c in tops[start : start + size]], **following}


def _thread(top: Utterance, comments: Sequence[Utterance]) -> dict[str, Any]:
    replies = [_comment(c) for c in comments if c.answers == top.id]
    snippet = {"topLevelComment": _comment(top), "totalReplyCount": len(replies), "videoId": top.below}
    return {"id": top.id, "snippet": snippet} | ({"replies": {"comments": replies[:5]}} if replies else {})


def _comment(c: Utterance) -> dict[str, Any]:
    snippet = {
        "textDisplay": c.text,
        "authorDisplayName": f"@{c.author}",
        "authorChannelId": {"value": f"UC{c.author}"},
        "likeCount": c.likes,
        "publishedAt": rfc3339(c.created),
        "updatedAt": rfc3339(c.edited or c.created),
    }
    return {"id": c.id, "snippet": snippet}
