"""Bluesky's answers: sign-in, post search (newest first, by page) and look-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collectors.standin.utterance import Utterance
from collectors.watch import fold
from data.clock import rfc3339

_COLLECTION = "app.bsky.feed.post"


def uri(said: Utterance) -> str:
    """Where the post lives."""
    return f"at://did:plc:{said.author}/{_COLLECTION}/{said.id}"


def answer(path: str, query: Mapping[str, str], posts: Sequence[Utterance]) -> dict[str, Any] | None:
    """The document for one request, or None when there is no such path."""
    if path == "/xrpc/com.atproto.server.createSession":
        return {"accessJwt": "stand-in", "refreshJwt": "stand-in", "did": "did:plc:us", "handle": "us.example"}
    if path == "/xrpc/app.bsky.feed.getPosts":
        asked = query.get("uris", "").split("\n")
        return {"posts": [_view(p, posts) for p in posts if uri(p) in asked]}
    if path == "/xrpc/app.bsky.feed.searchPosts":
        return _search(query, posts)
    return None


def _search(query: Mapping[str, str], posts: Sequence[Utterance]) -> dict[str, Any]:
    wanted, since = fold(query.get("q", "").strip('"')), query.get("since", "")
    found = [p for p in posts if wanted in fold(p.text) and rfc3339(p.created) >= since]
    found.sort(key=lambda p: (p.created, p.id), reverse=True)
    start, size = int(query.get("cursor", 0)), int(query.get("limit", 25))
    page = found[start : start + size]
    following = {"cursor": str(start + size)} if start + size < len(found) else {}
    return {"posts": [_view(p, posts) for p in page], **following}


def _view(p: Utterance, posts: Sequence[Utterance]) -> dict[str, Any]:
    record: dict[str, Any] = {"$type": _COLLECTION, "createdAt": rfc3339(p.created), "langs": ["en"], "text": p.text}
    author = {"did": f"did:plc:{p.author}", "handle": f"{p.author}.example", "displayName": p.author.title()}
    view: dict[str, Any] = {
        "uri": uri(p),
        "cid": "bafy",
        "author": author | {"labels": []},
        "record": record,
        "labels": [],
    }
    view |= {"replyCount": 0, "repostCount": 0, "likeCount": p.likes, "quoteCount": 0, "indexedAt": rfc3339(p.created)}
    if p.answers:
        above = {"uri": f"at://did:plc:x/{_COLLECTION}/{p.answers}", "cid": "bafy"}
        record["reply"] = {"parent": above, "root": above}
    quoted = next((q for q in posts if q.id == p.quotes), None)
    if quoted:
        shown = {"uri": uri(quoted), "value": {"text": quoted.text, "createdAt": rfc3339(quoted.created)}}
        view["embed"] = {"$type": "app.bsky.embed.record#view", "record": shown}
    return view
