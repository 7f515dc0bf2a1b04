"""Bluesky: its post search, one name at a time, signed in with an app password; plain HTTP.

Search answers newest first. The high-water mark moves with the last page alone, every run reads back over a look-back
(posts are indexed late, and may claim an earlier time), and an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from collectors import bluesky_rows
from collectors.answers import Answer, user_agent
from collectors.api_answers import document, mapping, unknown_form
from collectors.base import Collector, Rechecker
from collectors.fetch import Fetcher, Limits
from collectors.newest_first import Place
from collectors.sources import Endpoints, Keys, Readers, Spent
from collectors.watch import search_words
from data.clock import Clock, rfc3339
from data.config import Settings, secret
from data.domain import Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import SkipItem, StopRun

WHO = "Bluesky"
_PAGE, _MOST_PAGES, _LOOKED_UP = 100, 30, 25
_URI = re.compile(r"at://[A-Za-z0-9:._~%/-]{1,500}")
_LIMITS = Limits(spacing_s=0.5, jitter_s=0.2)  # 3,000 requests in 5 minutes are allowed: we ask for a fifth at most


@dataclass(frozen=True, slots=True)
class BlueskySettings:
    """An account of ours; without its app password nothing is asked."""

    handle: str
    password: str | None
    service: str = "https://bsky.social"
    local: str | None = None
    lookback: timedelta = timedelta(hours=48)
    agent: str = field(default_factory=lambda: user_agent(""))
    limits: Limits = _LIMITS


class BlueskySession:
    """One sign-in for a whole run: an account may sign in 300 times a day."""

    def __init__(self, settings: BlueskySettings, now: Clock) -> None:
        self._settings, self.now = settings, now
        self._base = settings.local or settings.service
        host = urlsplit(self._base).hostname or ""
        self._web = Fetcher(WHO, agent=settings.agent, hosts={host}, local=settings.local, limits=settings.limits)
        self._token: str | None = None

    def ask(self, method: str, params: Mapping[str, str]) -> Mapping[str, Any]:
        """The document of one query; signs in before the first, and once more when the sign-in has run out."""
        answer = self._get(method, params)
        if answer.status in (400, 401) and b"ExpiredToken" in answer.body:
            self._token = None
            answer = self._get(method, params)
        found = document(answer, WHO, self.now)
        if not isinstance(found, Mapping):
            raise unknown_form(WHO)
        return found

    def _get(self, method: str, params: Mapping[str, str]) -> Answer:
        token = self._token or self._sign_in()
        return self._web.get(f"{self._base}/xrpc/{method}", params=params, headers={"authorization": f"Bearer {token}"})

    def _sign_in(self) -> str:
        kept = self._settings
        if not kept.handle or not kept.password:
            raise StopRun("Bluesky needs your handle and an app password: set both", state=HealthState.AUTH_FAILED)
        content = json.dumps({"identifier": kept.handle, "password": kept.password}).encode()
        answer = self._web.post(f"{self._base}/xrpc/com.atproto.server.createSession", content, "application/json")
        if answer.status in (400, 401, 403):
            raise StopRun("Bluesky refuses the handle or the app password: check both", state=HealthState.AUTH_FAILED)
        token = mapping(document(answer, WHO, self.now)).get("accessJwt")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise unknown_form(WHO)
        self._token = token
        return token


class BlueskyCollector:
    """One search word of one watch."""

    source = Source.BLUESKY

    def __init__(self, session: BlueskySession, wanted: Watch, word: str, lookback: timedelta) -> None:
        self._session, self._watch, self._word, self._lookback = session, wanted, word, lookback
        self.partition = f"{wanted.name}:{word}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Pages newest first down to the high-water mark less the look-back; see collectors.base."""
        place = Place.of(since)
        start = place.stops_at(self._lookback)
        for _ in range(_MOST_PAGES):
            rows, after = self._search(place.after, start)
            times = [at for row in rows if (at := bluesky_rows.sort_time(mapping(row)))]
            is_last = not after or not rows or bool(start and times and min(times) < start)
            place = place.done(times) if is_last else place.reading(times, after)
            yield self._page(rows, place)
            if is_last:
                return
        raise StopRun("Bluesky has more to tell: the next run goes on there", state=HealthState.BEHIND)

    def _search(self, after: str | None, start: datetime | None) -> tuple[list[Any], str | None]:
        quoted = '"' + self._word.replace('"', " ").strip() + '"'
        params = {"q": quoted, "sort": "latest", "limit": str(_PAGE)}
        params |= {"since": rfc3339(start)} if start else {}
        method = "app.bsky.feed.searchPosts"
        try:
            answer = self._session.ask(method, params | ({"cursor": after} if after else {}))
        except StopRun as stopped:
            if after is None or stopped.state != HealthState.BROKEN_LAYOUT:
                raise
            answer = self._session.ask(method, params)  # a page's name does not live for ever: begin again from the top
        rows, following = answer.get("posts"), answer.get("cursor")
        if not isinstance(rows, list) or not isinstance(following, str | None):
            raise unknown_form(WHO)
        return rows, following

    def _page(self, rows: list[Any], place: Place) -> Page:
        mentions: list[Mention] = []
        skipped: dict[str, int] = {}
        for row in rows:
            try:
                found = bluesky_rows.mention(mapping(row), self._watch)
            except SkipItem as reason:
                skipped[str(reason)] = skipped.get(str(reason), 0) + 1
                continue
            if found is not None:
                mentions.append(found)
        return Page(tuple(mentions), Cursor(Source.BLUESKY, self.partition, place.state), skipped=skipped)


