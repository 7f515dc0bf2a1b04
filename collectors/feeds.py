"""News and blogs: feeds by address, and searches that answer with a feed. One bad feed never stops the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from collectors import feed_entries
from collectors.answers import Answer, checked, user_agent
from collectors.api_answers import mapping
from collectors.base import Collector
from collectors.fetch import Fetcher, Limits
from collectors.robots import Robots
from collectors.sources import Endpoints, Readers, Spent
from collectors.watch import fold
from data.clock import Clock
from data.config import Settings
from data.domain import Cursor, HealthState, Page, Source, Watch
from data.errors import StopRun

PRESETS: Mapping[str, str] = {
    "bing_news": "https://www.bing.com/news/search?q={query}&format=rss",
    "google_news": "https://news.google.com/rss/search?q={query}&hl={language}&gl={country}&ceid={country}:{language}",
    "medium": "https://medium.com/feed/tag/{tag}",
}
_COUNTRY = {"en": "US", "ja": "JP", "pt": "BR", "sv": "SE", "da": "DK", "zh": "CN", "ko": "KR", "cs": "CZ"}
_LIMITS = Limits(spacing_s=2.0, jitter_s=0.5, body=5_000_000)
_LABEL = 80  # characters of a partition's name


@dataclass(frozen=True, slots=True)
class Feed:
    """One address and the watches that its entries are held against.

    A feed is there to be read by programs; a search (``is_search``) is asked only where robots.txt lets us.
    """

    label: str
    url: str
    watches: tuple[Watch, ...]
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """``local`` is a stand-in that is asked instead of every site, by host and path."""

    agent: str = field(default_factory=lambda: user_agent(""))
    local: str | None = None
    limits: Limits = _LIMITS


class FeedCollector:
    """One feed. It is asked whether it has changed; when the watches have, it is read anew."""

    source = Source.FEED

    def __init__(self, settings: FeedSettings, feed: Feed, now: Clock) -> None:
        self._settings, self._feed, self._now = settings, feed, now
        self.partition = feed.label

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """One page: a feed holds its newest entries only, so that each reading stores all that it still shows."""
        state = since.state if since else {}
        watches = hashlib.sha256(repr(self._feed.watches).encode()).hexdigest()[:12]
        is_same = state.get("watches") == watches
        answer = self._read({k: str(v) for k, v in mapping(state.get("validators")).items()} if is_same else {})
        if answer.status == 304:
            yield Page((), Cursor(Source.FEED, self.partition, state))
            return
        who, undated = f"the feed {self._feed.label}", mapping(state.get("undated"))
        found = feed_entries.read(answer, self._feed.watches, self._now(), undated, who)
        place = {"validators": answer.validators, "watches": watches, "undated": dict(found.undated)}
        yield Page(found.mentions, Cursor(Source.FEED, self.partition, place), skipped=found.skipped)

    def _read(self, unless: Mapping[str, str]) -> Answer:
        kept, parts = self._settings, urlsplit(self._feed.url)
        host = parts.hostname or ""
        # the bare name and the one with www are one site; a feed that moves further is for a person to decide
        hosts = {host, host.removeprefix("www."), f"www.{host}"}
        url = self._feed.url
        if kept.local:
            url = f"{kept.local}/{url.removeprefix('https://')}"
            hosts = {urlsplit(kept.local).hostname or ""}
        who = f"the feed {self._feed.label}"
        web = Fetcher(who, agent=kept.agent, hosts=hosts, local=kept.local, limits=kept.limits)
        try:
            if self._feed.is_search:
                Robots(web, self._now).check(url)
            answer = web.get(url, unless=unless)
        finally:
            web.close()
        if answer.status in (200, 304):
            return answer
        if answer.status in (401, 402, 403, 451):
            raise StopRun(f"{who} is not open to us: remove it, or ask its owner", state=HealthState.BLOCKED)
        if answer.status in (404, 410):
            raise StopRun(f"{who} is no longer there: correct or remove it", state=HealthState.BROKEN_LAYOUT)
        return checked(answer, who, self._now)


def feeds(settings: Settings) -> Iterator[Feed]:
    """Every feed that the settings ask for: addresses once for all watches, searches once a name (and language)."""
    part, watches = settings.sources.feeds, settings.watches()
    for url in part.urls:
        yield Feed(_short(url.removeprefix("https://").rstrip("/"), url), url, watches)
    templates: list[tuple[str, str]] = [(name, PRESETS[name]) for name in part.presets]
    templates += [(urlsplit(template).hostname or "search", template) for template in part.searches]
    for wanted in watches:
        for name, template in templates:
            yield from _searches(wanted, name, template)


def _searches(wanted: Watch, name: str, template: str) -> Iterator[Feed]:
    languages: Sequence[str] = (wanted.languages or ("en",)) if "{language}" in template else ("",)
    for word in dict.fromkeys(wanted.names):
        for language in languages:
            said = {
                "{query}": quote('"' + word.replace('"', " ").strip() + '"', safe=""),
                "{tag}": quote("-".join(fold(word).split()), safe=""),
                "{language}": language,
                "{country}": _COUNTRY.get(language, language.upper()),
            }
            url = template
            for place, value in said.items():
                url = url.replace(place, value)
            label = f"{wanted.name}:{name}:{word}" + (f":{language}" if language else "")
            yield Feed(_short(label, url), url, (wanted,), is_search=True)


def _short(label: str, url: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 9]}~{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One collector for every feed."""
    if not settings.sources.feeds.enabled:
        return
    instead = where.of("feed")
    kept = FeedSettings(user_agent(settings.brand.contact), instead, Limits() if instead else _LIMITS)
    for feed in feeds(settings):
        yield FeedCollector(kept, feed, now)


SOURCES = {"feed": Readers(collectors)}
