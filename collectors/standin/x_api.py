"""X's answers: counts, recent search and look-up, in the old vocabulary (tweet) and the new one (post)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collectors.standin.content import Tweet, is_asked_for
from data.clock import rfc3339


def answer(path: str, query: Mapping[str, str], tweets: Sequence[Tweet], words: str) -> dict[str, Any] | None:
    """The document for one request, or None when there is no such path."""
    if path == "/2/tweets/counts/recent":
        return {"data": [], "meta": {f"total_{words}_count": len(_found(query, tweets))}}
    if path == "/2/tweets/search/recent":
        return _search(query, tweets, words)
    if path == "/2/tweets":
        wanted = query.get("ids", "").split(",")
        held = {t.id: t for t in tweets} | {i: t for t in tweets for i in t.history}
        shown = [_data(held[i], words) for i in wanted if i in held]
        errors = [_missing(i) for i in wanted if i not in held]
        return {"data": shown} | ({"errors": errors} if errors else {})
    return None


def _found(query: Mapping[str, str], tweets: Sequence[Tweet]) -> list[Tweet]:
    said = query.get("query", "")
    least = int(query.get("since_id") or 0)
    found = [t for t in tweets if int(t.id) > least and is_asked_for(said, t.text)]
    return sorted(found, key=lambda t: int(t.id), reverse=True)


def _search(query: Mapping[str, str], tweets: Sequence[Tweet], words: str) -> dict[str, Any]:
    found = _found(query, tweets)
    start = int(query.get("next_token", "t0")[1:])
    size = int(query.get("max_results", 10))
    page = found[start : start + size]
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if start + size < len(found):
        meta["next_token"] = f"t{start + size}"
    users = {t.author_id: {"id": t.author_id, "name": t.name, "username": t.username} for t in page}
    document: dict[str, Any] = {"meta": meta}
    if page:
        document |= {"data": [_data(t, words) for t in page], "includes": {"users": list(users.values())}}
    return document


def _data(t: Tweet, words: str) -> dict[str, Any]:
    return {
        "id": t.id,
        "text": t.text,
        "created_at": rfc3339(t.created),
        "author_id": t.author_id,
        "lang": t.language,
        f"edit_history_{words}_ids": list(t.history or (t.id,)),
        "public_metrics": {"like_count": t.likes, "retweet_count": 0, "reply_count": 0, "quote_count": 0},
    }


def _missing(wanted: str) -> dict[str, str]:
    return {
        "resource_id": wanted,
        "resource_type": "tweet",
        "title": "Not Found Error",
        "detail": "Could not find it.",
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }
