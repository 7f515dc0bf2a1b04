"""Trustpilot's official API over invented reviews: find, list (public and private), one review, tokens."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from data.clock import rfc3339
from data.domain import Mention

UNIT = "5f0000000000000000000001"
_MOST = 100_000
Said = tuple[int, dict[str, Any]]


def answer(
    path: str,
    query: Mapping[str, str],
    form: Mapping[str, str],
    headers: Mapping[str, str],
    reviews: Sequence[Mention],
    domains: Sequence[str],
    tokens: list[str],
) -> Said:
    """Status and document for one request; ``tokens`` are those given out so far, the last one is valid."""
    if path.startswith("/v1/oauth/"):
        return _grant(path, form, headers, tokens)
    if not headers.get("apikey") or "apikey" in query:
        return 401, {"fault": {"faultstring": "Invalid ApiKey"}}
    if path == "/v1/business-units/find":
        if query.get("name") not in domains:
            return 404, {"message": "Not found"}
        return 200, {
            "id": UNIT,
            "displayName": "Invented",
            "name": {"identifying": domains[0], "referring": list(domains)},
            "numberOfReviews": {"total": len(reviews)},
        }
    if path in (f"/v1/business-units/{UNIT}/reviews", f"/v1/private/business-units/{UNIT}/reviews"):
        is_private = "/private/" in path
        if is_private and headers.get("authorization") != f"Bearer {tokens[-1] if tokens else None}":
            return 401, {"message": "Invalid token"}
        return _listing(query, reviews, is_private)
    if path.startswith("/v1/reviews/"):
        found = [m for m in reviews if m.native_id == path.rsplit("/", 1)[-1]]
        return (200, _row(found[0], False)) if found else (404, {"message": "Not found"})
    return 404, {"message": "Not found"}


def _grant(path: str, form: Mapping[str, str], headers: Mapping[str, str], tokens: list[str]) -> Said:
    kind, _, pair = headers.get("authorization", "").partition(" ")
    is_known = kind == "Basic" and base64.b64decode(pair).decode().count(":") == 1
    wanted = {"accesstoken": "client_credentials", "refresh": "refresh_token"}.get(path.rsplit("/", 1)[-1])
    if not is_known or form.get("grant_type") != wanted:
        return 401, {"reason": "Unauthorized"}
    if wanted == "refresh_token" and form.get("refresh_token") != f"r-{tokens[-1] if tokens else None}":
        return 401, {"reason": "Unauthorized"}
    tokens.append(f"t{len(tokens) + 1}")
    return 200, {"access_token": tokens[-1], "refresh_token": f"r-{tokens[-1]}", "expires_in": "359999"}


def _listing(query: Mapping[str, str], reviews: Sequence[Mention], is_private: bool) -> Said:
    page, size = int(query.get("page", 1)), int(query.get("perPage", 20))
    if size > 100 or page * size > _MOST or query.get("orderBy", "createdat.desc") != "createdat.desc":
        return 400, {"message": "Bad request"}
    newest = sorted(reviews, key=lambda m: (m.published_at, m.native_id), reverse=True)
    return 200, {"links": [], "reviews": [_row(m, is_private) for m in newest[(page - 1) * size : page * size]]}


def _row(m: Mention, is_private: bool) -> dict[str, Any]:
    author, reply = m.author, m.reply
    row = {
        "id": m.native_id,
        "stars": m.rating,
        "title": m.title,
        "text": m.text,
        "language": m.language,
        "createdAt": rfc3339(m.published_at),
        "updatedAt": rfc3339(m.updated_at) if m.updated_at else None,
        "numberOfLikes": m.reach,
        "reviewVerificationLevel": m.verification,
        "consumer": {
            "id": author.native_id if author else None,
            "displayName": author.name if author else None,
            "countryCode": author.country if author else None,
            "numberOfReviews": 1,
        },
        "companyReply": reply
        and {
            "text": reply.text,
            "createdAt": rfc3339(reply.published_at) if reply.published_at else None,
            "updatedAt": rfc3339(reply.updated_at) if reply.updated_at else None,
        },
    }
    return row | ({"referenceId": m.reference, "referralEmail": "someone@mail.example"} if is_private else {})
