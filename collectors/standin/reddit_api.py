"""Reddit's answers: token, post search, comment listings and ``api/info``, newest first, 100 a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from collectors.standin.content import Post
from collectors.watch import fold


def answer(path: str, query: Mapping[str, str], posts: Sequence[Post]) -> dict[str, Any] | None:
    """The document for one request, or None when there is no such path."""
    path = path.rstrip("/")
    if path.endswith("/api/v1/access_token"):
        return {"access_token": "stand-in", "token_type": "bearer", "expires_in": 86400, "scope": "*"}
    if path.endswith("/search"):
        words = [fold(w) for w in re.findall(r'"([^"]+)"', query.get("q", ""))]
        found = [p for p in posts if p.name.startswith("t3_") and any(w in fold(f"{p.title} {p.text}") for w in words)]
        return _listing(found, query)
    if found_sub := re.fullmatch(r"/r/(\w+)/comments", path):
        return _listing(
            [p for p in posts if p.name.startswith("t1_") and p.subreddit.lower() == found_sub[1].lower()], query
        )
    if path.endswith("/api/info"):
        wanted = query.get("id", "").split(",")
        return _listed([p for p in posts if p.name in wanted], None)
    return None


def _listing(found: Sequence[Post], query: Mapping[str, str]) -> dict[str, Any]:
    ordered = sorted(found, key=lambda p: (p.created, p.name), reverse=True)
    after = query.get("after")
    names = [p.name for p in ordered]
    start = names.index(after) + 1 if after in names else 0
    page = ordered[start : start + min(100, int(query.get("limit", 25)))]
    return _listed(page, page[-1].name if start + len(page) < len(ordered) and page else None)


def _listed(page: Sequence[Post], after: str | None) -> dict[str, Any]:
    children = [{"kind": p.name[:2], "data": _data(p)} for p in page]
    return {"kind": "Listing", "data": {"children": children, "after": after, "before": None, "dist": len(children)}}


def _data(p: Post) -> dict[str, Any]:
    is_post = p.name.startswith("t3_")
    text = "[deleted]" if p.is_deleted else p.text
    data: dict[str, Any] = {
        "id": p.name[3:],
        "name": p.name,
        "author": "[deleted]" if p.is_deleted else p.author,
        "author_fullname": None if p.is_deleted else f"t2_{fold(p.author)}",
        "created_utc": p.created.timestamp(),
        "score": p.score,
        "edited": p.edited.timestamp() if p.edited else False,
        "subreddit": p.subreddit,
        "permalink": f"/r/{p.subreddit}/comments/{p.name[3:]}/",
        "all_awardings": [],
    }
    if is_post:
        data |= {"title": p.title or "", "selftext": text, "url": "", "removed_by_category": None}
        data |= {"crosspost_parent": p.crosspost_of} if p.crosspost_of else {}
    else:
        above = p.parent or "t3_0"
        data |= {"body": text, "link_id": above, "parent_id": above, "replies": ""}
    return data
