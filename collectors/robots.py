"""robots.txt: asked before anything else of a site that is fetched rather than asked through an API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from collectors.answers import FetchFailed
from collectors.fetch import Fetcher
from data.clock import Clock
from data.domain import HealthState
from data.errors import StopRun

NAME = "reinstate"  # the product token that a group of a robots.txt may name
KEPT = timedelta(hours=24)  # RFC 9309: not longer
_MOST = 512_000  # bytes that RFC 9309 asks a reader to heed at least


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site's robots.txt says; ``parsed`` is None when it could not be read, which forbids everything."""

    read_at: datetime
    parsed: Protego | None


# for the life of the process, so that a loop of runs does not ask each time
_KEPT: dict[str, Rules] = {}


class Robots:
    """The rules of the sites that one fetcher asks."""

    def __init__(self, fetcher: Fetcher, now: Clock) -> None:
        self._fetcher, self._now = fetcher, now

    def check(self, url: str) -> None:
        """Raise StopRun unless the site's robots.txt lets us read ``url``; unreachable rules forbid."""
        parts = urlsplit(url)
        rules = self._rules(f"{parts.scheme}://{parts.netloc}")
        if rules.parsed is None:
            raise StopRun(
                f"{self._fetcher.who}: robots.txt cannot be read, so nothing is fetched", state=HealthState.DISALLOWED
            )
        if not rules.parsed.can_fetch(url, NAME):
            raise StopRun(f"{self._fetcher.who}: robots.txt forbids this page", state=HealthState.DISALLOWED)

    def delay_s(self, url: str) -> float:
        """The crawl delay that the site asks for, in seconds; 0 without one. Call ``check`` first."""
        parts = urlsplit(url)
        held = _KEPT.get(f"{parts.scheme}://{parts.netloc}")
        asked = held.parsed.crawl_delay(NAME) if held and held.parsed else None
        return max(0.0, float(asked or 0.0))

    def _rules(self, site: str) -> Rules:
        held = _KEPT.get(site)
        if held is None or not timedelta(0) <= self._now() - held.read_at < KEPT:
            held = Rules(self._now(), self._read(site))
            if held.parsed is not None:  # a failure is not kept: the next run asks again
                _KEPT[site] = held
        return held

    def _read(self, site: str) -> Protego | None:
        try:
            answer = self._fetcher.get(f"{site}/robots.txt")
        except FetchFailed:
            return None
        if answer.status in (404, 410):
            return Protego.parse("")  # no rules: everything is allowed (RFC 9309, 2.3.1.3)
        # a bot wall answers 200 with a page; Protego would find no rule in it and allow everything
        if answer.status != 200 or answer.kind not in ("text/plain", "") or answer.body.lstrip()[:1] == b"<":
            return None
        return Protego.parse(answer.body[:_MOST].decode("utf-8", "replace"))
