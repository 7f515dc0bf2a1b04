"""Reddit's answers: token, post search, comment listings and ``api/info``, newest first, 100 a page."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from collectors.standin.content import Post, is_asked_for
from collectors.standin.reddit_fields import COMMENT, POST
from collectors.watch import fold

SHOWN = 5  # comments of one level before "load more"


def answer(path: str, query: Mapping[str, str], posts: Sequence[Post]) -> Any:
    """The document for one request, or None when there is no such path."""
    path = path.rstrip("/")
    if path.endswith("/api/v1/access_token"):
        return {"access_token": "stand-in", "token_type": "bearer", "expires_in": 86400, "scope": "*"}
    if path.endswith("/search"):
        asked = query.get("q", "")
        found = [p for p in posts if p.name.startswith("t3_") and is_asked_for(asked, f"{p.title} {p.text}")]
        return _listing(found, query, posts)
    if found_sub := re.fullmatch(r"/r/(\w+)/comments", path):
        return _listing(
            [p for p in posts if p.name.startswith("t1_") and p.subreddit.lower() == found_sub[1].lower()], query, posts
        )
    if thread := re.fullmatch(r"/comments/(\w+)", path):
        return _thread(f"t3_{thread[1]}", posts)
    if path.endswith("/api/morechildren"):
        wanted = [f"t1_{i}" for i in query.get("children", "").split(",")]
        roots = _Roots(posts)
        things = [{"kind": "t1", "data": _data(p, roots)} for p in posts if p.name in wanted]
        return {"json": {"errors": [], "data": {"things": things}}}
    if path.endswith("/api/info"):
        wanted = query.get("id", "").split(",")
        return _listed([p for p in posts if p.name in wanted], None, posts)
    return None


def _listing(found: Sequence[Post], query: Mapping[str, str], posts: Sequence[Post]) -> dict[str, Any]:
    ordered = sorted(found, key=lambda p: (p.created, p.name), reverse=True)
    after = query.get("after")
    names = [p.name for p in ordered]
    start = names.index(after) + 1 if after in names else 0
    page = ordered[start : start + min(100, int(query.get("limit", 25)))]
    return _listed(page, page[-1].name if start + len(page) < len(ordered) and page else None, posts)


def _listed(page: Sequence[Post], after: str | None, posts: Sequence[Post]) -> dict[str, Any]:
    roots = _Roots(posts)
    children = [{"kind": p.name[:2], "data": _data(p, roots)} for p in page]
    return {"kind": "Listing", "data": {"children": children, "after": after, "before": None, "dist": len(children)}}


def _thread(name: str, posts: Sequence[Post]) -> Any:
    """The post and its tree: of each level the first ``SHOWN`` comments, the others behind a "load more"."""
    found = [p for p in posts if p.name == name]
    return [_listed(found, None, posts), _replies(name, posts, _Roots(posts))] if found else None


def _replies(above: str, posts: Sequence[Post], roots: _Roots) -> Any:
    below = [p for p in posts if p.parent == above and p.name.startswith("t1_")]
    children = [
        {"kind": "t1", "data": _data(p, roots) | {"replies": _replies(p.name, posts, roots)}} for p in below[:SHOWN]
    ]
    if hidden := [p.name[3:] for p in below[SHOWN:]]:
        more = {"count": len(hidden), "name": f"t1_{hidden[0]}", "id": hidden[0], "parent_id": above}
        children.append({"kind": "more", "data": more | {"depth": 0, "children": hidden}})
    if not children:
        return ""
    return {"kind": "Listing", "data": {"children": children, "after": None, "before": None, "dist": None}}


class _Roots:
    """The post that each comment hangs below, however deep, and how many comments each post has."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._held = {p.name: p for p in posts if p.parent}
        self.comments = Counter(self.of(p) for p in self._held.values())

    def of(self, p: Post) -> str:
        while (above := self._held.get(p.parent or "")) is not None:
            p = above
        return p.parent or "t3_0"


def _data(p: Post, roots: _Roots) -> dict[str, Any]:
    is_post = p.name.startswith("t3_")
    text = "[deleted]" if p.is_deleted else p.text
    data: dict[str, Any] = {
        **(POST if is_post else COMMENT),
        "id": p.name[3:],
        "name": p.name,
        "author": "[deleted]" if p.is_deleted else p.author,
        "author_fullname": None if p.is_deleted else f"t2_{fold(p.author)}",
        "created": p.created.timestamp(),
        "created_utc": p.created.timestamp(),
        "score": p.score,
        "ups": p.score,
        "edited": p.edited.timestamp() if p.edited else False,
        "subreddit": p.subreddit,
        "subreddit_name_prefixed": f"r/{p.subreddit}",
        "permalink": f"/r/{p.subreddit}/comments/{p.name[3:]}/",
    }
    shown = f'<div class="md"><p>{html.escape(text)}</p></div>'
    if is_post:
        data |= {"num_comments": roots.comments[p.name], "domain": f"self.{p.subreddit}"}
        data |= {"title": p.title or "", "selftext": text, "selftext_html": shown}
        data |= {"crosspost_parent": p.crosspost_of} if p.crosspost_of else {}
    else:
        data |= {"body": text, "body_html": shown, "link_id": roots.of(p), "parent_id": p.parent or "t3_0"}
    return data
