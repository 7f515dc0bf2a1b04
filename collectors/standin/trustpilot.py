"""Trustpilot as one loopback site: the official API, and profile pages with robots.txt and validators."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.standin import trustpilot_api, trustpilot_pages
from data.domain import Mention

_PER_PAGE, _LAST_PUBLIC = 20, 10
_GATE = (
    '<html><script id="__NEXT_DATA__" type="application/json">{"props": {"pageProps": {"__N_REDIRECT": '
    '"/users/connect?redirect=%2Freview"}}}</script></html>'
)


@dataclass
class Trustpilot:
    """What the site holds; change it between two runs and the next one sees it."""

    reviews: list[Mention] = field(default_factory=list)
    domains: list[str] = field(default_factory=lambda: ["lumivelle.example"])
    robots: str | None = "User-agent: *\nAllow: /review/\n"
    tokens: list[str] = field(default_factory=list)

    def has(self, path: str) -> bool:
        """Whether ``path`` is one of this site's."""
        return path == "/robots.txt" or path.startswith(("/v1/", "/review/"))

    def page(
        self, path: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of robots.txt or of a profile's page."""
        if path == "/robots.txt":
            told = {"content-type": "text/plain; charset=utf-8"}
            return (404, b"", told) if self.robots is None else (200, self.robots.encode(), told)
        domain, number = path.removeprefix("/review/"), int(query.get("page", 1))
        if domain not in self.domains or query.get("languages") != "all" or query.get("page") == "1":
            return 404, b"<html><title>Trustpilot</title></html>", {"content-type": "text/html"}
        newest = sorted(self.reviews, key=lambda m: (m.published_at, m.native_id), reverse=True)
        shown = newest[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        body = trustpilot_pages.render("Invented", domain, shown, total=len(newest), page=number)
        if number > _LAST_PUBLIC:
            body = _GATE.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        told = {"content-type": "text/html; charset=utf-8", "etag": tag}
        return (304, b"", told) if headers.get("if-none-match") == tag else (200, body, told)

    def api(
        self, path: str, query: Mapping[str, str], form: Mapping[str, str], headers: Mapping[str, str]
    ) -> trustpilot_api.Said:
        """Status and document of an API request."""
        return trustpilot_api.answer(path, query, form, headers, self.reviews, self.domains, self.tokens)