class BlueskyRechecker:
    """Looks stored posts up again, 25 at a time: what is deleted, or its account, is missing from the answer."""

    source = Source.BLUESKY

    def __init__(self, session: BlueskySession) -> None:
        self._session = session

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Posts that Bluesky no longer shows; ids that are none of Bluesky's are not asked about."""
        uris = [native for native in native_ids if _URI.fullmatch(native)]
        shown: set[str] = set()
        for start in range(0, len(uris), _LOOKED_UP):
            part = "&uris=".join(uris[start : start + _LOOKED_UP])
            answer = self._session.ask(f"app.bsky.feed.getPosts?uris={part}", {})
            if not isinstance(answer.get("posts"), list):
                raise unknown_form(WHO)
            shown |= {str(mapping(row).get("uri")) for row in answer["posts"]}
        return tuple(uri for uri in uris if uri not in shown)


def settings_of(settings: Settings, where: Endpoints) -> BlueskySettings:
    """Account and app password; a stand-in takes any."""
    part, instead = settings.sources.bluesky, where.of("bluesky")
    lookback, agent = timedelta(hours=part.lookback_hours), user_agent(settings.brand.contact)
    if instead:
        return BlueskySettings("stand-in", "stand-in", part.service, instead, lookback, agent, Limits())
    return BlueskySettings(part.handle, secret(part.app_password_env), part.service, None, lookback, agent)


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One collector for every word of every watch; they share one sign-in."""
    if not settings.sources.bluesky.enabled:
        return
    kept = settings_of(settings, where)
    session = BlueskySession(kept, now)
    for wanted in settings.watches():
        for word in search_words(wanted):
            yield BlueskyCollector(session, wanted, word, kept.lookback)


def recheckers(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Rechecker]:
    """One, when there is an app password."""
    if settings.sources.bluesky.enabled and (kept := settings_of(settings, where)).password:
        yield BlueskyRechecker(BlueskySession(kept, now))


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether the account is set."""
    if settings.sources.bluesky.enabled:
        kept = settings_of(settings, Endpoints())
        has = bool(kept.handle and kept.password)
        yield Keys("bluesky account", has, "set" if has else "not set: set handle and app password, or enabled = false")


SOURCES = {"bluesky": Readers(collectors, recheckers, keys=keys)}
